//! VPC endpoints (AWS `PrivateLink` Guide, "Access an AWS service using an interface VPC endpoint"; API Reference, `VpcEndpoint`).

mod address_type;
pub mod create;
pub mod dns;
pub mod modify;
mod subnet;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::network_interface::{self, render_groups};
use super::select::{Table, describe_request, select};
use super::{State, tag};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::world::Region;

/// Whether the service's owner lets the endpoint in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// Accepted, or not asked for.
    Accepted,
    /// The owner has yet to say.
    Pending,
    /// The owner refused, or took it back.
    Rejected,
}

/// A VPC endpoint.
#[derive(Clone, Debug)]
pub struct VpcEndpoint {
    /// Its ID.
    pub id: String,
    /// `Interface` or `Gateway`.
    pub kind: String,
    /// VPC it is in.
    pub vpc: String,
    /// Name of the service it leads to.
    pub service: String,
    /// Account that owns the service, if it is an endpoint service.
    pub provider: Option<String>,
    /// The service's own name, if it has one that may lead here.
    pub service_private_name: Option<String>,
    /// Its policy.
    pub policy: String,
    /// Its subnets, with the network interface in each.
    pub interfaces: BTreeMap<String, String>,
    /// Its security groups.
    pub groups: Vec<String>,
    /// Route tables of a gateway endpoint.
    pub route_tables: Vec<String>,
    /// Whether the service's own names lead to it inside the VPC.
    pub private_dns: bool,
    /// `ipv4` or `dualstack`.
    pub ip_address_type: String,
    /// `ipv4`, `ipv6`, `dualstack` or `service-defined`.
    pub dns_record_ip_type: String,
    /// The random part of its DNS names.
    pub label: String,
    /// When it was made.
    pub created: Timestamp,
    /// When the change under way will be through.
    pub ready_at: Timestamp,
    /// When its deletion will be through.
    pub gone_at: Option<Timestamp>,
    /// Whether the service's owner lets it in.
    pub acceptance: Acceptance,
}

impl VpcEndpoint {
    /// The state, with the spelling that the wire has (lower camel; the API Reference's enumeration is in Pascal case).
    #[must_use]
    pub fn state(&self, now: Timestamp) -> &'static str {
        match (self.gone_at, self.acceptance) {
            (Some(_), _) => "deleting",
            (None, Acceptance::Rejected) => "rejected",
            (None, Acceptance::Pending) => "pendingAcceptance",
            (None, Acceptance::Accepted) if now < self.ready_at => "pending",
            (None, Acceptance::Accepted) => "available",
        }
    }

    fn is_interface(&self) -> bool {
        self.kind == "Interface"
    }

    fn render(&self, region: &Region, now: Timestamp) -> Value {
        let state = &region.ec2;
        json!({
            "vpcEndpointId": self.id, "vpcEndpointType": self.kind, "vpcId": self.vpc, "serviceName": self.service,
            "state": self.state(now), "policyDocument": self.policy, "routeTableIdSet": self.route_tables,
            "subnetIdSet": self.interfaces.keys().collect::<Vec<_>>(), "groupSet": render_groups(state, &self.groups),
            "ipAddressType": self.is_interface().then_some(&self.ip_address_type),
            "dnsOptions": { "dnsRecordIpType": self.dns_record_ip_type },
            "privateDnsEnabled": self.private_dns, "requesterManaged": false,
            "networkInterfaceIdSet": self.interfaces.values().collect::<Vec<_>>(), "dnsEntrySet": dns::entries(region, self, now),
            "creationTimestamp": self.created.iso(), "ownerId": region.account, "serviceRegion": region.name,
            "tagSet": tag::render(state, &self.id),
        })
    }
}

pub(super) static TABLE: Table<VpcEndpoint> = Table {
    columns: &[
        ("ip-address-type", |_, endpoint| {
            endpoint.is_interface().then(|| endpoint.ip_address_type.clone()).into_iter().collect()
        }),
        ("service-name", |_, endpoint| vec![endpoint.service.clone()]),
        ("service-region", |view, _| vec![view.region.name.clone()]),
        ("vpc-endpoint-id", |_, endpoint| vec![endpoint.id.clone()]),
        ("vpc-endpoint-state", |view, endpoint| vec![endpoint.state(view.now).to_owned()]),
        ("vpc-endpoint-type", |_, endpoint| vec![endpoint.kind.clone()]),
        ("vpc-id", |_, endpoint| vec![endpoint.vpc.clone()]),
    ],
    prefix: "vpce-",
    error: "InvalidVpcEndpointId",
    noun: "Vpc Endpoint Id",
    smallest_page: 1,
};

describe_request!(DescribeVpcEndpointsRequest, "VpcEndpointId");

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeVpcEndpointsRequest) -> Answer<Value> {
    let all = &ctx.here.ec2.endpoints;
    let page =
        select(ctx, all, request.selection(), &TABLE, |view, _, endpoint| endpoint.render(view.region, view.now))?;
    Ok(json!({ "vpcEndpointSet": page.items, "nextToken": page.next_token }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteVpcEndpointsRequest {
    #[serde(rename = "VpcEndpointId")]
    ids: Vec<String>,
}

/// API Reference, `DeleteVpcEndpoints`: what cannot be deleted is listed, the call itself succeeds.
pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteVpcEndpointsRequest) -> Answer<Value> {
    let mut failed = Vec::new();
    for id in &request.ids {
        if let Err(error) = delete_one(ctx, id) {
            failed.push(unsuccessful(id, &error));
        }
    }
    Ok(json!({ "unsuccessful": failed }))
}

/// An entry of the `unsuccessful` list that batch operations answer with.
pub(super) fn unsuccessful(id: &str, error: &AwsError) -> Value {
    json!({ "resourceId": id, "error": { "code": error.code, "message": error.message } })
}

fn delete_one(ctx: &mut Context<'_>, id: &str) -> Answer<()> {
    let gone_at = ctx.now + ctx.config.durations.endpoint_deletion;
    let state = &mut ctx.here.ec2;
    let endpoint = state.endpoints.get_mut(id).ok_or_else(|| TABLE.not_found(id))?;
    if endpoint.gone_at.is_none() {
        endpoint.gone_at = Some(gone_at);
        let interfaces: Vec<String> = endpoint.interfaces.values().cloned().collect();
        for interface in &interfaces {
            network_interface::remove_at(state, interface, gone_at);
        }
        state.leaving.push((gone_at, id.to_owned()));
    }
    Ok(())
}

/// Takes an endpoint away for good.
pub(super) fn remove(state: &mut State, id: &str) {
    state.endpoints.remove(id);
    state.tags.remove(id);
    state.tokens.retain(|_, (_, made)| made != id);
}
