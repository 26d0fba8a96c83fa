//! Route tables: each VPC's main one, read only. A VPC with an internet gateway routes there by default, so its subnets are public.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::select::{Table, describe_request, select};
use crate::context::Context;
use crate::error::Answer;
use crate::world::Region;

/// A VPC's main route table.
#[derive(Debug)]
struct RouteTable {
    id: String,
    vpc: String,
}

static TABLE: Table<RouteTable> = Table {
    columns: &[
        ("association.main", |_, _| vec!["true".to_owned()]),
        ("owner-id", |view, _| vec![view.region.account.clone()]),
        ("route-table-id", |_, table| vec![table.id.clone()]),
        ("vpc-id", |_, table| vec![table.vpc.clone()]),
    ],
    prefix: "rtb-",
    error: "InvalidRouteTableID",
    noun: "routeTable ID",
    smallest_page: 5,
};

fn render(region: &Region, table: &RouteTable) -> Value {
    let active = |destination: String, gateway: &str, origin: &str| json!({ "destinationCidrBlock": destination, "gatewayId": gateway, "origin": origin, "state": "active" });
    let local = region.ec2.vpcs.get(&table.vpc).map(|vpc| active(vpc.cidr.to_string(), "local", "CreateRouteTable"));
    let gateway = region.ec2.gateways.iter().find(|(_, vpc)| vpc.as_ref() == Some(&table.vpc));
    let default = gateway.map(|(id, _)| active("0.0.0.0/0".to_owned(), id, "CreateRoute"));
    let association = json!({
        "main": true, "routeTableId": table.id, "routeTableAssociationId": table.id.replace("rtb-", "rtbassoc-"),
        "associationState": { "state": "associated" },
    });
    json!({
        "routeTableId": table.id, "vpcId": table.vpc, "ownerId": region.account, "associationSet": [association],
        "propagatingVgwSet": [], "routeSet": local.into_iter().chain(default).collect::<Vec<_>>(), "tagSet": [],
    })
}

describe_request!(DescribeRouteTablesRequest, "RouteTableId");

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeRouteTablesRequest) -> Answer<Value> {
    let main = |vpc: &String| {
        let id = vpc.replace("vpc-", "rtb-");
        (id.clone(), RouteTable { id, vpc: vpc.clone() })
    };
    let all: BTreeMap<String, RouteTable> = ctx.here.ec2.vpcs.keys().map(main).collect();
    let page = select(ctx, &all, request.selection(), &TABLE, |view, _, table| render(view.region, table))?;
    Ok(json!({ "routeTableSet": page.items, "nextToken": page.next_token }))
}
