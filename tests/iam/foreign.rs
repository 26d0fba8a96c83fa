//! What has not our tags, or those of another cluster, is out of reach by the policy itself, whatever the controller asks for.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_apigateway::types::{EndpointConfiguration, EndpointType};
use aws_sim::world::defaults;
use frontdoor::aws::Class;
use frontdoor::change::{
    Change, FunctionPermissionChange, ListenerChange, LoadBalancerChange, PatchOperation, RestApiChange, RuleChange,
    SecurityGroupChange, StageChange, TagService, TagsChange, TargetGroupChange, VpcEndpointChange,
};
use frontdoor::iam::{self, Condition, Scope};
use frontdoor::model::Operation;
use frontdoor::observed::{Direction, HealthCheck, Peer, Permission, RuleConditions, RuleTransforms, StageSettings};
use frontdoor::tags::{CLUSTER, Tags};
use serde_json::json;

use crate::common::REGION;
use crate::door::{self, Door};

/// What others have, all with the same tags.
struct Foreign {
    group: String,
    endpoint: String,
    api: String,
    deployment: String,
    balancer: String,
    listener: String,
    rule: String,
    target_group: String,
}

fn set(items: &[&str]) -> BTreeSet<String> {
    items.iter().map(|&item| item.to_owned()).collect()
}

fn conditions(path: &str) -> RuleConditions {
    RuleConditions { paths: set(&[path]), ..RuleConditions::default() }
}

fn policy() -> serde_json::Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    ]})
}

/// Creates with these tags.
mod create {
    use super::*;

    pub fn group(tags: Tags) -> Change {
        let (name, description, vpc_id) = ("theirs".to_owned(), "theirs".to_owned(), defaults::VPC.to_owned());
        Change::SecurityGroup(SecurityGroupChange::Create { name, description, vpc_id, tags })
    }

    pub fn endpoint(group: &str, tags: Tags) -> Change {
        Change::VpcEndpoint(VpcEndpointChange::Create {
            vpc_id: defaults::VPC.to_owned(),
            service_name: format!("com.amazonaws.{REGION}.execute-api"),
            subnet_ids: door::PRIVATE_SUBNETS.map(str::to_owned).into(),
            security_group_ids: set(&[group]),
            subnet_configurations: BTreeMap::new(),
            private_dns: false,
            ip_address_type: "ipv4",
            policy: None,
            client_token: "token".to_owned(),
            tags,
        })
    }

    pub fn api(endpoint: &str, tags: Tags) -> Change {
        Change::RestApi(RestApiChange::Create {
            name: "theirs".to_owned(),
            description: None,
            vpc_endpoint_id: endpoint.to_owned(),
            policy: policy(),
            security_policy: "TLS_1_2".to_owned(),
            endpoint_access_mode: None,
            tags,
        })
    }

    pub fn target_group(tags: Tags) -> Change {
        let (name, vpc_id, health_check) =
            ("theirs".to_owned(), defaults::VPC.to_owned(), HealthCheck::https("200,403"));
        Change::TargetGroup(TargetGroupChange::Create { name, vpc_id, health_check, tags })
    }

    pub fn rule(listener: &str, target_group: &str, tags: Tags) -> Change {
        Change::Rule(RuleChange::Create {
            listener_arn: listener.to_owned(),
            priority: 1,
            conditions: conditions("/theirs"),
            transforms: RuleTransforms::default(),
            target_group_arn: target_group.to_owned(),
            tags,
        })
    }
}

impl Foreign {
    async fn create(door: &Door, tags: &Tags) -> Self {
        let group = door.prepare(create::group(tags.clone())).await;
        let endpoint = door.prepare(create::endpoint(&group, tags.clone())).await;
        let target_group = door.prepare(create::target_group(tags.clone())).await;
        let balancer = door.load_balancer(tags.clone()).await;
        let listener = door.listener(&balancer, 80, tags.clone()).await;
        let rule = door.prepare(create::rule(&listener, &target_group, tags.clone())).await;
        let api = rest_api(door, tags).await;
        let deploy = StageChange::deploy(&api, "theirs", "content");
        let deployment = door.prepare(Change::Stage(deploy)).await;
        Self { group, endpoint, api, deployment, balancer, listener, rule, target_group }
    }

    /// Every kind of change on it, and creates with other tags than ours.
    fn attempts(&self, tags: &Tags) -> Vec<Change> {
        let endpoint = self.endpoint_changes();
        let balancing = self.balancing_changes(tags);
        [endpoint, self.api_changes(), balancing, self.tags_changes(), self.creates(tags)].concat()
    }

    fn endpoint_changes(&self) -> Vec<Change> {
        let id = || self.group.clone();
        let permissions = || BTreeSet::from([Permission::tcp(22, Peer::Cidr("0.0.0.0/0".to_owned()))]);
        let modify = VpcEndpointChange::Modify {
            id: self.endpoint.clone(),
            add_subnet_ids: BTreeSet::new(),
            remove_subnet_ids: set(&[door::PRIVATE_SUBNETS[0]]),
            add_security_group_ids: BTreeSet::new(),
            remove_security_group_ids: BTreeSet::new(),
            subnet_configurations: BTreeMap::new(),
            private_dns: None,
            ip_address_type: None,
            policy: None,
        };
        let group = |direction| {
            let authorize = SecurityGroupChange::Authorize { id: id(), direction, permissions: permissions() };
            let revoke = SecurityGroupChange::Revoke { id: id(), direction, permissions: permissions() };
            [Change::SecurityGroup(authorize), Change::SecurityGroup(revoke)]
        };
        let mut changes = [group(Direction::Ingress), group(Direction::Egress)].concat();
        changes.push(Change::SecurityGroup(SecurityGroupChange::Delete { id: id() }));
        changes.push(Change::VpcEndpoint(modify));
        changes.push(Change::VpcEndpoint(VpcEndpointChange::Delete { id: self.endpoint.clone() }));
        changes
    }

    fn api_changes(&self) -> Vec<Change> {
        let id = || self.api.clone();
        let operations = vec![PatchOperation { path: "/name", old: String::new(), new: "ours".to_owned() }];
        let admit = RestApiChange::Admit {
            id: id(),
            associate: set(&[&self.endpoint]),
            dissociate: BTreeSet::new(),
            policy: Some(policy().to_string()),
        };
        let (old, new) =
            (StageSettings::default(), StageSettings { description: Some("x".to_owned()), ..StageSettings::default() });
        let update = StageChange::Update {
            api_id: id(),
            name: "theirs".to_owned(),
            deployment_id: None,
            old: Box::new(old),
            new: Box::new(new),
        };
        let document = json!({"openapi": "3.0.1", "info": {"title": "x", "version": "1"}, "paths": {}, "x-amazon-apigateway-policy": policy()});
        vec![
            Change::RestApi(RestApiChange::Put {
                id: id(),
                document,
                content: "content".to_owned(),
                accepted_warnings: [].into(),
            }),
            Change::RestApi(RestApiChange::Update { id: id(), operations }),
            Change::RestApi(admit),
            Change::Stage(StageChange::deploy(&self.api, "theirs", "other")),
            Change::Stage(update),
            Change::Stage(StageChange::Prune { api_id: id(), deployment_id: self.deployment.clone() }),
            Change::Stage(StageChange::Delete { api_id: id(), name: "theirs".to_owned() }),
            Change::RestApi(RestApiChange::Delete { id: id() }),
        ]
    }

    fn balancing_changes(&self, tags: &Tags) -> Vec<Change> {
        let (arn, listener, group) = (|| self.balancer.clone(), || self.listener.clone(), || self.target_group.clone());
        let addresses = || set(&["10.0.11.9"]);
        let settings = door::listener_settings(8080);
        let second =
            ListenerChange::Create { load_balancer_arn: arn(), settings: settings.clone(), tags: tags.clone() };
        let modify = RuleChange::Modify {
            arn: self.rule.clone(),
            conditions: conditions("/ours"),
            transforms: RuleTransforms::default(),
            target_group_arn: group(),
        };
        vec![
            Change::LoadBalancer(LoadBalancerChange::ModifyAttributes {
                arn: arn(),
                attributes: BTreeMap::from([("idle_timeout.timeout_seconds", "9".to_owned())]),
            }),
            Change::LoadBalancer(LoadBalancerChange::SetIpAddressType { arn: arn(), ip_address_type: "ipv4" }),
            Change::LoadBalancer(LoadBalancerChange::SetSubnets {
                arn: arn(),
                ip_address_type: None,
                subnet_ids: set(&door::PRIVATE_SUBNETS),
            }),
            Change::LoadBalancer(LoadBalancerChange::SetSecurityGroups {
                arn: arn(),
                security_group_ids: set(&[&self.group]),
            }),
            Change::Listener(second),
            Change::Listener(ListenerChange::Modify { arn: listener(), settings }),
            Change::Listener(ListenerChange::AddCertificate {
                arn: listener(),
                certificate_arn: door::certificate_arn(),
            }),
            Change::Listener(ListenerChange::RemoveCertificate {
                arn: listener(),
                certificate_arn: door::certificate_arn(),
            }),
            Change::Rule(modify),
            Change::Rule(RuleChange::Delete { arn: self.rule.clone() }),
            Change::TargetGroup(TargetGroupChange::Modify {
                arn: group(),
                health_check: HealthCheck::https("200,403"),
            }),
            Change::TargetGroup(TargetGroupChange::ModifyAttributes {
                arn: group(),
                attributes: BTreeMap::from([("deregistration_delay.timeout_seconds", "9".to_owned())]),
            }),
            Change::TargetGroup(TargetGroupChange::Register { arn: group(), addresses: addresses() }),
            Change::TargetGroup(TargetGroupChange::Deregister { arn: group(), addresses: addresses() }),
            Change::TargetGroup(TargetGroupChange::Delete { arn: group() }),
            Change::Listener(ListenerChange::Delete { arn: listener() }),
            Change::LoadBalancer(LoadBalancerChange::Delete { arn: arn() }),
        ]
    }

    fn tags_changes(&self) -> Vec<Change> {
        let tags = Tags::from([(CLUSTER.to_owned(), "test".to_owned())]);
        let both = |service, resources: BTreeSet<String>| {
            let (tags, keys) = (tags.clone(), set(&["team"]));
            let add = TagsChange::Add { service, resources: resources.clone(), tags };
            [Change::Tags(add), Change::Tags(TagsChange::Remove { service, resources, keys })]
        };
        [
            both(TagService::Ec2, set(&[&self.group, &self.endpoint])),
            both(TagService::LoadBalancing, set(&[&self.balancer, &self.listener, &self.rule, &self.target_group])),
            both(TagService::ApiGateway, set(&[&self.api])),
        ]
        .concat()
    }

    fn creates(&self, tags: &Tags) -> Vec<Change> {
        let balancer = LoadBalancerChange::Create {
            name: "other".to_owned(),
            scheme: "internal",
            subnet_ids: set(&door::PRIVATE_SUBNETS),
            security_group_ids: set(&[&self.group]),
            ip_address_type: "ipv4",
            tags: tags.clone(),
        };
        vec![
            create::group(tags.clone()),
            create::endpoint(&self.group, tags.clone()),
            create::api(&self.endpoint, tags.clone()),
            create::target_group(tags.clone()),
            create::rule(&self.listener, &self.target_group, tags.clone()),
            Change::LoadBalancer(balancer),
        ]
    }
}

/// An API with a method, without which it cannot be deployed.
async fn rest_api(door: &Door, tags: &Tags) -> String {
    let client = aws_sdk_apigateway::Client::new(&door.others);
    let endpoints = EndpointConfiguration::builder().types(EndpointType::Private).build();
    let tags = Some(tags.clone().into_iter().collect());
    let create = client.create_rest_api().name("theirs").endpoint_configuration(endpoints).policy(policy().to_string());
    let api = create.set_tags(tags).send().await.expect("an API");
    let (id, root) = (api.id().expect("an ID"), api.root_resource_id().expect("a root"));
    door.mock(id, root).await;
    id.to_owned()
}

/// Whether the table guards the call by tags.
fn is_guarded(call: &iam::Call) -> bool {
    use Condition::{Created, CreatedEndpoint, CreatedOnOwn, Own};
    call.needs.iter().any(|need| [Created, CreatedEndpoint, CreatedOnOwn, Own].contains(&need.condition))
}

async fn all_is_denied(theirs: &Tags, scope: &Scope) {
    let mut door = Door::new(json!({}));
    let foreign = Foreign::create(&door, theirs).await;
    door.restrict(&json!(iam::policy(scope)));
    let mut attempted = BTreeSet::new();
    for change in foreign.attempts(theirs) {
        let operation = change.operation();
        attempted.insert(operation);
        let Err(error) = door.execute(&change).await else { panic!("{operation} was allowed: {change:?}") };
        assert_eq!(error.class, Class::Denied, "{operation}: {error}");
        let named = iam::actions(operation).iter().any(|action| error.message.contains(&format!("lacks {action} on ")));
        assert!(named, "{operation}: {error}");
    }
    let guarded: BTreeSet<Operation> =
        iam::calls().filter(|call| is_guarded(call)).map(|call| call.operation).collect();
    assert_eq!(attempted, guarded, "each call that tags guard is attempted");
}

#[tokio::test]
async fn what_has_no_tags_is_out_of_reach() {
    all_is_denied(&Tags::from([("team".to_owned(), "other".to_owned())]), &Scope::default()).await;
}

#[tokio::test]
async fn what_is_another_clusters_is_out_of_reach() {
    let theirs = Tags::from([(CLUSTER.to_owned(), "another".to_owned())]);
    all_is_denied(&theirs, &Scope { cluster_id: Some(door::CLUSTER_ID.to_owned()), ..Scope::default() }).await;
}

/// What is not tagged yet can be, for want of a condition that tells a new listener from an old one.
#[tokio::test]
async fn listeners_of_other_clusters_are_not_taken_over_by_tags() {
    let mut door = Door::new(json!({}));
    let theirs = Tags::from([(CLUSTER.to_owned(), "another".to_owned())]);
    let foreign = Foreign::create(&door, &theirs).await;
    let scope = Scope { cluster_id: Some(door::CLUSTER_ID.to_owned()), ..Scope::default() };
    door.restrict(&json!(iam::policy(&scope)));
    for arn in [&foreign.listener, &foreign.rule] {
        let tags = Tags::from([(CLUSTER.to_owned(), door::CLUSTER_ID.to_owned())]);
        let add = TagsChange::Add { service: TagService::LoadBalancing, resources: set(&[arn]), tags };
        let error = door.execute(&Change::Tags(add)).await.expect_err("another cluster's");
        assert!(error.message.contains("lacks elasticloadbalancing:AddTags on "), "{error}");
    }
}

#[tokio::test]
async fn functions_are_opened_to_api_gateway_only() {
    let mut door = Door::new(json!({}));
    let client = aws_sdk_lambda::Client::new(&door.others);
    let add = client.add_permission().function_name("hello").statement_id("theirs").action("lambda:InvokeFunction");
    add.principal("s3.amazonaws.com").send().await.expect("a permission");
    door.restrict(&json!(iam::policy(&Scope::default())));
    let (function_arn, statement_id) = (door::function_arn(), "theirs".to_owned());
    let remove = Change::FunctionPermission(FunctionPermissionChange::Remove { function_arn, statement_id });
    let error = door.execute(&remove).await.expect_err("somebody else's");
    assert!(error.message.contains("lacks lambda:RemovePermission on "), "{error}");
}

#[tokio::test]
async fn endpoints_for_other_services_are_not_created() {
    let mut door = Door::new(json!({}));
    door.restrict(&json!(iam::policy(&Scope::default())));
    let mut change = create::endpoint(defaults::DEFAULT_GROUP, door.tags("vpc-endpoint"));
    if let Change::VpcEndpoint(VpcEndpointChange::Create { service_name, .. }) = &mut change {
        *service_name = format!("com.amazonaws.{REGION}.sqs");
    }
    let error = door.execute(&change).await.expect_err("another service");
    assert!(error.message.contains("lacks ec2:CreateVpcEndpoint on "), "{error}");
}
