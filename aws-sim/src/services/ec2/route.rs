//! What route tables hold: routes to internet gateways, and associations with subnets.

use serde::Deserialize;
use serde_json::{Value, json};

use super::route_table::find;
use super::{State, subnet};
use crate::context::Context;
use crate::error::{Answer, AwsError};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct RouteRequest {
    route_table_id: String,
    destination_cidr_block: Option<String>,
    destination_ipv6_cidr_block: Option<String>,
    gateway_id: String,
}

/// The destination, in its one form (VPC User Guide, "Route table concepts").
fn destination(ipv4: Option<&str>, ipv6: Option<&str>) -> Answer<String> {
    let invalid = |name: &str, text: &str| {
        let message = format!("Value ({text}) for parameter {name} is invalid. This is not a valid CIDR block.");
        AwsError::new("InvalidParameterValue", message)
    };
    match (ipv4, ipv6) {
        (Some(text), None) => {
            let block = text.parse::<ipnet::Ipv4Net>().map_err(|_| invalid("destinationCidrBlock", text))?;
            Ok(block.trunc().to_string())
        }
        (None, Some(text)) => {
            let block = text.parse::<ipnet::Ipv6Net>().map_err(|_| invalid("destinationIpv6CidrBlock", text))?;
            Ok(block.trunc().to_string())
        }
        (None, None) => {
            Err(AwsError::new("MissingParameter", "The request must contain the parameter destinationCidrBlock"))
        }
        (Some(_), Some(_)) => {
            let message = "The parameters destinationCidrBlock and destinationIpv6CidrBlock cannot be used together";
            Err(AwsError::new("InvalidParameterCombination", message))
        }
    }
}

/// API Reference, `CreateRoute`: the gateway must be attached to the table's VPC.
fn check_gateway(state: &State, gateway: &str, vpc: &str, table: &str) -> Answer<()> {
    match state.gateways.get(gateway) {
        None => {
            let message = format!("The gateway ID '{gateway}' does not exist");
            Err(AwsError::new("InvalidGatewayID.NotFound", message))
        }
        Some(attached) if attached.as_deref() == Some(vpc) => Ok(()),
        Some(_) => {
            let message = format!("route table {table} and network gateway {gateway} belong to different networks");
            Err(AwsError::new("InvalidParameterValue", message))
        }
    }
}

fn put(ctx: &mut Context<'_>, request: &RouteRequest, is_new: bool) -> Answer<Value> {
    let RouteRequest { route_table_id: id, gateway_id, .. } = request;
    let destination =
        destination(request.destination_cidr_block.as_deref(), request.destination_ipv6_cidr_block.as_deref())?;
    let state = &mut ctx.here.ec2;
    let table = find(state, id)?.clone();
    match table.routes.get(&destination) {
        // Asked for again, the same route is there already.
        Some(present) if is_new && present != gateway_id => {
            let message = format!("The route identified by {destination} already exists.");
            return Err(AwsError::new("RouteAlreadyExists", message));
        }
        None if !is_new => return Err(no_such_route(id, &destination)),
        _ => {}
    }
    check_gateway(state, gateway_id, &table.vpc, id)?;
    find(state, id)?.routes.insert(destination, gateway_id.clone());
    Ok(json!({ "return": true }))
}

fn no_such_route(table: &str, destination: &str) -> AwsError {
    let message = format!("no route with destination-cidr-block {destination} in route table {table}");
    AwsError::new("InvalidRoute.NotFound", message)
}

pub(super) fn create(ctx: &mut Context<'_>, request: RouteRequest) -> Answer<Value> {
    put(ctx, &request, true)
}

pub(super) fn replace(ctx: &mut Context<'_>, request: RouteRequest) -> Answer<Value> {
    put(ctx, &request, false)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteRouteRequest {
    route_table_id: String,
    destination_cidr_block: Option<String>,
    destination_ipv6_cidr_block: Option<String>,
}

pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteRouteRequest) -> Answer<Value> {
    let id = request.route_table_id;
    let destination =
        destination(request.destination_cidr_block.as_deref(), request.destination_ipv6_cidr_block.as_deref())?;
    let removed = find(&mut ctx.here.ec2, &id)?.routes.remove(&destination);
    removed.map(|_| json!({ "return": true })).ok_or_else(|| no_such_route(&id, &destination))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AssociateRouteTableRequest {
    route_table_id: String,
    subnet_id: String,
}

/// VPC User Guide, "Subnet route tables": a subnet has one table; asked for again, the same association is answered.
pub(super) fn associate(ctx: &mut Context<'_>, request: AssociateRouteTableRequest) -> Answer<Value> {
    let AssociateRouteTableRequest { route_table_id: id, subnet_id } = request;
    let state = &mut ctx.here.ec2;
    let vpc = state.subnets.get(&subnet_id).ok_or_else(|| subnet::TABLE.not_found(&subnet_id))?.vpc.clone();
    if find(state, &id)?.vpc != vpc {
        let message = format!("route table {id} and subnet {subnet_id} belong to different networks");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    let other = |(_, of): &(&String, &String)| **of == subnet_id;
    let present = state.route_tables.values().find_map(|table| Some((table, table.associations.iter().find(other)?)));
    let association = match present {
        Some((table, (association, _))) if table.id == id => association.clone(),
        Some((table, _)) => {
            let message = format!(
                "the specified association for route table {} conflicts with an existing association",
                table.id
            );
            return Err(AwsError::new("Resource.AlreadyAssociated", message));
        }
        None => ctx.ids.ec2("rtbassoc"),
    };
    find(state, &id)?.associations.insert(association.clone(), subnet_id);
    Ok(json!({ "associationId": association, "associationState": { "state": "associated" } }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DisassociateRouteTableRequest {
    association_id: String,
}

pub(super) fn disassociate(ctx: &mut Context<'_>, request: DisassociateRouteTableRequest) -> Answer<()> {
    let id = request.association_id;
    let mut tables = ctx.here.ec2.route_tables.values_mut();
    tables.find_map(|table| table.associations.remove(&id)).map(drop).ok_or_else(|| {
        AwsError::new("InvalidAssociationID.NotFound", format!("The association ID '{id}' does not exist"))
    })
}

/// Ends the association of a subnet that goes.
pub(super) fn forget_subnet(state: &mut State, subnet: &str) {
    state.route_tables.values_mut().for_each(|table| table.associations.retain(|_, of| of != subnet));
}
