//! Availability Zones (EC2 User Guide, "Regions and Zones"). Every region of the simulator has three.

use serde::Deserialize;
use serde_json::{Value, json};

use super::select::{Filter, fits};
use crate::context::Context;
use crate::error::{Answer, AwsError};

/// Letters of the zones.
pub const LETTERS: [char; 3] = ['a', 'b', 'c'];

/// Names of a region's zones.
pub fn names(region: &str) -> impl Iterator<Item = String> {
    LETTERS.into_iter().map(move |letter| format!("{region}{letter}"))
}

/// The ID of a zone by its name: `us-east-1a` is `use1-az1` in the simulator's accounts.
#[must_use]
pub fn id_of(zone: &str) -> String {
    let (region, letter) = zone.split_at(zone.len().saturating_sub(1));
    let number = letter.bytes().next().unwrap_or(b'a').saturating_sub(b'a') + 1;
    let short: String = region.split('-').map(short).collect();
    format!("{short}-az{number}")
}

/// `ap-northeast-1` shortens to `apne1`.
fn short(part: &str) -> String {
    match part {
        "north" | "south" | "east" | "west" | "central" | "gov" | "iso" => part[..1].to_owned(),
        "northeast" => "ne".to_owned(),
        "northwest" => "nw".to_owned(),
        "southeast" => "se".to_owned(),
        "southwest" => "sw".to_owned(),
        other => other.to_owned(),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeAvailabilityZonesRequest {
    #[serde(default, rename = "ZoneName")]
    names: Vec<String>,
    #[serde(default, rename = "ZoneId")]
    ids: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    #[serde(rename = "AllAvailabilityZones")]
    _all: Option<bool>,
}

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeAvailabilityZonesRequest) -> Answer<Value> {
    let region = &ctx.here.name;
    if let Some(name) = request.names.iter().find(|name| !names(region).any(|zone| zone == **name)) {
        return Err(AwsError::new("InvalidParameterValue", format!("Invalid availability zone: [{name}]")));
    }
    let mut zones = Vec::new();
    for name in names(region) {
        let id = id_of(&name);
        let asked = (request.names.is_empty() || request.names.contains(&name))
            && (request.ids.is_empty() || request.ids.contains(&id));
        if asked && fits_all(&request.filters, region, &name, &id)? {
            zones.push(json!({
                "zoneName": name, "zoneId": id, "zoneState": "available", "zoneType": "availability-zone", "regionName": region,
                "groupName": format!("{region}-zg-1"), "networkBorderGroup": region, "optInStatus": "opt-in-not-required", "messageSet": [],
            }));
        }
    }
    Ok(json!({ "availabilityZoneInfo": zones }))
}

fn fits_all(filters: &[Filter], region: &str, name: &str, id: &str) -> Answer<bool> {
    for filter in filters {
        let actual = match filter.name() {
            "zone-name" => name,
            "zone-id" => id,
            "region-name" => region,
            "state" => "available",
            "zone-type" => "availability-zone",
            "opt-in-status" => "opt-in-not-required",
            other => return Err(AwsError::new("InvalidParameterValue", format!("The filter '{other}' is invalid"))),
        };
        if !filter.values().iter().any(|pattern| fits(pattern, actual)) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    #[test]
    fn zone_ids() {
        assert_eq!(super::id_of("us-east-1a"), "use1-az1");
        assert_eq!(super::id_of("ap-northeast-1c"), "apne1-az3");
    }
}
