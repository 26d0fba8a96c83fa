//! An account in the simulator, an object that owns things in it, and what is predicted of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sim::config::Durations;
use aws_sim::world::defaults;
use aws_sim::{Config, Simulator};
use frontdoor::aws::{Aws, AwsError, Pass};
use frontdoor::change::{
    Change, FunctionPermissionChange, ListenerChange, ListenerSettings, LoadBalancerChange, Output, RestApiChange,
    RuleChange, SecurityGroupChange, StageChange, TargetGroupChange, VpcEndpointChange,
};
use frontdoor::intent::Wanted;
use frontdoor::names::ResourceName;
use frontdoor::observed::{DefaultAction, HealthCheck, Rewrite, RuleConditions, RuleTransforms, Snapshot, TargetState};
use frontdoor::tags::{Owner, Tags};
use serde_json::{Value, json};

use crate::common::{REGION, config};

/// The account.
pub const ACCOUNT: &str = "222233334444";

/// The object and its surroundings.
pub struct Lab {
    pub simulator: Simulator,
    pub aws: Aws,
    pub owner: Owner,
    pub wanted: Wanted,
    /// What the changes so far predict.
    pub predicted: Snapshot,
}

impl Lab {
    /// An empty account, an object that creates everything.
    pub fn new() -> Self {
        // What is predicted is held against what is there at once: AWS is done with an API when it has answered.
        let durations = Durations {
            rest_api_lock: [Duration::ZERO; 2],
            rest_api_lock_delay: Duration::ZERO,
            rest_api_update: Duration::ZERO,
            ..Durations::default()
        };
        Self::with(Config { durations, ..Config::default() })
    }

    /// The same in a simulator of these settings.
    pub fn with(settings: Config) -> Self {
        let simulator = Simulator::new(settings);
        let aws = Aws::new(&config(&simulator, ACCOUNT), None);
        let wanted = Wanted { kept_stage: Some("prod".to_owned()), ..Wanted::default().and_leftovers() };
        Self { simulator, aws, owner: owner("orders"), wanted, predicted: Snapshot::default() }
    }

    /// The same account in the eyes of a process that has just started.
    pub fn restart(&mut self) {
        self.aws = Aws::new(&config(&self.simulator, ACCOUNT), None);
    }

    /// Gives the account the role that API Gateway writes logs with.
    pub fn allow_logs(&self) {
        let role = format!("arn:aws:iam::{ACCOUNT}:role/logs");
        self.simulator.with_region(ACCOUNT, REGION, |region, _| region.apigateway.cloudwatch_role_arn = Some(role));
    }

    pub fn tags(&self, resource: &str) -> Tags {
        self.owner.tags(resource, &BTreeMap::from([("team".to_owned(), "shop".to_owned())]))
    }

    pub async fn observe(&self) -> Snapshot {
        self.aws.observe(&self.owner, &self.wanted, &Pass::default()).await.unwrap()
    }

    /// Executes a change, and holds what AWS then has against what the change predicts. Answers the ID of what was created.
    pub async fn step(&mut self, change: Change) -> String {
        let output = self.aws.execute(&change).await.unwrap_or_else(|error| panic!("{error}"));
        let id = id(&output);
        change.apply(&mut self.predicted, output);
        let (observed, predicted) = (comparable(self.observe().await), comparable(self.predicted.clone()));
        let lines = |snapshot: &Snapshot| format!("{snapshot:#?}").lines().map(str::to_owned).collect::<Vec<_>>();
        let (seen, meant) = (lines(&observed), lines(&predicted));
        let only = |these: &[String], those: &[String]| {
            these.iter().filter(|line| !those.contains(line)).cloned().collect::<Vec<_>>()
        };
        let differences = (only(&seen, &meant), only(&meant, &seen));
        assert!(
            observed == predicted,
            "after {}, AWS has what was not meant, and lacks what was: {differences:#?}",
            change.operation()
        );
        id
    }

    /// Executes a change that has to fail.
    pub async fn fails(&self, change: Change) -> AwsError {
        self.aws.execute(&change).await.expect_err("the change has to fail")
    }

    /// Lets time pass, and takes what AWS then has as the base of further predictions.
    pub async fn wait(&mut self, minutes: u64) {
        self.simulator.clock().advance(Duration::from_mins(minutes));
        self.predicted = self.observe().await;
    }

    /// The calls that `work` makes, in order.
    pub fn calls_since(&self, mark: usize) -> Vec<String> {
        self.simulator.calls(Some(ACCOUNT)).iter().skip(mark).map(|call| call.operation.clone()).collect()
    }

    pub fn mark(&self) -> usize {
        self.simulator.calls(Some(ACCOUNT)).len()
    }

    pub async fn security_group(&mut self, resource: &str) -> String {
        let name = ResourceName::security_group(&self.owner, resource, defaults::VPC).to_string();
        let (description, vpc_id, tags) = ("a group".to_owned(), defaults::VPC.to_owned(), self.tags(resource));
        self.step(Change::SecurityGroup(SecurityGroupChange::Create { name, description, vpc_id, tags })).await
    }

    pub async fn vpc_endpoint(&mut self, group_id: &str) -> String {
        let change = self.endpoint_change(group_id);
        self.step(change).await
    }

    pub fn endpoint_change(&self, group_id: &str) -> Change {
        Change::VpcEndpoint(VpcEndpointChange::Create {
            vpc_id: defaults::VPC.to_owned(),
            service_name: format!("com.amazonaws.{REGION}.execute-api"),
            subnet_ids: private_subnets(),
            security_group_ids: set([group_id]),
            subnet_configurations: BTreeMap::new(),
            private_dns: true,
            ip_address_type: "ipv4",
            policy: None,
            client_token: "token".to_owned(),
            tags: self.tags("vpc-endpoint"),
        })
    }

    /// An endpoint that an API can be associated with.
    pub async fn any_endpoint(&mut self) -> String {
        let group = self.security_group("endpoint-security-group").await;
        self.vpc_endpoint(&group).await
    }

    pub async fn rest_api(&mut self, endpoint_id: &str) -> String {
        let change = self.api_change(endpoint_id);
        self.step(change).await
    }

    pub fn api_change(&self, endpoint_id: &str) -> Change {
        Change::RestApi(RestApiChange::Create {
            name: "shop-orders".to_owned(),
            description: Some("Orders".to_owned()),
            vpc_endpoint_id: endpoint_id.to_owned(),
            policy: policy(endpoint_id),
            security_policy: "SecurityPolicy_TLS13_1_3_2025_09".to_owned(),
            endpoint_access_mode: Some("BASIC".to_owned()),
            tags: self.tags("rest-api"),
        })
    }

    pub async fn deploy(&mut self, api_id: &str, endpoint_id: &str, content: &str) -> String {
        let document = document(endpoint_id);
        let put = RestApiChange::Put {
            id: api_id.to_owned(),
            document,
            content: content.to_owned(),
            accepted_warnings: [].into(),
        };
        self.step(Change::RestApi(put)).await;
        let replaces = self.predicted.rest_apis[0].stage("prod").map(|stage| stage.deployed.deployment_id.clone());
        let mut deploy = StageChange::deploy(api_id, "prod", content);
        if let StageChange::Deploy { replaces: before, .. } = &mut deploy {
            *before = replaces;
        }
        self.step(Change::Stage(deploy)).await
    }

    pub async fn target_group(&mut self) -> String {
        let name = ResourceName::elb(&self.owner, "target-group", defaults::VPC).to_string();
        let (vpc_id, tags) = (defaults::VPC.to_owned(), self.tags("target-group"));
        let health_check = health_check("200,403");
        self.step(Change::TargetGroup(TargetGroupChange::Create { name, vpc_id, health_check, tags })).await
    }

    pub async fn load_balancer(&mut self, group_id: &str) -> String {
        let change = self.load_balancer_change(group_id);
        self.step(change).await
    }

    pub fn load_balancer_change(&self, group_id: &str) -> Change {
        Change::LoadBalancer(LoadBalancerChange::Create {
            name: ResourceName::elb(&self.owner, "load-balancer", "").to_string(),
            scheme: "internet-facing",
            subnet_ids: public_subnets(),
            security_group_ids: set([group_id]),
            ip_address_type: "ipv4",
            tags: self.tags("load-balancer"),
        })
    }

    pub async fn listener(&mut self, load_balancer_arn: &str) -> String {
        let (load_balancer_arn, settings, tags) = (load_balancer_arn.to_owned(), http(80), self.tags("listener"));
        self.step(Change::Listener(ListenerChange::Create { load_balancer_arn, settings, tags })).await
    }

    pub async fn rule(&mut self, listener_arn: &str, target_group_arn: &str, priority: i32) -> String {
        let change = self.rule_change(listener_arn, target_group_arn, priority);
        self.step(change).await
    }

    pub fn rule_change(&self, listener_arn: &str, target_group_arn: &str, priority: i32) -> Change {
        Change::Rule(RuleChange::Create {
            listener_arn: listener_arn.to_owned(),
            priority,
            conditions: RuleConditions {
                hosts: set(["*.example.com"]),
                paths: set(["/*"]),
                ..RuleConditions::default()
            },
            transforms: transforms("a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com", Some("prod")),
            target_group_arn: target_group_arn.to_owned(),
            tags: self.tags("rule"),
        })
    }

    pub fn permission(&self, api_id: &str) -> Change {
        Change::FunctionPermission(FunctionPermissionChange::Add {
            function_arn: function_arn(),
            statement_id: frontdoor::names::statement_id(&self.owner),
            source_arn: format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:{api_id}/*/*/*"),
        })
    }
}

impl Lab {
    /// The first version of the function, with an alias for it.
    pub async fn publish(&self, alias: &str) {
        let client = aws_sdk_lambda::Client::new(&config(&self.simulator, ACCOUNT));
        client.publish_version().function_name("hello").send().await.unwrap();
        let alias = client.create_alias().function_name("hello").name(alias).function_version("1");
        alias.send().await.unwrap();
    }
}

/// The function of the default world.
pub fn function_arn() -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:hello")
}

pub fn owner(name: &str) -> Owner {
    Owner { cluster: "cluster-1".to_owned(), namespace: "shop".to_owned(), name: name.to_owned() }
}

pub fn set<const N: usize>(values: [&str; N]) -> BTreeSet<String> {
    values.map(str::to_owned).into()
}

pub fn subnets(names: [&str; 2]) -> BTreeSet<String> {
    let subnet_id = |name: &str| defaults::SUBNETS.iter().find(|subnet| subnet.4 == name).unwrap().0.to_owned();
    names.map(subnet_id).into()
}

pub fn private_subnets() -> BTreeSet<String> {
    subnets(["private-a", "private-b"])
}

pub fn public_subnets() -> BTreeSet<String> {
    subnets(["public-a", "public-b"])
}

pub fn http(port: i32) -> ListenerSettings {
    ListenerSettings::http(port, DefaultAction::NotFound("nothing here".to_owned()))
}

pub fn health_check(success_codes: &str) -> HealthCheck {
    HealthCheck {
        protocol: "HTTPS".to_owned(),
        port: "traffic-port".to_owned(),
        path: "/ping".to_owned(),
        interval_seconds: 10,
        timeout_seconds: 4,
        healthy_threshold_count: 3,
        unhealthy_threshold_count: 4,
        success_codes: success_codes.to_owned(),
    }
}

pub fn transforms(host: &str, stage: Option<&str>) -> RuleTransforms {
    let rewrite = |regex: &str, replace: String| Rewrite { regex: regex.to_owned(), replace };
    RuleTransforms {
        host_header: Some(rewrite(".*", host.to_owned())),
        url: stage.map(|stage| rewrite("^/(.*)$", format!("/{stage}/$1"))),
    }
}

pub fn policy(endpoint_id: &str) -> Value {
    let statement = |effect: &str| json!({"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*/*/*"});
    let mut deny = statement("Deny");
    deny["Condition"] = json!({"StringNotEquals": {"aws:SourceVpce": endpoint_id}});
    json!({"Version": "2012-10-17", "Statement": [deny, statement("Allow")]})
}

pub fn document(endpoint_id: &str) -> Value {
    json!({
        "openapi": "3.0.1",
        "info": {"title": "shop-orders", "description": "Orders", "version": "1.0"},
        "paths": {"/": {"get": {
            "responses": {"200": {"description": "The fixed answer"}},
            "x-amazon-apigateway-integration": {
                "type": "mock",
                "passthroughBehavior": "when_no_match",
                "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
                "responses": {"default": {"statusCode": "200"}}
            }
        }}},
        "x-amazon-apigateway-policy": policy(endpoint_id),
        "servers": [{"url": "/", "x-amazon-apigateway-endpoint-configuration": {"vpcEndpointIds": [endpoint_id]}}]
    })
}

fn id(output: &Output) -> String {
    match output {
        Output::Done => String::new(),
        Output::Id(id) | Output::Deployed { id, .. } => id.clone(),
        Output::VpcEndpoint(endpoint) => endpoint.id.clone(),
        Output::RestApi(api) => api.id.clone(),
        Output::LoadBalancer(balancer) => balancer.arn.clone(),
    }
}

/// A snapshot without what no change can predict: what AWS does in its own time, and what it lists elsewhere.
pub fn comparable(mut snapshot: Snapshot) -> Snapshot {
    for endpoint in &mut snapshot.vpc_endpoints {
        endpoint.network_interface_ids.clear();
        endpoint.addresses.clear();
        endpoint.placements.clear();
        endpoint.dns_names.clear();
    }
    snapshot.associable_endpoint_ids.clear();
    for api in &mut snapshot.rest_apis {
        api.definition = None;
        api.long_update = None;
        api.import_warnings.clear();
        api.retired.clear();
    }
    for group in &mut snapshot.target_groups {
        group.load_balancer_arns.clear();
        group.targets.retain(|_, target| target.state != TargetState::Draining);
        for target in group.targets.values_mut() {
            target.state = TargetState::Initial;
            target.reason = None;
        }
    }
    snapshot.security_groups.sort_by(|a, b| a.id.cmp(&b.id));
    snapshot.vpc_endpoints.sort_by(|a, b| a.id.cmp(&b.id));
    snapshot.rules.sort_by_key(|rule| rule.priority);
    snapshot
}
