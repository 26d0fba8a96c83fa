//! IP address types of endpoints and of their DNS records (AWS `PrivateLink` Guide, "IP address types" and "DNS record IP type").
//! Inferred (address-type-refusals): codes and wording of the refusals.

use serde::Deserialize;

use super::create::invalid;
use crate::error::Answer;
use crate::services::ec2::State;
use crate::services::ec2::endpoint_service::Offer;

/// DNS options of a request.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DnsOptions {
    dns_record_ip_type: Option<String>,
    private_dns_only_for_inbound_resolver_endpoint: Option<bool>,
}

impl DnsOptions {
    /// The type of DNS records for an endpoint of this address type: the one asked for, else the present one if it still fits.
    pub(super) fn record_type(&self, address_type: &str, present: &str) -> Answer<String> {
        // API Reference, `DnsOptionsSpecification`: for services with gateway endpoints and interface endpoints; none here has both.
        if self.private_dns_only_for_inbound_resolver_endpoint == Some(true) {
            return Err(invalid(
                "PrivateDnsOnlyForInboundResolverEndpoint is not supported for services without gateway endpoints",
            ));
        }
        let fitting: &[&str] = match address_type {
            "dualstack" => &["dualstack", "ipv4", "ipv6", "service-defined"],
            "ipv6" => &["ipv6"],
            _ => &["ipv4"],
        };
        match &self.dns_record_ip_type {
            Some(asked) if fitting.contains(&asked.as_str()) => Ok(asked.clone()),
            Some(asked) => {
                let message =
                    format!("The DNS record IP type {asked} is not compatible with the IP address type {address_type}");
                Err(invalid(message))
            }
            None if fitting.contains(&present) => Ok(present.to_owned()),
            None => Ok(fitting[0].to_owned()),
        }
    }
}

/// Whether the service and all subnets have addresses of this type.
pub(super) fn check(state: &State, offer: &Offer, address_type: &str, subnets: &[String]) -> Answer<()> {
    let needed: &[&str] = match address_type {
        "ipv4" => &["ipv4"],
        "ipv6" => &["ipv6"],
        "dualstack" => &["ipv4", "ipv6"],
        other => return Err(invalid(format!("Invalid IP address type: {other}"))),
    };
    if needed.iter().any(|kind| !offer.address_types.contains(kind)) {
        return Err(invalid(format!("The service {} does not support the IP address type {address_type}", offer.name)));
    }
    let has = |id: &String| match address_type {
        // Every subnet here has IPv4 addresses, and this type is for IPv6-only subnets.
        "ipv6" => false,
        "dualstack" => state.subnets.get(id).is_some_and(|subnet| subnet.ipv6.is_some()),
        _ => true,
    };
    match subnets.iter().find(|id| !has(id)) {
        Some(id) => Err(invalid(format!("The subnet {id} does not support the IP address type {address_type}"))),
        None => Ok(()),
    }
}
