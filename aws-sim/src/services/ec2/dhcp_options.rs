//! DHCP options: the set that AWS makes in each region (VPC User Guide, "DHCP option sets": the default set).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::select::{Table, describe_request, select};
use super::tag;
use crate::context::Context;
use crate::error::Answer;
use crate::world::Region;

/// The set that every VPC has.
pub(super) const DEFAULT: &str = "dopt-0a1b2c3d4e5f60001";

static TABLE: Table<()> = Table {
    columns: &[
        ("dhcp-options-id", |_, ()| vec![DEFAULT.to_owned()]),
        ("key", |_, ()| vec!["domain-name".to_owned(), "domain-name-servers".to_owned()]),
        ("owner-id", |view, ()| vec![view.region.account.clone()]),
        ("value", |view, ()| vec![domain_name(view.region), "AmazonProvidedDNS".to_owned()]),
    ],
    prefix: "dopt-",
    error: "InvalidDhcpOptionsID",
    noun: "dhcpOptions ID",
    smallest_page: 5,
};

/// Domain of the private names of a region (VPC User Guide, "DNS attributes for your VPC").
pub(super) fn domain_name(region: &Region) -> String {
    match region.name.as_str() {
        "us-east-1" => "ec2.internal".to_owned(),
        name => format!("{name}.compute.internal"),
    }
}

describe_request!(DescribeDhcpOptionsRequest, "DhcpOptionsId");

#[expect(clippy::zero_sized_map_values, reason = "what is selected from is a map, and the set's content is fixed")]
pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeDhcpOptionsRequest) -> Answer<Value> {
    let all = BTreeMap::from([(DEFAULT.to_owned(), ())]);
    let option = |key: &str, value: &str| json!({ "key": key, "valueSet": [{ "value": value }] });
    let page = select(ctx, &all, request.selection(), &TABLE, |view, id, ()| {
        json!({
            "dhcpOptionsId": id, "ownerId": view.region.account, "tagSet": tag::render(&view.region.ec2, id),
            "dhcpConfigurationSet": [
                option("domain-name", &domain_name(view.region)), option("domain-name-servers", "AmazonProvidedDNS"),
            ],
        })
    })?;
    Ok(json!({ "dhcpOptionsSet": page.items, "nextToken": page.next_token }))
}
