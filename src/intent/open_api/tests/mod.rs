//! Each rule by a document that breaks it, and documents that break none.

#![expect(clippy::type_complexity, reason = "a row of a table is read at once")]

mod security;

use serde_json::{Value, json};

use super::*;
use crate::intent::Problem;

const URI: &str = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:111122223333:function:hello/invocations";

fn mock() -> Value {
    json!({"type": "mock", "requestTemplates": {"application/json": "{\"statusCode\": 200}"}, "responses": {"default": {"statusCode": "200"}}})
}

fn operation() -> Value {
    json!({"responses": {"200": {"description": "d"}}, "x-amazon-apigateway-integration": mock()})
}

fn document() -> Value {
    json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": operation()}}})
}

/// The document with values at JSON pointers.
fn with(changes: &[(&str, Value)]) -> Value {
    let mut document = document();
    for (pointer, value) in changes {
        set(&mut document, pointer, value);
    }
    document
}

fn set(document: &mut Value, pointer: &str, value: &Value) {
    let mut at = document;
    for part in pointer.split('/').skip(1) {
        at = &mut at[part.replace("~1", "/")];
    }
    *at = value.clone();
}

fn problems_of(document: &Value, accepted: &[&str], key_source: ApiKeySource) -> Vec<String> {
    let open_api = json!({"inline": document, "unenforcedSecuritySchemes": accepted});
    let mut problems: Vec<Problem> = Vec::new();
    check(&serde_json::from_value(open_api).unwrap(), key_source, &mut problems);
    problems.iter().map(ToString::to_string).collect()
}

fn problems(document: &Value, accepted: &[&str]) -> Vec<String> {
    problems_of(document, accepted, ApiKeySource::Header)
}

/// Each change is refused, once, at this place in the document and with this text.
fn refuses(cases: &[(&[(&str, Value)], &str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(changes, place, text)| {
            let found = problems(&with(changes), &[]);
            let start = format!("spec.api.openApi.inline{place}: ");
            let told = found.len() == 1 && found[0].starts_with(&start) && found[0].contains(text);
            (!told).then(|| format!("{changes:?}\n  wants {start}{text}\n  got {found:#?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_method_has_an_integration_that_can_answer() {
    let get = "/paths/~1a/get";
    let at = "/paths/~1a/get/x-amazon-apigateway-integration";
    let place = ".paths[\"/a\"].get[\"x-amazon-apigateway-integration\"]";
    let of = |name: &str| format!("{place}.{name}");
    let lambda = |method: &str| json!({"type": "aws_proxy", "httpMethod": method, "uri": URI});
    let http = |more: Value| {
        let mut http = json!({"type": "http_proxy", "httpMethod": "GET", "uri": "https://backend.example.com"});
        http.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        http
    };
    let sqs = "arn:aws:apigateway:eu-west-1:sqs:path/111122223333/orders";
    refuses(&[
        (&[(get, json!({"responses": {}}))], ".paths[\"/a\"].get", "has no x-amazon-apigateway-integration"),
        (&[(at, json!({"$ref": "#/components/x"}))], place, "follows no $ref"),
        (&[(at, json!({"type": "lambda"}))], &of("type"), "\"lambda\" is not a type of integration"),
        (&[(at, lambda("GET"))], &of("httpMethod"), "Lambda functions are invoked by POST only"),
        (&[(at, lambda(""))], place, "has no httpMethod"),
        (&[(at, lambda("FETCH"))], &of("httpMethod"), "FETCH is not a method"),
        (
            &[(at, json!({"type": "http", "httpMethod": "GET", "responses": {"default": {"statusCode": "200"}}}))],
            place,
            "has no uri",
        ),
        (&[(at, http(json!({"uri": "backend"})))], &of("uri"), "is not the URL of a backend"),
        (&[(at, http(json!({"uri": "https://b/{id}"})))], &of("uri"), "{id} is not filled in"),
        (&[(at, http(json!({"timeoutInMillis": 10})))], &of("timeoutInMillis"), "from 50 to 300000"),
        (
            &[(at, http(json!({"passthroughBehavior": "always"})))],
            &of("passthroughBehavior"),
            "is not one of its values",
        ),
        (&[(at, http(json!({"contentHandling": "TEXT"})))], &of("contentHandling"), "is not one of its values"),
        (&[(at, http(json!({"connectionType": "VPC_LINK"})))], &of("connectionType"), "needs connectionId"),
        (&[(at, http(json!({"connectionId": "abc"})))], &of("connectionId"), "VPC_LINK"),
        (
            &[(
                at,
                json!({"type": "aws_proxy", "httpMethod": "POST", "uri": sqs, "credentials": "arn:aws:iam::111122223333:role/r"}),
            )],
            &of("uri"),
            "write type aws",
        ),
        (
            &[(
                at,
                json!({"type": "aws", "httpMethod": "POST", "uri": sqs, "responses": {"default": {"statusCode": "200"}}}),
            )],
            &of("uri"),
            "without a role",
        ),
        (
            &[(at, json!({"type": "aws_proxy", "httpMethod": "POST", "uri": "arn:aws:lambda:eu-west-1:1:function:f"}))],
            &of("uri"),
            "is not the URI of an AWS service",
        ),
        (&[(at, json!({"type": "mock"}))], place, "has no responses"),
        (
            &[(at, json!({"type": "mock", "responses": {"(": {"statusCode": "200"}}}))],
            &of("responses[\"(\"]"),
            "is not a regular expression",
        ),
        (&[(at, json!({"type": "mock", "responses": {"default": {}}}))], &of("responses.default"), "has no statusCode"),
        (
            &[(
                at,
                json!({"type": "mock", "responses": {"default": {"statusCode": 200}}, "requestTemplates": {"application/json": {"statusCode": 200}}}),
            )],
            &of("requestTemplates[\"application/json\"]"),
            "put it in quotes",
        ),
        (&[("/paths/~1a", json!({}))], ".paths", "no path has a method"),
    ]);
    for integration in [lambda("POST"), http(json!({})), http(json!({"uri": "https://b/${stageVariables.x}"}))] {
        assert_eq!(problems(&with(&[(at, integration.clone())]), &[]), Vec::<String>::new(), "{integration}");
    }
}

#[test]
fn mapped_parameters_are_declared() {
    let uri = "https://b/{id}";
    let of = |source: &str| json!({"type": "http_proxy", "httpMethod": "GET", "uri": uri, "requestParameters": {"integration.request.path.id": source}});
    let found = |source: &str, path: &str, parameters: Value| {
        let mut document = document();
        document["paths"] =
            json!({path: {"get": {"parameters": parameters, "x-amazon-apigateway-integration": of(source)}}});
        problems(&document, &[]).join("\n")
    };
    let query = json!([{"name": "page", "in": "query", "schema": {"type": "string"}}]);
    for source in [
        "method.request.path.order",
        "method.request.querystring.page",
        "method.request.multivaluequerystring.page",
        "method.request.body.a",
        "'x'",
        "context.requestId",
        "stageVariables.a",
    ] {
        assert_eq!(found(source, "/a/{order}", query.clone()), "", "{source}");
    }
    for (source, said) in [
        ("method.request.path.id", "the path has no such part"),
        ("method.request.querystring.size", "the method does not declare it: add size (in: query)"),
        ("method.request.header.A", "add A (in: header)"),
        ("$request.path.id", "is not a mapping expression"),
        ("x", "is not a mapping expression"),
    ] {
        let told = found(source, "/a/{order}", query.clone());
        assert!(
            told.contains(".requestParameters[\"integration.request.path.id\"]: ") && told.contains(said),
            "{source}: {told}"
        );
    }
}

#[test]
fn response_headers_are_declared() {
    let integration = |header: &str, value: &str| {
        let mut integration = mock();
        integration["responses"]["default"]["responseParameters"] = json!({header: value});
        with(&[
            ("/paths/~1a/get/responses/200/headers", json!({"Location": {"schema": {"type": "string"}}})),
            ("/paths/~1a/get/x-amazon-apigateway-integration", integration),
        ])
    };
    assert_eq!(problems(&integration("method.response.header.Location", "'/b'"), &[]), Vec::<String>::new());
    for (header, value, said) in [
        ("method.response.header.Other", "'/b'", "does not declare the header Other of its response 200"),
        ("Location", "'/b'", "is not a parameter of the response"),
        ("method.response.header.Location", "/b", "is not a mapping expression"),
    ] {
        let found = problems(&integration(header, value), &[]);
        assert!(found.len() == 1 && found[0].contains(said), "{found:#?}");
    }
}

#[test]
fn paths_and_parameters_are_what_api_gateway_takes() {
    let parameters = |value: Value| [("/paths/~1a/get/parameters", value)];
    let one = ".paths[\"/a\"].get.parameters[0]";
    refuses(&[
        (&[("/paths/b", json!({"get": operation()}))], ".paths.b", "begin it with /"),
        (&[("/paths/~1b{id}", json!({"get": operation()}))], ".paths[\"/b{id}\"]", "braces around a whole part"),
        (&[("/paths/~1{p+}~1c", json!({"get": operation()}))], ".paths[\"/{p+}/c\"]", "takes the rest"),
        (&[("/paths/~1ping", json!({"get": operation()}))], ".paths[\"/ping\"]", "reserves /ping"),
        (
            &[("/paths/~1{x}", json!({"get": operation()})), ("/paths/~1{y}", json!({"get": operation()}))],
            ".paths[\"/{y}\"]",
            "are both parameters below /",
        ),
        (&[("/paths/~1a/GET", operation())], ".paths[\"/a\"].GET", "write get"),
        (&[("/paths/~1a/trace", operation())], ".paths[\"/a\"].trace", "no method TRACE"),
        (&[("/paths/~1a/fetch", operation())], ".paths[\"/a\"].fetch", "is not a method"),
        (&parameters(json!([{"name": "page[size]", "in": "query"}])), one, "is not a name that API Gateway takes"),
        (&parameters(json!([{"name": "id", "in": "path"}])), one, "the path /a has no part {id}"),
        (&parameters(json!([{"name": "id", "in": "body-part"}])), one, "is not a place of a parameter"),
        (
            &parameters(json!([{"name": "a", "in": "query"}, {"name": "a", "in": "query"}])),
            ".paths[\"/a\"].get.parameters[1]",
            "is there twice",
        ),
        (&[("/paths/~1a/get/responses/4XX", json!({}))], ".paths[\"/a\"].get.responses.4XX", "is not a status code"),
    ]);
    let fine = json!([{"name": "session", "in": "cookie"}, {"name": "a.b_c-d$", "in": "query"}]);
    assert_eq!(problems(&with(&parameters(fine)), &[]), Vec::<String>::new());
}

#[test]
fn models_and_validators_are_defined() {
    let body = |reference: &str| json!({"content": {"application/json": {"schema": {"$ref": reference}}}});
    let schema = ".paths[\"/a\"].get.requestBody.content[\"application/json\"].schema";
    refuses(&[
        (
            &[("/components/schemas/Order_Line", json!({"type": "object"}))],
            ".components.schemas.Order_Line",
            "letters and digits only",
        ),
        (&[("/paths/~1a/get/requestBody", body("#/components/schemas/Order"))], schema, "is not in the document"),
        (&[("/paths/~1a/get/requestBody", body("orders.yaml#/Order"))], schema, "is outside of the document"),
        (
            &[("/x-amazon-apigateway-request-validator", json!("all"))],
            "[\"x-amazon-apigateway-request-validator\"]",
            "names no request validator",
        ),
        (
            &[("/paths/~1a/get/x-amazon-apigateway-request-validator", json!("all"))],
            ".paths[\"/a\"].get[\"x-amazon-apigateway-request-validator\"]",
            "names no request validator",
        ),
    ]);
    let fine = with(&[
        ("/components/schemas/Order", json!({"type": "object", "example": {"$ref": "x"}})),
        ("/paths/~1a/get/requestBody", body("#/components/schemas/Order")),
        ("/x-amazon-apigateway-request-validators", json!({"all": {"validateRequestBody": true}})),
        ("/x-amazon-apigateway-request-validator", json!("all")),
    ]);
    assert_eq!(problems(&fine, &[]), Vec::<String>::new());
}

#[test]
fn parts_of_templates_are_told_as_such() {
    let uri = "/paths/~1a/get/x-amazon-apigateway-integration";
    let place = ".paths[\"/a\"].get[\"x-amazon-apigateway-integration\"]";
    let proxy = |uri: Value| json!({"type": "aws_proxy", "httpMethod": "POST", "uri": uri});
    let found = |changes: &[(&str, Value)]| problems(&with(changes), &[]).join("\n");
    let region = URI.replace("eu-west-1", "${AWS::Region}");
    let terraform = URI.replace("function:hello", "function:${aws_lambda_function.hello.name}");
    for (value, said) in [
        (json!({"Fn::Sub": URI}), "Fn::Sub is a function of CloudFormation"),
        (json!({"Ref": "Function"}), "Ref is a function of CloudFormation"),
        (json!(region), "${AWS::Region} is filled in by a template"),
        (json!(terraform), "${aws_lambda_function.hello.name} is filled in by a template"),
    ] {
        let told = found(&[(uri, proxy(value))]);
        assert!(told.contains(&format!("spec.api.openApi.inline{place}.uri: ")) && told.contains(said), "{told}");
    }
    assert!(found(&[("/Resources", json!({}))]).contains("inline.Resources: belongs to a CloudFormation template"));
    let stage = URI.replace("function:hello", "function:${stageVariables.name}");
    assert_eq!(found(&[(uri, proxy(json!(stage)))]), "");
}

#[test]
fn extensions_are_known() {
    refuses(&[
        (&[("/x-amazon-apigateway-cors", json!({}))], "[\"x-amazon-apigateway-cors\"]", "HTTP APIs have it"),
        (
            &[("/paths/~1a/get/x-amazon-apigateway-intergration", json!({}))],
            ".paths[\"/a\"].get[\"x-amazon-apigateway-intergration\"]",
            "has no extension",
        ),
        (
            &[("/x-amazon-apigateway-gateway-responses", json!({"NOT_FOUND": {}}))],
            "[\"x-amazon-apigateway-gateway-responses\"].NOT_FOUND",
            "is not a type of gateway response",
        ),
        (
            &[("/x-amazon-apigateway-api-key-source", json!("BODY"))],
            "[\"x-amazon-apigateway-api-key-source\"]",
            "write HEADER or AUTHORIZER",
        ),
        (
            &[("/x-amazon-apigateway-minimum-compression-size", json!(-1))],
            "[\"x-amazon-apigateway-minimum-compression-size\"]",
            "from 0 to 10485760",
        ),
        (
            &[("/x-amazon-apigateway-binary-media-types", json!(["png"]))],
            "[\"x-amazon-apigateway-binary-media-types\"][0]",
            "is not a media type",
        ),
    ]);
    assert_eq!(problems(&with(&[("/x-note", json!({"x-amazon": 1}))]), &[]), Vec::<String>::new());
}

#[test]
fn many_problems_are_told_up_to_a_hundred() {
    let paths: serde_json::Map<String, Value> =
        (0..150).map(|index| (format!("/p{index}"), json!({"get": {}}))).collect();
    let found = problems(&with(&[("/paths", Value::Object(paths))]), &[]);
    assert_eq!(found.len(), 101);
    assert!(found[100].contains("there are 50 more problems"), "{}", found[100]);
}
