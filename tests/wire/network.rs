//! Security groups and VPC endpoints.

use std::collections::{BTreeMap, BTreeSet};

use aws_sim::world::defaults;
use frontdoor::aws::{Class, Pass};
use frontdoor::change::{Change, SecurityGroupChange, VpcEndpointChange};
use frontdoor::intent::Wanted;
use frontdoor::node::Node;
use frontdoor::observed::{Direction, EndpointState, Peer, Permission};
use serde_json::{Value, json};

use crate::lab::{Lab, private_subnets, set};

#[tokio::test]
async fn a_security_group_comes_back_as_it_was_made() {
    let mut lab = Lab::new();
    let id = lab.security_group("endpoint-security-group").await;
    let other = lab.security_group("load-balancer-security-group").await;
    let permissions = BTreeSet::from([
        Permission::tcp(443, Peer::Group(other.clone())),
        Permission::tcp(443, Peer::Cidr("10.0.0.0/8".to_owned())),
        Permission::tcp(80, Peer::Cidr("10.0.0.0/8".to_owned())),
        Permission::tcp(80, Peer::Cidr6("fd00::/8".to_owned())),
    ]);
    let change = |direction, permissions: &BTreeSet<Permission>, revoke: bool| {
        let (id, permissions) = (id.clone(), permissions.clone());
        Change::SecurityGroup(if revoke {
            SecurityGroupChange::Revoke { id, direction, permissions }
        } else {
            SecurityGroupChange::Authorize { id, direction, permissions }
        })
    };
    lab.step(change(Direction::Ingress, &permissions, false)).await;
    lab.step(change(Direction::Egress, &permissions, false)).await;
    lab.step(change(Direction::Egress, &BTreeSet::from([Permission::all_out()]), true)).await;
    lab.step(change(Direction::Ingress, &permissions, true)).await;
    lab.step(change(Direction::Egress, &permissions, true)).await;
    lab.step(Change::SecurityGroup(SecurityGroupChange::Delete { id: id.clone() })).await;
    lab.step(Change::SecurityGroup(SecurityGroupChange::Delete { id })).await;
}

#[tokio::test]
async fn a_permission_that_stands_already_is_a_conflict() {
    let mut lab = Lab::new();
    let id = lab.security_group("endpoint-security-group").await;
    let permissions = BTreeSet::from([Permission::all_out()]);
    let error = lab
        .fails(Change::SecurityGroup(SecurityGroupChange::Authorize { id, direction: Direction::Egress, permissions }))
        .await;
    assert_eq!(error.class, Class::Conflict, "{error}");
}

#[tokio::test]
async fn a_security_group_in_use_cannot_be_deleted_yet() {
    let mut lab = Lab::new();
    let group = lab.security_group("endpoint-security-group").await;
    lab.vpc_endpoint(&group).await;
    lab.wait(5).await;
    let error = lab.fails(Change::SecurityGroup(SecurityGroupChange::Delete { id: group })).await;
    assert_eq!(error.class, Class::InUse, "{error}");
}

#[tokio::test]
async fn an_endpoint_becomes_available_with_its_addresses_and_goes() {
    let mut lab = Lab::new();
    let group = lab.security_group("endpoint-security-group").await;
    let id = lab.vpc_endpoint(&group).await;
    assert_eq!(lab.predicted.vpc_endpoints[0].state, EndpointState::Pending);
    lab.wait(5).await;
    let endpoint = &lab.predicted.vpc_endpoints[0];
    assert_eq!(endpoint.state, EndpointState::Available);
    assert_eq!(endpoint.target_addresses().map(|addresses| addresses.len()), Some(2));
    assert_eq!(endpoint.subnet_ids, private_subnets());
    assert!(endpoint.dns_names[0].starts_with(&id) && endpoint.dns_names[0].ends_with(".vpce.amazonaws.com"));
    lab.step(Change::VpcEndpoint(VpcEndpointChange::Delete { id: id.clone() })).await;
    lab.wait(5).await;
    assert!(lab.predicted.vpc_endpoints.is_empty());
    lab.step(Change::VpcEndpoint(VpcEndpointChange::Delete { id })).await;
}

/// A modification of everything and nothing.
fn modify(id: &str, change: impl FnOnce(&mut Modification)) -> Change {
    let mut modification = Modification::default();
    change(&mut modification);
    let Modification { remove, add_groups, addresses, private_dns, policy } = modification;
    Change::VpcEndpoint(VpcEndpointChange::Modify {
        id: id.to_owned(),
        add_subnet_ids: BTreeSet::new(),
        remove_subnet_ids: remove,
        add_security_group_ids: add_groups,
        remove_security_group_ids: BTreeSet::new(),
        subnet_configurations: addresses,
        private_dns,
        ip_address_type: None,
        policy,
    })
}

#[derive(Default)]
struct Modification {
    remove: BTreeSet<String>,
    add_groups: BTreeSet<String>,
    addresses: BTreeMap<String, String>,
    private_dns: Option<bool>,
    policy: Option<Value>,
}

#[tokio::test]
async fn an_endpoint_is_modified() {
    let mut lab = Lab::new();
    let group = lab.security_group("endpoint-security-group").await;
    let other = lab.security_group("other").await;
    let id = lab.vpc_endpoint(&group).await;
    lab.wait(5).await;
    lab.step(modify(&id, |it| it.add_groups = set([&other]))).await;
    lab.wait(5).await;
    lab.step(modify(&id, |it| it.private_dns = Some(false))).await;
    lab.wait(5).await;
    let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"});
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]});
    lab.step(modify(&id, |it| it.policy = Some(policy))).await;
    lab.wait(5).await;
    lab.step(modify(&id, |it| it.remove = private_subnets().into_iter().take(1).collect())).await;
    lab.wait(5).await;
    assert_eq!(lab.predicted.vpc_endpoints[0].target_addresses().map(|addresses| addresses.len()), Some(1));
}

#[tokio::test]
async fn an_interface_has_the_address_that_it_was_given() {
    let mut lab = Lab::new();
    let group = lab.security_group("endpoint-security-group").await;
    let subnets: Vec<String> = private_subnets().into_iter().collect();
    let mut create = lab.endpoint_change(&group);
    if let Change::VpcEndpoint(VpcEndpointChange::Create { subnet_configurations, .. }) = &mut create {
        subnet_configurations.insert(subnets[0].clone(), "10.0.11.77".to_owned());
    }
    let id = lab.step(create).await;
    lab.wait(5).await;
    let address = |lab: &Lab, index: usize| lab.predicted.vpc_endpoints[0].address_in(&subnets[index]).cloned();
    assert_eq!(address(&lab, 0).as_deref(), Some("10.0.11.77"));
    let (kept, interfaces) = (address(&lab, 1), lab.predicted.vpc_endpoints[0].network_interface_ids.clone());
    lab.step(modify(&id, |it| drop(it.addresses.insert(subnets[0].clone(), "10.0.11.88".to_owned())))).await;
    lab.wait(5).await;
    assert_eq!((address(&lab, 0).as_deref(), address(&lab, 1)), (Some("10.0.11.88"), kept));
    assert_eq!(lab.predicted.vpc_endpoints[0].network_interface_ids.intersection(&interfaces).count(), 1);
}

#[tokio::test]
async fn the_same_token_makes_one_endpoint() {
    let mut lab = Lab::new();
    let group = lab.security_group("endpoint-security-group").await;
    let id = lab.vpc_endpoint(&group).await;
    lab.aws.execute(&lab.endpoint_change(&group)).await.unwrap();
    let observed = lab.observe().await;
    assert_eq!(observed.vpc_endpoints.iter().map(|endpoint| &endpoint.id).collect::<Vec<_>>(), [&id]);
}

#[tokio::test]
async fn a_poll_for_an_endpoint_costs_one_read_until_it_is_available() {
    let mut lab = Lab::new();
    let group = lab.security_group("endpoint-security-group").await;
    lab.vpc_endpoint(&group).await;
    let waited = BTreeSet::from([Node::VpcEndpoint]);
    let mut snapshot = lab.predicted.clone();
    let mark = lab.mark();
    lab.restart();
    lab.aws.refresh(&mut snapshot, &waited).await.unwrap();
    assert_eq!(lab.calls_since(mark), ["DescribeVpcEndpoints"]);
    lab.simulator.clock().advance(std::time::Duration::from_mins(5));
    for calls in [&["DescribeVpcEndpoints", "DescribeNetworkInterfaces"][..], &["DescribeVpcEndpoints"]] {
        let mark = lab.mark();
        lab.aws.refresh(&mut snapshot, &waited).await.unwrap();
        assert_eq!(lab.calls_since(mark), calls);
    }
    assert_eq!(snapshot.vpc_endpoints, lab.observe().await.vpc_endpoints);
}

#[tokio::test]
async fn subnets_and_a_named_endpoint_are_looked_up() {
    let mut lab = Lab::new();
    let group = lab.security_group("endpoint-security-group").await;
    let id = lab.vpc_endpoint(&group).await;
    let mut subnet_ids = private_subnets();
    subnet_ids.insert("subnet-00000000000000000".to_owned());
    let wanted = Wanted { subnet_ids, vpc_endpoint_id: Some(id.clone()), ..Wanted::default() };
    let found = lab.aws.lookup(&wanted, &Pass::default()).await.unwrap();
    assert_eq!(found.subnets.keys().cloned().collect::<BTreeSet<_>>(), private_subnets());
    assert!(found.subnets.values().all(|subnet| subnet.vpc_id == defaults::VPC));
    assert_eq!(found.vpc_endpoint.map(|endpoint| endpoint.id), Some(id));
    assert_eq!(found.caller.account, crate::lab::ACCOUNT);
    assert_eq!(found.caller.partition, "aws");
}
