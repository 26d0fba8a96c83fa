//! Amazon Cognito user pools as authorizers (API Gateway Developer Guide, "Control access to REST APIs using Amazon Cognito user pools as an
//! authorizer"). Tokens are JSON Web Tokens whose issuer, end and scopes count; signatures are not verified.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::gateway::Refusal;
use super::invocation::Invocation;
use crate::services::apigateway::authorizer::Authorizer;

/// Lets a request with a good token pass. The token's claims go into `$context.authorizer.claims`.
pub(super) fn check(invocation: &mut Invocation<'_>) -> Result<(), Refusal> {
    let authorizers = &invocation.deployment.snapshot.authorizers;
    let id = invocation.method.authorizer_id.as_deref().unwrap_or_default();
    let authorizer = authorizers.get(id).ok_or_else(Refusal::authorizer_configuration)?;
    let source = authorizer.identity_source.as_deref().and_then(|source| source.strip_prefix("method.request.header."));
    let token = invocation.request.header(source.unwrap_or("authorization")).unwrap_or_default();
    let claims = claims(token).ok_or_else(Refusal::unauthorized)?;
    let now = invocation.scene.now.as_millis() / 1000;
    let lives = claims["exp"].as_u64().is_some_and(|end| end > now);
    if !lives || !issued_by(&claims, authorizer) || !has_scope(&claims, &invocation.method.authorization_scopes) {
        return Err(Refusal::unauthorized());
    }
    for (name, value) in claims.as_object().into_iter().flatten() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        invocation.values.context.insert(format!("authorizer.claims.{name}"), text);
    }
    Ok(())
}

/// The payload of a token, with or without `Bearer` before it.
fn claims(token: &str) -> Option<Value> {
    let token = token.trim();
    let mut parts = token.strip_prefix("Bearer ").unwrap_or(token).trim().split('.');
    let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// `arn:aws:cognito-idp:<region>:<account>:userpool/<pool>` issues as `https://cognito-idp.<region>.amazonaws.com/<pool>`.
fn issued_by(claims: &Value, authorizer: &Authorizer) -> bool {
    let issuer = claims["iss"].as_str().unwrap_or_default();
    authorizer.provider_arns.iter().any(|arn| {
        let (region, pool) = (arn.split(':').nth(3).unwrap_or_default(), arn.rsplit('/').next().unwrap_or_default());
        let host = format!("https://cognito-idp.{region}.amazonaws.com");
        issuer.strip_prefix(&host).is_some_and(|rest| rest.trim_start_matches(".cn") == format!("/{pool}"))
    })
}

/// Methods with scopes want an access token that has one of them, methods without want an identity token.
fn has_scope(claims: &Value, wanted: &[String]) -> bool {
    if wanted.is_empty() {
        return claims["token_use"].as_str().is_none_or(|token_use| token_use == "id");
    }
    let scopes = claims["scope"].as_str().unwrap_or_default();
    scopes.split(' ').any(|scope| wanted.iter().any(|one| one == scope))
}
