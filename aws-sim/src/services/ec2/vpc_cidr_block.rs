//! IPv6 blocks of VPCs (VPC User Guide, "Add or remove a CIDR block from your VPC": Amazon provides a /56).

use std::net::Ipv6Addr;

use ipnet::Ipv6Net;
use serde::Deserialize;
use serde_json::{Value, json};

use super::vpc::{TABLE, Vpc};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::ids::{Ids, derived};
use crate::world::Region;

/// A block of those for documentation (RFC 3849), so that nothing is ever sent there.
pub(super) fn provided(ids: &mut Ids) -> Ipv6Net {
    let [_, _, _, _, _, a, b, c] = ids.below(1 << 24).to_be_bytes();
    let address = Ipv6Addr::new(0x2001, 0x0db8, u16::from_be_bytes([a, b]), u16::from_be_bytes([c, 0]), 0, 0, 0, 0);
    Ipv6Net::new_assert(address, 56)
}

/// ID of the association of a VPC with its IPv6 block.
pub(super) fn association_id(vpc: &str) -> String {
    format!("vpc-cidr-assoc-0{:016x}", derived(vpc))
}

/// The association on the wire, if there is one.
pub(super) fn render(region: &Region, vpc: &Vpc, state: &str) -> Option<Value> {
    let block = vpc.ipv6?.to_string();
    Some(json!({
        "associationId": association_id(&vpc.id), "ipv6CidrBlock": block, "ipv6CidrBlockState": { "state": state },
        "networkBorderGroup": region.name, "ipv6Pool": "Amazon", "ipv6AddressAttribute": "public", "ipSource": "amazon",
    }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AssociateRequest {
    vpc_id: String,
    #[serde(default)]
    amazon_provided_ipv6_cidr_block: bool,
}

pub(super) fn associate(ctx: &mut Context<'_>, request: AssociateRequest) -> Answer<Value> {
    let id = request.vpc_id;
    let vpc = ctx.here.ec2.vpcs.get_mut(&id).ok_or_else(|| TABLE.not_found(&id))?;
    if !request.amazon_provided_ipv6_cidr_block {
        let message =
            "The request must contain the parameter AmazonProvidedIpv6CidrBlock: a VPC has one IPv4 block here";
        return Err(AwsError::new("MissingParameter", message));
    }
    if vpc.ipv6.is_some() {
        return Err(AwsError::new("UnsupportedOperation", "A VPC has one IPv6 block at most here"));
    }
    vpc.ipv6 = Some(provided(ctx.ids));
    let vpc = vpc.clone();
    Ok(json!({ "vpcId": id, "ipv6CidrBlockAssociation": render(ctx.here, &vpc, "associating") }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DisassociateRequest {
    association_id: String,
}

/// User Guide, same page: not while subnets have blocks of it.
pub(super) fn disassociate(ctx: &mut Context<'_>, request: DisassociateRequest) -> Answer<Value> {
    let id = request.association_id;
    let state = &ctx.here.ec2;
    let vpc = state.vpcs.values().find(|vpc| vpc.ipv6.is_some() && association_id(&vpc.id) == id).cloned();
    let vpc = vpc.ok_or_else(|| {
        let message = format!("The vpc CIDR block association ID '{id}' does not exist");
        AwsError::new("InvalidVpcCidrBlockAssociationIDError.NotFound", message)
    })?;
    if state.subnets.values().any(|subnet| subnet.vpc == vpc.id && subnet.ipv6.is_some()) {
        let message = format!("The vpc '{}' currently has a subnet within the CIDR block", vpc.id);
        return Err(AwsError::new("InvalidCidrBlock.InUse", message));
    }
    let answer = json!({ "vpcId": vpc.id, "ipv6CidrBlockAssociation": render(ctx.here, &vpc, "disassociating") });
    ctx.here.ec2.vpcs.insert(vpc.id.clone(), Vpc { ipv6: None, ..vpc });
    Ok(answer)
}
