//! The life of one front door in an account of the simulator, in virtual time.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_sim::world::defaults;
use aws_sim::{Config, Simulator};
use frontdoor::api::PrivateApiFrontDoorSpec;
use frontdoor::aws::Aws;
use frontdoor::change::{Change, ListenerChange, ListenerSettings, LoadBalancerChange, Output};
use frontdoor::controller::pass::{PassResult, Rollout, Subject, keep, tear_down};
use frontdoor::controller::{Intervals, Next};
use frontdoor::observed::{DefaultAction, Snapshot};
use frontdoor::status::Finding;
use frontdoor::tags::{Owner, Tags};

use crate::common::{self, REGION, config};

/// The account.
const ACCOUNT: &str = "222233334444";
/// More passes than any front door needs.
const MOST_PASSES: usize = 60;

/// Public subnets, one a zone.
pub const PUBLIC_SUBNETS: [&str; 2] = [defaults::SUBNETS[0].0, defaults::SUBNETS[1].0];
/// Private subnets of the same VPC, one a zone.
pub const PRIVATE_SUBNETS: [&str; 2] = [defaults::SUBNETS[2].0, defaults::SUBNETS[3].0];

/// A call: operation, and whether it changes something.
pub type Called = (String, bool);

/// What stands before the front door comes.
#[derive(Debug, Default)]
pub struct Given {
    simulator: Option<Simulator>,
    /// A security group.
    pub security_group_id: String,
    /// A listener of a load balancer.
    pub listener_arn: String,
    /// An endpoint.
    pub vpc_endpoint_id: String,
    /// A target group on its addresses.
    pub target_group_arn: String,
}

/// Every answer tells of an update that has begun: what is counted is the ordinary case, without calls that are refused meanwhile.
fn simulator() -> Simulator {
    Simulator::new(Config { untold_rest_api_updates: false, ..Config::default() })
}

/// ARN of the function that answers.
pub fn function_arn() -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:hello")
}

fn owner(name: &str) -> Owner {
    Owner { cluster: "test".to_owned(), namespace: "shop".to_owned(), name: name.to_owned() }
}

impl Given {
    /// An empty account.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// A load balancer with a listener, and a security group.
    pub async fn listener() -> Self {
        let simulator = simulator();
        let aws = Aws::new(&config(&simulator, ACCOUNT), None);
        let subnet_ids = BTreeSet::from(PUBLIC_SUBNETS.map(str::to_owned));
        let security_group_id = defaults::DEFAULT_GROUP.to_owned();
        let create = LoadBalancerChange::Create {
            name: "given".to_owned(),
            scheme: "internet-facing",
            subnet_ids,
            security_group_ids: BTreeSet::from([security_group_id.clone()]),
            ip_address_type: "ipv4",
            tags: Tags::new(),
        };
        let load_balancer_arn = done(&aws, Change::LoadBalancer(create)).await;
        let settings = ListenerSettings::http(80, DefaultAction::NotFound("given".to_owned()));
        let listener_arn =
            done(&aws, Change::Listener(ListenerChange::Create { load_balancer_arn, settings, tags: Tags::new() }))
                .await;
        simulator.clock().advance(Duration::from_mins(10));
        Self { simulator: Some(simulator), security_group_id, listener_arn, ..Self::default() }
    }

    /// The same, with another front door's endpoint and target group.
    pub async fn shared_endpoint() -> Self {
        let given = Self::listener().await;
        let spec = serde_json::json!({
            "vpcEndpoint": {"create": {"subnetIds": PRIVATE_SUBNETS, "securityGroupIds": [given.security_group_id]}},
            "api": {"routes": [{"integration": {"mock": {}}}]},
            "loadBalancer": {"listenerArn": given.listener_arn},
        });
        let mut first = Life::named("first", spec, given);
        first.keep_until_converged().await;
        let snapshot = first.snapshot().clone();
        Self {
            simulator: Some(first.simulator),
            vpc_endpoint_id: snapshot.vpc_endpoints[0].id.clone(),
            target_group_arn: snapshot.target_groups[0].arn.clone(),
            listener_arn: snapshot.listeners[0].arn.clone(),
            security_group_id: String::new(),
        }
    }
}

async fn done(aws: &Aws, change: Change) -> String {
    match aws.execute(&change).await.unwrap_or_else(|error| panic!("{error}")) {
        Output::Id(id) => id,
        Output::LoadBalancer(balancer) => balancer.arn,
        other => panic!("{other:?} has no ID"),
    }
}

/// A front door.
pub struct Life {
    simulator: Simulator,
    aws: Aws,
    owner: Owner,
    spec: PrivateApiFrontDoorSpec,
    last: Option<PassResult>,
}

impl Life {
    /// A front door in the account where `given` stands, seen by a process that has just started.
    pub fn new(spec: serde_json::Value, given: Given) -> Self {
        Self::named("orders", spec, given)
    }

    fn named(name: &str, spec: serde_json::Value, given: Given) -> Self {
        let simulator = given.simulator.unwrap_or_else(simulator);
        let aws = Aws::new(&config(&simulator, ACCOUNT), None);
        let spec = serde_json::from_value(spec).expect("the spec is valid");
        simulator.clear_calls(None);
        Self { simulator, aws, owner: owner(name), spec, last: None }
    }

    /// Sets what a JSON pointer into the spec leads to.
    pub fn edit(&mut self, pointer: &str, value: serde_json::Value) {
        let mut spec = serde_json::to_value(&self.spec).expect("a spec");
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        match spec.pointer_mut(parent).expect("it leads somewhere") {
            serde_json::Value::Array(items) => {
                items.truncate(name.parse().expect("a place"));
                items.push(value);
            }
            fields => fields[name] = value,
        }
        self.spec = serde_json::from_value(spec).expect("the spec is valid");
    }

    /// What the last pass left.
    pub fn snapshot(&self) -> &Snapshot {
        match &self.last.as_ref().expect("it was kept").finding {
            Finding::Kept(kept) => &kept.snapshot,
            other => panic!("it is kept: {other:?}"),
        }
    }

    /// Others call EC2 or Elastic Load Balancing with a form.
    pub fn others(&self, service: &str, form: &str) -> String {
        let version = if service == "ec2" { "2016-11-15" } else { "2015-12-01" };
        let form = ("application/x-www-form-urlencoded", format!("Action={form}&Version={version}"));
        common::others(&self.simulator, ACCOUNT, service, ("POST", "/"), form)
    }

    /// Others call API Gateway.
    pub fn others_apis(&self, method: &str, path: &str, body: &serde_json::Value) -> String {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        common::others(&self.simulator, ACCOUNT, "apigateway", (method, path), ("application/json", body))
    }

    /// Others take the API's permission to invoke the function away.
    pub fn others_remove_permission(&self) {
        let path = format!("/2015-03-31/functions/hello/policy/{}", frontdoor::names::statement_id(&self.owner));
        let nothing = ("application/json", String::new());
        common::others(&self.simulator, ACCOUNT, "lambda", ("DELETE", &path), nothing);
    }

    /// A second certificate that listeners take.
    pub fn second_certificate(&self) -> String {
        self.simulator.with_region(ACCOUNT, REGION, |region, _| {
            let (arn, certificate) = region.acm.certificates.iter().next().expect("the default world has one");
            let (second, certificate) = (format!("{}2", &arn[..arn.len() - 1]), certificate.clone());
            region.acm.certificates.insert(second.clone(), certificate);
            second
        })
    }

    /// The next pass asks AWS for everything, as one that a user asks for does. The calls that others made are forgotten.
    pub fn ask_for_a_pass(&self) {
        self.aws.forget_what_changes();
        self.simulator.clear_calls(None);
    }

    /// Passes until there is nothing to do but to resync. Answers the calls made.
    pub async fn keep_until_converged(&mut self) -> Vec<Called> {
        let mut rollout = None;
        for attempt in 0..MOST_PASSES {
            let mut result = Box::pin(keep(&self.aws, self.subject(), rollout)).await;
            rollout = result.rollout.take();
            if self.rest(&result, attempt) == Next::Resync {
                self.last = Some(result);
                return self.take_calls();
            }
            self.last = Some(result);
        }
        panic!("no convergence: {:#?}", self.last);
    }

    /// Passes until nothing is left. Answers the calls made.
    pub async fn delete(&mut self) -> Vec<Called> {
        let mut rollout: Option<Rollout> = None;
        for attempt in 0..MOST_PASSES {
            let waited = rollout.is_some();
            let mut result = Box::pin(tear_down(&self.aws, self.subject(), rollout)).await;
            rollout = result.rollout.take();
            if self.rest(&result, attempt) == Next::Resync && !waited {
                return self.take_calls();
            }
            self.last = Some(result);
        }
        panic!("not gone: {:#?}", self.last);
    }

    /// Lets as much time pass as the controller would wait.
    fn rest(&self, result: &PassResult, attempt: usize) -> Next {
        let attempt = u32::try_from(attempt).expect("few passes");
        self.simulator.clock().advance(Intervals::default().delay(result.next, attempt, 0));
        result.next
    }

    fn subject(&self) -> Subject<'_> {
        Subject { owner: &self.owner, spec: &self.spec, settled: true }
    }

    fn take_calls(&self) -> Vec<Called> {
        let calls = self
            .simulator
            .calls(None)
            .iter()
            .map(|call| (format!("{}:{}", call.service, call.operation), call.mutating))
            .collect();
        self.simulator.clear_calls(None);
        calls
    }
}
