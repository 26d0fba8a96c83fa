//! From the SDK's errors.

use crate::model::Operation;
use std::error::Error;
use std::io;
use std::time::Duration;

use aws_sdk_ec2::error::{ConnectorError, ProvideErrorMetadata};
use aws_sdk_ec2::operation::RequestId;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;

use super::class::classify;
use super::denied;
use super::{AwsError, Class};

impl AwsError {
    /// From an error of the SDK; `host` is where the service's calls go.
    pub(in crate::aws) fn from_sdk<E>(
        operation: Operation,
        host: Option<&str>,
        error: &SdkError<E, HttpResponse>,
    ) -> Self
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let host = host.unwrap_or("the service");
        match error {
            SdkError::ServiceError(context) => Self::answered(operation, context.err(), context.raw()),
            SdkError::TimeoutError(_) => Self::unreachable(operation, host, "no answer in time"),
            SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
                Some(connector) => Self::not_sent(operation, host, connector),
                None => Self::unreachable(operation, host, &chain(error)),
            },
            SdkError::ResponseError(_) => Self { class: Class::Transient, ..Self::bug(operation, &chain(error)) },
            _ => Self::bug(operation, &chain(error)),
        }
    }

    fn answered<E: ProvideErrorMetadata + Error + 'static>(
        operation: Operation,
        error: &E,
        raw: &HttpResponse,
    ) -> Self {
        // An answer that cannot be read has no message of its own.
        let unread = chain(error);
        let message = error.message().unwrap_or(&unread);
        let class = classify(error.code(), message, raw.status().as_u16());
        let missing = denied::explain(operation, error.code(), message).filter(|_| class == Class::Denied);
        Self {
            operation,
            code: error.code().map(str::to_owned),
            message: missing.unwrap_or_else(|| with_remedy(message)),
            class,
            retry_after: retry_after(raw),
            request_id: error.meta().request_id().or_else(|| raw.request_id()).map(str::to_owned),
        }
    }

    fn not_sent(operation: Operation, host: &str, error: &ConnectorError) -> Self {
        let text = chain(error);
        if error.is_user() {
            Self::bug(operation, &text)
        } else if text.to_ascii_lowercase().contains("credential") {
            Self {
                class: Class::Denied,
                ..Self::bug(operation, &format!("the controller has no AWS credentials: {text}"))
            }
        } else if error.is_timeout() || never_connected(error, &text) {
            Self::unreachable(operation, host, &text)
        } else if error.is_io() || error.as_other().is_some() {
            Self { class: Class::Transient, ..Self::bug(operation, &format!("the connection to {host} broke: {text}")) }
        } else {
            Self::bug(operation, &text)
        }
    }

    fn unreachable(operation: Operation, host: &str, why: &str) -> Self {
        let message = format!(
            "{host} cannot be reached ({why}): give the controller a route to it: a NAT gateway, a proxy or an interface VPC endpoint for that service"
        );
        Self { class: Class::Unreachable, ..Self::bug(operation, &message) }
    }
}

/// What to do about it, where AWS does not say.
fn with_remedy(message: &str) -> String {
    let remedy = REMEDIES.iter().find(|(text, _)| message.contains(text)).map(|(_, remedy)| format!(": {remedy}"));
    format!("{message}{}", remedy.unwrap_or_default())
}

/// What a message says, and what to do about it.
///
/// Sources: AWS re:Post, "Why can't I enable private DNS names for my interface VPC endpoint?"; API Gateway Developer Guide, "Quotas for configuring and
/// running a REST API", integration timeout.
const REMEDIES: [(&str, &str); 3] = [
    (
        "deletion protection is enabled",
        "disable it (aws elbv2 modify-load-balancer-attributes --attributes Key=deletion_protection.enabled,Value=false), then it is deleted",
    ),
    (
        "conflicting DNS domain",
        "an endpoint that was deleted holds the name for some minutes; if it stays taken, a private hosted zone of that name is associated with the VPC: \
         take it away there, or set spec.vpcEndpoint.create.privateDns to Disabled",
    ),
    (
        "Timeout should be between",
        "set a shorter timeout, or have the account's quota \"Maximum integration timeout in milliseconds\" of API Gateway raised",
    ),
];

/// API Gateway's `Retry-After`, in seconds; the SDK itself honours another header only.
///
/// Source: API Gateway API Reference, `TooManyRequestsException`.
fn retry_after(raw: &HttpResponse) -> Option<Duration> {
    raw.headers().get("retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

/// Whether no connection came about, as opposed to one that broke. The HTTP client tells it in the text of its errors only.
fn never_connected(error: &ConnectorError, text: &str) -> bool {
    use io::ErrorKind::{ConnectionRefused, HostUnreachable, NetworkUnreachable, TimedOut};
    let unreachable =
        |error: &io::Error| matches!(error.kind(), ConnectionRefused | HostUnreachable | NetworkUnreachable | TimedOut);
    let io = sources(error).filter_map(|source| source.downcast_ref::<io::Error>()).any(unreachable);
    io || text.contains("(Connect)") || text.contains("dns")
}

fn sources<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

/// The error and what caused it, each said once.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut texts: Vec<String> = sources(error).map(ToString::to_string).collect();
    texts.dedup();
    texts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connector(kind: io::ErrorKind) -> AwsError {
        AwsError::not_sent(
            Operation::DescribeSubnets,
            "ec2.eu-west-1.amazonaws.com",
            &ConnectorError::io(Box::new(io::Error::from(kind))),
        )
    }

    #[test]
    fn a_refused_connection_names_the_host() {
        let error = connector(io::ErrorKind::ConnectionRefused);
        assert_eq!(error.class, Class::Unreachable);
        assert!(error.message.starts_with("ec2.eu-west-1.amazonaws.com cannot be reached"), "{error}");
    }

    #[test]
    fn a_broken_connection_is_transient() {
        assert_eq!(connector(io::ErrorKind::ConnectionReset).class, Class::Transient);
    }
}
