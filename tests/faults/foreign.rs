//! What belongs to others: a thousand resources with names, tags and places that are easily taken for ours.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use aws_sim::services::ec2::vpc_endpoint::VpcEndpoint;
use aws_sim::world::{Region, defaults};
use frontdoor::names::{ResourceName, statement_id};
use frontdoor::tags::{CLUSTER, OWNER, Owner, Tags};

use crate::cloud::{ACCOUNT, Cloud};

/// How many of each kind.
const GROUPS: usize = 790;
const APIS: usize = 20;
const TARGET_GROUPS: usize = 20;
const LOAD_BALANCERS: usize = 4;
const RULES: usize = 30;
const ENDPOINTS: usize = 16;
const FUNCTIONS: usize = 120;

/// Their state, by kind and ID.
pub type Theirs = BTreeMap<String, String>;

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
    });
}

fn add_group(region: &mut Region, place: usize, owner: &Owner) {
    let mut group = region.ec2.groups[defaults::DEFAULT_GROUP].clone();
    group.id = format!("sg-0f{place:015x}");
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
    endpoint.id = format!("vpce-0f{place:015x}");
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

/// Everything that is not these owners'.
pub fn theirs(cloud: &Cloud, owners: &[Owner]) -> Theirs {
    cloud.simulator.with_region(ACCOUNT, &cloud.region, |region, _| {
        let mut all = Theirs::new();
        note(&mut all, "group", &region.ec2.groups);
        note(&mut all, "endpoint", &region.ec2.endpoints);
        note(&mut all, "interface", &region.ec2.interfaces);
        note(&mut all, "EC2 tags", &region.ec2.tags);
        note(&mut all, "load balancer", &region.elbv2.load_balancers);
        note(&mut all, "listener", &region.elbv2.listeners);
        note(&mut all, "rule", &region.elbv2.rules);
        note(&mut all, "target group", &region.elbv2.target_groups);
        note(&mut all, "ELB tags", &region.elbv2.tags);
        note(&mut all, "API", &region.apigateway.apis);
        let ours: Vec<String> = owners.iter().map(statement_id).collect();
        for function in region.lambda.functions.values() {
            let grants: Vec<String> = function.grants.iter().map(|grant| grant.sid.clone()).collect();
            let grants = grants.into_iter().filter(|sid| !ours.contains(sid)).collect::<Vec<_>>();
            all.insert(format!("function {}", function.name), format!("{grants:?}"));
        }
        all
    })
}

fn note<T: Debug>(all: &mut Theirs, kind: &str, items: &BTreeMap<String, T>) {
    all.extend(items.iter().map(|(id, item)| (format!("{kind} {id}"), format!("{item:?}"))));
}

/// What has changed of what was there before.
pub fn touched(before: &Theirs, after: &Theirs) -> Vec<String> {
    let change = |(id, was): (&String, &String)| match after.get(id) {
        None => Some(format!("{id} is gone")),
        Some(is) if is != was => Some(format!("{id} was {was}, is {is}")),
        Some(_) => None,
    };
    before.iter().filter_map(change).collect()
}
