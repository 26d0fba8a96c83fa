use serde_json::{Value, json};

use crate::Aws;

const YAML: &str = r##"
openapi: 3.0.1
info: {title: orders, version: 1.0, description: from yaml}
x-amazon-apigateway-policy:
  Version: "2012-10-17"
  Statement:
  - {Effect: Allow, Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*/*/*"}
x-amazon-apigateway-binary-media-types: [image/png]
x-amazon-apigateway-security-policy: SecurityPolicy_TLS13_1_3_2025_09
x-amazon-apigateway-endpoint-access-mode: BASIC
components:
  schemas: {Pet: {type: object}}
  securitySchemes: {key: {type: apiKey, name: x-api-key, in: header}}
paths:
  /pets/{id}:
    parameters:
    - {name: id, in: path, required: true, schema: {type: string}}
    get:
      security: [{key: []}]
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: {application/json: '{"statusCode": 200}'}
        responses: {default: {statusCode: "200", responseTemplates: {application/json: '{}'}}}
  /{proxy+}:
    x-amazon-apigateway-any-method:
      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: ANY, uri: "http://example.com/"}
"##;

fn resources(aws: &Aws, id: &str) -> Vec<Value> {
    aws.api("GET", &format!("/restapis/{id}/resources?embed=methods"), &Value::Null)["item"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

fn paths(aws: &Aws, id: &str) -> Vec<String> {
    resources(aws, id).iter().filter_map(|resource| resource["path"].as_str().map(str::to_owned)).collect()
}

#[test]
fn yaml_becomes_an_api_with_everything_in_it() {
    let aws = Aws::new();
    let (status, api) = aws.call(
        "apigateway",
        "POST",
        "/restapis?mode=import&endpointConfigurationTypes=PRIVATE&failonwarnings=true",
        YAML,
    );
    assert_eq!(status, 201, "{api}");
    assert_eq!(
        (&api["name"], &api["description"], &api["version"]),
        (&json!("orders"), &json!("from yaml"), &json!("1.0"))
    );
    assert_eq!(
        (&api["securityPolicy"], &api["endpointAccessMode"]),
        (&json!("SecurityPolicy_TLS13_1_3_2025_09"), &json!("BASIC"))
    );
    assert_eq!(api["binaryMediaTypes"], json!(["image/png"]));
    let id = api["id"].as_str().unwrap();
    assert!(api["policy"].as_str().unwrap().contains(&format!(r"{id}\/*\/*\/*")), "{}", api["policy"]);
    assert_eq!(paths(&aws, id), ["/", "/pets", "/pets/{id}", "/{proxy+}"]);
    let all = resources(&aws, id);
    let get = &all[2]["resourceMethods"]["GET"];
    assert_eq!(
        (&get["apiKeyRequired"], &get["requestParameters"]),
        (&json!(true), &json!({"method.request.path.id": true}))
    );
    assert_eq!(get["methodResponses"]["200"]["responseModels"], json!({"application/json": "Pet"}));
    assert_eq!(
        get["methodIntegration"]["integrationResponses"]["200"]["responseTemplates"],
        json!({"application/json": "{}"})
    );
    assert_eq!(all[3]["resourceMethods"]["ANY"]["methodIntegration"]["type"], "HTTP_PROXY");
}

#[test]
fn merge_keeps_what_the_body_does_not_hold_and_overwrite_does_not() {
    let aws = Aws::new();
    let (_, api) = aws.call("apigateway", "POST", "/restapis?mode=import&endpointConfigurationTypes=PRIVATE", YAML);
    let (id, root) = (api["id"].as_str().unwrap(), api["rootResourceId"].clone());
    let body = json!({"swagger": "2.0", "info": {"title": "new", "version": "2"}, "paths": {"/bye": {"get": {"responses": {"200": {"description": "ok"}}}}}}).to_string();
    let (status, merged) = aws.call("apigateway", "PUT", &format!("/restapis/{id}"), body.clone());
    assert_eq!((status, &merged["name"], &merged["description"]), (200, &json!("new"), &json!("from yaml")));
    assert!(merged["policy"].is_string());
    assert_eq!(paths(&aws, id), ["/", "/bye", "/pets", "/pets/{id}", "/{proxy+}"]);
    let (_, over) = aws.call("apigateway", "PUT", &format!("/restapis/{id}?mode=overwrite"), body);
    assert_eq!(paths(&aws, id), ["/", "/bye"]);
    assert!(
        over.get("policy").is_none() && over.get("description").is_none() && over.get("binaryMediaTypes").is_none()
    );
    assert_eq!((&over["rootResourceId"], &over["endpointConfiguration"]["types"]), (&root, &json!(["PRIVATE"])));
}

#[test]
fn bad_documents_change_nothing() {
    let aws = Aws::new();
    let (id, _) = aws.new_api(&json!({"name": "a"}));
    for body in [
        "just text",
        "{}",
        r#"{"openapi":"3.0.1","info":{"title":"x"},"paths":{"/a b":{"get":{}}}}"#,
        r#"{"openapi":"3.0.1","info":{"title":"x"},"paths":{"/a":{"get":{"x-amazon-apigateway-integration":{"type":"magic"}}}}}"#,
        r#"{"openapi":"3.0.1","info":{"title":"x"},"paths":{},"x-amazon-apigateway-policy":{"Statement":[]},"x-amazon-apigateway-api-key-source":"BODY"}"#,
    ] {
        let (status, answer) = aws.call("apigateway", "PUT", &format!("/restapis/{id}"), body);
        assert_eq!((status, &answer["code"]), (400, &json!("BadRequestException")), "{body}");
    }
    assert_eq!(
        (aws.api("GET", &format!("/restapis/{id}"), &Value::Null)["name"].clone(), paths(&aws, &id).len()),
        (json!("a"), 1)
    );
    let warned = json!({"openapi": "3.0.1", "info": {"title": "x", "version": "1"}, "paths": {}, "x-amazon-apigateway-endpoint-configuration": {"vpcEndpointIds": ["vpce-1"]}});
    let refused = aws.call("apigateway", "POST", "/restapis?mode=import&failonwarnings=true", warned.to_string());
    assert_eq!(refused.0, 400, "endpoints make no sense for an edge-optimized API: {}", refused.1);
}

#[test]
fn exports_hold_what_was_deployed() {
    let aws = Aws::new();
    let (_, api) = aws.call("apigateway", "POST", "/restapis?mode=import&endpointConfigurationTypes=PRIVATE", YAML);
    let base = format!("/restapis/{}", api["id"].as_str().unwrap());
    aws.api("POST", &format!("{base}/deployments"), &json!({"stageName": "test"}));
    let export = aws.api("GET", &format!("{base}/stages/test/exports/oas30?extensions=apigateway"), &Value::Null);
    assert_eq!(export["paths"]["/pets/{id}"]["get"]["x-amazon-apigateway-integration"]["type"], "mock");
    assert!(
        export["x-amazon-apigateway-policy"].is_object()
            && export["paths"]["/{proxy+}"]["x-amazon-apigateway-any-method"].is_object()
    );
}

#[test]
fn an_import_warns_of_what_it_leaves_out() {
    let aws = Aws::new();
    let (id, _) = aws.new_api(&json!({"name": "a"}));
    let mock = json!({"type": "mock", "requestParameters": {"integration.request.header.a": true}});
    let schema = json!({"application/json": {"schema": {"type": "string"}}});
    let get = json!({
        "security": [{"oauth": []}], "responses": {"200": {"description": "d", "content": schema}}, "x-amazon-apigateway-integration": mock,
    });
    let document = json!({
        "openapi": "3.0.1", "info": {"title": "b", "version": "1"}, "servers": [{"url": "/a"}, {"url": "/b"}],
        "paths": {"/a": {"get": get}}, "components": {"securitySchemes": {"oauth": {"type": "oauth2", "flows": {}}}},
    });
    let warnings = [
        "Unsupported security definition type 'oauth2' for 'oauth'. Ignoring.",
        "More than one server provided. Ignoring all but the first for defining endpoint configuration",
        "Unsupported model type 'StringSchema' in 200 response to method 'GET /a'. Ignoring.",
        "Invalid format for 'requestParameters'. Expected type string for property 'integration.request.header.a' of resource '/a' and method 'GET' but got 'true'",
    ];
    let (status, refused) =
        aws.call("apigateway", "PUT", &format!("/restapis/{id}?failonwarnings=true"), document.to_string());
    let expected = format!("Warnings found during import:\n\t{}", warnings.join("\n\t"));
    assert_eq!((status, &refused["message"]), (400, &json!(expected)));
    assert_eq!(aws.api("GET", &format!("/restapis/{id}"), &Value::Null)["name"], "a", "nothing changed");
    let (status, taken) = aws.call("apigateway", "PUT", &format!("/restapis/{id}"), document.to_string());
    assert_eq!((status, &taken["warnings"], &taken["name"]), (200, &json!(warnings), &json!("b")));
    let get = resources(&aws, &id).iter().find(|it| it["path"] == "/a").unwrap()["resourceMethods"]["GET"].clone();
    assert_eq!(get["authorizationType"], "NONE", "the requirement is dropped");
}
