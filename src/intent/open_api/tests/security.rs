//! Security schemes and authorizers.

use proptest::prelude::*;

use super::*;

fn schemes() -> Value {
    let lambda = json!({"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": URI}});
    let pool = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc";
    json!({
        "lambda": lambda,
        "cognito": {"type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authtype": "cognito_user_pools", "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": [pool]}},
        "signed": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"},
        "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        "bearer": {"type": "http", "scheme": "bearer"},
        "oauth": {"type": "oauth2", "flows": {}},
        "query": {"type": "apiKey", "name": "token", "in": "query"},
    })
}

fn secured(security: &Value) -> Value {
    with(&[("/components/securitySchemes", schemes()), ("/paths/~1a/get/security", security.clone())])
}

#[test]
fn what_api_gateway_enforces_is_taken() {
    let lists = [
        json!([]),
        json!([{"lambda": []}]),
        json!([{"cognito": ["read"]}]),
        json!([{"signed": []}]),
        json!([{"key": []}]),
        json!([{"lambda": [], "key": []}]),
        // As API Gateway exports an authorizer with an API key.
        json!([{"lambda": []}, {"key": []}]),
        json!([{"bearer": []}, {}]),
    ];
    for security in lists {
        assert_eq!(problems(&secured(&security), &[]), Vec::<String>::new(), "{security}");
    }
}

#[test]
fn what_it_does_not_is_refused_with_its_place() {
    let place = "spec.api.openApi.inline.paths[\"/a\"].get.security";
    let cases = [
        (json!([{"bearer": []}]), "[0].bearer: API Gateway does not enforce the security scheme bearer"),
        (json!([{"oauth": ["read"]}]), "[0].oauth: API Gateway does not enforce the security scheme oauth"),
        (json!([{"query": []}]), "[0].query: API Gateway does not enforce the security scheme query"),
        (json!([{"key": []}, {"bearer": []}]), "[1].bearer: API Gateway does not enforce"),
        (json!([{"key": [], "bearer": []}]), "[0].bearer: API Gateway does not enforce"),
        (json!([{"ghost": []}]), "[0].ghost: no security scheme ghost is defined"),
        (json!([{"lambda": ["read"]}]), "[0].lambda: API Gateway checks scopes with Cognito authorizers only"),
        (json!([{"lambda": []}, {"cognito": []}]), ": asks for cognito and lambda"),
        (json!([{"lambda": [], "signed": []}]), ": asks for lambda and signed"),
        (json!({"lambda": []}), ": is not a list of security requirements"),
        (json!(["lambda"]), ": is not a list of security requirements"),
    ];
    for (security, expected) in cases {
        let found = problems(&secured(&security), &[]);
        assert!(found.len() == 1 && found[0].starts_with(&format!("{place}{expected}")), "{security}: {found:#?}");
    }
}

#[test]
fn the_security_of_the_document_counts_where_an_operation_has_none() {
    let scheme = json!({"jwt": {"type": "http", "scheme": "bearer"}});
    let mut document = with(&[("/security", json!([{"jwt": []}])), ("/components/securitySchemes", scheme)]);
    let expected = "spec.api.openApi.inline.security[0].jwt: API Gateway does not enforce the security scheme jwt, and the API would answer without it; it is of type http";
    let found = problems(&document, &[]);
    assert!(found.len() == 1 && found[0].starts_with(expected), "{found:#?}");
    assert_eq!(problems(&document, &["jwt"]), Vec::<String>::new());
    document["paths"]["/a"]["get"]["security"] = json!([]);
    assert_eq!(problems(&document, &[]), Vec::<String>::new());
    let swagger = json!({
        "swagger": "2.0", "paths": {"/a": {"get": operation()}}, "security": [{"basic": []}], "securityDefinitions": {"basic": {"type": "basic"}},
    });
    assert!(problems(&swagger, &[])[0].starts_with("spec.api.openApi.inline.security[0].basic: "));
}

#[test]
fn what_is_accepted_has_to_be_needed() {
    let of = |security: Value, accepted: &[&str]| problems(&secured(&security), accepted);
    let field = "spec.api.openApi.unenforcedSecuritySchemes";
    assert_eq!(of(json!([{"bearer": []}, {"ghost": []}]), &["bearer", "ghost"]), Vec::<String>::new());
    assert_eq!(
        of(json!([{"key": []}]), &["key", "bearer"]),
        [
            format!("{field}[0]: API Gateway enforces the security scheme key: remove this name"),
            format!("{field}[1]: no operation requires a security scheme bearer: remove this name"),
        ]
    );
}

#[test]
fn security_in_another_place_is_refused() {
    let operations = "API Gateway reads it in operations only";
    refuses(&[
        (&[("/paths/~1a/security", json!([]))], ".paths[\"/a\"].security", operations),
        (&[("/x-amazon-apigateway-auth", json!({"type": "AWS_IAM"}))], "[\"x-amazon-apigateway-auth\"]", operations),
        (
            &[("/paths/~1a/get/x-amazon-apigateway-authorizer", json!({"type": "token"}))],
            ".paths[\"/a\"].get[\"x-amazon-apigateway-authorizer\"]",
            "move it to components.securitySchemes",
        ),
        (
            &[("/paths/~1a/get/x-amazon-apigateway-auth", json!({"type": "JWT"}))],
            ".paths[\"/a\"].get[\"x-amazon-apigateway-auth\"]",
            "has no known type",
        ),
    ]);
    for (kind, security, said) in [
        ("NONE", "lambda", "says NONE, while security asks for lambda"),
        ("AWS_IAM", "lambda", "says AWS_IAM, while security asks for lambda"),
        ("AWS_IAM", "key", ""),
        ("AWS_IAM", "signed", ""),
    ] {
        let mut document = secured(&json!([{security: []}]));
        document["paths"]["/a"]["get"]["x-amazon-apigateway-auth"] = json!({"type": kind});
        let found = problems(&document, &[]);
        assert_eq!(found.len(), usize::from(!said.is_empty()), "{found:#?}");
        assert!(found.iter().all(|it| it.contains(said)), "{found:#?}");
    }
}

#[test]
fn keys_of_an_authorizer_need_one() {
    let of = |security: Value| problems_of(&secured(&security), &[], ApiKeySource::Authorizer).len();
    assert_eq!([of(json!([{"key": []}])), of(json!([{"key": [], "cognito": []}]))], [1, 1]);
    assert_eq!([of(json!([{"key": [], "lambda": []}])), of(json!([{"lambda": []}]))], [0, 0]);
}

#[test]
fn an_authorizer_has_what_its_type_needs() {
    let at = "/components/securitySchemes/own";
    let own = |authorizer: Value| json!({"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authorizer": authorizer});
    let place = ".components.securitySchemes.own[\"x-amazon-apigateway-authorizer\"]";
    let of = |name: &str| format!("{place}.{name}");
    refuses(&[
        (&[(at, own(json!({"type": "token"})))], &of("authorizerUri"), "is not the URI of a Lambda function"),
        (
            &[(at, own(json!({"type": "token", "authorizerUri": "arn:aws:lambda:r:1:function:f"})))],
            &of("authorizerUri"),
            "is not the URI",
        ),
        (&[(at, own(json!({"type": "request", "authorizerUri": URI})))], place, "has no identitySource"),
        (
            &[(at, own(json!({"type": "request", "authorizerUri": URI, "identitySource": "$request.header.Auth"})))],
            &of("identitySource"),
            "is not a source of identity",
        ),
        (&[(at, own(json!({"type": "cognito_user_pools"})))], place, "has no providerARNs"),
        (
            &[(at, own(json!({"type": "cognito_user_pools", "providerARNs": ["pool"]})))],
            &of("providerARNs[0]"),
            "is not the ARN of a Cognito user pool",
        ),
        (
            &[(at, own(json!({"type": "token", "authorizerUri": URI, "authorizerResultTtlInSeconds": 3601})))],
            &of("authorizerResultTtlInSeconds"),
            "from 0 to 3600",
        ),
    ]);
    let request = json!({"type": "request", "authorizerUri": URI, "identitySource": "method.request.header.A, context.identity.sourceIp"});
    assert_eq!(problems(&with(&[(at, own(request))]), &[]), Vec::<String>::new());
}

const ENFORCED: [&str; 4] = ["lambda", "cognito", "signed", "key"];
const UNENFORCED: [&str; 4] = ["bearer", "oauth", "query", "ghost"];

proptest! {
    /// A document of which everything is enforced is taken; one requirement that is not has it refused, until the spec names the scheme.
    #[test]
    fn no_unenforced_requirement_passes_unnamed(
        enforced in proptest::collection::vec(0..4_usize, 1..6),
        at in 0..6_usize,
        unenforced in 0..4_usize,
        beside in any::<bool>(),
        wide in any::<bool>(),
    ) {
        let mut document = with(&[("/components/securitySchemes", schemes()), ("/paths", json!({}))]);
        for (index, scheme) in enforced.iter().enumerate() {
            let mut operation = operation();
            operation["security"] = json!([{ENFORCED[*scheme]: []}]);
            document["paths"][format!("/p{index}")] = json!({"get": operation});
        }
        prop_assert_eq!(problems(&document, &[]), Vec::<String>::new());
        let (name, path) = (UNENFORCED[unenforced], format!("/p{}", at % enforced.len()));
        let operation = document["paths"][&path]["get"].as_object_mut().unwrap();
        if wide {
            operation.remove("security");
            document["security"] = json!([{name: []}]);
        } else if beside {
            operation["security"][0][name] = json!([]);
        } else {
            operation["security"] = json!([{name: []}]);
        }
        let found = problems(&document, &[]);
        prop_assert!(found.len() == 1 && found[0].contains(name), "{:?}", found);
        prop_assert_eq!(problems(&document, &[name]), Vec::<String>::new());
    }
}
