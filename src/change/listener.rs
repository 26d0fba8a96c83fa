//! Changes of listeners.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Output;
use crate::model::Operation;
use crate::observed::{DefaultAction, Listener, MutualAuthentication, Snapshot};
use crate::tags::Tags;

/// A change of a listener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ListenerChange {
    /// `CreateListener`.
    Create {
        /// The load balancer.
        load_balancer_arn: String,
        /// What it should be.
        settings: ListenerSettings,
        /// Tags.
        tags: Tags,
    },
    /// `ModifyListener`: all settings.
    Modify {
        /// The listener.
        arn: String,
        /// What it should be.
        settings: ListenerSettings,
    },
    /// `AddListenerCertificates`, which takes one at a time.
    AddCertificate {
        /// The listener.
        arn: String,
        /// A certificate beside the default one.
        certificate_arn: String,
    },
    /// `RemoveListenerCertificates`, which takes one at a time.
    RemoveCertificate {
        /// The listener.
        arn: String,
        /// A certificate beside the default one.
        certificate_arn: String,
    },
    /// `DeleteListener`, rules included.
    Delete {
        /// The listener.
        arn: String,
    },
}

/// What can be set on a listener in one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListenerSettings {
    /// `HTTP` or `HTTPS`.
    pub protocol: String,
    /// Port.
    pub port: i32,
    /// Default certificate of an HTTPS listener.
    pub default_certificate: Option<String>,
    /// TLS policy of an HTTPS listener.
    pub ssl_policy: Option<String>,
    /// Mutual TLS of an HTTPS listener.
    pub mutual_authentication: Option<MutualAuthentication>,
    /// What happens to a request that no rule takes.
    pub default_action: DefaultAction,
}

impl ListenerChange {
    pub(super) fn operation(&self) -> Operation {
        match self {
            Self::Create { .. } => Operation::CreateListener,
            Self::Modify { .. } => Operation::ModifyListener,
            Self::AddCertificate { .. } => Operation::AddListenerCertificates,
            Self::RemoveCertificate { .. } => Operation::RemoveListenerCertificates,
            Self::Delete { .. } => Operation::DeleteListener,
        }
    }

    pub(super) fn apply(&self, snapshot: &mut Snapshot, output: Output) {
        let listeners = &mut snapshot.listeners;
        match self {
            Self::Create { load_balancer_arn, settings, tags } => {
                listeners.extend(
                    output.into_id().map(|arn| settings.listener(arn, load_balancer_arn, BTreeSet::new(), tags)),
                );
            }
            Self::Modify { arn, settings } => edit(listeners, arn, |listener| {
                let Listener { arn, load_balancer_arn, extra_certificates, tags, .. } = listener.clone();
                *listener = settings.listener(arn, &load_balancer_arn, extra_certificates, &tags);
            }),
            Self::AddCertificate { arn, certificate_arn } => {
                edit(listeners, arn, |listener| _ = listener.extra_certificates.insert(certificate_arn.clone()));
            }
            Self::RemoveCertificate { arn, certificate_arn } => {
                edit(listeners, arn, |listener| _ = listener.extra_certificates.remove(certificate_arn));
            }
            Self::Delete { arn } => {
                listeners.retain(|listener| listener.arn != *arn);
                snapshot.rules.retain(|rule| rule.listener_arn != *arn);
            }
        }
    }
}

impl ListenerSettings {
    /// A plain HTTP listener.
    #[must_use]
    pub fn http(port: i32, default_action: DefaultAction) -> Self {
        Self {
            protocol: "HTTP".to_owned(),
            port,
            default_certificate: None,
            ssl_policy: None,
            mutual_authentication: None,
            default_action,
        }
    }

    fn listener(
        &self,
        arn: String,
        load_balancer_arn: &str,
        extra_certificates: BTreeSet<String>,
        tags: &Tags,
    ) -> Listener {
        Listener {
            arn,
            load_balancer_arn: load_balancer_arn.to_owned(),
            protocol: self.protocol.clone(),
            port: self.port,
            default_certificate: self.default_certificate.clone(),
            extra_certificates,
            ssl_policy: self.ssl_policy.clone(),
            mutual_authentication: self.mutual_authentication.clone(),
            default_action: self.default_action.clone(),
            tags: tags.clone(),
        }
    }
}

fn edit(listeners: &mut [Listener], arn: &str, change: impl FnOnce(&mut Listener)) {
    if let Some(listener) = listeners.iter_mut().find(|listener| listener.arn == arn) {
        change(listener);
    }
}
