//! The event of a Lambda proxy integration (Developer Guide, "Input format of a Lambda function for proxy integration").

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::invocation::Invocation;

/// Everything that a function gets to know of a request.
pub(super) fn build(invocation: &Invocation<'_>) -> Value {
    let values = &invocation.values;
    let (headers, multi_headers) = both(&values.headers);
    let (query, multi_query) = both(&values.query);
    let (path_parameters, _) = both(&values.path);
    let body = &invocation.request.body;
    let text = std::str::from_utf8(body).ok().filter(|text| !text.is_empty());
    json!({
        "resource": invocation.resource.path, "path": invocation.path, "httpMethod": invocation.request.method.as_str(),
        "headers": headers, "multiValueHeaders": multi_headers,
        "queryStringParameters": query, "multiValueQueryStringParameters": multi_query,
        "pathParameters": path_parameters,
        "stageVariables": (!values.stage.is_empty()).then_some(&values.stage),
        "requestContext": context(invocation), "body": text, "isBase64Encoded": false,
    })
}

/// The last value by name, and all values by name; null if there are none.
fn both(pairs: &[(String, String)]) -> (Value, Value) {
    if pairs.is_empty() {
        return (Value::Null, Value::Null);
    }
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in pairs {
        all.entry(name).or_default().push(value);
    }
    let last: BTreeMap<&str, &str> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    (json!(last), json!(all))
}

fn context(invocation: &Invocation<'_>) -> Value {
    let get = |name: &str| invocation.values.context.get(name).cloned().unwrap_or_default();
    let now = invocation.scene.now;
    json!({
        "resourceId": get("resourceId"), "resourcePath": get("resourcePath"), "httpMethod": get("httpMethod"),
        "extendedRequestId": get("extendedRequestId"), "requestTime": now.iso(), "requestTimeEpoch": now.as_millis(),
        "path": get("path"), "accountId": get("accountId"), "protocol": get("protocol"), "stage": get("stage"),
        "domainPrefix": get("domainPrefix"), "domainName": get("domainName"), "apiId": get("apiId"),
        "requestId": get("requestId"), "deploymentId": get("deploymentId"),
        "identity": {
            "cognitoIdentityPoolId": null, "cognitoIdentityId": null, "vpceId": get("identity.vpceId"), "vpcId": get("identity.vpcId"),
            "principalOrgId": null, "cognitoAuthenticationType": null, "userArn": null, "userAgent": get("identity.userAgent"),
            "accountId": null, "caller": null, "sourceIp": get("identity.sourceIp"), "accessKey": null,
            "cognitoAuthenticationProvider": null, "user": null,
        },
    })
}
