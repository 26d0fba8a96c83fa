//! Who may call a method: each kind of authorization with endpoint and resource policies that allow, deny and are silent.

use base64::Engine as _;
use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Door, HELLO, REGION};

const POOL: &str = "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_pool";

/// A resource policy with these effects; with none it speaks of another API only.
fn resource_policy(effects: &[&str]) -> String {
    let statement = |effect: &str, resource: &str| json!({"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": resource});
    let mut statements: Vec<Value> = effects.iter().map(|effect| statement(effect, "execute-api:/*")).collect();
    statements.push(statement("Allow", &format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:another/*")));
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

/// Header field, then what the resource policy says.
type Case = (&'static str, &'static str, u16, &'static str);

const ANONYMOUS: &str = "User: anonymous is not authorized to perform: execute-api:Invoke";

impl Door {
    fn authorizer(&self, settings: &Value) -> String {
        let made = self.cloud.api("POST", &format!("/restapis/{}/authorizers", self.api), settings);
        made["id"].as_str().unwrap().to_owned()
    }

    fn guarded(&self, settings: &Value) {
        let hello = json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": HELLO});
        self.add_method("guarded", "GET", settings, &hello);
    }

    fn lambda_authorizer(&self, settings: &Value) {
        let function = json!({"FunctionName": "authorize", "Role": "arn:aws:iam::111122223333:role/r", "Handler": "index.authorize", "Runtime": "nodejs24.x", "Code": {"ZipFile": ""}});
        self.cloud.rest("lambda", "POST", "/2015-03-31/functions", &function);
        let mut all = json!({"name": "a", "type": "TOKEN", "identitySource": "method.request.header.Authorization",
            "authorizerUri": HELLO.replace("function:hello", "function:authorize")});
        for (name, value) in settings.as_object().into_iter().flatten() {
            all[name] = value.clone();
        }
        let id = self.authorizer(&all);
        let statement = json!({"StatementId": "authorizer", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
            "SourceArn": format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:{}/authorizers/{id}", self.api)});
        self.cloud.rest("lambda", "POST", "/2015-03-31/functions/authorize/policy", &statement);
        self.guarded(&json!({"authorizationType": "CUSTOM", "authorizerId": id}));
    }

    /// Each case with a resource policy of these names: `allow`, `silent`, `deny`.
    fn judge(&self, cases: &[Case]) {
        for (token, policy, status, text) in cases {
            let effects: &[&str] = match *policy {
                "allow" => &["Allow"],
                "deny" => &["Allow", "Deny"],
                _ => &[],
            };
            self.patch_api("/policy", &resource_policy(effects));
            self.deploy();
            let sent: &[(&str, &str)] = if token.is_empty() { &[] } else { &[("authorization", token)] };
            let answer = self.cloud.request("GET", &self.url("/test/guarded"), sent).answer().unwrap();
            let body = String::from_utf8_lossy(answer.body()).into_owned();
            assert_eq!(answer.status().as_u16(), *status, "{token:?}, resource policy {policy}: {body}");
            assert!(body.contains(text), "{token:?}, resource policy {policy}: {body}");
            assert_eq!(
                body.contains("explicit deny"),
                text.contains("explicit deny") || (*status == 403 && *policy == "deny"),
                "{token:?}, resource policy {policy}: {body}"
            );
            self.cloud.pass(5);
        }
    }
}

#[test]
fn without_authorization_the_resource_policy_must_allow() {
    let door = Door::open();
    door.guarded(&json!({}));
    door.judge(&[("", "allow", 200, "Hello"), ("", "silent", 403, ANONYMOUS), ("", "deny", 403, ANONYMOUS)]);
}

/// Table A of "How API Gateway resource policies affect authorization workflow", and what comes before it.
#[test]
fn a_lambda_authorizer_or_the_resource_policy_must_allow() {
    let door = Door::open();
    door.lambda_authorizer(&json!({}));
    let (own, denied) = (
        "User is not authorized to access this resource",
        "User is not authorized to access this resource with an explicit deny",
    );
    door.judge(&[
        ("allow", "allow", 200, "Hello"),
        ("allow", "silent", 200, "Hello"),
        ("allow", "deny", 403, ANONYMOUS),
        ("silent", "allow", 200, "Hello"),
        ("silent", "silent", 403, own),
        ("silent", "deny", 403, ANONYMOUS),
        ("deny", "allow", 403, denied),
        ("deny", "silent", 403, denied),
        ("deny", "deny", 403, ANONYMOUS),
        // The identity comes after the explicit denials of the resource policy.
        ("", "allow", 401, "Unauthorized"),
        ("", "silent", 401, "Unauthorized"),
        ("", "deny", 403, ANONYMOUS),
        ("unauthorized", "allow", 401, "Unauthorized"),
        ("nonsense", "allow", 500, "Internal server error"),
    ]);
}

#[test]
fn an_authorizer_that_may_not_be_invoked_is_a_configuration_error() {
    let door = Door::open();
    door.lambda_authorizer(&json!({}));
    assert_eq!(door.cloud.get(&door.url("/test/guarded"), &[("authorization", "allow")]).0, 200);
    door.cloud.rest("lambda", "DELETE", "/2015-03-31/functions/authorize/policy/authorizer", &json!(null));
    let answer = door.cloud.request("GET", &door.url("/test/guarded"), &[("authorization", "allow")]).answer().unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["x-amzn-errortype"]),
        (500, &"AuthorizerConfigurationException".parse().unwrap())
    );
}

#[test]
fn a_token_that_does_not_fit_the_validation_expression_is_not_looked_at() {
    let door = Door::open();
    door.lambda_authorizer(&json!({"identityValidationExpression": "[a-z]+"}));
    door.judge(&[("allow", "silent", 200, "Hello"), ("ALLOW", "allow", 401, "Unauthorized")]);
}

#[test]
fn a_request_authorizer_wants_all_its_sources() {
    let door = Door::open();
    let sources = "method.request.header.Authorization, method.request.querystring.q";
    door.lambda_authorizer(&json!({"type": "REQUEST", "identitySource": sources}));
    let get =
        |query: &str| door.cloud.get(&door.url(&format!("/test/guarded{query}")), &[("authorization", "allow")]).0;
    assert_eq!((get(""), get("?q=1"), get("?q=")), (401, 200, 401));
}

/// A token of the user pool; its signature is not verified.
fn token(claims: &Value) -> String {
    let encode = |value: &Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2lnbmF0dXJl", encode(&json!({"alg": "RS256"})), encode(claims))
}

fn claims(more: &Value) -> Value {
    let mut claims = json!({"iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_pool", "exp": 9_999_999_999_u64, "sub": "someone", "token_use": "id"});
    for (name, value) in more.as_object().into_iter().flatten() {
        claims[name] = value.clone();
    }
    claims
}

/// The token is judged first; then the resource policy must allow explicitly.
#[test]
fn with_a_user_pool_the_token_comes_first_and_the_policy_must_allow() {
    let door = Door::open();
    let pool = json!({"name": "p", "type": "COGNITO_USER_POOLS", "providerARNs": [POOL], "identitySource": "method.request.header.Authorization"});
    let id = door.authorizer(&pool);
    door.guarded(&json!({"authorizationType": "COGNITO_USER_POOLS", "authorizerId": id}));
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let good = leak(token(&claims(&json!({}))));
    let bearer = leak(format!("Bearer {good}"));
    let old = leak(token(&claims(&json!({"exp": 1}))));
    let foreign = leak(token(&claims(&json!({"iss": "https://cognito-idp.us-east-1.amazonaws.com/another"}))));
    let access = leak(token(&claims(&json!({"token_use": "access", "scope": "orders/read"}))));
    door.judge(&[
        (good, "allow", 200, "Hello"),
        (bearer, "allow", 200, "Hello"),
        (good, "silent", 403, ANONYMOUS),
        (good, "deny", 403, ANONYMOUS),
        ("", "allow", 401, "Unauthorized"),
        ("", "silent", 401, "Unauthorized"),
        ("", "deny", 401, "Unauthorized"),
        ("nonsense", "deny", 401, "Unauthorized"),
        (old, "allow", 401, "Unauthorized"),
        (foreign, "allow", 401, "Unauthorized"),
        (access, "allow", 401, "Unauthorized"),
    ]);
}

#[test]
fn scopes_want_an_access_token_that_has_one() {
    let door = Door::open();
    let pool = json!({"name": "p", "type": "COGNITO_USER_POOLS", "providerARNs": [POOL], "identitySource": "method.request.header.Authorization"});
    let id = door.authorizer(&pool);
    let settings = json!({"authorizationType": "COGNITO_USER_POOLS", "authorizerId": id, "authorizationScopes": ["orders/read", "orders/write"]});
    door.guarded(&settings);
    for (scope, status) in [("orders/read", 200), ("openid orders/write", 200), ("orders", 401)] {
        let token = token(&claims(&json!({"token_use": "access", "scope": scope})));
        assert_eq!(door.cloud.get(&door.url("/test/guarded"), &[("authorization", &token)]).0, status, "{scope}");
    }
}

fn signature(key: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={key}/20261123/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0"
    )
}

/// Tables A and B: the caller's policy and the resource policy, in the API's account and from another.
#[test]
fn signed_requests_need_one_allow_in_the_account_and_two_across_accounts() {
    let door = Door::open();
    door.guarded(&json!({"authorizationType": "AWS_IAM"}));
    let statement =
        |effect: &str| json!({"Effect": effect, "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*"});
    let other = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"});
    for (identity, policy, same, across) in [
        ("Allow", "allow", 200, 200),
        ("Allow", "silent", 200, 403),
        ("Allow", "deny", 403, 403),
        ("", "allow", 200, 403),
        ("", "silent", 403, 403),
        ("", "deny", 403, 403),
        ("Deny", "allow", 403, 403),
        ("Deny", "silent", 403, 403),
        ("Deny", "deny", 403, 403),
    ] {
        let mut statements = vec![other.clone()];
        statements.extend((!identity.is_empty()).then(|| statement(identity)));
        let document = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        for (key, expected) in [("AKIAOWN", same), ("444455556666", across)] {
            let parsed = aws_sim::iam::Policy::parse(&document, aws_sim::iam::Kind::Identity).ok();
            door.cloud.simulator.set_policy(key, parsed);
            let signed: &'static str = Box::leak(signature(key).into_boxed_str());
            let text = if expected == 200 { "Hello" } else { "is not authorized to perform: execute-api:Invoke" };
            let explicit = identity == "Deny" && policy != "deny";
            let text = if explicit { "with an explicit deny" } else { text };
            door.judge(&[(signed, policy, expected, text)]);
        }
    }
}

#[test]
fn an_unsigned_request_is_told_so_before_any_policy_is_judged() {
    let door = Door::open();
    door.guarded(&json!({"authorizationType": "AWS_IAM"}));
    for policy in ["allow", "silent", "deny"] {
        let effects: &[&str] = if policy == "deny" { &["Deny"] } else { &[] };
        door.patch_api("/policy", &resource_policy(effects));
        door.deploy();
        let answer = door.cloud.request("GET", &door.url("/test/guarded"), &[]).answer().unwrap();
        assert_eq!(answer.headers()["x-amzn-errortype"], "MissingAuthenticationTokenException", "{policy}");
    }
}

#[test]
fn more_than_8000_bytes_of_header_values_are_refused() {
    let door = Door::open();
    let long = "x".repeat(7_000);
    assert_eq!(door.cloud.get(&door.url("/test/"), &[("x-long", &long)]).0, 200);
    let longer = "x".repeat(8_000);
    assert_eq!(door.cloud.get(&door.url("/test/"), &[("x-long", &longer)]).0, 431);
    // With the `Host` the client sends less; what the load balancer adds counts too.
    let almost = "x".repeat(7_930);
    assert_eq!(door.cloud.get(&door.url("/test/"), &[("x-long", &almost)]).0, 431);
}
