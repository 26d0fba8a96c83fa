//! IPv6 blocks of subnets (VPC User Guide, "Subnet CIDR blocks": a /64 of the VPC's own).

use ipnet::Ipv6Net;
use serde::Deserialize;
use serde_json::{Value, json};

use super::State;
use super::subnet::{Subnet, TABLE};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::ids::derived;

/// ID of the association of a subnet with its block.
pub(super) fn association_id(subnet: &str) -> String {
    format!("subnet-cidr-assoc-0{:016x}", derived(subnet))
}

/// The association on the wire, if there is one.
pub(super) fn render(subnet: &Subnet, state: &str) -> Option<Value> {
    let block = subnet.ipv6?.to_string();
    Some(json!({
        "associationId": association_id(&subnet.id), "ipv6CidrBlock": block, "ipv6CidrBlockState": { "state": state },
        "ipv6AddressAttribute": "public", "ipSource": "amazon",
    }))
}

/// The block, if a subnet of the VPC can have it.
pub(super) fn checked(state: &State, vpc: &str, text: &str) -> Answer<Ipv6Net> {
    let wrong = |code: &'static str, why: &str| AwsError::new(code, format!("The IPv6 CIDR '{text}' {why}"));
    let block: Ipv6Net = text.parse().map_err(|_| wrong("InvalidParameterValue", "is not a valid CIDR block."))?;
    let all = state.vpcs.get(vpc).and_then(|vpc| vpc.ipv6);
    if block.prefix_len() != 64 || !all.is_some_and(|all| all.contains(&block)) {
        return Err(wrong("InvalidSubnet.Range", "is invalid: it must be a /64 of the VPC's IPv6 block."));
    }
    if state.subnets.values().any(|other| other.ipv6 == Some(block.trunc())) {
        return Err(wrong("InvalidSubnet.Conflict", "conflicts with another subnet"));
    }
    Ok(block.trunc())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AssociateRequest {
    subnet_id: String,
    ipv6_cidr_block: String,
}

pub(super) fn associate(ctx: &mut Context<'_>, request: AssociateRequest) -> Answer<Value> {
    let id = request.subnet_id;
    let state = &mut ctx.here.ec2;
    let subnet = state.subnets.get(&id).ok_or_else(|| TABLE.not_found(&id))?;
    if subnet.ipv6.is_some() {
        return Err(AwsError::new("InvalidSubnet.Conflict", format!("The subnet '{id}' has an IPv6 block already")));
    }
    let block = checked(state, &subnet.vpc, &request.ipv6_cidr_block)?;
    let subnet = Subnet { ipv6: Some(block), ..subnet.clone() };
    let answer = json!({ "subnetId": id, "ipv6CidrBlockAssociation": render(&subnet, "associating") });
    state.subnets.insert(id, subnet);
    Ok(answer)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DisassociateRequest {
    association_id: String,
}

/// User Guide, "Modify the IPv6 CIDR blocks of a subnet": not while something has an address of it.
pub(super) fn disassociate(ctx: &mut Context<'_>, request: DisassociateRequest) -> Answer<Value> {
    let id = request.association_id;
    let state = &mut ctx.here.ec2;
    let subnet = state.subnets.values().find(|subnet| subnet.ipv6.is_some() && association_id(&subnet.id) == id);
    let subnet = subnet.cloned().ok_or_else(|| {
        let message = format!("The subnet CIDR block association ID '{id}' does not exist");
        AwsError::new("InvalidSubnetCidrBlockAssociationID.NotFound", message)
    })?;
    let interfaces = &state.interfaces;
    if interfaces.values().any(|interface| interface.subnet == subnet.id && interface.ipv6_address.is_some()) {
        let message =
            format!("The subnet '{}' has addresses in use and its IPv6 block cannot be taken away", subnet.id);
        return Err(AwsError::new("DependencyViolation", message));
    }
    let answer = json!({ "subnetId": subnet.id, "ipv6CidrBlockAssociation": render(&subnet, "disassociating") });
    state.subnets.insert(subnet.id.clone(), Subnet { ipv6: None, ..subnet });
    Ok(answer)
}
