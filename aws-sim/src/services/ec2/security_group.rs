//! Security groups (VPC User Guide, "Security groups").

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::security_group_rule::{Peer, Rule, permissions};
use super::select::{Table, select};
use super::{State, tag, vpc};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::ids::Ids;
use crate::world::Region;

/// A security group.
#[derive(Clone, Debug)]
pub struct SecurityGroup {
    /// Its ID.
    pub id: String,
    /// Name, unique in the VPC.
    pub name: String,
    /// Description.
    pub description: String,
    /// VPC it belongs to.
    pub vpc: String,
    /// Its rules by ID, inbound and outbound.
    pub rules: BTreeMap<String, Rule>,
}

impl SecurityGroup {
    /// Whether it is the group that came with its VPC; no other may have that name.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.name == "default"
    }

    fn refers_to(&self, group: &str) -> bool {
        self.rules.values().any(|rule| matches!(&rule.peer, Peer::Group(id) if id == group))
    }
}

/// The group that comes with a VPC: everything in from itself, everything out.
pub(super) fn default_of(id: String, vpc: &str, ids: &mut Ids) -> SecurityGroup {
    let own = (ids.ec2("sgr"), Rule::all(false, Peer::Group(id.clone())));
    let out = (ids.ec2("sgr"), Rule::all(true, Peer::Ipv4("0.0.0.0/0".to_owned())));
    SecurityGroup {
        id,
        name: "default".to_owned(),
        description: "default VPC security group".to_owned(),
        vpc: vpc.to_owned(),
        rules: [own, out].into(),
    }
}

pub(super) static TABLE: Table<SecurityGroup> = Table {
    columns: &[
        ("description", |_, group| vec![group.description.clone()]),
        ("egress.ip-permission.cidr", |_, group| values(group, true, Rule::cidr)),
        ("egress.ip-permission.from-port", |_, group| values(group, true, Rule::first_port)),
        ("egress.ip-permission.group-id", |_, group| values(group, true, Rule::group)),
        ("egress.ip-permission.protocol", |_, group| values(group, true, Rule::protocol)),
        ("egress.ip-permission.to-port", |_, group| values(group, true, Rule::last_port)),
        ("group-id", |_, group| vec![group.id.clone()]),
        ("group-name", |_, group| vec![group.name.clone()]),
        ("ip-permission.cidr", |_, group| values(group, false, Rule::cidr)),
        ("ip-permission.from-port", |_, group| values(group, false, Rule::first_port)),
        ("ip-permission.group-id", |_, group| values(group, false, Rule::group)),
        ("ip-permission.protocol", |_, group| values(group, false, Rule::protocol)),
        ("ip-permission.to-port", |_, group| values(group, false, Rule::last_port)),
        ("owner-id", |view, _| vec![view.region.account.clone()]),
        ("vpc-id", |_, group| vec![group.vpc.clone()]),
    ],
    prefix: "sg-",
    error: "InvalidGroup",
    noun: "security group",
    smallest_page: 5,
};

fn values(group: &SecurityGroup, egress: bool, of: fn(&Rule) -> Option<String>) -> Vec<String> {
    group.rules.values().filter(|rule| rule.egress == egress).filter_map(of).collect()
}

/// Finds a group or complains as EC2 does.
pub(super) fn find<'a>(state: &'a State, id: &str) -> Answer<&'a SecurityGroup> {
    state.groups.get(id).ok_or_else(|| not_found(id))
}

pub(super) fn not_found(id: &str) -> AwsError {
    if id.starts_with("sg-") {
        AwsError::new("InvalidGroup.NotFound", format!("The security group '{id}' does not exist"))
    } else {
        AwsError::new("InvalidGroupId.Malformed", format!("Invalid id: \"{id}\" (expecting \"sg-...\")"))
    }
}

fn render(region: &Region, id: &str, group: &SecurityGroup) -> Value {
    json!({
        "groupId": id, "groupName": group.name, "groupDescription": group.description, "vpcId": group.vpc, "ownerId": region.account,
        "securityGroupArn": region.arn("ec2", &format!("security-group/{id}")),
        "ipPermissions": permissions(region, group, false), "ipPermissionsEgress": permissions(region, group, true),
        "tagSet": tag::render(&region.ec2, id),
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateSecurityGroupRequest {
    group_name: String,
    #[serde(rename = "GroupDescription")]
    description: String,
    vpc_id: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tags: Vec<tag::TagSpecification>,
}

/// VPC User Guide, "Security group names": these characters, at most 255, not starting with `sg-`.
fn check_text(parameter: &str, text: &str) -> Answer<()> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
    if text.is_empty()
        || text.len() > 255
        || !text.chars().all(allowed)
        || (parameter == "groupName" && text.starts_with("sg-"))
    {
        let message = format!("Value ({text}) for parameter {parameter} is invalid.");
        return Err(AwsError::new("InvalidParameterValue", message));
    }
    Ok(())
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateSecurityGroupRequest) -> Answer<Value> {
    check_text("groupName", &request.group_name)?;
    check_text("GroupDescription", &request.description)?;
    let tags = tag::on_create(&request.tags, "security-group")?;
    let state = &mut ctx.here.ec2;
    let vpc = request.vpc_id.ok_or_else(|| AwsError::new("VPCIdNotSpecified", "No default VPC for this user"))?;
    if !state.vpcs.contains_key(&vpc) {
        return Err(vpc::TABLE.not_found(&vpc));
    }
    if state.groups.values().any(|group| group.vpc == vpc && group.name == request.group_name) {
        let message = format!("The security group '{}' already exists for VPC '{vpc}'", request.group_name);
        return Err(AwsError::new("InvalidGroup.Duplicate", message));
    }
    let id = ctx.ids.ec2("sg");
    let out = Rule::all(true, Peer::Ipv4("0.0.0.0/0".to_owned()));
    let rules = [(ctx.ids.ec2("sgr"), out)].into();
    let group =
        SecurityGroup { id: id.clone(), name: request.group_name, description: request.description, vpc, rules };
    state.put_tags(&id, tags);
    state.groups.insert(id.clone(), group);
    let arn = ctx.here.arn("ec2", &format!("security-group/{id}"));
    Ok(json!({ "groupId": id, "securityGroupArn": arn, "tagSet": tag::render(&ctx.here.ec2, &id) }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeSecurityGroupsRequest {
    #[serde(default, rename = "GroupId")]
    ids: Vec<String>,
    #[serde(default, rename = "GroupName")]
    names: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<super::select::Filter>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReferencesRequest {
    #[serde(rename = "GroupId")]
    groups: Vec<String>,
}

/// Which VPCs refer to the groups over peering connections or transit gateways (API Reference, `DescribeSecurityGroupReferences`), of which there
/// are none here.
pub(super) fn references(ctx: &mut Context<'_>, request: ReferencesRequest) -> Answer<Value> {
    request.groups.iter().try_for_each(|id| find(&ctx.here.ec2, id).map(drop))?;
    Ok(json!({ "securityGroupReferenceSet": [] }))
}

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeSecurityGroupsRequest) -> Answer<Value> {
    let mut ids = request.ids;
    for name in &request.names {
        let named = ctx.here.ec2.groups.iter().find(|(_, group)| group.name == *name);
        let message = || format!("The security group '{name}' does not exist");
        ids.push(named.map(|(id, _)| id.clone()).ok_or_else(|| AwsError::new("InvalidGroup.NotFound", message()))?);
    }
    let selection = super::select::Selection {
        ids: &ids,
        filters: &request.filters,
        max_results: request.max_results,
        next_token: request.next_token.as_deref(),
    };
    let page = select(ctx, &ctx.here.ec2.groups, selection, &TABLE, |view, id, group| render(view.region, id, group))?;
    Ok(json!({ "securityGroupInfo": page.items, "nextToken": page.next_token }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteSecurityGroupRequest {
    group_id: String,
}

/// API Reference, `DeleteSecurityGroup`: not while a network interface has it or another group refers to it.
pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteSecurityGroupRequest) -> Answer<Value> {
    let id = request.group_id;
    let state = &mut ctx.here.ec2;
    if find(state, &id)?.is_default() {
        let message = format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user");
        return Err(AwsError::new("CannotDelete", message));
    }
    let worn = state.interfaces.values().any(|interface| interface.groups.contains(&id));
    if worn || state.groups.iter().any(|(other, group)| *other != id && group.refers_to(&id)) {
        return Err(AwsError::new("DependencyViolation", format!("resource {id} has a dependent object")));
    }
    if let Some(group) = state.groups.remove(&id) {
        group.rules.keys().for_each(|rule| drop(state.tags.remove(rule)));
    }
    state.tags.remove(&id);
    Ok(json!({ "return": true, "groupId": id }))
}
