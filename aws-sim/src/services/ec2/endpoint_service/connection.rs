//! Endpoints of consumers as the owner of an endpoint service sees them (API Reference, `DescribeVpcEndpointConnections`).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::configuration::own;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::services::ec2::select::{Table, describe_request, select};
use crate::services::ec2::vpc_endpoint::{Acceptance, VpcEndpoint, dns, unsuccessful};
use crate::world::Region;

/// Endpoints to the service of this name, each with its owner.
pub(super) fn to(ctx: &Context<'_>, name: &str) -> Vec<(String, VpcEndpoint)> {
    let of = |region: &Region| {
        let endpoints = region.ec2.endpoints.values().filter(|endpoint| endpoint.service == name);
        endpoints.map(|endpoint| (region.account.clone(), endpoint.clone())).collect::<Vec<_>>()
    };
    ctx.world.regions.values().flat_map(|region| of(region)).chain(of(ctx.here)).collect()
}

/// A consumer's endpoint.
#[derive(Debug)]
struct Connection {
    id: String,
    service: String,
    owner: String,
    names: Vec<String>,
    load_balancers: Vec<String>,
    endpoint: VpcEndpoint,
}

static TABLE: Table<Connection> = Table {
    columns: &[
        ("ip-address-type", |_, _| vec!["ipv4".to_owned()]),
        ("service-id", |_, connection| vec![connection.service.clone()]),
        ("vpc-endpoint-id", |_, connection| vec![connection.endpoint.id.clone()]),
        ("vpc-endpoint-owner", |_, connection| vec![connection.owner.clone()]),
        ("vpc-endpoint-region", |view, _| vec![view.region.name.clone()]),
        ("vpc-endpoint-state", |view, connection| vec![connection.endpoint.state(view.now).to_owned()]),
    ],
    prefix: "vpce-con-",
    error: "InvalidVpcEndpointConnectionId",
    noun: "VPC endpoint connection ID",
    smallest_page: 1,
};

describe_request!(DescribeRequest, "VpcEndpointConnectionId");

pub(crate) fn describe(ctx: &mut Context<'_>, request: DescribeRequest) -> Answer<Value> {
    let mut all = BTreeMap::new();
    for service in ctx.here.ec2.services.values() {
        for (owner, endpoint) in to(ctx, &service.name(ctx.here)) {
            let connection = Connection {
                id: endpoint.id.replace("vpce-", "vpce-con-"),
                service: service.id.clone(),
                owner,
                names: dns::own_names(ctx.here, &endpoint),
                load_balancers: service.load_balancers.clone(),
                endpoint,
            };
            all.insert(connection.id.clone(), connection);
        }
    }
    let page = select(ctx, &all, request.selection(), &TABLE, |view, id, connection| {
        let names: Value = connection.names.iter().map(|name| json!({ "dnsName": name })).collect();
        json!({
            "vpcEndpointConnectionId": id, "serviceId": connection.service, "vpcEndpointId": connection.endpoint.id,
            "vpcEndpointOwner": connection.owner, "vpcEndpointState": connection.endpoint.state(view.now),
            "creationTimestamp": connection.endpoint.created.iso(), "dnsEntrySet": names, "ipAddressType": "ipv4",
            "networkLoadBalancerArnSet": connection.load_balancers, "vpcEndpointRegion": view.region.name, "tagSet": [],
        })
    })?;
    Ok(json!({ "vpcEndpointConnectionSet": page.items, "nextToken": page.next_token }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct DecisionRequest {
    service_id: String,
    #[serde(rename = "VpcEndpointId")]
    endpoints: Vec<String>,
}

pub(crate) fn accept(ctx: &mut Context<'_>, request: DecisionRequest) -> Answer<Value> {
    decide(ctx, &request, Acceptance::Accepted)
}

pub(crate) fn reject(ctx: &mut Context<'_>, request: DecisionRequest) -> Answer<Value> {
    decide(ctx, &request, Acceptance::Rejected)
}

/// API Reference, `RejectVpcEndpointConnections`: what fails is listed under `unsuccessful`. Inferred (decision-again): a decision that was taken
/// before succeeds again, and an endpoint that is none of the service's is `InvalidVpcEndpointId.NotFound`.
fn decide(ctx: &mut Context<'_>, request: &DecisionRequest, decision: Acceptance) -> Answer<Value> {
    let name = own(ctx, &request.service_id)?.clone().name(ctx.here);
    let connections = to(ctx, &name);
    let ready_at = ctx.now + ctx.config.durations.endpoint_creation;
    let region = ctx.here.name.clone();
    let mut failed = Vec::new();
    for id in &request.endpoints {
        let owner = connections.iter().find(|(_, endpoint)| endpoint.id == *id).map(|(owner, _)| owner.clone());
        let endpoint = owner.and_then(|owner| ctx.elsewhere(&owner, &region)?.ec2.endpoints.get_mut(id));
        match endpoint {
            None => {
                let message = format!("The Vpc Endpoint Id '{id}' does not exist");
                failed.push(unsuccessful(id, &AwsError::new("InvalidVpcEndpointId.NotFound", message)));
            }
            Some(endpoint) => {
                endpoint.acceptance = decision;
                endpoint.ready_at = ready_at;
            }
        }
    }
    Ok(json!({ "unsuccessful": failed }))
}
