//! Who calls which service in which region: SigV4's credential scope (IAM User Guide, "Create a signed AWS API request"), else the
//! request's own hints. Signatures are not verified: any secret is right.

use http::request::Parts;

/// What a request says about its sender.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identity {
    /// Access key ID; absent on unsigned requests.
    pub access_key: Option<String>,
    /// Session token, given with temporary credentials.
    pub session_token: Option<String>,
    /// Region of the credential scope.
    pub region: Option<String>,
    /// Signing name of the service.
    pub service: Option<String>,
}

impl Identity {
    /// Reads the `Authorization` header field, or the query parameters of a presigned URL.
    #[must_use]
    pub fn of(parts: &Parts) -> Self {
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let query = |name: &str| {
            form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        let signed = header("authorization").and_then(|value| {
            let (_, scope) = value.split_once("Credential=")?;
            Some(scope.split([',', ' ']).next().unwrap_or_default().to_owned())
        });
        let mut identity =
            signed.or_else(|| query("X-Amz-Credential")).map_or_else(Self::default, |scope| Self::of_scope(&scope));
        identity.session_token = header("x-amz-security-token").or_else(|| query("X-Amz-Security-Token"));
        identity.service = identity.service.or_else(|| service_of_host(&header("host").unwrap_or_default()));
        identity
    }

    /// `AKID/20261123/us-east-1/ec2/aws4_request`; access keys hold no slash.
    fn of_scope(scope: &str) -> Self {
        let mut fields = scope.split('/').map(str::to_owned);
        let access_key = fields.next();
        Self { access_key, region: fields.nth(1), service: fields.next(), session_token: None }
    }
}

/// `ec2.us-east-1.amazonaws.com` names its service first.
fn service_of_host(host: &str) -> Option<String> {
    host.contains(".amazonaws.").then(|| host.split('.').next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_credential_scope() {
        let request = http::Request::builder()
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AK/20261123/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0",
            )
            .body(())
            .map(|request| Identity::of(&request.into_parts().0));
        let identity = request.unwrap_or_default();
        assert_eq!((identity.region.as_deref(), identity.service.as_deref()), (Some("eu-west-1"), Some("ec2")));
    }
}
