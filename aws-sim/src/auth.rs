//! Access key → account and caller.
//!
//! An access key ID of 12 digits is that account's number, every other long-term key belongs to [`DEFAULT_ACCOUNT`]: a test gets an
//! account of its own by choosing a key. A session token is only right with the temporary credentials that STS gave it with.

use crate::clock::Timestamp;
use crate::config::DEFAULT_ACCOUNT;
use crate::context::Caller;
use crate::error::{Answer, AwsError};
use crate::protocol::Protocol;
use crate::protocol::identity::Identity;
use crate::world::World;

/// Who the request comes from, or the service's refusal.
pub(crate) fn caller(world: &World, identity: &Identity, protocol: Protocol, now: Timestamp) -> Answer<Caller> {
    let key = identity.access_key.as_deref().ok_or_else(|| missing(protocol))?;
    if let Some(session) = world.sessions.get(key) {
        return match &identity.session_token {
            Some(token) if *token == session.token && now < session.expires => Ok(session.caller.clone()),
            Some(token) if *token == session.token => Err(expired(protocol)),
            _ => Err(invalid(protocol)),
        };
    }
    if identity.session_token.is_some() || key.starts_with("ASIA") {
        return Err(invalid(protocol));
    }
    Ok(long_term(key))
}

/// Who a long-term key belongs to.
pub(crate) fn long_term(key: &str) -> Caller {
    let is_account = key.len() == 12 && key.bytes().all(|digit| digit.is_ascii_digit());
    let account = if is_account { key } else { DEFAULT_ACCOUNT };
    let user = if is_account { "test" } else { key };
    Caller {
        access_key: key.to_owned(),
        account: account.to_owned(),
        arn: format!("arn:aws:iam::{account}:user/{user}"),
        user_id: format!(
            "AIDA{:0>17}",
            user.to_uppercase().chars().filter(char::is_ascii_alphanumeric).take(17).collect::<String>()
        ),
    }
}

/// Unsigned requests (IAM API Reference, "Common errors"; EC2 API Reference, "Error codes").
fn missing(protocol: Protocol) -> AwsError {
    match protocol {
        Protocol::Ec2 | Protocol::Query | Protocol::RestXml | Protocol::S3 => {
            AwsError::new("MissingAuthenticationToken", "Request is missing Authentication Token").status(403)
        }
        Protocol::Json | Protocol::RestJson => {
            AwsError::new("MissingAuthenticationTokenException", "Missing Authentication Token").status(403)
        }
    }
}

/// Credentials that nobody has (same sources).
fn invalid(protocol: Protocol) -> AwsError {
    match protocol {
        Protocol::Ec2 => {
            AwsError::new("AuthFailure", "AWS was not able to validate the provided access credentials").status(401)
        }
        Protocol::Query | Protocol::RestXml | Protocol::S3 => {
            AwsError::new("InvalidClientTokenId", "The security token included in the request is invalid.").status(403)
        }
        Protocol::Json | Protocol::RestJson => {
            AwsError::new("UnrecognizedClientException", "The security token included in the request is invalid.")
                .status(403)
        }
    }
}

/// Temporary credentials after their time (same sources).
fn expired(protocol: Protocol) -> AwsError {
    let message = "The security token included in the request is expired";
    match protocol {
        Protocol::Ec2 => AwsError::new("RequestExpired", "Request has expired."),
        Protocol::Query | Protocol::RestXml | Protocol::S3 => AwsError::new("ExpiredToken", message).status(403),
        Protocol::Json | Protocol::RestJson => AwsError::new("ExpiredTokenException", message).status(403),
    }
}
