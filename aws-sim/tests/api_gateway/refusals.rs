//! What API Gateway refuses of methods, integrations, models, validators and documents, whichever way they come.

use serde_json::{Value, json};

use crate::{Aws, patch};

const LAMBDA: &str = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111122223333:function:hello/invocations";
const SQS: &str = "arn:aws:apigateway:us-east-1:sqs:path/111122223333/queue";
const ROLE: &str = "arn:aws:iam::111122223333:role/r";
const OTHER_ROLE: &str = "arn:aws:iam::444455556666:role/r";
const UNDECLARED: &str = "errors : [Invalid mapping expression parameter specified: method.request.header.x]";

/// An API with `GET /` that declares the path parameter `id` and the query parameter `q`; the path of the method.
fn with_method(aws: &Aws) -> (String, String) {
    let (id, root) = aws.new_api(&json!({"name": "a"}));
    let method = format!("/restapis/{id}/resources/{root}/methods/GET");
    let declared = json!({"method.request.path.id": true, "method.request.querystring.q": false});
    aws.api("PUT", &method, &json!({"authorizationType": "NONE", "requestParameters": declared}));
    (id, method)
}

/// What an integration has wrong, and the refusal; `None` if it is right.
fn integrations() -> Vec<(Value, Option<&'static str>)> {
    let http = |more: Value| {
        let mut all = json!({"type": "HTTP", "httpMethod": "GET", "uri": "http://example.com/"});
        for (name, value) in more.as_object().cloned().unwrap_or_default() {
            all[name] = value;
        }
        all
    };
    let parameters = |target: &str, source: &str| http(json!({"requestParameters": {target: source}}));
    let aws = |kind: &str, uri: &str, credentials: Value| json!({"type": kind, "httpMethod": "POST", "uri": uri, "credentials": credentials});
    vec![
        (parameters("integration.request.path.id", "method.request.path.id"), None),
        (parameters("integration.request.header.x", "'literal'"), None),
        (parameters("integration.request.header.x", "method.request.header.x"), Some(UNDECLARED)),
        (
            parameters("integration.request.header.x", "literal"),
            Some("errors : [Invalid mapping expression specified: literal]"),
        ),
        (parameters("header.x", "'literal'"), Some("errors : [Invalid mapping expression specified: header.x]")),
        (http(json!({"cacheKeyParameters": ["method.request.querystring.q"]})), None),
        (http(json!({"cacheKeyParameters": ["method.request.header.x"]})), Some(UNDECLARED)),
        (aws("AWS", LAMBDA, Value::Null), None),
        (aws("AWS_PROXY", LAMBDA, Value::Null), None),
        (aws("AWS_PROXY", LAMBDA, json!(ROLE)), None),
        (aws("AWS", SQS, json!(ROLE)), None),
        (aws("AWS", SQS, Value::Null), Some("Role ARN must be specified for AWS integrations")),
        (aws("AWS", SQS, json!(OTHER_ROLE)), Some("Cross-account pass role is not allowed.")),
        (aws("AWS_PROXY", LAMBDA, json!(OTHER_ROLE)), Some("Cross-account pass role is not allowed.")),
        (aws("AWS", SQS, json!("role/r")), Some("Invalid ARN specified in the request")),
        (aws("AWS", SQS, json!("arn:aws:iam::*:user/*")), Some("AWS_IAM Auth type is required")),
        (
            aws("AWS_PROXY", SQS, json!(ROLE)),
            Some("Integrations of type 'AWS_PROXY' currently only supports Lambda function"),
        ),
    ]
}

fn assert_refused(answer: &Result<Value, String>, expected: Option<&str>, what: &str) {
    match (answer, expected) {
        (Ok(_), None) => {}
        (Err(message), Some(expected)) => assert!(message.contains(expected), "{what}: {message}"),
        (Ok(_), Some(expected)) => panic!("{what} was accepted, not refused with: {expected}"),
        (Err(message), None) => panic!("{what}: {message}"),
    }
}

impl Aws {
    fn tried(&self, method: &str, path: &str, body: &str) -> Result<Value, String> {
        let (status, answer) = self.call("apigateway", method, path, body.to_owned());
        if status < 300 { Ok(answer) } else { Err(answer["message"].as_str().unwrap_or_default().to_owned()) }
    }
}

#[test]
fn integrations_are_refused_when_they_are_put() {
    for (integration, expected) in integrations() {
        let aws = Aws::new();
        let (_, method) = with_method(&aws);
        let answer = aws.tried("PUT", &format!("{method}/integration"), &integration.to_string());
        assert_refused(&answer, expected, &integration.to_string());
    }
}

#[test]
fn integrations_are_refused_when_a_document_holds_them() {
    for (integration, expected) in integrations() {
        let aws = Aws::new();
        let parameters = json!([{"name": "id", "in": "path", "required": true}, {"name": "q", "in": "query"}]);
        let operation = json!({"parameters": parameters, "x-amazon-apigateway-integration": integration});
        let document =
            json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {"/{id}": {"get": operation}}});
        let imported = aws.tried("POST", "/restapis?mode=import", &document.to_string());
        assert_refused(&imported, expected, &integration.to_string());
        if let Err(message) = imported {
            let place =
                "Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/{id}': ";
            assert!(message.starts_with(place), "{message}");
        }
        let (id, _) = aws.new_api(&json!({"name": "a"}));
        let put = aws.tried("PUT", &format!("/restapis/{id}?mode=overwrite"), &document.to_string());
        assert_refused(&put, expected, &integration.to_string());
    }
}

#[test]
fn integrations_are_refused_when_they_are_patched() {
    let aws = Aws::new();
    let (_, method) = with_method(&aws);
    let at = format!("{method}/integration");
    aws.api("PUT", &at, &json!({"type": "AWS", "httpMethod": "POST", "uri": SQS, "credentials": ROLE}));
    for (operation, expected) in [
        (("add", "/requestParameters/integration.request.header.x", "method.request.header.x"), UNDECLARED),
        (
            ("add", "/requestParameters/integration.request.header.x", "true"),
            "Invalid mapping expression specified: true",
        ),
        (("add", "/cacheKeyParameters/method.request.header.x", ""), UNDECLARED),
        (("replace", "/credentials", ""), "Role ARN must be specified for AWS integrations"),
        (("replace", "/credentials", OTHER_ROLE), "Cross-account pass role is not allowed."),
    ] {
        let (_, message) = aws.refused("apigateway", "PATCH", &at, &patch(&[operation]));
        assert!(message.contains(expected), "{operation:?}: {message}");
    }
    let foreign = patch(&[("replace", "/credentials", OTHER_ROLE)]);
    let (status, refusal) = aws.call("apigateway", "PATCH", &at, foreign.to_string());
    assert_eq!((status, &refusal["code"]), (403, &json!("AccessDeniedException")));
    aws.api("PATCH", &at, &patch(&[("add", "/cacheKeyParameters/method.request.querystring.q", "")]));
}

#[test]
fn methods_name_validators_and_models_that_are_there() {
    let aws = Aws::new();
    let (id, root) = aws.new_api(&json!({"name": "a"}));
    let method = format!("/restapis/{id}/resources/{root}/methods/GET");
    let (model, validator) =
        ("Invalid model identifier specified: Pet", "Invalid Request Validator identifier specified");
    for (settings, expected) in [
        (json!({"requestValidatorId": "nope"}), validator),
        (json!({"requestModels": {"application/json": "Pet"}}), model),
        (
            json!({"requestParameters": {"method.request.cookie.a": true}}),
            "Invalid mapping expression specified: method.request.cookie.a",
        ),
        (
            json!({"requestParameters": {"method.request.header.a": true, "method.request.querystring.a": true}}),
            "Parameter names must be unique across querystring, header and path",
        ),
    ] {
        let mut all = json!({"authorizationType": "NONE"});
        all.as_object_mut().unwrap().extend(settings.as_object().cloned().unwrap());
        let refusal = aws.refused("apigateway", "PUT", &method, &all);
        assert!(refusal.0 == "BadRequestException" && refusal.1.contains(expected), "{settings}: {refusal:?}");
    }
    aws.api("PUT", &method, &json!({"authorizationType": "NONE"}));
    for (operation, expected) in [
        (("replace", "/requestValidatorId", "nope"), validator),
        (("add", "/requestModels/application~1json", "Pet"), model),
    ] {
        assert_eq!(aws.refused("apigateway", "PATCH", &method, &patch(&[operation])).1, expected);
    }
    let response = format!("{method}/responses/200");
    let wrong = json!({"responseModels": {"application/json": "Pet"}});
    assert_eq!(aws.refused("apigateway", "PUT", &response, &wrong).1, model);
    aws.api("PUT", &response, &json!({}));
    let add = patch(&[("add", "/responseModels/application~1json", "Pet")]);
    assert_eq!(aws.refused("apigateway", "PATCH", &response, &add).1, model);
    aws.api("PATCH", &response, &patch(&[("add", "/responseModels/application~1json", "Empty")]));
    // A validator is taken away with an empty text.
    let made = aws.api("POST", &format!("/restapis/{id}/requestvalidators"), &json!({"name": "v"}));
    let validator = made["id"].as_str().unwrap();
    aws.api("PATCH", &method, &patch(&[("replace", "/requestValidatorId", validator)]));
    let without = aws.api("PATCH", &method, &patch(&[("replace", "/requestValidatorId", "")]));
    assert!(without.get("requestValidatorId").is_none(), "{without}");
}

#[test]
fn models_are_checked_when_they_are_created_and_patched() {
    let aws = Aws::new();
    let (id, _) = aws.new_api(&json!({"name": "a"}));
    let models = format!("/restapis/{id}/models");
    for (name, schema, expected) in [
        ("", "{}", "Model name must be non-empty"),
        ("pet_1", "{}", "Model name must be alphanumeric: pet_1"),
        ("Pet", "", "Model schema must have at least 1 property or array items defined"),
        ("Pet", "{nope", "Invalid model schema specified. Unable to parse the schema"),
        ("Pet", r##"{"$ref": "#/components/schemas/Dog"}"##, "Model reference must be in canonical form"),
        ("Empty", "{}", "Model name already exists for this REST API"),
    ] {
        let model = json!({"name": name, "schema": schema, "contentType": "application/json"});
        let (_, message) = aws.refused("apigateway", "POST", &models, &model);
        assert!(message.contains(expected), "{name} {schema}: {message}");
    }
    let canonical = json!({"$ref": format!("https://apigateway.amazonaws.com/restapis/{id}/models/Empty")}).to_string();
    let model = json!({"name": "Pet", "schema": canonical, "contentType": "application/json"});
    aws.api("POST", &models, &model);
    let empty = patch(&[("replace", "/schema", "")]);
    aws.refused("apigateway", "PATCH", &format!("{models}/Pet"), &empty);
    assert_eq!(
        aws.refused("apigateway", "GET", &format!("{models}/Dog"), &Value::Null).1,
        "Invalid model name specified: Dog"
    );
}

#[test]
fn a_model_in_use_names_its_method() {
    let aws = Aws::new();
    let (id, root) = aws.new_api(&json!({"name": "a"}));
    let method = format!("/restapis/{id}/resources/{root}/methods/ANY");
    aws.api("PUT", &method, &json!({"authorizationType": "NONE", "requestModels": {"application/json": "Empty"}}));
    let (code, message) = aws.refused("apigateway", "DELETE", &format!("/restapis/{id}/models/Empty"), &Value::Null);
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("ConflictException", "Cannot delete model 'Empty', is referenced in method request: //ANY")
    );
}

/// What a document has wrong besides its integrations, and where the refusal says it is.
#[test]
fn documents_are_refused_with_everything_that_is_wrong() {
    let mock = json!({"type": "mock"});
    let operation = |more: Value| {
        let mut all = json!({"x-amazon-apigateway-integration": mock});
        all.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        json!({"paths": {"/": {"get": all}}})
    };
    let responses = |parameters: Value, headers: Value| {
        json!({"responses": {"200": {"description": "ok", "headers": headers}},
            "x-amazon-apigateway-integration": {"type": "mock", "responses": {"default": {"statusCode": "200", "responseParameters": parameters}}}})
    };
    let response =
        "Unable to put integration response on 'GET' for resource at path '/': Invalid mapping expression specified";
    for (part, expected) in [
        (
            json!({"components": {"schemas": {"body_1": {"type": "object"}}}}),
            "Unable to create model for 'body_1': Model name must be alphanumeric: body_1",
        ),
        (
            json!({"components": {"schemas": {"A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}}}}}),
            "Unable to create model for 'A': Invalid model specified: Validation Result: warnings : [], errors : [Model reference must be in canonical form]",
        ),
        (
            operation(json!({"x-amazon-apigateway-request-validator": "all"})),
            "Unable to put method 'GET' on resource at path '/': Invalid Request Validator identifier specified",
        ),
        (
            operation(json!({"parameters": [{"name": "page[size]", "in": "query"}]})),
            "Parameter name should match the following regular expression: ^[a-zA-Z0-9._$-]+$",
        ),
        (operation(responses(json!({"method.response.header.x": "'*'"}), json!({}))), response),
        (operation(responses(json!({"method.response.header.x": "*"}), json!({"x": {}}))), response),
        (
            json!({"components": {"securitySchemes": {"a": {"type": "apiKey", "name": "Authorization", "in": "header",
                "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": LAMBDA, "authorizerCredentials": OTHER_ROLE}}}}}),
            "Unable to create authorizer for 'a': Cross-account pass role is not allowed.",
        ),
    ] {
        let aws = Aws::new();
        let (id, _) = aws.new_api(&json!({"name": "a"}));
        let mut document = json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {}});
        document.as_object_mut().unwrap().extend(part.as_object().cloned().unwrap());
        for (method, path) in [("POST", "/restapis?mode=import".to_owned()), ("PUT", format!("/restapis/{id}"))] {
            assert_refused(&aws.tried(method, &path, &document.to_string()), Some(expected), &document.to_string());
        }
        assert_eq!(aws.api("GET", &format!("/restapis/{id}"), &Value::Null)["name"], "a", "nothing changed");
    }
}

#[test]
fn schemas_may_refer_to_each_other() {
    let aws = Aws::new();
    let document = json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {},
        "components": {"schemas": {"A": {"properties": {"b": {"$ref": "#/components/schemas/B"}}}, "B": {"type": "object"}}}});
    aws.tried("POST", "/restapis?mode=import&failonwarnings=true", &document.to_string()).unwrap();
}

/// Missing models are only warned of, and left out.
#[test]
fn a_document_may_name_models_that_are_missing() {
    let aws = Aws::new();
    let body = json!({"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}});
    let operation =
        json!({"requestBody": body, "responses": {"200": body}, "x-amazon-apigateway-integration": {"type": "mock"}});
    let document =
        json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {"/": {"post": operation}}});
    let api = aws.tried("POST", "/restapis?mode=import", &document.to_string()).unwrap();
    let warning = "Reference to model 'Pet' not found. Ignoring.";
    assert_eq!(api["warnings"], json!([warning, warning]));
    let refusal = aws.tried("POST", "/restapis?mode=import&failonwarnings=true", &document.to_string());
    assert_refused(&refusal, Some(warning), "with failonwarnings");
    let wrong = json!({"components": {"schemas": {"a_b": {}}}});
    let mut both = document;
    both.as_object_mut().unwrap().extend(wrong.as_object().cloned().unwrap());
    let message = aws.tried("POST", "/restapis?mode=import", &both.to_string()).unwrap_err();
    assert!(message.contains(&format!("\nAdditionally, these warnings were found:\n\t{warning}")), "{message}");
}

/// The table of the Developer Guide, "Set the `OpenAPI` `basePath` property", and documents that were tried on AWS (localstack/localstack,
/// `test_import_rest_api_with_base_path_oas30`).
#[test]
fn base_paths_are_ignored_prepended_or_split() {
    let swagger = |base: &str| json!({"swagger": "2.0", "basePath": base});
    let server = |server: Value| json!({"openapi": "3.0.1", "servers": [server]});
    let variable = json!({"url": "https://example.com/{basePath}", "variables": {"basePath": {"default": "base-var"}}});
    for (document, mode, expected) in [
        (swagger("/a/b/c"), "", vec!["/", "/e", "/f"]),
        (swagger("/a/b/c"), "ignore", vec!["/", "/e", "/f"]),
        (swagger("/a/b/c"), "prepend", vec!["/", "/a", "/a/b", "/a/b/c", "/a/b/c/e", "/a/b/c/f"]),
        (swagger("/a/b/c"), "split", vec!["/", "/b", "/b/c", "/b/c/e", "/b/c/f"]),
        (swagger("/a"), "split", vec!["/", "/e", "/f"]),
        (
            server(json!({"url": "https://example.com/base-url/part/"})),
            "prepend",
            vec!["/", "/base-url", "/base-url/part", "/base-url/part/e", "/base-url/part/f"],
        ),
        (
            server(json!({"url": "https://example.com/base-url/part/"})),
            "split",
            vec!["/", "/part", "/part/e", "/part/f"],
        ),
        (server(variable.clone()), "prepend", vec!["/", "/base-var", "/base-var/e", "/base-var/f"]),
        (server(variable), "split", vec!["/", "/e", "/f"]),
        (json!({"openapi": "3.0.1"}), "prepend", vec!["/", "/e", "/f"]),
    ] {
        let aws = Aws::new();
        let mut whole = document.clone();
        whole["info"] = json!({"title": "t", "version": "1"});
        let mock = json!({"get": {"x-amazon-apigateway-integration": {"type": "mock"}}});
        whole["paths"] = json!({"/e": mock, "/f": mock});
        let query = if mode.is_empty() { String::new() } else { format!("&basepath={mode}") };
        let api = aws.tried("POST", &format!("/restapis?mode=import{query}"), &whole.to_string()).unwrap();
        let resources =
            aws.api("GET", &format!("/restapis/{}/resources", api["id"].as_str().unwrap()), &Value::Null)["item"]
                .clone();
        let paths: Vec<&str> = resources.as_array().unwrap().iter().filter_map(|one| one["path"].as_str()).collect();
        assert_eq!(paths, expected, "{mode}: {document}");
    }
    let refusal = Aws::new().tried("POST", "/restapis?mode=import&basepath=drop", "{}");
    assert_refused(&refusal, Some("Invalid basepath mode specified: drop"), "another mode");
}
