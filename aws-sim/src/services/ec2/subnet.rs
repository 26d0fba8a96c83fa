//! Subnets.

use ipnet::{Ipv4Net, Ipv6Net};
use serde::Deserialize;
use serde_json::{Value, json};

use super::availability_zone;
use super::select::{Table, describe_request, select};
use super::{State, route, subnet_cidr_block, tag, vpc};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::world::Region;

/// A subnet.
#[derive(Clone, Debug)]
pub struct Subnet {
    /// Its ID.
    pub id: String,
    /// The VPC it is in.
    pub vpc: String,
    /// Its addresses.
    pub cidr: Ipv4Net,
    /// Its IPv6 addresses, if it has any.
    pub ipv6: Option<Ipv6Net>,
    /// Name of its Availability Zone.
    pub zone: String,
}

impl Subnet {
    /// Addresses left (VPC User Guide, "Subnet CIDR blocks": the first four and the last one are not available).
    fn free(&self, state: &State) -> usize {
        let all = 1_usize << (32 - self.cidr.prefix_len());
        all.saturating_sub(5 + state.addresses.get(&self.id).map_or(0, std::collections::BTreeSet::len))
    }
}

pub(super) static TABLE: Table<Subnet> = Table {
    columns: &[
        ("availability-zone", |_, subnet| vec![subnet.zone.clone()]),
        ("availabilityZone", |_, subnet| vec![subnet.zone.clone()]),
        ("availability-zone-id", |_, subnet| vec![availability_zone::id_of(&subnet.zone)]),
        ("available-ip-address-count", |view, subnet| vec![subnet.free(&view.region.ec2).to_string()]),
        ("cidr", |_, subnet| vec![subnet.cidr.to_string()]),
        ("cidr-block", |_, subnet| vec![subnet.cidr.to_string()]),
        ("default-for-az", |_, _| vec!["false".to_owned()]),
        ("ipv6-cidr-block-association.association-id", |_, subnet| {
            subnet.ipv6.iter().map(|_| subnet_cidr_block::association_id(&subnet.id)).collect()
        }),
        ("ipv6-cidr-block-association.ipv6-cidr-block", |_, subnet| {
            subnet.ipv6.iter().map(ToString::to_string).collect()
        }),
        ("ipv6-cidr-block-association.state", |_, subnet| {
            subnet.ipv6.iter().map(|_| "associated".to_owned()).collect()
        }),
        ("ipv6-native", |_, _| vec!["false".to_owned()]),
        ("map-public-ip-on-launch", |_, _| vec!["false".to_owned()]),
        ("owner-id", |view, _| vec![view.region.account.clone()]),
        ("state", |_, _| vec!["available".to_owned()]),
        ("subnet-arn", |view, subnet| vec![view.region.arn("ec2", &format!("subnet/{}", subnet.id))]),
        ("subnet-id", |_, subnet| vec![subnet.id.clone()]),
        ("vpc-id", |_, subnet| vec![subnet.vpc.clone()]),
    ],
    prefix: "subnet-",
    error: "InvalidSubnetID",
    noun: "subnet ID",
    smallest_page: 5,
};

fn render(region: &Region, id: &str, subnet: &Subnet) -> Value {
    json!({
        "subnetId": id, "subnetArn": region.arn("ec2", &format!("subnet/{id}")), "vpcId": subnet.vpc, "ownerId": region.account,
        "state": "available", "cidrBlock": subnet.cidr.to_string(), "availabilityZone": subnet.zone,
        "availabilityZoneId": availability_zone::id_of(&subnet.zone), "availableIpAddressCount": subnet.free(&region.ec2),
        "defaultForAz": false, "mapPublicIpOnLaunch": false, "mapCustomerOwnedIpOnLaunch": false,
        "assignIpv6AddressOnCreation": false, "enableDns64": false, "ipv6Native": false,
        "ipv6CidrBlockAssociationSet": subnet_cidr_block::render(subnet, "associated").into_iter().collect::<Vec<_>>(),
        "privateDnsNameOptionsOnLaunch": {
            "hostnameType": "ip-name", "enableResourceNameDnsARecord": false, "enableResourceNameDnsAAAARecord": false,
        },
        "blockPublicAccessStates": { "internetGatewayBlockMode": "off" },
        "tagSet": tag::render(&region.ec2, id),
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateSubnetRequest {
    vpc_id: String,
    cidr_block: String,
    ipv6_cidr_block: Option<String>,
    availability_zone: Option<String>,
    availability_zone_id: Option<String>,
    #[serde(default, rename = "TagSpecification")]
    tags: Vec<tag::TagSpecification>,
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateSubnetRequest) -> Answer<Value> {
    let cidr = vpc::block(&request.cidr_block, "InvalidSubnet.Range")?;
    let zone = zone(&ctx.here.name, request.availability_zone, request.availability_zone_id)?;
    let tags = tag::on_create(&request.tags, "subnet")?;
    let state = &mut ctx.here.ec2;
    let owner = state.vpcs.get(&request.vpc_id).ok_or_else(|| vpc::TABLE.not_found(&request.vpc_id))?;
    if !owner.cidr.contains(&cidr) {
        return Err(AwsError::new("InvalidSubnet.Range", format!("The CIDR '{cidr}' is invalid.")));
    }
    let overlaps =
        |other: &Subnet| other.vpc == request.vpc_id && (other.cidr.contains(&cidr) || cidr.contains(&other.cidr));
    if state.subnets.values().any(overlaps) {
        return Err(AwsError::new(
            "InvalidSubnet.Conflict",
            format!("The CIDR '{cidr}' conflicts with another subnet"),
        ));
    }
    let ipv6 = request.ipv6_cidr_block.as_deref();
    let ipv6 = ipv6.map(|block| subnet_cidr_block::checked(state, &request.vpc_id, block)).transpose()?;
    let subnet = Subnet { id: ctx.ids.ec2("subnet"), vpc: request.vpc_id, cidr, ipv6, zone };
    state.put_tags(&subnet.id, tags);
    state.subnets.insert(subnet.id.clone(), subnet.clone());
    Ok(json!({ "subnet": render(ctx.here, &subnet.id, &subnet) }))
}

fn zone(region: &str, name: Option<String>, id: Option<String>) -> Answer<String> {
    let mut zones = availability_zone::names(region);
    let found = match (&name, &id) {
        (None, None) => zones.next(),
        _ => zones.find(|zone| {
            name.as_ref().is_none_or(|name| name == zone)
                && id.as_ref().is_none_or(|id| availability_zone::id_of(zone) == *id)
        }),
    };
    found.ok_or_else(|| {
        let asked = name.or(id).unwrap_or_default();
        let offered: Vec<String> = availability_zone::names(region).collect();
        let message = format!(
            "Value ({asked}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: {}.",
            offered.join(", ")
        );
        AwsError::new("InvalidParameterValue", message)
    })
}

describe_request!(DescribeSubnetsRequest, "SubnetId");

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeSubnetsRequest) -> Answer<Value> {
    let page = select(ctx, &ctx.here.ec2.subnets, request.selection(), &TABLE, |view, id, subnet| {
        render(view.region, id, subnet)
    })?;
    Ok(json!({ "subnetSet": page.items, "nextToken": page.next_token }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteSubnetRequest {
    subnet_id: String,
}

pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteSubnetRequest) -> Answer<Value> {
    let id = request.subnet_id;
    let state = &mut ctx.here.ec2;
    if !state.subnets.contains_key(&id) {
        return Err(TABLE.not_found(&id));
    }
    if state.interfaces.values().any(|interface| interface.subnet == id) {
        let message = format!("The subnet '{id}' has dependencies and cannot be deleted.");
        return Err(AwsError::new("DependencyViolation", message));
    }
    state.subnets.remove(&id);
    route::forget_subnet(state, &id);
    state.addresses.remove(&id);
    state.ipv6_addresses.remove(&id);
    state.tags.remove(&id);
    Ok(json!({ "return": true }))
}
