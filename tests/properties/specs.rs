//! Arbitrary specs that can be had.

use frontdoor::api::PrivateApiFrontDoorSpec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixture::{HELLO, IPV6_SUBNETS, OTHER_FUNCTION, SUBNETS, listener_arn};

const CERTIFICATES: [&str; 3] = [
    "arn:aws:acm:ap-northeast-1:111122223333:certificate/0a1b2c3d-4e5f-4000-8000-000000000001",
    "arn:aws:acm:ap-northeast-1:111122223333:certificate/0a1b2c3d-4e5f-4000-8000-000000000002",
    "arn:aws:acm:ap-northeast-1:111122223333:certificate/0a1b2c3d-4e5f-4000-8000-000000000003",
];

/// A spec, the endpoint, API and load balancer of which may each be created or given.
pub fn any_spec() -> impl Strategy<Value = PrivateApiFrontDoorSpec> {
    let codes = prop_oneof![Just("200,403"), Just("403")];
    (endpoint(), api(), balancer(), rules(), codes, any::<bool>()).prop_map(assemble)
}

fn assemble(
    (endpoint, api, balancer, rules, codes, ipv6): (Value, Value, Option<Value>, Vec<Value>, &str, bool),
) -> PrivateApiFrontDoorSpec {
    let mut spec = json!({"vpcEndpoint": endpoint, "api": api});
    let created = |spec: &Value| spec["vpcEndpoint"]["create"].is_object();
    if let Some(mut balancer) = balancer {
        let subnets = balancer.pointer_mut("/create/subnetIds");
        cover(&spec["vpcEndpoint"]["create"]["subnetIds"], subnets.unwrap_or(&mut Value::Null));
        spec["loadBalancer"] = balancer;
        spec["targetGroup"] = json!({"healthCheck": {"successCodes": codes}});
        spec["rules"] = json!(rules);
    } else if created(&spec) && spec["vpcEndpoint"]["create"]["securityGroupIds"].is_null() {
        spec["vpcEndpoint"]["create"]["clientCidrs"] = json!(["10.20.0.0/16"]);
    }
    for part in ["/vpcEndpoint/create", "/loadBalancer/create"].into_iter().filter(|_| ipv6) {
        let Some(create) = spec.pointer_mut(part) else { continue };
        let subnets = create["subnetIds"].as_array().into_iter().flatten();
        let all = subnets.clone().count() > 0 && subnets.filter_map(Value::as_str).all(|id| IPV6_SUBNETS.contains(&id));
        if all && create["subnetConfigurations"].is_null() {
            create["ipAddressType"] = json!("dualstack");
        }
    }
    serde_json::from_value(spec).expect("a spec")
}

/// Gives the load balancer a subnet in every zone of the endpoint.
fn cover(endpoint: &Value, balancer: &mut Value) {
    let (Some(endpoint), Some(balancer)) = (endpoint.as_array(), balancer.as_array_mut()) else { return };
    let zone = |id: &Value| SUBNETS.iter().find(|subnet| *id == subnet.0).map(|subnet| subnet.2);
    for subnet in endpoint {
        if !balancer.iter().any(|id| zone(id) == zone(subnet)) {
            balancer.push(subnet.clone());
        }
    }
}

fn groups(field: &'static str) -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => Just(json!({})),
        1 => Just(json!({field: ["sg-0a1b2c3d4e5f60097"]})),
        1 => Just(json!({field: ["sg-0a1b2c3d4e5f60097", "sg-0a1b2c3d4e5f60096"]})),
    ]
}

fn with(mut value: Value, more: Value) -> Value {
    if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
        value.extend(more);
    }
    value
}

/// Subnets in two zones of which one has a choice, in one zone, in all.
fn endpoint() -> impl Strategy<Value = Value> {
    let subnets = prop_oneof![
        Just(vec![2, 3]),
        Just(vec![2]),
        Just(vec![4]),
        Just(vec![5, 3]),
        Just(vec![3, 4]),
        Just(vec![2, 3, 4]),
        Just(vec![5, 3, 4]),
    ];
    let address = prop_oneof![3 => Just(None), 1 => Just(Some(77)), 1 => Just(Some(88))];
    let narrow =
        json!({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}});
    let more = prop_oneof![
        3 => Just(json!({})),
        1 => Just(json!({"policy": narrow})),
    ];
    let create = (subnets, groups("securityGroupIds"), any::<bool>(), address, more).prop_map(
        |(subnets, groups, dns, address, more)| {
            let subnets: Vec<&str> = subnets.into_iter().map(|index: usize| SUBNETS[index].0).collect();
            let first = subnets[0];
            let address = address.map(|last: u8| format!("10.0.{}.{last}", &first[first.len() - 2..]));
            let pinned = address
                .map_or_else(|| json!({}), |ipv4| json!({"subnetConfigurations": [{"subnetId": first, "ipv4": ipv4}]}));
            let dns = if dns { "Enabled" } else { "Disabled" };
            let create = with(with(json!({"subnetIds": subnets, "privateDns": dns}), pinned), more);
            json!({"create": with(create, groups)})
        },
    );
    let existing = (0..2u32).prop_map(|index| json!({"id": format!("vpce-0a1b2c3d4e5f6000{index}")}));
    prop_oneof![3 => create, 1 => existing]
}

fn api() -> impl Strategy<Value = Value> {
    let integration = prop_oneof![
        Just(json!({"lambda": {"functionArn": HELLO}})),
        Just(json!({"lambda": {"functionArn": OTHER_FUNCTION}})),
        Just(json!({"mock": {"body": "{}"}})),
        Just(json!({"http": {"url": "https://backend.example.com"}})),
    ];
    let policy = prop_oneof![Just("TLS_1_2"), Just("SecurityPolicy_TLS13_1_3_2025_09")];
    let more = prop_oneof![Just(json!([])), Just(json!(["vpce-0a1b2c3d4e5f60009"]))];
    let create =
        (integration, stage(), policy, more, any::<bool>()).prop_map(|(integration, stage, policy, more, second)| {
            let mut routes = vec![json!({"path": "/", "method": "GET", "integration": integration})];
            if second {
                routes.push(json!({"path": "/{proxy+}", "integration": {"lambda": {"functionArn": HELLO}}}));
            }
            let resource_policy = json!({"additionalVpcEndpointIds": more});
            json!({"routes": routes, "stage": stage, "securityPolicy": policy, "resourcePolicy": resource_policy})
        });
    let existing =
        (0..2u32, stage()).prop_map(|(index, stage)| json!({"id": format!("foreign00{index}"), "stage": stage}));
    prop_oneof![3 => create, 1 => existing]
}

fn stage() -> impl Strategy<Value = Value> {
    prop_oneof![Just(json!({"name": "test"})), Just(json!({"name": "prod"}))]
}

fn balancer() -> impl Strategy<Value = Option<Value>> {
    let listener = prop_oneof![
        3 => Just(json!({})),
        1 => Just(json!({"port": 8080})),
        1 => (1..4usize).prop_map(|count| json!({"protocol": "HTTPS", "certificateArns": CERTIFICATES[..count]})),
        1 => Just(json!({"protocol": "HTTPS", "certificateArns": CERTIFICATES[..1], "redirectHttp": "Enabled"})),
    ];
    let many = |from: u8| json!((from..from + 20).map(|third| format!("10.0.{third}.0/24")).collect::<Vec<_>>());
    let cidrs = prop_oneof![
        Just(json!(["0.0.0.0/0"])),
        Just(json!(["10.0.0.0/8", "192.0.2.0/24"])),
        Just(many(0)),
        Just(many(15)),
    ];
    let zones = prop_oneof![Just(vec![0, 1]), Just(vec![0, 1, 4]), Just(vec![5, 4])];
    let create = (zones, groups("securityGroupIds"), listener, cidrs).prop_map(|(zones, groups, listener, cidrs)| {
        let subnets: Vec<&str> = zones.into_iter().map(|index: usize| SUBNETS[index].0).collect();
        let mut create = with(json!({"subnetIds": subnets}), groups);
        if create["securityGroupIds"].is_null() {
            create["clientCidrs"] = cidrs;
        }
        json!({"create": create, "listener": listener})
    });
    let existing = (0..2u32).prop_map(|index| json!({"listenerArn": listener_arn(&format!("foreign-{index}"))}));
    prop_oneof![1 => Just(None), 4 => create.prop_map(Some), 3 => existing.prop_map(Some)]
}

/// Rules that overlap, in any order, some with a priority of their own.
pub fn rules() -> impl Strategy<Value = Vec<Value>> {
    let paths = ["/*", "/test/*", "/test/a*", "/orders*", "/test/b"];
    let rule = |path: &'static str| {
        let priority =
            prop_oneof![4 => Just(None), 1 => prop_oneof![Just(1), Just(2), Just(7), Just(11)].prop_map(Some)];
        (any::<bool>(), any::<bool>(), priority).prop_map(move |(host, hidden, priority): (bool, bool, Option<i32>)| {
            let mut rule = json!({"paths": [path], "stagePath": if hidden { "Hidden" } else { "Visible" }});
            if host {
                rule["hosts"] = json!(["api.example.com"]);
            }
            if let Some(priority) = priority {
                rule["priority"] = json!(priority);
            }
            rule
        })
    };
    let all: Vec<_> = paths.into_iter().map(rule).collect();
    (all, Just(paths.to_vec()), 1..=5usize).prop_perturb(|(mut rules, _, count), mut random| {
        for index in (1..rules.len()).rev() {
            let other = usize::try_from(random.next_u32()).expect("fits") % (index + 1);
            rules.swap(index, other);
        }
        rules.truncate(count);
        let mut seen = std::collections::BTreeSet::new();
        for rule in &mut rules {
            let doubled = rule["priority"].as_i64().is_some_and(|priority| !seen.insert(priority));
            if doubled {
                rule.as_object_mut().expect("a rule").remove("priority");
            }
        }
        rules
    })
}

/// A spec in the second VPC: everything of it is created.
pub fn second_vpc() -> PrivateApiFrontDoorSpec {
    let subnets = [SUBNETS[6].0, SUBNETS[7].0];
    serde_json::from_value(json!({
        "vpcEndpoint": {"create": {"subnetIds": subnets, "privateDns": "Enabled"}},
        "api": {"routes": [{"integration": {"lambda": {"functionArn": HELLO}}}], "stage": {"name": "test"}},
        "loadBalancer": {"create": {"subnetIds": subnets}},
    }))
    .expect("a spec")
}
