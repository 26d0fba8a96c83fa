//! Network interfaces of users' own: attached to nothing, for there are no instances.

use std::net::Ipv4Addr;

use serde::Deserialize;
use serde_json::{Value, json};

use super::address::Wanted;
use super::network_interface::{Purpose, TABLE, make, remove, render};
use super::{State, security_group, subnet, tag};
use crate::context::Context;
use crate::error::{Answer, AwsError};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateNetworkInterfaceRequest {
    subnet_id: String,
    #[serde(default)]
    description: String,
    private_ip_address: Option<Ipv4Addr>,
    #[serde(default, rename = "SecurityGroupId")]
    groups: Vec<String>,
    #[serde(default, rename = "TagSpecification")]
    tags: Vec<tag::TagSpecification>,
    client_token: Option<String>,
}

/// The groups asked for, or the default one of the VPC (API Reference, `CreateNetworkInterface`).
fn groups(state: &State, vpc: &str, asked: &[String]) -> Answer<Vec<String>> {
    for id in asked {
        if security_group::find(state, id)?.vpc != vpc {
            let message = format!("You have specified two resources that belong to different networks: {id}, {vpc}");
            return Err(AwsError::new("InvalidParameterValue", message));
        }
    }
    if !asked.is_empty() {
        return Ok(asked.to_vec());
    }
    let default = state.groups.values().filter(|group| group.vpc == vpc && group.is_default());
    Ok(default.map(|group| group.id.clone()).collect())
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateNetworkInterfaceRequest) -> Answer<Value> {
    let token = request.client_token.as_deref();
    let answer = |ctx: &Context<'_>, id: &str| {
        let interface = ctx.here.ec2.interfaces.get(id)?;
        let rendered = render(ctx.here, id, interface);
        Some(json!({ "networkInterface": rendered, "clientToken": request.client_token }))
    };
    let made = ctx.here.ec2.made_with(token, &request)?;
    if let Some(answer) = made.and_then(|id| answer(ctx, &id)) {
        return Ok(answer);
    }
    let tags = tag::on_create(&request.tags, "network-interface")?;
    let state = &mut ctx.here.ec2;
    let place = state.subnets.get(&request.subnet_id).ok_or_else(|| subnet::TABLE.not_found(&request.subnet_id))?;
    let groups = groups(state, &place.vpc, &request.groups)?;
    let purpose = Purpose {
        description: request.description.clone(),
        kind: "interface",
        requester: "",
        groups: &groups,
        public: false,
    };
    let wanted = Wanted { ipv4: request.private_ip_address, ..Wanted::default() };
    let id = make(state, ctx.ids, &request.subnet_id, wanted, purpose)?.id;
    state.put_tags(&id, tags);
    state.remember(token, &request, &id);
    answer(ctx, &id).ok_or_else(|| TABLE.not_found(&id))
}

/// EC2 User Guide, "Requester-managed network interfaces": users cannot change or delete them.
fn check_own(state: &State, id: &str) -> Answer<()> {
    let interface = state.interfaces.get(id).ok_or_else(|| TABLE.not_found(id))?;
    if interface.is_requester_managed() {
        let message = format!("You are not allowed to manage '{}' attachments.", id.replace("eni-", "ela-attach-"));
        return Err(AwsError::new("OperationNotPermitted", message));
    }
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteNetworkInterfaceRequest {
    network_interface_id: String,
}

pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteNetworkInterfaceRequest) -> Answer<()> {
    let state = &mut ctx.here.ec2;
    check_own(state, &request.network_interface_id)?;
    remove(state, &request.network_interface_id);
    Ok(())
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Text {
    value: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ModifyNetworkInterfaceAttributeRequest {
    network_interface_id: String,
    description: Option<Text>,
    #[serde(default, rename = "SecurityGroupId")]
    groups: Vec<String>,
}

/// API Reference, `ModifyNetworkInterfaceAttribute`: one attribute at a time.
pub(super) fn modify(ctx: &mut Context<'_>, request: ModifyNetworkInterfaceAttributeRequest) -> Answer<()> {
    let state = &mut ctx.here.ec2;
    let id = &request.network_interface_id;
    check_own(state, id)?;
    if request.description.is_some() && !request.groups.is_empty() {
        let message = "Fields for multiple attribute types specified";
        return Err(AwsError::new("InvalidParameterCombination", message));
    }
    let vpc = state.interfaces.get(id).map(|interface| interface.vpc.clone()).unwrap_or_default();
    let groups = if request.groups.is_empty() { None } else { Some(groups(state, &vpc, &request.groups)?) };
    let interface = state.interfaces.get_mut(id).ok_or_else(|| TABLE.not_found(id))?;
    if let Some(groups) = groups {
        interface.groups = groups;
    }
    if let Some(description) = request.description {
        interface.description = description.value;
    }
    Ok(())
}
