//! Network ACLs: each VPC's default one, which lets everything pass (VPC User Guide, "Default network ACL").

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::select::{Table, describe_request, select};
use super::tag;
use crate::context::Context;
use crate::error::Answer;
use crate::world::Region;

/// A VPC's default network ACL.
#[derive(Debug)]
struct NetworkAcl {
    id: String,
    vpc: String,
}

static TABLE: Table<NetworkAcl> = Table {
    columns: &[
        ("association.network-acl-id", |_, acl| vec![acl.id.clone()]),
        ("association.subnet-id", |view, acl| subnets(view.region, acl).cloned().collect()),
        ("default", |_, _| vec!["true".to_owned()]),
        ("entry.rule-action", |_, _| vec!["allow".to_owned(), "deny".to_owned()]),
        ("network-acl-id", |_, acl| vec![acl.id.clone()]),
        ("owner-id", |view, _| vec![view.region.account.clone()]),
        ("vpc-id", |_, acl| vec![acl.vpc.clone()]),
    ],
    prefix: "acl-",
    error: "InvalidNetworkAclID",
    noun: "networkAcl ID",
    smallest_page: 5,
};

fn subnets<'a>(region: &'a Region, acl: &'a NetworkAcl) -> impl Iterator<Item = &'a String> {
    region.ec2.subnets.iter().filter(|(_, subnet)| subnet.vpc == acl.vpc).map(|(id, _)| id)
}

fn render(region: &Region, acl: &NetworkAcl) -> Value {
    let association = |subnet: &String| {
        json!({
            "networkAclAssociationId": subnet.replace("subnet-", "aclassoc-"), "networkAclId": acl.id, "subnetId": subnet,
        })
    };
    let has_ipv6 = region.ec2.vpcs.get(&acl.vpc).is_some_and(|vpc| vpc.ipv6.is_some());
    let blocks = [("cidrBlock", "0.0.0.0/0", 100), ("ipv6CidrBlock", "::/0", 101)];
    let entries = [true, false].into_iter().flat_map(|egress| {
        let of = move |member: &str, block: &str, number: u32, action: &str| json!({ "egress": egress, member: block, "protocol": "-1", "ruleAction": action, "ruleNumber": number });
        let blocks = blocks.into_iter().take(if has_ipv6 { 2 } else { 1 });
        blocks.flat_map(move |(member, block, number)| {
            [of(member, block, number, "allow"), of(member, block, number + 32_667, "deny")]
        })
    });
    json!({
        "networkAclId": acl.id, "vpcId": acl.vpc, "ownerId": region.account, "default": true,
        "associationSet": subnets(region, acl).map(association).collect::<Vec<_>>(),
        "entrySet": entries.collect::<Vec<_>>(), "tagSet": tag::render(&region.ec2, &acl.id),
    })
}

describe_request!(DescribeNetworkAclsRequest, "NetworkAclId");

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeNetworkAclsRequest) -> Answer<Value> {
    let default = |vpc: &String| {
        let id = vpc.replace("vpc-", "acl-");
        (id.clone(), NetworkAcl { id, vpc: vpc.clone() })
    };
    let all: BTreeMap<String, NetworkAcl> = ctx.here.ec2.vpcs.keys().map(default).collect();
    let page = select(ctx, &all, request.selection(), &TABLE, |view, _, acl| render(view.region, acl))?;
    Ok(json!({ "networkAclSet": page.items, "nextToken": page.next_token }))
}
