//! Security groups and VPC endpoints.

use std::collections::BTreeSet;

use aws_sim::world::defaults;
use frontdoor::aws::{Class, Pass};
use frontdoor::change::{Change, SecurityGroupChange, VpcEndpointChange};
use frontdoor::intent::Wanted;
use frontdoor::node::Node;
use frontdoor::observed::{Direction, EndpointState, Peer, Permission};

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

#[tokio::test]
async fn an_endpoint_is_modified() {
    let mut lab = Lab::new();
    let group = lab.security_group("endpoint-security-group").await;
    let other = lab.security_group("other").await;
    let id = lab.vpc_endpoint(&group).await;
    lab.wait(5).await;
    let modify = |remove: BTreeSet<String>, add_groups: BTreeSet<String>, private_dns| {
        Change::VpcEndpoint(VpcEndpointChange::Modify {
            id: id.clone(),
            add_subnet_ids: BTreeSet::new(),
            remove_subnet_ids: remove,
            add_security_group_ids: add_groups,
            remove_security_group_ids: BTreeSet::new(),
            private_dns,
        })
    };
    lab.step(modify(BTreeSet::new(), set([&other]), None)).await;
    lab.wait(5).await;
    lab.step(modify(BTreeSet::new(), BTreeSet::new(), Some(false))).await;
    lab.wait(5).await;
    lab.step(modify(private_subnets().into_iter().take(1).collect(), BTreeSet::new(), None)).await;
    lab.wait(5).await;
    assert_eq!(lab.predicted.vpc_endpoints[0].target_addresses().map(|addresses| addresses.len()), Some(1));
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
    lab.aws.refresh(&mut snapshot, &waited).await.unwrap();
    assert_eq!(lab.calls_since(mark), ["DescribeVpcEndpoints"]);
    lab.simulator.clock().advance(std::time::Duration::from_mins(5));
    lab.aws.refresh(&mut snapshot, &waited).await.unwrap();
    assert_eq!(lab.calls_since(mark + 1), ["DescribeVpcEndpoints", "DescribeNetworkInterfaces"]);
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
