//! What belongs to others: a thousand resources with names, tags and places that are easily taken for ours.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::sync::Arc;

use aws_sim::services::ec2::vpc_endpoint::VpcEndpoint;
use aws_sim::services::lambda::permission::Grant;
use aws_sim::world::{Region, defaults};
use frontdoor::names::{ResourceName, statement_id};
use frontdoor::tags::{CLUSTER, OWNER, Owner, Tags};
use serde_json::json;

use crate::cloud::{ACCOUNT, Cloud};

/// How many of each kind.
const GROUPS: usize = 772;
const APIS: usize = 20;
const TARGET_GROUPS: usize = 20;
const LOAD_BALANCERS: usize = 4;
const LISTENERS: usize = 8;
const RULES: usize = 30;
const ENDPOINTS: usize = 16;
const FUNCTIONS: usize = 120;
/// Statements in the policy of the function that the specs name.
const STATEMENTS: usize = 10;

/// Whatever the account has, by kind and ID.
pub type Everything = BTreeMap<(&'static str, String), String>;

/// Tags that look like an object's: of another cluster, of a neighbour, or only half of them.
fn lookalike(owner: &Owner, place: usize) -> Tags {
    let other = |cluster: &str, name: &str| Owner {
        cluster: cluster.to_owned(),
        namespace: owner.namespace.clone(),
        name: name.to_owned(),
    };
    let resource = ["rest-api", "rule", "vpc-endpoint", "target-group", "endpoint-security-group"][place % 5];
    let mut tags = match place % 4 {
        0 => other("cluster-2", &owner.name).tags(resource, &Tags::new()),
        1 => other(&owner.cluster, &format!("{}-2", owner.name)).tags(resource, &Tags::new()),
        _ => owner.tags(resource, &Tags::new()),
    };
    match place % 4 {
        2 => drop(tags.remove(CLUSTER)),
        3 => drop(tags.remove(OWNER)),
        _ => {}
    }
    tags
}

/// Puts them into the account, around these owners.
pub fn settle(cloud: &Cloud, owners: &[Owner]) {
    cloud.simulator.with_region(ACCOUNT, &cloud.region, |region, _| {
        for place in 0..GROUPS {
            add_group(region, place, &owners[place % owners.len()]);
        }
        for place in 0..APIS {
            add_api(region, place, &owners[place % owners.len()]);
        }
        for place in 0..TARGET_GROUPS {
            add_target_group(region, place, &owners[place % owners.len()]);
        }
        for place in 0..LOAD_BALANCERS {
            add_load_balancer(region, place, &owners[place % owners.len()]);
        }
        for place in 0..LISTENERS {
            add_listener(region, place, &owners[place % owners.len()]);
        }
        for place in 0..RULES {
            add_rule(region, place, &owners[place % owners.len()]);
        }
        for place in 0..ENDPOINTS {
            add_endpoint(region, place, &owners[place % owners.len()]);
        }
        for place in 0..FUNCTIONS {
            let mut function = region.lambda.functions["hello"].clone();
            function.name = format!("hello-{place}");
            region.lambda.functions.insert(function.name.clone(), function);
        }
        for place in 0..STATEMENTS {
            add_statement(region, place, &owners[place % owners.len()]);
        }
    });
    forbid(cloud);
}

fn add_group(region: &mut Region, place: usize, owner: &Owner) {
    let mut group = region.ec2.groups[defaults::DEFAULT_GROUP].clone();
    group.id = format!("{OTHER_GROUP}{place:010x}");
    let name = ResourceName::security_group(owner, "endpoint-security-group", defaults::VPC);
    group.name = format!("{name}-{place}");
    region.ec2.tags.insert(group.id.clone(), lookalike(owner, place));
    region.ec2.groups.insert(group.id.clone(), group);
}

fn add_api(region: &mut Region, place: usize, owner: &Owner) {
    let mut api = region.apigateway.apis.values().next().expect("the API of another team").clone();
    api.id = format!("f{place:09}");
    Arc::make_mut(&mut api.definition).name = format!("{}-{}", owner.namespace, owner.name);
    api.tags = lookalike(owner, place).into_iter().collect();
    region.apigateway.apis.insert(api.id.clone(), api);
}

fn add_target_group(region: &mut Region, place: usize, owner: &Owner) {
    let mut group = region.elbv2.target_groups.values().next().expect("the target group of another team").clone();
    group.name = format!("{}{place}", frontdoor::names::elb_prefix(owner));
    group.arn =
        format!("arn:aws:elasticloadbalancing:{}:{ACCOUNT}:targetgroup/{}/f{place:015x}", region.name, group.name);
    region.elbv2.tags.insert(group.arn.clone(), lookalike(owner, place));
    region.elbv2.target_groups.insert(group.arn.clone(), group);
}

fn add_load_balancer(region: &mut Region, place: usize, owner: &Owner) {
    let mut balancer = region.elbv2.load_balancers.values().next().expect("the shared load balancer").clone();
    balancer.name = format!("{}{place}", frontdoor::names::elb_prefix(owner));
    balancer.arn = format!(
        "arn:aws:elasticloadbalancing:{}:{ACCOUNT}:loadbalancer/app/{}/f{place:015x}",
        region.name, balancer.name
    );
    region.elbv2.tags.insert(balancer.arn.clone(), lookalike(owner, place));
    region.elbv2.load_balancers.insert(balancer.arn.clone(), balancer);
}

/// On the load balancers that look like ours.
fn add_listener(region: &mut Region, place: usize, owner: &Owner) {
    let balancers = region.elbv2.load_balancers.values().filter(|balancer| balancer.name != "shared");
    let balancers: Vec<String> = balancers.map(|balancer| balancer.arn.clone()).collect();
    let mut listener = region.elbv2.listeners.values().next().expect("the shared listener").clone();
    let mut rule = region.elbv2.rules[&listener.default_rule].clone();
    listener.load_balancer.clone_from(&balancers[place % balancers.len()]);
    listener.arn = format!("{}/f{place:015x}", listener.load_balancer.replace(":loadbalancer/", ":listener/"));
    listener.port = u16::try_from(8000 + place).expect("few listeners");
    rule.listener.clone_from(&listener.arn);
    rule.arn = format!("{}/f{place:015x}", listener.arn.replace(":listener/", ":listener-rule/"));
    listener.default_rule.clone_from(&rule.arn);
    region.elbv2.tags.insert(listener.arn.clone(), lookalike(owner, place));
    region.elbv2.rules.insert(rule.arn.clone(), rule);
    region.elbv2.listeners.insert(listener.arn.clone(), listener);
}

/// In the policy of a function that is given to ours.
fn add_statement(region: &mut Region, place: usize, owner: &Owner) {
    let function = region.lambda.functions.get_mut("hello").expect("it is in every account");
    let sid = match place % 2 {
        0 => format!("{}-{place}", statement_id(owner)),
        _ => statement_id(&Owner { cluster: format!("cluster-{place}0"), ..owner.clone() }),
    };
    let statement = json!({
        "Sid": sid, "Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction", "Resource": format!("arn:aws:lambda:{}:{ACCOUNT}:function:hello", region.name),
        "Condition": {"ArnLike": {"AWS:SourceArn": format!("arn:aws:execute-api:{}:{ACCOUNT}:f{place:09}/*", region.name)}},
    });
    function.grants.push(Grant { sid, statement });
}

/// On the shared listener, beside ours.
fn add_rule(region: &mut Region, place: usize, owner: &Owner) {
    let template = region.elbv2.rules.values().find(|rule| rule.priority == Some(1)).expect("the rule of another team");
    let mut rule = template.clone();
    rule.arn = format!("{}{place:016x}", &template.arn[..template.arn.len() - 16]);
    rule.priority = u32::try_from(place + 2).ok();
    region.elbv2.tags.insert(rule.arn.clone(), lookalike(owner, place));
    region.elbv2.rules.insert(rule.arn.clone(), rule);
}

fn add_endpoint(region: &mut Region, place: usize, owner: &Owner) {
    let mut endpoint: VpcEndpoint = region.ec2.endpoints.values().next().expect("the given endpoint").clone();
    endpoint.id = format!("{OTHER_ENDPOINT}{place:010x}");
    let interfaces = endpoint.interfaces.iter_mut();
    for (number, (subnet, id)) in interfaces.enumerate() {
        let mut interface = region.ec2.interfaces[id].clone();
        interface.id = format!("eni-0f{number}{place:014x}");
        let last = u8::try_from(100 + place).expect("few endpoints");
        let [a, b, c, _] = interface.address.octets();
        interface.address = [a, b, c, last].into();
        region.ec2.addresses.entry(subnet.clone()).or_default().insert(interface.address);
        id.clone_from(&interface.id);
        region.ec2.interfaces.insert(interface.id.clone(), interface);
    }
    region.ec2.tags.insert(endpoint.id.clone(), lookalike(owner, place));
    region.ec2.endpoints.insert(endpoint.id.clone(), endpoint);
}

/// What the IDs of groups and endpoints begin with that no spec gives; others are drawn, and do not.
const OTHER_GROUP: &str = "sg-0f0f0f0";
const OTHER_ENDPOINT: &str = "vpce-0f0f0f0";

/// Calls that may point at a given endpoint: an API is associated with it.
const ASSOCIATE: &[&str] = &["POST /restapis", "PUT /restapis", "PATCH /restapis"];
/// Calls that may point at a given group: an endpoint gets it, or it is let in, or not any more.
const POINT: &[&str] = &["CreateVpcEndpoint", "ModifyVpcEndpoint", "AuthorizeSecurityGroup", "RevokeSecurityGroup"];

/// Lets no changing call name what is there now, but where a spec gives it to ours.
pub fn forbid(cloud: &Cloud) {
    for (kind, id) in everything(cloud).into_keys() {
        let but: &[&str] = match (kind, id.as_str()) {
            ("subnet" | "VPC" | "certificate" | "trust store" | "addresses" | "EC2 tags" | "ELB tags", _)
            | ("function", "hello" | "other")
            // Load balancers write their logs to it.
            | (_, "logs") => continue,
            ("endpoint", id) if !id.starts_with(OTHER_ENDPOINT) => ASSOCIATE,
            ("group", id) if !id.starts_with(OTHER_GROUP) => {
                // Its own rules are not ours.
                cloud.guard.forbid(&format!("GroupId={id}"), &[]);
                POINT
            }
            ("listener", arn) if arn.contains("/shared/") => &["CreateRule"],
            _ => &[],
        };
        cloud.guard.forbid(&id, but);
    }
}

/// Whatever there is in the account.
pub fn everything(cloud: &Cloud) -> Everything {
    cloud.simulator.with_region(ACCOUNT, &cloud.region, |region, _| {
        let Region { ec2, elbv2, iam, route53, acm, apigateway, lambda, s3, .. } = region;
        let mut all = Everything::new();
        note(&mut all, "VPC", &ec2.vpcs);
        note(&mut all, "subnet", &ec2.subnets);
        note(&mut all, "group", &ec2.groups);
        note(&mut all, "endpoint", &ec2.endpoints);
        note(&mut all, "endpoint service", &ec2.services);
        note(&mut all, "interface", &ec2.interfaces);
        note(&mut all, "gateway", &ec2.gateways);
        for (subnet, taken) in ec2.addresses.iter().filter(|(_, taken)| !taken.is_empty()) {
            all.insert(("addresses", subnet.clone()), format!("{taken:?}"));
        }
        note(&mut all, "EC2 tags", &ec2.tags);
        note(&mut all, "load balancer", &elbv2.load_balancers);
        note(&mut all, "listener", &elbv2.listeners);
        note(&mut all, "rule", &elbv2.rules);
        note(&mut all, "target group", &elbv2.target_groups);
        note(&mut all, "trust store", &elbv2.trust_stores);
        note(&mut all, "ELB tags", &elbv2.tags);
        note(&mut all, "API", &apigateway.apis);
        note(&mut all, "API key", &apigateway.api_keys);
        note(&mut all, "usage plan", &apigateway.usage_plans);
        note(&mut all, "domain name", &apigateway.domain_names);
        note(&mut all, "access association", &apigateway.access_associations);
        note(&mut all, "certificate", &acm.certificates);
        note(&mut all, "role", &iam.roles);
        note(&mut all, "zone", &route53.zones);
        note(&mut all, "bucket", &s3.buckets);
        for function in lambda.functions.values() {
            // The rest of a function is a revision that each change of its policy makes.
            all.insert(("function", function.name.clone()), format!("{:?}", function.grants));
            all.extend(function.grants.iter().map(|grant| (("statement", grant.sid.clone()), format!("{grant:?}"))));
        }
        all
    })
}

fn note<T: Debug>(all: &mut Everything, kind: &'static str, items: &BTreeMap<String, T>) {
    all.extend(items.iter().map(|(id, item)| ((kind, id.clone()), format!("{item:?}"))));
}

/// What came, went or changed.
pub fn differences(before: &Everything, after: &Everything) -> Vec<String> {
    let change = |id: &(&'static str, String)| match (before.get(id), after.get(id)) {
        (Some(_), None) => Some(format!("{id:?} is gone")),
        (None, Some(is)) => Some(format!("{id:?} is left: {is}")),
        (Some(was), Some(is)) if is != was => Some(format!("{id:?} was {was}, is {is}")),
        _ => None,
    };
    let ids: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    ids.into_iter().filter_map(change).collect()
}
