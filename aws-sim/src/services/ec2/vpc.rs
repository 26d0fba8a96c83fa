//! VPCs.

use ipnet::{Ipv4Net, Ipv6Net};
use serde::Deserialize;
use serde_json::{Value, json};

use super::select::{Table, describe_request, select};
use super::{State, dhcp_options, security_group, tag, vpc_cidr_block};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::world::Region;

/// A VPC.
#[derive(Clone, Debug)]
pub struct Vpc {
    /// Its ID.
    pub id: String,
    /// Its addresses.
    pub cidr: Ipv4Net,
    /// Its IPv6 addresses, if it has any.
    pub ipv6: Option<Ipv6Net>,
    /// `enableDnsSupport`: Amazon's DNS server answers in it.
    pub dns_support: bool,
    /// `enableDnsHostnames`: instances get names; with it private names of endpoints.
    pub dns_hostnames: bool,
    /// `enableNetworkAddressUsageMetrics`.
    pub usage_metrics: bool,
    /// `default` or `dedicated`.
    pub tenancy: String,
}

impl Vpc {
    /// A VPC as `CreateVpc` makes it (VPC User Guide, "DNS attributes": support on, host names off).
    #[must_use]
    pub fn new(id: &str, cidr: Ipv4Net) -> Self {
        Self {
            id: id.to_owned(),
            cidr,
            ipv6: None,
            dns_support: true,
            dns_hostnames: false,
            usage_metrics: false,
            tenancy: "default".to_owned(),
        }
    }
}

pub(super) static TABLE: Table<Vpc> = Table {
    columns: &[
        ("cidr", |_, vpc| vec![vpc.cidr.to_string()]),
        ("cidr-block", |_, vpc| vec![vpc.cidr.to_string()]),
        ("cidr-block-association.cidr-block", |_, vpc| vec![vpc.cidr.to_string()]),
        ("cidr-block-association.state", |_, _| vec!["associated".to_owned()]),
        ("dhcp-options-id", |_, _| vec![dhcp_options::DEFAULT.to_owned()]),
        ("ipv6-cidr-block-association.association-id", |_, vpc| {
            vpc.ipv6.iter().map(|_| vpc_cidr_block::association_id(&vpc.id)).collect()
        }),
        ("ipv6-cidr-block-association.ipv6-cidr-block", |_, vpc| vpc.ipv6.iter().map(ToString::to_string).collect()),
        ("ipv6-cidr-block-association.state", |_, vpc| vpc.ipv6.iter().map(|_| "associated".to_owned()).collect()),
        ("is-default", |_, _| vec!["false".to_owned()]),
        ("isDefault", |_, _| vec!["false".to_owned()]),
        ("owner-id", |view, _| vec![view.region.account.clone()]),
        ("state", |_, _| vec!["available".to_owned()]),
        ("vpc-id", |_, vpc| vec![vpc.id.clone()]),
    ],
    prefix: "vpc-",
    error: "InvalidVpcID",
    noun: "vpc ID",
    smallest_page: 5,
};

fn render(region: &Region, id: &str, vpc: &Vpc) -> Value {
    json!({
        "vpcId": id, "ownerId": region.account, "state": "available", "cidrBlock": vpc.cidr.to_string(),
        "dhcpOptionsId": dhcp_options::DEFAULT, "instanceTenancy": vpc.tenancy, "isDefault": false,
        "cidrBlockAssociationSet": [{
            "associationId": id.replace("vpc-", "vpc-cidr-assoc-"), "cidrBlock": vpc.cidr.to_string(),
            "cidrBlockState": { "state": "associated" },
        }],
        "ipv6CidrBlockAssociationSet": vpc_cidr_block::render(region, vpc, "associated").into_iter().collect::<Vec<_>>(),
        "blockPublicAccessStates": { "internetGatewayBlockMode": "off" },
        "tagSet": tag::render(&region.ec2, id),
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateVpcRequest {
    cidr_block: String,
    instance_tenancy: Option<String>,
    #[serde(default)]
    amazon_provided_ipv6_cidr_block: bool,
    #[serde(default, rename = "TagSpecification")]
    tags: Vec<tag::TagSpecification>,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateVpcRequest) -> Answer<Value> {
    let cidr = block(&request.cidr_block, "InvalidVpc.Range")?;
    let tags = tag::on_create(&request.tags, "vpc")?;
    let id = ctx.ids.ec2("vpc");
    let mut vpc = Vpc::new(&id, cidr);
    vpc.tenancy = request.instance_tenancy.unwrap_or(vpc.tenancy);
    vpc.ipv6 = request.amazon_provided_ipv6_cidr_block.then(|| vpc_cidr_block::provided(ctx.ids));
    let state = &mut ctx.here.ec2;
    state.vpcs.insert(id.clone(), vpc.clone());
    state.put_tags(&id, tags);
    let group = security_group::default_of(ctx.ids.ec2("sg"), &id, ctx.ids);
    state.groups.insert(group.id.clone(), group);
    let mut answer = render(ctx.here, &id, &vpc);
    answer["state"] = json!("pending");
    Ok(json!({ "vpc": answer }))
}

/// A block between /16 and /28 (VPC User Guide, "VPC CIDR blocks"); host bits are cleared as EC2 does.
pub(super) fn block(text: &str, code: &'static str) -> Answer<Ipv4Net> {
    let cidr: Ipv4Net = text.parse().map_err(|_| {
        AwsError::new(
            "InvalidParameterValue",
            format!("Value ({text}) for parameter cidrBlock is invalid. This is not a valid CIDR block."),
        )
    })?;
    if (16..=28).contains(&cidr.prefix_len()) {
        Ok(cidr.trunc())
    } else {
        Err(AwsError::new(code, format!("The CIDR '{text}' is invalid.")))
    }
}

describe_request!(DescribeVpcsRequest, "VpcId");

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeVpcsRequest) -> Answer<Value> {
    let page =
        select(ctx, &ctx.here.ec2.vpcs, request.selection(), &TABLE, |view, id, vpc| render(view.region, id, vpc))?;
    Ok(json!({ "vpcSet": page.items, "nextToken": page.next_token }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteVpcRequest {
    vpc_id: String,
}

/// VPC User Guide, "Delete your VPC": everything in it goes first, but its default security group.
pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteVpcRequest) -> Answer<Value> {
    let id = request.vpc_id;
    let state = &mut ctx.here.ec2;
    if !state.vpcs.contains_key(&id) {
        return Err(TABLE.not_found(&id));
    }
    if is_used(state, &id) {
        let message = format!("The vpc '{id}' has dependencies and cannot be deleted.");
        return Err(AwsError::new("DependencyViolation", message));
    }
    state.groups.retain(|_, group| group.vpc != id);
    state.vpcs.remove(&id);
    state.tags.remove(&id.replace("vpc-", "rtb-"));
    state.tags.remove(&id.replace("vpc-", "acl-"));
    state.tags.remove(&id);
    Ok(json!({ "return": true }))
}

fn is_used(state: &State, id: &str) -> bool {
    state.subnets.values().any(|subnet| subnet.vpc == id)
        || state.groups.values().any(|group| group.vpc == id && !group.is_default())
        || state.route_tables.values().any(|table| table.vpc == id)
        || state.gateways.values().any(|vpc| vpc.as_deref() == Some(id))
}
