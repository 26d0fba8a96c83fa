//! Mutual authentication of listeners (API Reference, `MutualAuthenticationAttributes`; User Guide for Application Load Balancers, "Mutual
//! authentication with TLS").

use serde::Deserialize;
use serde_json::{Value, json};

use super::select::invalid;
use super::trust_store;
use crate::context::Context;
use crate::error::{Answer, AwsError};

/// What a listener asks of its clients.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct MutualAuthentication {
    /// `off`, `passthrough` or `verify`.
    pub mode: Option<String>,
    /// The trust store that clients are verified with.
    pub trust_store_arn: Option<String>,
    /// Whether an expired certificate is as good as any.
    pub ignore_client_certificate_expiry: Option<bool>,
    /// `on` or `off`: whether clients are told which authorities are trusted.
    pub advertise_trust_store_ca_names: Option<String>,
    /// Only in answers; one in a request is a mistake that AWS overlooks.
    #[serde(rename = "TrustStoreAssociationStatus")]
    _status: Option<String>,
}

impl MutualAuthentication {
    /// What an HTTPS listener has that was given nothing else.
    #[must_use]
    pub fn off() -> Self {
        Self { mode: Some("off".to_owned()), ..Self::default() }
    }

    fn verifies(&self) -> bool {
        self.mode.as_deref() == Some("verify")
    }

    /// Complete, and right for a listener of this protocol.
    pub(super) fn checked(mut self, ctx: &Context<'_>, protocol: &str) -> Answer<Self> {
        let mode = self.mode.as_deref().unwrap_or("off");
        if protocol != "HTTPS" {
            return Err(invalid(format!("Mutual authentication is not supported for {protocol} listeners")));
        }
        if !matches!(mode, "off" | "passthrough" | "verify") {
            return Err(invalid(format!(
                "Mutual authentication mode '{mode}' must be one of 'off, passthrough, verify'"
            )));
        }
        let only_verify = self.trust_store_arn.is_some()
            || self.ignore_client_certificate_expiry.is_some()
            || self.advertise_trust_store_ca_names.is_some();
        if mode != "verify" {
            return if only_verify {
                Err(invalid(format!("A trust store and its settings cannot be specified with mode '{mode}'")))
            } else {
                Ok(Self { mode: Some(mode.to_owned()), ..Self::default() })
            };
        }
        let arn = self.trust_store_arn.as_ref();
        let arn = arn.ok_or_else(|| invalid("A trust store must be specified with mode 'verify'"))?;
        let store = ctx.here.elbv2.trust_stores.get(arn).ok_or_else(|| trust_store::not_found(arn))?;
        if !store.is_ready(ctx.now) {
            return Err(AwsError::new("TrustStoreNotReady", format!("Trust store '{arn}' is not active yet")));
        }
        let advertise = self.advertise_trust_store_ca_names.get_or_insert_with(|| "off".to_owned());
        if !matches!(advertise.as_str(), "on" | "off") {
            return Err(invalid(format!("AdvertiseTrustStoreCaNames '{advertise}' must be one of 'on, off'")));
        }
        self.ignore_client_certificate_expiry.get_or_insert(false);
        Ok(self)
    }

    pub(super) fn render(&self) -> Value {
        json!({
            "Mode": self.mode, "TrustStoreArn": self.trust_store_arn,
            "IgnoreClientCertificateExpiry": self.ignore_client_certificate_expiry,
            "TrustStoreAssociationStatus": self.verifies().then_some("active"),
            "AdvertiseTrustStoreCaNames": self.advertise_trust_store_ca_names,
        })
    }
}
