use std::sync::Arc;

use serde_json::{Value, json};

use crate::{Aws, patch};

/// An API with one mock method.
fn with_method(aws: &Aws) -> String {
    let (id, root) = aws.new_api(&json!({"name": "a", "endpointConfiguration": {"types": ["REGIONAL"]}}));
    let method = format!("/restapis/{id}/resources/{root}/methods/GET");
    aws.api("PUT", &method, &json!({"authorizationType": "NONE"}));
    aws.api("PUT", &format!("{method}/integration"), &json!({"type": "MOCK"}));
    id
}

/// An API with a stage `test`.
pub fn deployed(aws: &Aws) -> String {
    let id = with_method(aws);
    aws.api("POST", &format!("/restapis/{id}/deployments"), &json!({"stageName": "test"}));
    id
}

#[test]
fn what_cannot_be_deployed() {
    let aws = Aws::new();
    let (id, root) = aws.new_api(&json!({"name": "a", "endpointConfiguration": {"types": ["PRIVATE"]}}));
    let deploy = |expected: &str| {
        let refusal = aws.refused("apigateway", "POST", &format!("/restapis/{id}/deployments"), &json!({}));
        assert_eq!(refusal, ("BadRequestException".to_owned(), expected.to_owned()));
    };
    deploy("The REST API doesn't contain any methods");
    let method = format!("/restapis/{id}/resources/{root}/methods/GET");
    aws.api("PUT", &method, &json!({"authorizationType": "NONE"}));
    deploy("No integration defined for method");
    aws.api("PUT", &format!("{method}/integration"), &json!({"type": "MOCK"}));
    deploy("Private REST API doesn't have a resource policy attached to it");
}

#[test]
fn a_deployment_shares_the_api_until_it_changes() {
    let aws = Aws::new();
    let id = with_method(&aws);
    let base = format!("/restapis/{id}");
    aws.api("POST", &format!("{base}/deployments"), &json!({"stageName": "test"}));
    let shared = || {
        aws.0.with_region("111122223333", "us-east-1", |region, _| {
            let api = &region.apigateway.apis[&id];
            api.deployments.values().all(|deployment| Arc::ptr_eq(&deployment.snapshot, &api.definition))
        })
    };
    for read in ["", "/resources?embed=methods", "/stages/test", "/deployments", "/models"] {
        aws.api("GET", &format!("{base}{read}"), &Value::Null);
    }
    assert!(shared(), "reading copies nothing");
    aws.api("PATCH", &base, &patch(&[("replace", "/name", "b")]));
    assert!(!shared(), "the deployment is still the API as it was");
}

#[test]
fn an_integration_that_is_refused_leaves_the_one_before() {
    let aws = Aws::new();
    let (id, root) = aws.new_api(&json!({"name": "a"}));
    let method = format!("/restapis/{id}/resources/{root}/methods/GET");
    aws.api("PUT", &method, &json!({"authorizationType": "NONE"}));
    aws.api("PUT", &format!("{method}/integration"), &json!({"type": "MOCK"}));
    let wrong = json!({"type": "MOCK", "timeoutInMillis": 1});
    aws.refused("apigateway", "PUT", &format!("{method}/integration"), &wrong);
    assert_eq!(aws.api("GET", &format!("{method}/integration"), &Value::Null)["type"], "MOCK");
}

#[test]
fn a_deployment_in_use_stays() {
    let aws = Aws::new();
    let base = format!("/restapis/{}", with_method(&aws));
    let deploy = || {
        aws.api("POST", &format!("{base}/deployments"), &json!({"stageName": "test"}))["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (first, second) = (deploy(), deploy());
    assert_eq!(aws.api("GET", &format!("{base}/stages/test"), &Value::Null)["deploymentId"], json!(second));
    assert_eq!(aws.call("apigateway", "DELETE", &format!("{base}/deployments/{first}"), "").0, 202);
    let (code, message) = aws.refused("apigateway", "DELETE", &format!("{base}/deployments/{second}"), &Value::Null);
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("BadRequestException", "Active stages pointing to this deployment must be moved or deleted")
    );
    let summary = aws.api("GET", &format!("{base}/deployments/{second}?embed=apisummary"), &Value::Null);
    assert_eq!(summary["apiSummary"], json!({"/": {"GET": {"authorizationType": "NONE", "apiKeyRequired": false}}}));
}

#[test]
fn stages_are_created_patched_and_refused() {
    let aws = Aws::new();
    let base = format!("/restapis/{}", with_method(&aws));
    let deployment = aws.api("POST", &format!("{base}/deployments"), &json!({}))["id"].clone();
    let stage = json!({"stageName": "prod", "deploymentId": deployment, "tags": {"a": "b"}});
    aws.api("POST", &format!("{base}/stages"), &stage);
    assert_eq!(aws.refused("apigateway", "POST", &format!("{base}/stages"), &stage).0, "ConflictException");
    assert_eq!(
        aws.refused(
            "apigateway",
            "POST",
            &format!("{base}/stages"),
            &json!({"stageName": "x", "deploymentId": "nope"})
        )
        .0,
        "NotFoundException"
    );
    assert_eq!(
        aws.refused(
            "apigateway",
            "POST",
            &format!("{base}/stages"),
            &json!({"stageName": "a b", "deploymentId": deployment})
        )
        .0,
        "BadRequestException"
    );
    let path = format!("{base}/stages/prod");
    let role = "arn:aws:iam::111122223333:role/logs";
    aws.api("PATCH", "/account", &patch(&[("replace", "/cloudwatchRoleArn", role)]));
    let patched = aws.api(
        "PATCH",
        &path,
        &patch(&[
            ("replace", "/variables/env", "blue"),
            ("replace", "/*/*/throttling/burstLimit", "7"),
            ("replace", "/~1ping/GET/logging/loglevel", "INFO"),
            ("replace", "/tracingEnabled", "true"),
            ("replace", "/accessLogSettings/format", "$context.requestId"),
        ]),
    );
    assert_eq!((&patched["variables"]["env"], &patched["tracingEnabled"]), (&json!("blue"), &json!(true)));
    assert_eq!(patched["methodSettings"]["*/*"]["throttlingBurstLimit"], 7);
    assert_eq!(patched["methodSettings"]["ping/GET"]["loggingLevel"], "INFO");
    assert_eq!(
        aws.refused("apigateway", "PATCH", &path, &patch(&[("replace", "/deploymentId", "nope")])).0,
        "NotFoundException"
    );
    assert_eq!(
        aws.refused("apigateway", "PATCH", &path, &patch(&[("replace", "/nope", "x")])).0,
        "BadRequestException"
    );
    assert_eq!(aws.call("apigateway", "DELETE", &path, "").0, 202);
    assert_eq!(aws.call("apigateway", "GET", &path, "").0, 404);
}

#[test]
fn resources_and_methods_are_checked() {
    let aws = Aws::new();
    let (id, root) = aws.new_api(&json!({"name": "a"}));
    let resources = format!("/restapis/{id}/resources");
    let child = |parent: &str, part: &str| {
        aws.api("POST", &format!("{resources}/{parent}"), &json!({"pathPart": part}))["id"].as_str().unwrap().to_owned()
    };
    let (pets, greedy) = (child(&root, "pets"), child(&root, "{proxy+}"));
    let pet = child(&pets, "{id}");
    for (parent, part, code) in [
        (&root, "pets", "ConflictException"),
        (&root, "{other}", "BadRequestException"),
        (&root, "a b", "BadRequestException"),
        (&greedy, "below", "BadRequestException"),
    ] {
        assert_eq!(
            aws.refused("apigateway", "POST", &format!("{resources}/{parent}"), &json!({"pathPart": part})).0,
            code,
            "{part}"
        );
    }
    let moved = aws.api("PATCH", &format!("{resources}/{pets}"), &patch(&[("replace", "/pathPart", "animals")]));
    assert_eq!(moved["path"], "/animals");
    assert_eq!(aws.api("GET", &format!("{resources}/{pet}"), &Value::Null)["path"], "/animals/{id}");
    let method = format!("{resources}/{pet}/methods/GET");
    assert_eq!(
        aws.refused("apigateway", "PUT", &format!("{method}/integration"), &json!({"type": "MOCK"})).0,
        "NotFoundException"
    );
    assert_eq!(
        aws.refused("apigateway", "PUT", &method, &json!({"authorizationType": "CUSTOM"})).0,
        "BadRequestException"
    );
    aws.api("PUT", &method, &json!({"authorizationType": "NONE"}));
    for integration in [
        json!({"type": "LAMBDA"}),
        json!({"type": "HTTP", "httpMethod": "GET", "uri": "ftp://x"}),
        json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": "arn:aws:lambda:x"}),
        json!({"type": "HTTP", "uri": "http://x"}),
        json!({"type": "MOCK", "timeoutInMillis": 30_000}),
    ] {
        assert_eq!(
            aws.refused("apigateway", "PUT", &format!("{method}/integration"), &integration).0,
            "BadRequestException",
            "{integration}"
        );
    }
    assert_eq!(aws.call("apigateway", "DELETE", &format!("{resources}/{pets}"), "").0, 202);
    assert_eq!(aws.call("apigateway", "GET", &format!("{resources}/{pet}"), "").0, 404);
    assert_eq!(
        aws.refused("apigateway", "DELETE", &format!("{resources}/{root}"), &Value::Null).0,
        "BadRequestException"
    );
}
