//! What integrations answer, and how they fail.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::cloud::{Cloud, Door, HELLO};

fn function(door: &Door, name: &str) {
    let function = json!({"FunctionName": name, "Role": "arn:aws:iam::111122223333:role/r", "Handler": format!("index.{name}"), "Runtime": "nodejs24.x", "Code": {"ZipFile": ""}});
    door.cloud.rest("lambda", "POST", "/2015-03-31/functions", &function);
}

fn proxy_to(name: &str) -> Value {
    json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": HELLO.replace("function:hello", &format!("function:{name}"))})
}

#[test]
fn a_function_that_the_api_may_not_invoke_is_an_internal_error() {
    let door = Door::open();
    door.cloud.rest("lambda", "DELETE", "/2015-03-31/functions/hello/policy/api", &json!(null));
    assert_eq!(door.get("/test/"), (500, r#"{"message":"Internal server error"}"#.into()));
    let statement = json!({"StatementId": "other", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
        "SourceArn": format!("arn:aws:execute-api:us-east-1:111122223333:{}/*/POST/", door.api)});
    door.cloud.rest("lambda", "POST", "/2015-03-31/functions/hello/policy", &statement);
    assert_eq!(door.get("/test/").0, 500, "for another method");
    let statement = json!({"StatementId": "right", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
        "SourceArn": format!("arn:aws:execute-api:us-east-1:111122223333:{}/*/GET/", door.api)});
    door.cloud.rest("lambda", "POST", "/2015-03-31/functions/hello/policy", &statement);
    assert_eq!(door.get("/test/").0, 200);
}

#[test]
fn functions_that_fail_or_answer_nonsense_are_bad_gateways() {
    let door = Door::open();
    for name in ["fail", "malformed"] {
        function(&door, name);
        door.allow_function(name);
        door.add_method(name, "GET", &json!({}), &proxy_to(name));
        assert_eq!(
            door.get(&format!("/test/{name}")),
            (502, r#"{"message":"Internal server error"}"#.into()),
            "{name}"
        );
    }
    door.add_method("gone", "GET", &json!({}), &proxy_to("gone"));
    assert_eq!(door.get("/test/gone").0, 500);
}

#[test]
fn the_event_has_path_parameters_and_stage_variables() {
    let door = Door::open();
    function(&door, "echo");
    door.allow_function("echo");
    door.add_method("{proxy+}", "ANY", &json!({}), &json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": HELLO.replace("function:hello", "function:${stageVariables.name}")}));
    let patch = json!({"patchOperations": [{"op": "replace", "path": "/variables/name", "value": "echo"}]});
    door.cloud.api("PATCH", &format!("/restapis/{}/stages/test", door.api), &patch);
    let (status, body) = door.get("/test/a/b%20c?x=1");
    assert_eq!(status, 200, "{body}");
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(event["resource"], "/{proxy+}");
    assert_eq!(event["pathParameters"]["proxy"], "a/b c");
    assert_eq!(event["stageVariables"]["name"], "echo");
    assert_eq!(event["requestContext"]["identity"]["vpceId"], door.endpoint);
    assert_eq!((&event["body"], &event["isBase64Encoded"]), (&Value::Null, &json!(false)));
}

/// Lets the API invoke a version or an alias of `hello`.
fn allow(cloud: &Cloud, qualifier: &str, api: &str) {
    let statement = json!({"StatementId": "api", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com",
        "SourceArn": format!("arn:aws:execute-api:us-east-1:111122223333:{api}/*/*")});
    let path = format!("/2015-03-31/functions/hello/policy{qualifier}");
    cloud.rest("lambda", "POST", &path, &statement);
}

#[test]
fn an_alias_is_invoked_by_its_own_policy() {
    let door = Door::open();
    let alias = json!({"Name": "live", "FunctionVersion": "$LATEST"});
    door.cloud.rest("lambda", "POST", "/2015-03-31/functions/hello/aliases", &alias);
    door.add_method("alias", "GET", &json!({}), &proxy_to("hello:${stageVariables.ver}"));
    assert_eq!(door.get("/test/alias").0, 500, "the variable is not set");
    let patch = json!({"patchOperations": [{"op": "replace", "path": "/variables/ver", "value": "live"}]});
    door.cloud.api("PATCH", &format!("/restapis/{}/stages/test", door.api), &patch);
    assert_eq!(door.get("/test/alias").0, 500, "the function's policy is not the alias's");
    allow(&door.cloud, "?Qualifier=live", &door.api);
    assert_eq!(door.get("/test/alias"), (200, "Hello from Lambda!".into()));
    door.cloud.rest("lambda", "DELETE", "/2015-03-31/functions/hello/aliases/live", &json!(null));
    assert_eq!(door.get("/test/alias").0, 500, "there is no such alias");
}

#[test]
fn a_function_of_another_account_or_region_is_invoked_by_its_owners_policy() {
    let door = Door::open();
    let theirs = door.cloud.of_account("444455556666");
    let uri = HELLO.replace("111122223333", "444455556666");
    let to = |uri: &str| json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": uri});
    door.add_method("theirs", "GET", &json!({}), &to(&uri));
    assert_eq!(door.get("/test/").0, 200);
    assert_eq!(door.get("/test/theirs").0, 500, "the namesake of the API's account is another function");
    allow(&theirs, "", &door.api);
    assert_eq!(door.get("/test/theirs"), (200, "Hello from Lambda!".into()));
    let half = uri.replacen("us-east-1", "eu-west-1", 1);
    door.add_method("half", "GET", &json!({}), &to(&half));
    assert_eq!(door.get("/test/half").0, 500, "Lambda knows the functions of its own region only");
}

#[test]
fn a_role_of_the_account_invokes_its_functions_without_their_policy() {
    let door = Door::open();
    door.cloud.rest("lambda", "DELETE", "/2015-03-31/functions/hello/policy/api", &json!(null));
    let with_role = |uri: &str| {
        let mut integration = json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": uri});
        integration["credentials"] = json!("arn:aws:iam::111122223333:role/invoke");
        integration
    };
    door.add_method("role", "GET", &json!({}), &with_role(HELLO));
    assert_eq!(door.get("/test/role").0, 200);
    let theirs = door.cloud.of_account("444455556666");
    door.add_method("theirs", "GET", &json!({}), &with_role(&HELLO.replace("111122223333", "444455556666")));
    let statement = json!({"StatementId": "role", "Action": "lambda:InvokeFunction", "Principal": "arn:aws:iam::111122223333:role/invoke"});
    theirs.rest("lambda", "GET", "/2015-03-31/functions/hello", &json!(null));
    assert_eq!(door.get("/test/theirs").0, 500, "another account's function has to let the role in");
    theirs.rest("lambda", "POST", "/2015-03-31/functions/hello/policy", &statement);
    assert_eq!(door.get("/test/theirs").0, 200);
}

#[test]
fn mocks_answer_what_their_templates_say() {
    let door = Door::open();
    let at = door.add_method(
        "mock",
        "GET",
        &json!({}),
        &json!({"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 404}"}}),
    );
    for (status, pattern, body) in [
        ("200", Value::Null, "{\"ok\": true}"),
        ("404", json!("404"), "{\"id\": \"$context.requestId\", \"q\": \"$input.params('q')\"}"),
    ] {
        door.cloud.api(
            "PUT",
            &format!("{at}/responses/{status}"),
            &json!({"responseParameters": {"method.response.header.x-kind": true}}),
        );
        let response = json!({"selectionPattern": pattern, "responseTemplates": {"application/json": body}, "responseParameters": {"method.response.header.x-kind": "'mock'"}});
        door.cloud.api("PUT", &format!("{at}/integration/responses/{status}"), &response);
    }
    door.deploy();
    let answer = door.cloud.request("GET", &door.url("/test/mock?q=z"), &[]).answer().unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["x-kind"].to_str().unwrap()), (404, "mock"));
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(
        (&body["q"], &body["id"]),
        (&json!("z"), &json!(answer.headers()["x-amzn-requestid"].to_str().unwrap()))
    );
}

/// Answers one request and returns it.
fn backend(answer: &'static str) -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let served = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).unwrap();
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8_lossy(&buffer[..read]).into_owned()
    });
    (address, served)
}

#[test]
fn http_proxies_pass_request_and_answer_on() {
    let door = Door::open();
    let (address, served) = backend("HTTP/1.1 418 I'm a teapot\r\nx-pot: short\r\ncontent-length: 5\r\n\r\nstout");
    let integration = json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": format!("http://{address}/pots/{{id}}"),
        "requestParameters": {"integration.request.path.id": "method.request.path.id"}});
    door.add_method("{id}", "GET", &json!({"requestParameters": {"method.request.path.id": true}}), &integration);
    let answer = door.cloud.request("GET", &door.url("/test/7?size=xl"), &[("x-mine", "1")]).answer().unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.body()[..], answer.headers()["x-pot"].to_str().unwrap()),
        (418, &b"stout"[..], "short")
    );
    let seen = served.join().unwrap();
    assert!(
        seen.starts_with("GET /pots/7?size=xl HTTP/1.1\r\n")
            && seen.contains("x-mine: 1")
            && seen.contains("x-forwarded-for: 203.0.113.10"),
        "{seen}"
    );
}

#[test]
fn http_integrations_map_the_answer() {
    let door = Door::open();
    let (address, served) = backend("HTTP/1.1 500 Oops\r\ncontent-length: 13\r\n\r\n{\"code\": \"E\"}");
    let at = door.add_method(
        "mapped",
        "GET",
        &json!({}),
        &json!({"type": "HTTP", "httpMethod": "POST", "uri": format!("http://{address}/")}),
    );
    for (status, pattern) in [("200", Value::Null), ("502", json!("5\\d{2}"))] {
        door.cloud.api("PUT", &format!("{at}/responses/{status}"), &json!({}));
        door.cloud.api("PUT", &format!("{at}/integration/responses/{status}"), &json!({"selectionPattern": pattern, "responseTemplates": {"application/json": "{\"was\": $input.json('$.code')}"}}));
    }
    door.deploy();
    assert_eq!(door.get("/test/mapped"), (502, r#"{"was": "E"}"#.into()));
    assert!(served.join().unwrap().starts_with("POST / HTTP/1.1"));
}

#[test]
fn a_backend_that_is_not_there_or_too_slow_is_a_gateway_timeout() {
    let door = Door::open();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    door.add_method(
        "none",
        "GET",
        &json!({}),
        &json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": format!("http://{nobody}/")}),
    );
    assert_eq!(door.get("/test/none"), (504, r#"{"message":"Network error communicating with endpoint"}"#.into()));
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("http://{}/", silent.local_addr().unwrap());
    door.add_method(
        "slow",
        "GET",
        &json!({}),
        &json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": uri, "timeoutInMillis": 50}),
    );
    assert_eq!(door.get("/test/slow"), (504, r#"{"message":"Endpoint request timed out"}"#.into()));
}

/// Checked against AWS by localstack/localstack, `test_lambda_aws_proxy_integration_non_post_method`.
#[test]
fn a_function_is_invoked_by_post_only() {
    let door = Door::open();
    for (at, (kind, method, status)) in [
        ("AWS_PROXY", "POST", 200),
        ("AWS_PROXY", "GET", 500),
        ("AWS", "GET", 500),
        ("AWS_PROXY", "PUT", 500),
        ("AWS_PROXY", "ANY", 500),
    ]
    .into_iter()
    .enumerate()
    {
        let part = format!("m{at}");
        door.add_method(&part, "GET", &json!({}), &json!({"type": kind, "httpMethod": method, "uri": HELLO}));
        assert_eq!(door.get(&format!("/test/{part}")).0, status, "{kind} {method}");
        door.cloud.pass(5);
    }
}
