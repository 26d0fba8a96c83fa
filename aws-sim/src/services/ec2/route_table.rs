//! Route tables: each VPC's main one, and those that users make. A VPC with an internet gateway routes there by default, so its subnets
//! are public; which table a subnet has changes nothing on the data plane.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::select::{Table, describe_request, select};
use super::{State, tag, vpc};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::world::Region;

/// A route table.
#[derive(Clone, Debug)]
pub struct RouteTable {
    /// Its ID.
    pub id: String,
    /// The VPC it is in.
    pub vpc: String,
    /// Gateways by destination, besides the VPC's own block.
    pub routes: BTreeMap<String, String>,
    /// Subnets by association.
    pub associations: BTreeMap<String, String>,
    is_main: bool,
}

fn main_id(vpc: &str) -> String {
    vpc.replace("vpc-", "rtb-")
}

/// The VPC whose main route table has this ID.
pub(super) fn vpc_of_main(state: &State, id: &str) -> Option<String> {
    let vpc = id.replacen("rtb-", "vpc-", 1);
    (id.starts_with("rtb-") && state.vpcs.contains_key(&vpc)).then_some(vpc)
}

pub(super) static TABLE: Table<RouteTable> = Table {
    columns: &[
        ("association.main", |_, table| vec![table.is_main.to_string()]),
        ("association.route-table-association-id", |_, table| association_ids(table)),
        ("association.route-table-id", |_, table| association_ids(table).iter().map(|_| table.id.clone()).collect()),
        ("association.subnet-id", |_, table| table.associations.values().cloned().collect()),
        ("owner-id", |view, _| vec![view.region.account.clone()]),
        ("route.destination-cidr-block", |view, table| destinations(view.region, table)),
        ("route.gateway-id", |_, table| table.routes.values().cloned().chain(["local".to_owned()]).collect()),
        ("route-table-id", |_, table| vec![table.id.clone()]),
        ("vpc-id", |_, table| vec![table.vpc.clone()]),
    ],
    prefix: "rtb-",
    error: "InvalidRouteTableID",
    noun: "routeTable ID",
    smallest_page: 5,
};

fn association_ids(table: &RouteTable) -> Vec<String> {
    let main = table.is_main.then(|| table.id.replace("rtb-", "rtbassoc-"));
    main.into_iter().chain(table.associations.keys().cloned()).collect()
}

fn local(region: &Region, table: &RouteTable) -> Option<String> {
    region.ec2.vpcs.get(&table.vpc).map(|vpc| vpc.cidr.to_string())
}

fn destinations(region: &Region, table: &RouteTable) -> Vec<String> {
    local(region, table).into_iter().chain(table.routes.keys().cloned()).collect()
}

fn render(region: &Region, table: &RouteTable) -> Value {
    let active = |destination: &str, gateway: &str, origin: &str| {
        let member = if destination.contains(':') { "destinationIpv6CidrBlock" } else { "destinationCidrBlock" };
        json!({ member: destination, "gatewayId": gateway, "origin": origin, "state": "active" })
    };
    let local = local(region, table).map(|block| active(&block, "local", "CreateRouteTable"));
    let routes = table.routes.iter().map(|(destination, gateway)| active(destination, gateway, "CreateRoute"));
    let main = table.is_main.then(|| {
        json!({
            "main": true, "routeTableId": table.id, "routeTableAssociationId": table.id.replace("rtb-", "rtbassoc-"),
            "associationState": { "state": "associated" },
        })
    });
    let associations = table.associations.iter().map(|(id, subnet)| {
        json!({
            "main": false, "routeTableId": table.id, "routeTableAssociationId": id, "subnetId": subnet,
            "associationState": { "state": "associated" },
        })
    });
    json!({
        "routeTableId": table.id, "vpcId": table.vpc, "ownerId": region.account, "propagatingVgwSet": [],
        "associationSet": main.into_iter().chain(associations).collect::<Vec<_>>(),
        "routeSet": local.into_iter().chain(routes).collect::<Vec<_>>(), "tagSet": tag::render(&region.ec2, &table.id),
    })
}

/// A VPC's main route table, with the route that the default world's internet gateway has.
fn main_of(state: &State, vpc: &str) -> RouteTable {
    let gateway = state.gateways.iter().find(|(_, attached)| attached.as_deref() == Some(vpc));
    let routes = gateway.map(|(id, _)| ("0.0.0.0/0".to_owned(), id.clone())).into_iter().collect();
    RouteTable { id: main_id(vpc), vpc: vpc.to_owned(), routes, associations: BTreeMap::new(), is_main: true }
}

describe_request!(DescribeRouteTablesRequest, "RouteTableId");

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeRouteTablesRequest) -> Answer<Value> {
    let state = &ctx.here.ec2;
    let mut all = state.route_tables.clone();
    all.extend(state.vpcs.keys().map(|vpc| (main_id(vpc), main_of(state, vpc))));
    let page = select(ctx, &all, request.selection(), &TABLE, |view, _, table| render(view.region, table))?;
    Ok(json!({ "routeTableSet": page.items, "nextToken": page.next_token }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateRouteTableRequest {
    vpc_id: String,
    #[serde(default, rename = "TagSpecification")]
    tags: Vec<tag::TagSpecification>,
    client_token: Option<String>,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateRouteTableRequest) -> Answer<Value> {
    let token = request.client_token.as_deref();
    let made = ctx.here.ec2.made_with(token, &request)?;
    if let Some(table) = made.and_then(|id| ctx.here.ec2.route_tables.get(&id).cloned()) {
        return Ok(json!({ "routeTable": render(ctx.here, &table) }));
    }
    let tags = tag::on_create(&request.tags, "route-table")?;
    if !ctx.here.ec2.vpcs.contains_key(&request.vpc_id) {
        return Err(vpc::TABLE.not_found(&request.vpc_id));
    }
    let table = RouteTable {
        id: ctx.ids.ec2("rtb"),
        vpc: request.vpc_id.clone(),
        routes: BTreeMap::new(),
        associations: BTreeMap::new(),
        is_main: false,
    };
    let state = &mut ctx.here.ec2;
    state.remember(token, &request, &table.id);
    state.put_tags(&table.id, tags);
    state.route_tables.insert(table.id.clone(), table.clone());
    Ok(json!({ "routeTable": render(ctx.here, &table), "clientToken": request.client_token }))
}

/// A table that a user made; a main one goes only with its VPC (VPC User Guide, "Delete a route table").
pub(super) fn find<'a>(state: &'a mut State, id: &str) -> Answer<&'a mut RouteTable> {
    if let Some(vpc) = vpc_of_main(state, id) {
        let message = format!("The main route table '{id}' of the vpc '{vpc}' cannot be changed here.");
        return Err(AwsError::new("OperationNotPermitted", message));
    }
    state.route_tables.get_mut(id).ok_or_else(|| TABLE.not_found(id))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteRouteTableRequest {
    route_table_id: String,
}

pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteRouteTableRequest) -> Answer<Value> {
    let id = request.route_table_id;
    let state = &mut ctx.here.ec2;
    if vpc_of_main(state, &id).is_some() || !find(state, &id)?.associations.is_empty() {
        let message = format!("The routeTable '{id}' has dependencies and cannot be deleted.");
        return Err(AwsError::new("DependencyViolation", message));
    }
    state.route_tables.remove(&id);
    state.tags.remove(&id);
    Ok(json!({ "return": true }))
}
