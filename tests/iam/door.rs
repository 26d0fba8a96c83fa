//! A front door whose controller has a policy, in an account where others have none.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_apigateway::types::IntegrationType;
use aws_sim::config::Durations;
use aws_sim::world::defaults;
use aws_sim::{Config, Simulator};
use frontdoor::api::PrivateApiFrontDoorSpec;
use frontdoor::aws::Aws;
use frontdoor::change::{Change, ListenerChange, ListenerSettings, LoadBalancerChange, Output};
use frontdoor::controller::pass::{PassResult, Rollout, Subject, keep, tear_down};
use frontdoor::controller::{Intervals, Next};
use frontdoor::observed::DefaultAction;
use frontdoor::plan::FaultCause;
use frontdoor::status::{Failure, Finding, Reason};
use frontdoor::tags::{Owner, Tags};
use serde_json::{Value, json};

use crate::common::{REGION, config, control};

/// The account, and the access key of those in it who may do everything.
pub const ACCOUNT: &str = "111122223333";
/// A role of the account that API Gateway may take on.
pub const ROLE: &str = "arn:aws:iam::111122223333:role/invoke";
/// The cluster that the front door is of.
pub const CLUSTER_ID: &str = "test";
/// Access key of the controller.
const CONTROLLER: &str = "controller";
/// More passes than any front door needs.
const MOST_PASSES: usize = 60;

/// Public subnets, one a zone.
pub const PUBLIC_SUBNETS: [&str; 2] = [defaults::SUBNETS[0].0, defaults::SUBNETS[1].0];
/// Private subnets of the same VPC, one a zone.
pub const PRIVATE_SUBNETS: [&str; 2] = [defaults::SUBNETS[2].0, defaults::SUBNETS[3].0];

/// ARN of the function that answers.
pub fn function_arn() -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:hello")
}

/// ARN of the issued certificate.
pub fn certificate_arn() -> String {
    format!("arn:aws:acm:{REGION}:{ACCOUNT}:certificate/{}", defaults::CERTIFICATE)
}

/// An HTTP listener.
pub fn listener_settings(port: i32) -> ListenerSettings {
    ListenerSettings::http(port, DefaultAction::NotFound("given".to_owned()))
}

/// A front door and its account.
pub struct Door {
    simulator: Simulator,
    aws: Aws,
    /// The controller's identity before it got its policy.
    pub others: SdkConfig,
    owner: Owner,
    pub spec: Value,
}

impl Door {
    pub fn new(spec: Value) -> Self {
        // What may be done is asked here, not when.
        let durations = Durations { rest_api_lock: [Duration::ZERO; 2], ..Durations::default() };
        let simulator = Simulator::new(Config { durations, ..Config::default() });
        let (aws, others) = (Aws::new(&config(&simulator, CONTROLLER), None), config(&simulator, ACCOUNT));
        let owner = Owner { cluster: CLUSTER_ID.to_owned(), namespace: "shop".to_owned(), name: "orders".to_owned() };
        Self { simulator, aws, others, owner, spec }
    }

    /// From now on the controller may do what the policy allows, and starts anew.
    pub fn restrict(&mut self, policy: &Value) {
        control(&self.simulator, "PUT", "policies", &json!({"caller": CONTROLLER, "policy": policy}));
        self.simulator.clear_calls(None);
        self.restart();
    }

    /// The same in the eyes of a process that has just started.
    pub fn restart(&mut self) {
        self.aws = Aws::new(&config(&self.simulator, CONTROLLER), None);
    }

    /// Operations that the controller has called.
    pub fn called(&self) -> BTreeSet<String> {
        let calls = self.simulator.calls(None).into_iter().filter(|call| call.access_key == CONTROLLER);
        calls.map(|call| format!("{}:{}", call.service, call.operation)).collect()
    }

    /// Makes a change as the controller.
    pub async fn execute(&self, change: &Change) -> Result<Output, frontdoor::aws::AwsError> {
        self.aws.execute(change).await
    }

    /// Makes a change as somebody who may do everything; answers the ID of what it created.
    pub async fn prepare(&self, change: Change) -> String {
        let aws = Aws::new(&self.others, None);
        match aws.execute(&change).await.unwrap_or_else(|error| panic!("{error}")) {
            Output::Id(id) => id,
            Output::LoadBalancer(balancer) => balancer.arn,
            Output::VpcEndpoint(endpoint) => endpoint.id,
            Output::RestApi(api) => api.id,
            Output::Done | Output::Deployed { .. } => String::new(),
        }
    }

    /// A load balancer with these tags; answers its ARN.
    pub async fn load_balancer(&self, tags: Tags) -> String {
        let create = LoadBalancerChange::Create {
            name: "given".to_owned(),
            scheme: "internet-facing",
            subnet_ids: PUBLIC_SUBNETS.map(str::to_owned).into(),
            security_group_ids: BTreeSet::from([defaults::DEFAULT_GROUP.to_owned()]),
            ip_address_type: "ipv4",
            tags,
        };
        self.prepare(Change::LoadBalancer(create)).await
    }

    /// A listener with these tags; answers its ARN.
    pub async fn listener(&self, load_balancer_arn: &str, port: i32, tags: Tags) -> String {
        let (load_balancer_arn, settings) = (load_balancer_arn.to_owned(), listener_settings(port));
        self.prepare(Change::Listener(ListenerChange::Create { load_balancer_arn, settings, tags })).await
    }

    /// A mock method on an API's resource: without one there is nothing to deploy.
    pub async fn mock(&self, api_id: &str, resource_id: &str) {
        let client = aws_sdk_apigateway::Client::new(&self.others);
        let method = client.put_method().rest_api_id(api_id).resource_id(resource_id).http_method("GET");
        method.authorization_type("NONE").send().await.expect("a method");
        let integration = client.put_integration().rest_api_id(api_id).resource_id(resource_id).http_method("GET");
        integration.r#type(IntegrationType::Mock).send().await.expect("an integration");
    }

    /// An IPv6 block for the VPC and for each of these subnets.
    pub async fn add_ipv6(&self, subnets: &[&str]) {
        let client = aws_sdk_ec2::Client::new(&self.others);
        let vpc = client.associate_vpc_cidr_block().vpc_id(defaults::VPC).amazon_provided_ipv6_cidr_block(true);
        let vpc = vpc.send().await.expect("a block");
        let block = vpc.ipv6_cidr_block_association().and_then(|it| it.ipv6_cidr_block()).expect("it is told");
        for (number, subnet) in subnets.iter().enumerate() {
            let block = block.replace("00::/56", &format!("{number:02x}::/64"));
            let subnet = client.associate_subnet_cidr_block().subnet_id(*subnet).ipv6_cidr_block(block);
            subnet.send().await.expect("a part of it");
        }
    }

    /// A second certificate for the same names.
    pub fn second_certificate(&self) -> String {
        self.simulator.with_region(ACCOUNT, REGION, |region, _| {
            let first = certificate_arn();
            let second = format!("{}2", &first[..first.len() - 1]);
            let certificate = region.acm.certificates.get(&first).cloned().expect("the default world has it");
            region.acm.certificates.insert(second.clone(), certificate);
            second
        })
    }

    /// Passes until there is nothing to do but to resync, or a permission is missing: the message then.
    pub async fn keep(&mut self) -> Result<(), String> {
        let spec = self.typed();
        let mut rollout = None;
        let mut last = None;
        for attempt in 0..MOST_PASSES {
            let subject = Subject { owner: &self.owner, spec: &spec, settled: true };
            let mut result = Box::pin(keep(&self.aws, subject, rollout)).await;
            rollout = result.rollout.take();
            if self.rest(&result, attempt)? == Next::Resync {
                return Ok(());
            }
            last = Some(result);
        }
        panic!("no convergence: {}", last.map(|last| left(&last.finding)).unwrap_or_default());
    }

    /// Passes until nothing is left, or a permission is missing: the message then.
    pub async fn delete(&mut self) -> Result<(), String> {
        let spec = self.typed();
        let mut rollout: Option<Rollout> = None;
        let mut last = None;
        for attempt in 0..MOST_PASSES {
            let waited = rollout.is_some();
            let subject = Subject { owner: &self.owner, spec: &spec, settled: true };
            let mut result = Box::pin(tear_down(&self.aws, subject, rollout)).await;
            rollout = result.rollout.take();
            if self.rest(&result, attempt)? == Next::Resync && !waited {
                return Ok(());
            }
            last = Some(result);
        }
        panic!("not gone: {}", last.map(|last| left(&last.finding)).unwrap_or_default());
    }

    /// Lets as much time pass as the controller would wait.
    fn rest(&self, result: &PassResult, attempt: usize) -> Result<Next, String> {
        if let Some(denied) = failures(&result.finding).iter().find(|failure| failure.reason == Reason::AccessDenied) {
            return Err(denied.message.clone());
        }
        if let Some(denied) = unread(&result.finding) {
            return Err(denied);
        }
        let attempt = u32::try_from(attempt).expect("few passes");
        self.simulator.clock().advance(Intervals::default().delay(result.next, attempt, 0));
        Ok(result.next)
    }

    fn typed(&self) -> PrivateApiFrontDoorSpec {
        serde_json::from_value(self.spec.clone()).unwrap_or_else(|error| panic!("{error}: {}", self.spec))
    }

    /// ARN of the front door's load balancer.
    pub fn own_load_balancer(&self) -> String {
        let world = self.simulator.added(Some(ACCOUNT));
        let arns = &world[ACCOUNT][REGION]["elasticloadbalancing:loadbalancer"];
        arns[0].as_str().unwrap_or_else(|| panic!("{world:#}")).to_owned()
    }

    /// The owner's tags for a part.
    pub fn tags(&self, resource: &str) -> Tags {
        self.owner.tags(resource, &BTreeMap::new())
    }

    /// Name of the statement in functions' policies.
    pub fn statement_id(&self) -> String {
        frontdoor::names::statement_id(&self.owner)
    }
}

/// The first read that is denied.
fn unread(finding: &Finding) -> Option<String> {
    match finding {
        Finding::Kept(kept) => kept.snapshot.unread.values().next().cloned(),
        Finding::Deleting(remains) => {
            let mut faults = remains.plan.faults.iter();
            faults.find(|fault| fault.cause == FaultCause::ReadDenied).map(|fault| fault.message.clone())
        }
        _ => None,
    }
}

fn failures(finding: &Finding) -> &[Failure] {
    match finding {
        Finding::Unknown { failure, .. } => std::slice::from_ref(failure),
        Finding::Kept(kept) => &kept.failures,
        Finding::Deleting(remains) => &remains.failures,
        Finding::Invalid(problems) => panic!("{problems:?}"),
        Finding::Unasked(problem) | Finding::Unreadable(problem) => panic!("{problem}"),
        Finding::Suspended => &[],
    }
}

/// What is still to do, and what went wrong.
fn left(finding: &Finding) -> String {
    let plan = match finding {
        Finding::Kept(kept) => kept.plan.to_string(),
        Finding::Deleting(remains) => remains.plan.to_string(),
        _ => String::new(),
    };
    format!("{plan}{:#?}", failures(finding))
}
