//! What API Gateway refuses: stage, policy, deployment, method, authorization.

use serde_json::json;

use crate::cloud::{ACCOUNT, Door, policy};

fn refusal(door: &Door, path: &str) -> (u16, String, String) {
    let response = door.cloud.request("GET", &door.url(path), &[]).answer().unwrap();
    let error = response.headers()["x-amzn-errortype"].to_str().unwrap().to_owned();
    (response.status().as_u16(), error, String::from_utf8_lossy(response.body()).into_owned())
}

#[test]
fn a_missing_stage_is_forbidden_and_a_missing_method_wants_a_token() {
    let door = Door::open();
    let forbidden = (403, "ForbiddenException".into(), r#"{"message":"Forbidden"}"#.into());
    assert_eq!(refusal(&door, "/"), forbidden);
    assert_eq!(refusal(&door, "/prod/"), forbidden);
    let missing =
        (403, "MissingAuthenticationTokenException".into(), r#"{"message":"Missing Authentication Token"}"#.into());
    assert_eq!(refusal(&door, "/test/nothing"), missing);
    let response = door.cloud.request("POST", &door.url("/test/"), &[]).answer().unwrap();
    assert_eq!(response.headers()["x-amzn-errortype"], "MissingAuthenticationTokenException");
    assert!(response.headers().contains_key("x-amzn-requestid") && response.headers().contains_key("x-amz-apigw-id"));
}

#[test]
fn the_resource_policy_counts_once_it_is_deployed() {
    let door = Door::open();
    door.patch_api("/policy", &policy("vpce-0other"));
    assert_eq!(door.get("/test/").0, 200, "the deployment still has the policy before");
    door.deploy();
    let message = format!(
        r#"{{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:us-east-1:********{}:{}/test/GET/ with an explicit deny"}}"#,
        &ACCOUNT[8..],
        door.api
    );
    assert_eq!(refusal(&door, "/test/"), (403, "AccessDeniedException".into(), message.clone()));
    door.patch_api("/policy", &json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}]}).to_string());
    door.deploy();
    assert_eq!(
        refusal(&door, "/test/").2,
        message.replace(" with an explicit deny", ""),
        "anonymous is not of that account"
    );
}

#[test]
fn vpc_and_address_conditions_see_the_load_balancers_node() {
    let door = Door::open();
    for (condition, status) in [
        (json!({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}}), 200),
        (json!({"IpAddress": {"aws:VpcSourceIp": "203.0.113.0/24"}}), 403),
        (json!({"StringEquals": {"aws:SourceVpc": aws_sim::world::defaults::VPC}}), 200),
        (json!({"StringEquals": {"aws:SourceVpc": "vpc-0other"}}), 403),
        (json!({"Bool": {"aws:SecureTransport": "true"}}), 200),
    ] {
        let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*", "Condition": condition}]});
        door.patch_api("/policy", &document.to_string());
        door.deploy();
        assert_eq!(door.get("/test/").0, status, "{condition}");
    }
}

#[test]
fn methods_serve_what_was_deployed() {
    let door = Door::open();
    let base = format!("/restapis/{}/resources/{}/methods/GET", door.api, door.root);
    door.cloud.api("DELETE", &base, &json!(null));
    assert_eq!(door.get("/test/").0, 200);
    door.cloud.api("PUT", &base, &json!({"authorizationType": "NONE"}));
    door.cloud.api(
        "PUT",
        &format!("{base}/integration"),
        &json!({"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 200}"}}),
    );
    assert_eq!(door.get("/test/").1, "Hello from Lambda!");
    door.deploy();
    assert_eq!(door.get("/test/").0, 500, "a mock without an integration response");
}

#[test]
fn strict_access_mode_refuses_what_comes_without_a_server_name() {
    let door = Door::open();
    door.patch_api("/endpointAccessMode", "STRICT");
    assert_eq!(door.get("/test/").0, 200);
    door.deploy();
    assert_eq!(door.get("/test/").0, 403);
}

#[test]
fn a_disabled_default_endpoint_serves_nothing() {
    let door = Door::open();
    let stage = |description: &str| {
        let operation = json!({"op": "replace", "path": "/description", "value": description});
        let path = format!("/restapis/{}/stages/test", door.api);
        door.cloud.api("PATCH", &path, &json!({"patchOperations": [operation]}));
    };
    door.patch_api("/disableExecuteApiEndpoint", "true");
    assert_eq!(door.get("/test/").0, 200, "no stage has changed since");
    door.deploy();
    assert_eq!(refusal(&door, "/test/").1, "ForbiddenException");
    door.patch_api("/disableExecuteApiEndpoint", "false");
    assert_eq!(door.get("/test/").0, 403, "no stage has changed since");
    stage("a");
    assert_eq!(door.get("/test/").0, 200);
    door.patch_api("/disableExecuteApiEndpoint", "true");
    stage("b");
    assert_eq!(door.get("/test/").0, 403);
}

#[test]
fn an_api_is_unavailable_while_its_access_mode_changes_from_strict() {
    let door = Door::open();
    let set = |mode: &str| {
        let operation = json!({"patchOperations": [{"op": "replace", "path": "/endpointAccessMode", "value": mode}]});
        door.cloud.api("PATCH", &format!("/restapis/{}", door.api), &operation);
    };
    set("STRICT");
    assert_eq!(door.get("/test/").0, 200, "it answers while it is updated");
    door.cloud.pass(1000);
    set("BASIC");
    let unavailable = (503, "ServiceUnavailableException".into(), r#"{"message":"Service Unavailable"}"#.into());
    assert_eq!(refusal(&door, "/test/"), unavailable);
    door.cloud.pass(14 * 60);
    assert_eq!(door.get("/test/").0, 503);
    door.cloud.pass(2 * 60);
    assert_eq!(door.get("/test/").0, 200);
}

#[test]
fn what_was_deployed_serves_while_the_api_is_updated() {
    let door = Door::open();
    let operation = json!({"patchOperations": [{"op": "replace", "path": "/policy", "value": policy("vpce-0other")}]});
    door.cloud.api("PATCH", &format!("/restapis/{}", door.api), &operation);
    for _ in 0..14 {
        assert_eq!(door.get("/test/").0, 200);
        door.cloud.pass(5);
    }
}

/// Developer Guide, "Disable the default endpoint for REST APIs": it takes a deployment or a change of a stage.
#[test]
fn a_disabled_default_endpoint_needs_a_change_of_a_stage_to_come_back() {
    let door = Door::open();
    let touch = |value: &str| {
        let operation = json!({"patchOperations": [{"op": "replace", "path": "/variables/touched", "value": value}]});
        door.cloud.api("PATCH", &format!("/restapis/{}/stages/test", door.api), &operation);
    };
    door.patch_api("/disableExecuteApiEndpoint", "true");
    assert_eq!(door.get("/test/").0, 200, "disabled, not applied");
    touch("once");
    assert_eq!(door.get("/test/").0, 403, "disabled and applied");
    door.patch_api("/disableExecuteApiEndpoint", "false");
    assert_eq!(door.get("/test/").0, 403, "enabled, not applied");
    touch("twice");
    assert_eq!(door.get("/test/").0, 200, "enabled and applied");
}

#[test]
fn api_keys_open_the_stages_of_their_plans() {
    let door = Door::open();
    let mock = json!({"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 200}"}});
    let at = door.add_method("keyed", "GET", &json!({"apiKeyRequired": true}), &mock);
    door.cloud.api("PUT", &format!("{at}/responses/200"), &json!({}));
    door.cloud.api("PUT", &format!("{at}/integration/responses/200"), &json!({}));
    door.deploy();
    assert_eq!(refusal(&door, "/test/keyed").2, r#"{"message":"Forbidden"}"#);
    let key = door.cloud.api("POST", "/apikeys", &json!({"name": "k", "enabled": true}));
    let shown = [("x-api-key", key["value"].as_str().unwrap())];
    assert_eq!(door.cloud.get(&door.url("/test/keyed"), &shown).0, 403, "the key is in no plan");
    let plan = door.cloud.api(
        "POST",
        "/usageplans",
        &json!({"name": "p", "apiStages": [{"apiId": door.api, "stage": "test"}]}),
    );
    door.cloud.api(
        "POST",
        &format!("/usageplans/{}/keys", plan["id"].as_str().unwrap()),
        &json!({"keyId": key["id"], "keyType": "API_KEY"}),
    );
    assert_eq!(door.cloud.get(&door.url("/test/keyed"), &shown).0, 200);
}

#[test]
fn iam_authorization_wants_a_signature() {
    let door = Door::open();
    let hello = json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": crate::cloud::HELLO});
    door.add_method("signed", "GET", &json!({"authorizationType": "AWS_IAM"}), &hello);
    assert_eq!(refusal(&door, "/test/signed").1, "MissingAuthenticationTokenException");
    let signature = "AWS4-HMAC-SHA256 Credential=111122223333/20261123/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0";
    assert_eq!(door.cloud.get(&door.url("/test/signed"), &[("authorization", signature)]).0, 200);
}

#[test]
fn gateway_responses_change_the_answer() {
    let door = Door::open();
    let response = json!({"statusCode": "404", "responseTemplates": {"application/json": "{\"error\": $context.error.messageString}"},
        "responseParameters": {"gatewayresponse.header.x-why": "'policy'"}});
    door.cloud.api("PUT", &format!("/restapis/{}/gatewayresponses/MISSING_AUTHENTICATION_TOKEN", door.api), &response);
    door.deploy();
    let answer = door.cloud.request("GET", &door.url("/test/none"), &[]).answer().unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["x-why"]), (404, &"policy".parse().unwrap()));
    assert_eq!(&answer.body()[..], br#"{"error": "Missing Authentication Token"}"#);
}

#[test]
fn a_deployment_takes_its_time_where_that_is_wanted() {
    let config =
        aws_sim::Config { deployment_propagation: std::time::Duration::from_secs(5), ..aws_sim::Config::default() };
    let cloud = crate::cloud::Cloud::with(config);
    let api = cloud.api("POST", "/restapis", &json!({"name": "slow"}));
    let id = api["id"].as_str().unwrap();
    let method = format!("/restapis/{id}/resources/{}/methods/GET", api["rootResourceId"].as_str().unwrap());
    cloud.api("PUT", &method, &json!({"authorizationType": "NONE"}));
    cloud.api("PUT", &format!("{method}/integration"), &json!({"type": "MOCK"}));
    cloud.api("POST", &format!("/restapis/{id}/deployments"), &json!({"stageName": "test"}));
    let serving = || {
        cloud.simulator.with_region(ACCOUNT, "us-east-1", |region, now| {
            region.apigateway.apis[id].stages["test"].serving(now).map(str::to_owned)
        })
    };
    assert_eq!(serving(), None);
    cloud.pass(6);
    assert!(serving().is_some());
}
