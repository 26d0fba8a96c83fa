//! An account in the simulator, with what the golden cases find there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sim::services::elbv2::trust_store::TrustStore;
use aws_sim::world::defaults;
use aws_sim::{Config, Simulator};
use frontdoor::aws::Aws;
use frontdoor::change::{
    Change, ListenerChange, ListenerSettings, LoadBalancerChange, Output, RestApiChange, RuleChange,
    SecurityGroupChange, StageChange, TargetGroupChange, VpcEndpointChange,
};
use frontdoor::names::statement_id;
use frontdoor::observed::{DefaultAction, Direction, HealthCheck, Peer, Permission, RuleConditions, RuleTransforms};
use frontdoor::tags::{Owner, RESOURCE, Tags};
use serde_json::{Value, json};

use crate::fuse::Fuse;
use crate::golden;
use crate::guard::Guard;
use crate::refuse::Refuse;
use crate::time::Time;
use crate::wire;

/// The account of the examples.
pub const ACCOUNT: &str = "111122223333";
/// The region of the examples.
const EXAMPLE_REGION: &str = "ap-northeast-1";
/// The group that the golden cases give to an endpoint; everybody is let in.
const GIVEN_GROUP: &str = "sg-0a1b2c3d4e5f60097";
/// The address that the golden cases give to an endpoint, in the subnet's range here.
pub const FIXED_ADDRESS: &str = "10.0.11.77";
/// When the simulator's time begins.
const START: Duration = Duration::from_hours(24 * 365 * 56);

/// The account, in a region and a time of its own. Clones are the same.
#[derive(Clone)]
pub struct Cloud {
    pub simulator: Simulator,
    pub time: Time,
    /// Watches over what belongs to others.
    pub guard: Guard,
    /// What AWS refuses.
    pub refuse: Refuse,
    pub region: String,
    /// The permissions of functions stay after the deletion.
    pub retains: bool,
    /// How AWS locks APIs while it updates them.
    locks: Locks,
    /// What the examples name, and what stands for it here.
    names: Vec<(&'static str, String)>,
}

/// How AWS locks APIs while it updates them.
#[derive(Clone, Copy)]
pub enum Locks {
    /// For times that differ by API and seed, told or not.
    Drawn,
    /// For the same time always, and told: two runs make the same calls and writes.
    Steady,
}

impl Locks {
    fn config(self, start: SystemTime, seed: u64) -> Config {
        let mut config = Config { start, seed, ..Config::default() };
        if matches!(self, Self::Steady) {
            config.untold_rest_api_updates = false;
            config.durations.rest_api_lock = [Duration::from_secs(10); 2];
        }
        config
    }
}

impl Cloud {
    /// With what the examples name. The region is part of what the SDK remembers in the process (how many retries are left), so each has its own.
    pub async fn new(region: &str, seed: u64, locks: Locks) -> Self {
        let simulator = Simulator::new(locks.config(UNIX_EPOCH + START, seed));
        let time = Time::new(&simulator);
        let guard = Guard::default();
        let (refuse, names) = (Refuse::default(), Vec::new());
        let mut cloud =
            Self { simulator, time, guard, refuse, region: region.to_owned(), locks, names, retains: false };
        cloud.add_variants();
        cloud.allow_logs();
        let aws = cloud.aws();
        open(&aws, GIVEN_GROUP).await;
        let endpoint = cloud.add_endpoint(&aws).await;
        cloud.names = vec![
            ("vpce-0a1b2c3d4e5f60041", endpoint.clone()),
            (golden::SHARED_LISTENER, cloud.add_listener(&aws).await),
            (r#""a1b2c3d4e5""#, format!("{:?}", cloud.add_api(&aws, &endpoint).await)),
            ("10.0.21.77", FIXED_ADDRESS.to_owned()),
            (EXAMPLE_REGION, region.to_owned()),
        ];
        cloud.simulator.clock().advance(Duration::from_mins(10));
        cloud.simulator.clear_calls(None);
        cloud
    }

    /// The same world in a simulator of its own, at the same time.
    pub fn copy(&self, seed: u64) -> Self {
        let start = UNIX_EPOCH + Duration::from_millis(self.time.now().as_millis());
        let simulator = Simulator::new(self.locks.config(start, seed));
        let world = self.simulator.with_world(|world, _| world.clone());
        simulator.with_world(|copy, _| *copy = world);
        let time = Time::new(&simulator);
        Self {
            simulator,
            time,
            guard: self.guard.copy(),
            refuse: Refuse::default(),
            region: self.region.clone(),
            names: self.names.clone(),
            ..*self
        }
    }

    /// Gives what logs need: the account's role for those of stages, and the bucket of the golden cases for those of load balancers.
    fn allow_logs(&self) {
        let policy = json!({"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
            "Action": "s3:PutObject", "Resource": "*",
        }]});
        self.simulator.with_region(ACCOUNT, &self.region, |region, _| {
            region.apigateway.cloudwatch_role_arn = Some(format!("arn:aws:iam::{ACCOUNT}:role/logs"));
            region.s3.buckets.insert("logs".to_owned(), BTreeMap::default());
            region.s3.policies.insert("logs".to_owned(), policy.to_string());
        });
    }

    /// AWS as somebody else than the controller reaches it.
    pub fn aws(&self) -> Aws {
        Aws::new(&self.sdk(&Fuse::default()), None)
    }

    /// The SDK as a process of this life line has it.
    pub fn sdk(&self, fuse: &Fuse) -> aws_config::SdkConfig {
        wire::config(self, fuse)
    }

    /// What the golden cases call so is this here.
    pub fn name(&mut self, example: &'static str, here: &str) {
        self.names.push((example, here.to_owned()));
    }

    /// What stands here for a name of the examples, without its quotes.
    pub fn here(&self, example: &str) -> Option<String> {
        let found = self.names.iter().find(|(name, _)| name.trim_matches('"') == example);
        found.map(|(_, here)| here.trim_matches('"').to_owned())
    }

    /// A spec of the examples or of a golden case, for this account.
    pub fn spec(&self, spec: &Value) -> Value {
        let names = self.names.iter();
        let text = names.fold(spec.to_string(), |text, (example, here)| text.replace(example, here));
        serde_json::from_str(&text).expect("it was JSON before")
    }

    /// How many of each kind exist besides what every account starts with.
    pub fn census(&self) -> Vec<String> {
        let added = self.simulator.added(Some(ACCOUNT));
        let kinds = added[ACCOUNT][&self.region].as_object().cloned().unwrap_or_default();
        kinds.iter().map(|(kind, ids)| format!("{kind}: {}", ids.as_array().map_or(0, Vec::len))).collect()
    }

    /// What is the object's own by its tags, or by its statement ID.
    pub fn owned(&self, owner: &Owner) -> BTreeSet<String> {
        self.simulator.with_region(ACCOUNT, &self.region, |region, _| {
            let tagged = region.ec2.tags.iter().chain(&region.elbv2.tags);
            let tagged = tagged.filter(|(_, tags)| owner.owns(tags)).map(|(id, _)| id.clone());
            let apis = region.apigateway.apis.values();
            let apis = apis.filter(|api| owner.owns(&api.tags)).map(|api| api.id.clone());
            let sid = statement_id(owner);
            let functions = region.lambda.functions.values();
            let functions = functions.filter(|it| !self.retains && it.grants.iter().any(|grant| grant.sid == sid));
            tagged.chain(apis).chain(functions.map(|function| format!("permission of {}", function.name))).collect()
        })
    }

    /// How many of each part are the object's own.
    pub fn parts(&self, owner: &Owner) -> BTreeMap<String, usize> {
        self.simulator.with_region(ACCOUNT, &self.region, |region, _| {
            let tags = region.ec2.tags.values().chain(region.elbv2.tags.values()).cloned();
            let apis = region.apigateway.apis.values().map(|api| api.tags.clone().into_iter().collect());
            let sid = statement_id(owner);
            let grants = region.lambda.functions.values().flat_map(|function| &function.grants);
            let permissions = grants.filter(|grant| grant.sid == sid).count();
            let mut parts = BTreeMap::from([("permission".to_owned(), permissions)]);
            for tags in tags.chain(apis).filter(|tags: &Tags| owner.owns(tags)) {
                *parts.entry(tags[RESOURCE].clone()).or_default() += 1;
            }
            parts
        })
    }

    /// The only part of this kind that is the object's own.
    pub fn part(&self, owner: &Owner, resource: &str) -> String {
        self.simulator.with_region(ACCOUNT, &self.region, |region, _| {
            let mut tagged = region.ec2.tags.iter().chain(&region.elbv2.tags);
            let found = tagged.find(|(_, tags)| owner.owns_as(tags, resource));
            found.unwrap_or_else(|| panic!("no {resource}")).0.clone()
        })
    }

    /// The deployment that the object's API serves.
    pub fn deployment(&self, owner: &Owner) -> String {
        self.simulator.with_region(ACCOUNT, &self.region, |region, _| {
            let mut apis = region.apigateway.apis.values();
            let api = apis.find(|api| owner.owns(&api.tags)).expect("an API");
            api.stages.values().next().expect("a stage").deployment_id.clone()
        })
    }

    /// Addresses that a target group leads to.
    pub fn targets(&self, group: &str) -> BTreeSet<String> {
        self.simulator.with_region(ACCOUNT, &self.region, |region, _| {
            region.elbv2.target_groups[group].targets.keys().map(|target| target.id.clone()).collect()
        })
    }

    /// Subnets, a gateway, a group, a function, certificates and a trust store that the golden cases name and the simulator's default world does not have.
    fn add_variants(&self) {
        self.simulator.with_region(ACCOUNT, &self.region, |region, _| {
            let private = region.ec2.subnets["subnet-0a1b2c3d4e5f60021"].clone();
            for (id, zone, cidr) in [("23", "c", "10.0.13.0/24"), ("24", "a", "10.0.14.0/24")] {
                let mut subnet = private.clone();
                subnet.id = format!("subnet-0a1b2c3d4e5f600{id}");
                subnet.zone = format!("{}{zone}", region.name);
                subnet.cidr = cidr.parse().expect("a range");
                region.ec2.subnets.insert(subnet.id.clone(), subnet);
            }
            region.ec2.gateways.insert("igw-0a1b2c3d4e5f60002".to_owned(), Some(defaults::CONSUMER_VPC.to_owned()));
            let mut group = region.ec2.groups[defaults::DEFAULT_GROUP].clone();
            (group.id, group.name) = (GIVEN_GROUP.to_owned(), "given".to_owned());
            region.ec2.groups.insert(group.id.clone(), group);
            let mut function = region.lambda.functions["hello"].clone();
            "other".clone_into(&mut function.name);
            region.lambda.functions.insert("other".to_owned(), function);
            let issued = region.acm.certificates.values().next().expect("a certificate").clone();
            for place in ["2", "3"] {
                let mut certificate = issued.clone();
                certificate.arn = format!("{}{place}", &issued.arn[..issued.arn.len() - 1]);
                region.acm.certificates.insert(certificate.arn.clone(), certificate);
            }
            let store = region.arn("elasticloadbalancing", "truststore/clients/0123456789abcdef");
            region.elbv2.trust_stores.insert(store.clone(), TrustStore::active(&store, "clients"));
        });
    }

    async fn add_endpoint(&self, aws: &Aws) -> String {
        let create = VpcEndpointChange::Create {
            vpc_id: defaults::VPC.to_owned(),
            service_name: format!("com.amazonaws.{}.execute-api", self.region),
            subnet_ids: [defaults::SUBNETS[2].0, defaults::SUBNETS[3].0].map(str::to_owned).into(),
            security_group_ids: [GIVEN_GROUP.to_owned()].into(),
            subnet_configurations: BTreeMap::new(),
            private_dns: false,
            ip_address_type: "ipv4",
            policy: None,
            client_token: "given".to_owned(),
            tags: Tags::new(),
        };
        made(aws, Change::VpcEndpoint(create)).await
    }

    /// AWS locks an API while it updates it.
    fn wait_for_api(&self) {
        self.simulator.clock().advance(Duration::from_mins(2));
    }

    /// An API of another team with a stage `live`.
    async fn add_api(&self, aws: &Aws, endpoint: &str) -> String {
        let open =
            json!({"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"});
        let create = RestApiChange::Create {
            name: "of another team".to_owned(),
            description: None,
            vpc_endpoint_id: endpoint.to_owned(),
            policy: json!({"Version": "2012-10-17", "Statement": [open]}),
            security_policy: "TLS_1_2".to_owned(),
            endpoint_access_mode: None,
            tags: Tags::new(),
        };
        let id = made(aws, Change::RestApi(create)).await;
        self.wait_for_api();
        let document = json!({
            "openapi": "3.0.1", "info": {"title": "of another team", "version": "1"},
            "paths": {"/": {"get": {"x-amazon-apigateway-integration": {"type": "mock"}}}},
            "x-amazon-apigateway-policy": {"Version": "2012-10-17", "Statement": [open]},
            "servers": [{"url": "/", "x-amazon-apigateway-endpoint-configuration": {"vpcEndpointIds": [endpoint]}}],
        });
        let put = RestApiChange::Put { id: id.clone(), document, content: String::new(), accepted_warnings: [].into() };
        aws.execute(&Change::RestApi(put)).await.unwrap_or_else(|error| panic!("{error}"));
        self.wait_for_api();
        let deploy = Change::Stage(StageChange::deploy(&id, "live", "theirs"));
        aws.execute(&deploy).await.unwrap_or_else(|error| panic!("{error}"));
        id
    }

    async fn add_listener(&self, aws: &Aws) -> String {
        let create = LoadBalancerChange::Create {
            name: "shared".to_owned(),
            scheme: "internet-facing",
            subnet_ids: [defaults::SUBNETS[0].0, defaults::SUBNETS[1].0].map(str::to_owned).into(),
            security_group_ids: [defaults::DEFAULT_GROUP.to_owned()].into(),
            ip_address_type: "ipv4",
            tags: Tags::new(),
        };
        let load_balancer_arn = made(aws, Change::LoadBalancer(create)).await;
        let settings = ListenerSettings::http(80, DefaultAction::NotFound("given".to_owned()));
        let create = ListenerChange::Create { load_balancer_arn, settings, tags: Tags::new() };
        let listener_arn = made(aws, Change::Listener(create)).await;
        add_rule(aws, &listener_arn).await;
        listener_arn
    }
}

/// A rule of another team, and the target group that it leads to.
async fn add_rule(aws: &Aws, listener_arn: &str) {
    let create = TargetGroupChange::Create {
        name: "theirs".to_owned(),
        vpc_id: defaults::VPC.to_owned(),
        health_check: HealthCheck::https("200"),
        tags: Tags::new(),
    };
    let target_group_arn = made(aws, Change::TargetGroup(create)).await;
    let rule = RuleChange::Create {
        listener_arn: listener_arn.to_owned(),
        priority: 1,
        conditions: RuleConditions { paths: ["/theirs/*".to_owned()].into(), ..RuleConditions::default() },
        transforms: RuleTransforms::default(),
        target_group_arn,
        tags: Tags::new(),
    };
    made(aws, Change::Rule(rule)).await;
}

async fn open(aws: &Aws, group: &str) {
    let permissions = [Permission::tcp(443, Peer::Cidr("0.0.0.0/0".to_owned()))].into();
    let authorize = SecurityGroupChange::Authorize { id: group.to_owned(), direction: Direction::Ingress, permissions };
    aws.execute(&Change::SecurityGroup(authorize)).await.unwrap_or_else(|error| panic!("{error}"));
}

async fn made(aws: &Aws, change: Change) -> String {
    match aws.execute(&change).await.unwrap_or_else(|error| panic!("{error}")) {
        Output::Id(id) => id,
        Output::VpcEndpoint(endpoint) => endpoint.id,
        Output::RestApi(api) => api.id,
        Output::LoadBalancer(balancer) => balancer.arn,
        other => panic!("{other:?} has no ID"),
    }
}

/// A file of the repository.
pub fn file(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
