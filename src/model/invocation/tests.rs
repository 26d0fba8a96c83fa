//! Policies that let no request pass, and those that let one.

#![expect(clippy::needless_pass_by_value, reason = "`json!` makes the values in the call")]

use serde_json::{Value, json};

use super::{
    Authorization, EndpointId, Invocation, OWN_ENDPOINT, Operation, Policies, Refusal, Sender, Target, operations,
};
use crate::model::policy::Policy;

fn operation(method: &str, path: &str, authorization: Authorization) -> Operation {
    Operation { method: Some(method.to_owned()), path: path.to_owned(), authorization }
}

/// Two methods behind a load balancer in two subnets.
fn invocation() -> Invocation {
    Invocation {
        partition: "aws".to_owned(),
        region: "eu-west-1".to_owned(),
        account: "111122223333".to_owned(),
        stage: "prod".to_owned(),
        vpc_id: "vpc-1".to_owned(),
        sender: Sender::LoadBalancer,
        sources: vec!["10.0.1.0/24".parse().unwrap(), "10.0.2.0/24".parse().unwrap()],
        operations: vec![
            operation("GET", "/", Authorization::None),
            operation("POST", "/orders/{id}", Authorization::None),
        ],
    }
}

fn direct() -> Invocation {
    Invocation { sender: Sender::Clients, sources: Vec::new(), ..invocation() }
}

fn unknown_methods() -> Invocation {
    Invocation { operations: Vec::new(), ..invocation() }
}

fn authorized(by: Authorization) -> Invocation {
    Invocation { operations: vec![operation("GET", "/", by)], ..invocation() }
}

fn here() -> Target<'static> {
    Target { api_id: Some("a1b2c3d4e5"), endpoint: EndpointId::Is("vpce-1") }
}

fn policy(statements: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn statement(effect: &str, changes: &Value) -> Value {
    let mut statement =
        json!({"Effect": effect, "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"});
    for (element, value) in changes.as_object().into_iter().flatten() {
        statement[element] = value.clone();
    }
    statement
}

/// An allow for everybody, and a deny.
fn deny(changes: Value) -> Value {
    policy(json!([statement("Allow", &Value::Null), statement("Deny", &changes)]))
}

fn allow(changes: Value) -> Value {
    policy(json!([statement("Allow", &changes)]))
}

fn when(operator: &str, key: &str, values: Value) -> Value {
    json!({"Condition": {operator: {key: values}}})
}

fn judge(
    invocation: &Invocation,
    target: Target<'_>,
    resource: Option<&Value>,
    endpoint: Option<&Value>,
) -> Option<Refusal> {
    let [resource, endpoint] = [resource, endpoint].map(|policy| policy.map(Policy::parse));
    invocation.refusal(&target, &Policies { resource: resource.as_ref(), endpoint: endpoint.as_ref() })
}

fn refused(invocation: &Invocation, resource: &Value) -> Vec<(Option<usize>, String)> {
    let refusal = judge(invocation, here(), Some(resource), None).unwrap_or_default();
    refusal.resource.into_iter().map(|reason| (reason.statement, reason.message)).collect()
}

#[test]
fn what_lets_no_request_pass_is_told_with_what_to_write() {
    let address = || json!(["203.0.113.0/24"]);
    let every = "every request that comes through the load balancer and the VPC endpoint";
    let cases = [
        (
            invocation(),
            deny(when("NotIpAddress", "aws:SourceIp", address())),
            Some(1),
            "it denies {every}: aws:SourceIp is not present in requests that come through a VPC endpoint, so NotIpAddress always holds: use aws:SourceVpc or aws:SourceVpce instead; aws:VpcSourceIp is an address of the load balancer, never one of its clients: choose these with the load balancer's security groups (spec.loadBalancer.create.clientCidrs)",
        ),
        (
            invocation(),
            allow(when("IpAddress", "aws:SourceIp", address())),
            None,
            "no statement allows {any}: Statement[0] does not: aws:SourceIp is not present in requests that come through a VPC endpoint, so IpAddress never holds: use aws:SourceVpc or",
        ),
        (
            invocation(),
            deny(when("NotIpAddress", "aws:VpcSourceIp", address())),
            Some(1),
            "it denies {every}: aws:VpcSourceIp is an address of the load balancer in 10.0.1.0/24 or 10.0.2.0/24, so NotIpAddress always holds: name the ranges of the load balancer's subnets;",
        ),
        (
            invocation(),
            deny(when("StringNotEquals", "aws:SourceVpc", json!("vpc-2"))),
            Some(1),
            "it denies {every}: aws:SourceVpc is vpc-1, so StringNotEquals always holds: name vpc-1",
        ),
        (
            invocation(),
            allow(when("StringEquals", "aws:sourceVpce", json!(["vpce-2", "vpce-3"]))),
            None,
            "no statement allows {any}: Statement[0] does not: aws:sourceVpce is vpce-1, not vpce-2 or vpce-3: name vpce-1",
        ),
        (
            invocation(),
            deny(when("StringNotEquals", "aws:PrincipalOrgID", json!("o-1"))),
            Some(1),
            "it denies {every}: aws:PrincipalOrgID is not present in requests that are not signed, so StringNotEquals always holds: have the methods ask for AWS_IAM, or remove the condition",
        ),
        (
            invocation(),
            deny(json!({})),
            Some(1),
            "it denies {every}: it has no condition: remove the statement, or narrow it down",
        ),
        (
            invocation(),
            deny(when("Bool", "aws:SecureTransport", json!("true"))),
            Some(1),
            "it denies {every}: aws:SecureTransport is true, so Bool always holds",
        ),
        (
            invocation(),
            allow(json!({"Resource": "execute-api:/test/*"})),
            None,
            "no statement allows {any}: Statement[0] does not: its resources are not the API's methods in stage prod, such as execute-api:/prod/*",
        ),
        (
            invocation(),
            allow(json!({"Principal": {"AWS": "111122223333"}})),
            None,
            "no statement allows {any}: Statement[0] does not: it names principals, and requests to methods without AWS_IAM are anonymous",
        ),
        (
            invocation(),
            allow(json!({"Action": "execute-api:ManageConnections"})),
            None,
            "it does not cover execute-api:Invoke",
        ),
        (
            invocation(),
            policy(json!([])),
            None,
            "no statement allows {any}: there is none with the Effect Allow: add a statement",
        ),
        (
            direct(),
            deny(when("NotIpAddress", "aws:SourceIp", address())),
            Some(1),
            "it denies every request that comes through the VPC endpoint: aws:SourceIp is not present in requests that come through a VPC endpoint, so NotIpAddress always holds: use aws:VpcSourceIp, aws:SourceVpc or aws:SourceVpce instead",
        ),
        (unknown_methods(), deny(when("NotIpAddress", "aws:SourceIp", address())), Some(1), "it denies {every}"),
    ];
    for (invocation, resource, statement, expected) in cases {
        let expected = expected.replace("{every}", every).replace("{any}", &every.replace("every", "any"));
        let told = refused(&invocation, &resource);
        assert!(
            matches!(&told[..], [(place, message)] if *place == statement && message.contains(&expected)),
            "{resource}: {told:#?}"
        );
    }
}

#[test]
fn what_lets_a_request_pass_is_not_refused() {
    let address = || json!("203.0.113.0/24");
    for (invocation, resource) in [
        (invocation(), allow(json!({}))),
        (invocation(), allow(when("StringEquals", "aws:SourceVpce", json!("vpce-1")))),
        (invocation(), deny(when("StringNotEquals", "aws:SourceVpc", json!("vpc-1")))),
        (invocation(), deny(when("IpAddress", "aws:SourceIp", address()))),
        (invocation(), deny(when("NotIpAddressIfExists", "aws:VpcSourceIp", json!("10.0.0.0/16")))),
        // One of the load balancer's subnets is enough.
        (invocation(), deny(when("NotIpAddress", "aws:VpcSourceIp", json!("10.0.2.0/24")))),
        // A method is left.
        (invocation(), deny(json!({"Resource": "execute-api:/prod/GET/*"}))),
        (invocation(), deny(json!({"Resource": "execute-api:/prod/POST/orders/17"}))),
        // It depends on what is not known.
        (invocation(), deny(when("StringNotEquals", "aws:UserAgent", json!("curl")))),
        (invocation(), deny(when("DateLessThan", "aws:CurrentTime", json!("2020-01-01T00:00:00Z")))),
        (invocation(), deny(when("StringEquals", "aws:ResourceOrgID", json!("o-1")))),
        (invocation(), deny(when("StringIs", "aws:SourceIp", json!("a")))),
        (direct(), deny(when("NotIpAddress", "aws:VpcSourceIp", address()))),
        // As in AWS's examples, which end behind the API's ID.
        (invocation(), allow(json!({"Resource": "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/"}))),
        // Who is allowed by an authorizer or by IAM needs no allow here.
        (authorized(Authorization::Lambda), policy(json!([]))),
        (authorized(Authorization::Iam), policy(json!([]))),
        (authorized(Authorization::Iam), allow(json!({"Principal": {"AWS": "444455556666"}}))),
        (unknown_methods(), allow(when("IpAddress", "aws:SourceIp", address()))),
        (authorized(Authorization::Iam), deny(when("StringNotEquals", "aws:PrincipalOrgID", json!("o-1")))),
    ] {
        assert_eq!(refused(&invocation, &resource), [], "{resource}");
    }
}

/// Source: API Gateway Developer Guide, "How API Gateway resource policies affect authorization workflow".
#[test]
fn an_explicit_deny_denies_whoever_else_allows() {
    let denied = deny(when("StringNotEquals", "aws:SourceVpce", json!("vpce-2")));
    for by in
        [Authorization::None, Authorization::Lambda, Authorization::Iam, Authorization::Cognito, Authorization::Unknown]
    {
        assert_eq!(refused(&authorized(by), &denied).len(), 1, "{by:?}");
    }
    assert_eq!(refused(&authorized(Authorization::Cognito), &policy(json!([]))).len(), 1);
}

#[test]
fn each_statement_is_told_by_its_methods_where_several_deny() {
    let get = statement("Deny", &json!({"Resource": "execute-api:/prod/GET/"}));
    let post = statement("Deny", &json!({"Resource": "execute-api:/*/POST/*"}));
    let told = refused(&invocation(), &policy(json!([statement("Allow", &Value::Null), get, post])));
    assert_eq!(told.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [Some(1), Some(2)]);
    assert!(told[0].1.starts_with("it denies every request to GET / that comes through"), "{told:?}");
    assert!(told[1].1.starts_with("it denies every request to POST /orders/{id} that comes through"), "{told:?}");
}

#[test]
fn an_endpoint_that_is_not_there_yet_is_named_by_no_user() {
    let at = |endpoint| Target { api_id: None, endpoint };
    let named = deny(when("StringNotEquals", "aws:SourceVpce", json!("vpce-1")));
    let generated = deny(when("StringNotEquals", "aws:SourceVpce", json!(OWN_ENDPOINT)));
    for (endpoint, policy, refuses) in [
        (EndpointId::NotCreated, &named, true),
        (EndpointId::NotKnown, &named, false),
        (EndpointId::NotCreated, &generated, false),
        (EndpointId::NotKnown, &generated, false),
        (EndpointId::Is("vpce-1"), &named, false),
        (EndpointId::Is("vpce-2"), &named, true),
    ] {
        assert_eq!(judge(&invocation(), at(endpoint), Some(policy), None).is_some(), refuses, "{endpoint:?} {policy}");
    }
    // The API's ID may be the one that a user wrote.
    let written = allow(json!({"Resource": "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/*"}));
    assert_eq!(judge(&invocation(), at(EndpointId::NotKnown), Some(&written), None), None);
    let elsewhere = allow(json!({"Resource": "arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/*"}));
    assert!(judge(&invocation(), at(EndpointId::NotKnown), Some(&elsewhere), None).is_some());
}

/// API Gateway Developer Guide, "Use VPC endpoint policies for private APIs in API Gateway", its examples, and what stands beside them.
#[test]
fn endpoint_policies() {
    let of = |changes: Value| allow(changes);
    let arn = |path: &str| json!({"Resource": [format!("arn:aws:execute-api:eu-west-1:111122223333:{path}")]});
    for (policy, expected) in [
        (of(arn("a1b2c3d4e5/*")), ""),
        (
            of(arn("aaaaa11111/*")),
            "its resources are other ones: an endpoint policy takes full ARNs, such as arn:aws:execute-api:eu-west-1:111122223333:*/prod/*",
        ),
        (of(arn("a1b2c3d4e5/prod/GET/*")), ""),
        (of(arn("a1b2c3d4e5/stageName/GET/*")), "its resources are other ones"),
        (of(json!({"Resource": "*", "Principal": {"AWS": ["arn:aws:iam::123412341234:user/MyUser"]}})), ""),
        (
            of(
                json!({"Resource": "*", "Condition": {"ArnEquals": {"execute-api:viaDomainArn": "arn:aws:execute-api:us-west-2:111122223333:/domainnames/private.test.com+f4g5h6"}}}),
            ),
            "",
        ),
        (
            of(
                json!({"Resource": "*", "Condition": {"StringEquals": {"aws:ResourceOrgID": "o-abcd1234", "aws:PrincipalOrgID": "o-abcd1234"}}}),
            ),
            "",
        ),
        (of(json!({"Resource": "execute-api:/*"})), "an endpoint policy takes full ARNs"),
        (
            of(json!({"Resource": "*", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-2"}}})),
            "aws:SourceVpc is vpc-1, not vpc-2: name vpc-1",
        ),
        (
            policy(json!([statement("Allow", &json!({"Resource": "*"})), statement("Deny", &arn("a1b2c3d4e5/*"))])),
            "it denies every request that comes through",
        ),
    ] {
        let told = judge(&invocation(), here(), None, Some(&policy));
        let messages =
            told.map(|refusal| refusal.endpoint.into_iter().map(|it| it.message).collect::<Vec<_>>().join("; "));
        assert!(
            messages.clone().unwrap_or_default().contains(expected) && messages.is_none() == expected.is_empty(),
            "{policy}: {messages:?}"
        );
    }
}

#[test]
fn two_policies_together_may_leave_nothing() {
    let resource = deny(json!({"Resource": "execute-api:/prod/GET/"}));
    let endpoint = allow(json!({"Resource": "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/*"}));
    assert_eq!(judge(&invocation(), here(), Some(&resource), None), None);
    assert_eq!(judge(&invocation(), here(), None, Some(&endpoint)), None);
    let both = judge(&invocation(), here(), Some(&resource), Some(&endpoint)).unwrap();
    assert!(both.resource[0].message.starts_with("it denies every request to GET / that"), "{both:?}");
    assert!(both.endpoint[0].message.starts_with("no statement allows any request to POST /orders/{id}"), "{both:?}");
}

/// API Gateway Developer Guide, "API Gateway resource policy examples": what each means for this endpoint.
#[test]
fn resource_policies_of_the_documentation() {
    let role = json!({"Principal": {"AWS": ["arn:aws:iam::111122223333:role/developer"]}, "Resource": ["execute-api:/prod/GET/"]});
    let addresses = || json!(["192.0.2.0/24", "198.51.100.0/24"]);
    for (invocation, policy, refuses) in [
        (invocation(), allow(role.clone()), true),
        (authorized(Authorization::Iam), allow(role), false),
        (invocation(), deny(when("IpAddress", "aws:SourceIp", addresses())), false),
        (invocation(), deny(when("IpAddress", "aws:VpcSourceIp", addresses())), false),
        (invocation(), deny(when("StringNotEquals", "aws:SourceVpc", json!("vpc-1a2b3c4d"))), true),
        (invocation(), deny(when("StringNotEquals", "aws:SourceVpc", json!("vpc-1"))), false),
        (invocation(), deny(when("StringNotEquals", "aws:SourceVpce", json!("vpce-1a2b3c4d"))), true),
        (invocation(), deny(when("StringNotEquals", "aws:SourceVpce", json!("vpce-1"))), false),
    ] {
        assert_eq!(!refused(&invocation, &policy).is_empty(), refuses, "{policy}");
    }
}

#[test]
fn methods_of_a_document() {
    let document = json!({
        "security": [{"sigv4": []}],
        "paths": {
            "/a": {"get": {}, "post": {"security": []}, "parameters": []},
            "/b/{id}": {"x-amazon-apigateway-any-method": {"security": [{"lambda": [], "key": []}]}},
            "/c": {"put": {"security": [{"pool": ["scope"]}]}, "patch": {"x-amazon-apigateway-auth": {"type": "AWS_IAM"}}},
            "/d": {"get": {"security": [{"pool": []}, {"lambda": []}]}, "head": {"security": [{"bearer": []}]}},
        },
        "components": {"securitySchemes": {
            "sigv4": {"type": "apiKey", "x-amazon-apigateway-authtype": "awsSigv4"},
            "lambda": {"type": "apiKey", "x-amazon-apigateway-authtype": "custom", "x-amazon-apigateway-authorizer": {"type": "token"}},
            "pool": {"type": "apiKey", "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools"}},
            "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "bearer": {"type": "http", "scheme": "bearer"},
        }},
    });
    let found: Vec<_> = operations(&document).into_iter().map(|it| (it.method, it.path, it.authorization)).collect();
    let expected = [
        (Some("GET"), "/a", Authorization::Iam),
        (Some("POST"), "/a", Authorization::None),
        (None, "/b/{id}", Authorization::Lambda),
        (Some("PATCH"), "/c", Authorization::Iam),
        (Some("PUT"), "/c", Authorization::Cognito),
        (Some("GET"), "/d", Authorization::Unknown),
        (Some("HEAD"), "/d", Authorization::None),
    ];
    let expected = expected.map(|(method, path, by)| (method.map(str::to_owned), path.to_owned(), by));
    assert_eq!(found, expected);
    let swagger = json!({
        "paths": {"/": {"get": {"security": [{"own": []}]}}},
        "securityDefinitions": {"own": {"x-amazon-apigateway-authorizer": {"type": "request"}}},
    });
    assert_eq!(operations(&swagger)[0].authorization, Authorization::Lambda);
}
