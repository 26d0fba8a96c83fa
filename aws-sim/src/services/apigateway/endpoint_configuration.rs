//! Endpoint configuration: who reaches an API, and through which VPC endpoints.

use serde::{Deserialize, Serialize};

use super::common::{bad_request, one_of};
use crate::context::Context;
use crate::dataplane::network;
use crate::error::Answer;

const TYPES: [&str; 3] = ["REGIONAL", "EDGE", "PRIVATE"];

/// Where an API is reachable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndpointConfiguration {
    /// One of `EDGE`, `REGIONAL`, `PRIVATE`.
    #[serde(default)]
    pub types: Vec<String>,
    /// `ipv4` or `dualstack`.
    #[serde(default)]
    pub ip_address_type: Option<String>,
    /// Endpoints for which a private API gets DNS names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vpc_endpoint_ids: Vec<String>,
}

impl EndpointConfiguration {
    /// Whether only VPC endpoints lead to the API.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.types.first().is_some_and(|kind| kind == "PRIVATE")
    }

    /// Defaults filled in, or AWS's refusal.
    pub(super) fn checked(mut self, ctx: &mut Context<'_>) -> Answer<Self> {
        if self.types.is_empty() {
            self.types.push("EDGE".to_owned());
        }
        let [kind] = &self.types[..] else {
            return Err(bad_request("Only one endpoint type is allowed"));
        };
        one_of(kind, "endpointConfiguration.types", &TYPES)?;
        if !self.is_private() && !self.vpc_endpoint_ids.is_empty() {
            return Err(bad_request("VPC endpoint IDs are only supported for PRIVATE endpoint types"));
        }
        for id in &self.vpc_endpoint_ids {
            if !network::is_execute_api_endpoint(ctx, id) {
                return Err(bad_request(format!("Invalid VPC endpoint ID specified: {id}")));
            }
        }
        self.ip_address_type = Some(self.checked_address_type()?);
        Ok(self)
    }

    /// API Reference, `EndpointConfiguration`: a private API is always dual-stack, others use IPv4 unless told.
    fn checked_address_type(&self) -> Answer<String> {
        let default = if self.is_private() { "dualstack" } else { "ipv4" };
        let chosen = self.ip_address_type.as_deref().unwrap_or(default);
        one_of(chosen, "endpointConfiguration.ipAddressType", &["ipv4", "dualstack"])?;
        if self.is_private() && chosen != "dualstack" {
            return Err(bad_request("Only dualstack ipAddressType is supported for Private APIs."));
        }
        Ok(chosen.to_owned())
    }
}
