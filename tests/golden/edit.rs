//! What cases change: fields of a manifest, and what is in the cloud.

use frontdoor::api::Tracing;
use frontdoor::observed::{
    DEREGISTRATION_DELAY, DefaultAction, EndpointState, ExternalPolicy, FunctionPolicy, Peer, Permission,
    RuleTransforms, UsagePlan,
};
use frontdoor::tags::Tags;
use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::fixture;

/// Sets what a JSON pointer leads to; null takes it away. The last name of the pointer may be new.
pub fn set(spec: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = spec.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer} leads nowhere"));
    match parent {
        Value::Object(fields) if value.is_null() => drop(fields.remove(name)),
        Value::Object(fields) => drop(fields.insert(name.to_owned(), value)),
        Value::Array(items) => items[name.parse::<usize>().expect("a place")] = value,
        _ => panic!("{pointer} leads into a value"),
    }
}

/// A function of another account.
const THEIR_FUNCTION: &str = "arn:aws:lambda:ap-northeast-1:444455556666:function:hello:live";

/// A cloud with what the examples name.
pub fn cloud() -> Cloud {
    let mut cloud = Cloud::new();
    // A plan shows each wait for an API once more; the properties have them all.
    cloud.locks = false;
    let (listener, balancer) = fixture::balancer("shared", Tags::new());
    cloud.all.listeners.push(listener);
    cloud.all.load_balancers.push(balancer);
    cloud.all.vpc_endpoints.push(fixture::endpoint("vpce-0a1b2c3d4e5f60041", Tags::new()));
    let mut api = fixture::api("a1b2c3d4e5", &[], Tags::new());
    api.stages.iter_mut().for_each(|stage| stage.name = stage.name.replace("prod", "live"));
    cloud.all.rest_apis.push(api);
    cloud.adopted.insert("a1b2c3d4e5".to_owned());
    cloud
}

/// Others change what is ours.
pub fn drift(cloud: &mut Cloud, name: &str) {
    let owner = cloud.owner.clone();
    let all = &mut cloud.all;
    match name {
        "rule transform removed" => {
            all.rules
                .iter_mut()
                .filter(|it| owner.owns(&it.tags))
                .for_each(|it| it.transforms = RuleTransforms::default());
        }
        "rule deleted" => all.rules.retain(|it| !owner.owns(&it.tags)),
        "SSH opened" => {
            let ssh = Permission::tcp(22, Peer::Cidr("0.0.0.0/0".to_owned()));
            let groups =
                all.security_groups.iter_mut().filter(|it| owner.owns_as(&it.tags, "load-balancer-security-group"));
            groups.for_each(|it| it.ingress.extend([ssh.clone()]));
        }
        "target removed" => {
            let groups = all.target_groups.iter_mut().filter(|it| owner.owns(&it.tags));
            groups.for_each(|it| drop(it.targets.pop_first()));
        }
        "health check changed" => {
            for group in all.target_groups.iter_mut().filter(|it| owner.owns(&it.tags)) {
                "/by-hand".clone_into(&mut group.health_check.path);
                group.attributes.set([(DEREGISTRATION_DELAY, "300".to_owned())]);
            }
        }
        "policy opened" => {
            let apis = all.rest_apis.iter_mut().filter(|it| owner.owns(&it.tags));
            apis.for_each(|it| it.policy = Some(fixture::open_policy()));
        }
        "another deployment" => {
            let apis = all.rest_apis.iter_mut().filter(|it| owner.owns(&it.tags));
            apis.flat_map(|it| &mut it.stages).for_each(|it| it.deployed.content = None);
        }
        "tags changed" => {
            for (_, _, tags) in all.tagged_mut().filter(|(_, _, tags)| owner.owns(tags)) {
                tags.remove("team");
                tags.insert("scanner".to_owned(), "seen".to_owned());
            }
        }
        "stage changed" => {
            let apis = all.rest_apis.iter_mut().filter(|it| owner.owns(&it.tags));
            let stages = apis.flat_map(|it| &mut it.stages);
            stages.for_each(|it| {
                it.settings.tracing = Tracing::Active;
                it.settings.canary = Some("abc123".to_owned());
                it.settings.method_overrides = fixture::text(&["orders/GET"]);
            });
        }
        "endpoint deleted" => {
            let endpoints = all.vpc_endpoints.iter_mut().filter(|it| owner.owns(&it.tags));
            endpoints.for_each(|it| it.state = EndpointState::Deleting);
        }
        "endpoint changed" => {
            for endpoint in all.vpc_endpoints.iter_mut().filter(|it| owner.owns(&it.tags)) {
                endpoint.private_dns = false;
                endpoint.security_group_ids = fixture::text(&["sg-0a1b2c3d4e5f60097"]);
            }
        }
        "usage plans" => {
            let ours = all.rest_apis.iter().filter(|it| owner.owns(&it.tags));
            let stages = ours.flat_map(|api| api.stages.iter().map(|stage| (api.id.clone(), stage.name.clone())));
            let plan = |name: &str, id: &str, stages| UsagePlan { id: id.to_owned(), name: name.to_owned(), stages };
            let stages = stages.collect();
            all.usage_plans = vec![
                plan("gold", "gold01", stages),
                plan("of others", "other1", [("a1b2c3d4e5".to_owned(), "live".to_owned())].into()),
            ];
        }
        "stage deleted" => all.rest_apis.iter_mut().filter(|it| owner.owns(&it.tags)).for_each(|it| it.stages.clear()),
        "settings of the API changed" => {
            for api in all.rest_apis.iter_mut().filter(|it| owner.owns(&it.tags)) {
                api.description = Some("by hand".to_owned());
                api.security_policy = Some("SecurityPolicy_TLS13_1_2_2021_06".to_owned());
                api.binary_media_types = fixture::text(&["*/*"]);
            }
        }
        "rule conditions changed" => {
            let rules = all.rules.iter_mut().filter(|it| owner.owns(&it.tags));
            rules.for_each(|it| it.conditions.paths = fixture::text(&["/by-hand"]));
        }
        "rules swapped" => {
            let mut rules: Vec<_> = all.rules.iter_mut().filter(|it| owner.owns(&it.tags)).collect();
            let priorities: Vec<i32> = rules.iter().map(|it| it.priority).rev().collect();
            rules.iter_mut().zip(priorities).for_each(|(it, priority)| it.priority = priority);
        }
        "target group deleted" => {
            all.rules.retain(|it| !owner.owns(&it.tags));
            all.target_groups.retain(|it| !owner.owns(&it.tags));
        }
        "listener changed" => {
            for listener in all.listeners.iter_mut().filter(|it| owner.owns(&it.tags)) {
                listener.port = 8080;
                listener.default_action = DefaultAction::Other;
            }
        }
        "listener deleted" => {
            all.rules.retain(|it| !owner.owns(&it.tags));
            all.listeners.retain(|it| !owner.owns(&it.tags));
        }
        "load balancer changed" => {
            for balancer in all.load_balancers.iter_mut().filter(|it| owner.owns(&it.tags)) {
                balancer.security_group_ids = fixture::text(&["sg-0a1b2c3d4e5f60097"]);
                balancer.attributes.set([("idle_timeout.timeout_seconds", "4000".to_owned())]);
            }
        }
        "load balancer deleted" => {
            all.rules.retain(|it| !owner.owns(&it.tags));
            all.listeners.retain(|it| !owner.owns(&it.tags));
            all.load_balancers.retain(|it| !owner.owns(&it.tags));
        }
        "API deleted" => all.rest_apis.retain(|it| !owner.owns(&it.tags)),
        "association removed" => all.rest_apis.iter_mut().for_each(|it| it.vpc_endpoint_ids.clear()),
        "their policy removed" => all.rest_apis.iter_mut().for_each(|it| it.policy = None),
        "their policy denies" => all.rest_apis.iter_mut().for_each(|it| {
            it.policy = Some(json!({"Version": "2012-10-17", "Statement": [{
                "Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*",
                "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d4e5f60099"}},
            }]}));
        }),
        "their policy denies addresses" => all.rest_apis.iter_mut().for_each(|it| {
            it.policy = Some(json!({"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"},
                {"Effect": "Deny", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*",
                 "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}},
            ]}));
        }),
        "their endpoint denies" => all.vpc_endpoints.iter_mut().for_each(|it| {
            it.policy = json!({"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke",
                "Resource": "arn:aws:execute-api:ap-northeast-1:111122223333:another000/*",
            }]});
        }),
        "permission removed" => {
            let ours = frontdoor::names::statement_id(&owner);
            all.function_policies.values_mut().for_each(|it| drop(it.statements.remove(&ours)));
        }
        "their function's policy read" => {
            let policy = ExternalPolicy::Read(FunctionPolicy::default());
            all.external_policies.insert(THEIR_FUNCTION.to_owned(), policy);
        }
        other => panic!("no drift is called {other}"),
    }
}
