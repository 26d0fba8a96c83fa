//! The API, what its stage serves, and the permission to invoke its function.

use serde_json::{Value, json};

use super::{Row, put_right};
use crate::door::Door;
use crate::lab::Lab;

/// All that API Gateway says of the API.
fn api(door: &Door) -> String {
    door.get(&format!("/restapis/{}", door.api()))
}

/// All that it says of the stage but for the deployment.
fn stage(door: &Door) -> String {
    let mut stage: Value = serde_json::from_str(&door.get(&door.stage())).unwrap();
    stage.as_object_mut().unwrap().remove("deploymentId");
    stage.to_string()
}

fn answer(door: &Door) -> String {
    format!("{:?}", door.request_url())
}

fn operation(op: &str, path: &str, value: &str) -> Value {
    json!({"patchOperations": [{"op": op, "path": path, "value": value}]})
}

fn patch_api(door: &Door, op: &str, path: &str, value: &str) {
    door.lab.apigateway("PATCH", &format!("/restapis/{}", door.api()), &operation(op, path, value));
}

fn patch_stage(door: &Door, path: &str, value: &str) {
    door.lab.apigateway("PATCH", &door.stage(), &operation("replace", path, value));
}

fn deploy(door: &Door) {
    let path = format!("/restapis/{}/deployments", door.api());
    door.lab.apigateway("POST", &path, &json!({"stageName": "test", "description": "by hand"}));
}

/// Asks for an API key on the one method there is.
fn ask_for_key(door: &Door) {
    let api = door.api();
    let resources = door.lab.apigateway("GET", &format!("/restapis/{api}/resources"), &Value::Null);
    let root = resources["_embedded"]["item"].as_array().or(resources["item"].as_array()).unwrap()[0]["id"].clone();
    let method = format!("/restapis/{api}/resources/{}/methods/GET", root.as_str().unwrap());
    door.lab.apigateway("PATCH", &method, &operation("replace", "/apiKeyRequired", "true"));
}

fn permissions(door: &Door) -> Value {
    let path = "/2015-03-31/functions/hello/policy";
    let policy = door.lab.lambda("GET", path, &Value::Null)["Policy"].as_str().unwrap().to_owned();
    serde_json::from_str(&policy).unwrap()
}

const OPEN: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}}"#;

const API: [Row; 8] = [
    Row {
        name: "resource policy opened",
        drift: |door| patch_api(door, "replace", "/policy", OPEN),
        look: api,
        operation: "apigateway:PutRestApi",
    },
    Row {
        name: "association removed",
        drift: |door| patch_api(door, "remove", "/endpointConfiguration/vpcEndpointIds", &door.endpoint()),
        look: api,
        operation: "apigateway:PutRestApi",
    },
    Row {
        name: "binary media type",
        drift: |door| patch_api(door, "add", "/binaryMediaTypes/image~1png", ""),
        look: api,
        operation: "apigateway:PutRestApi",
    },
    Row {
        name: "description",
        drift: |door| patch_api(door, "replace", "/description", "by hand"),
        look: api,
        operation: "apigateway:UpdateRestApi",
    },
    Row {
        name: "execute-api endpoint disabled",
        drift: |door| {
            patch_api(door, "replace", "/disableExecuteApiEndpoint", "true");
            // It takes effect with a change of the stage, be it to what it was.
            patch_stage(door, "/description", "Orders");
            assert_eq!(door.request_url().0, 403);
        },
        look: api,
        operation: "apigateway:UpdateRestApi",
    },
    Row {
        name: "security policy",
        drift: |door| patch_api(door, "replace", "/securityPolicy", "SecurityPolicy_TLS13_1_2_2021_06"),
        look: api,
        operation: "apigateway:UpdateRestApi",
    },
    Row {
        name: "tags",
        drift: |door| {
            let arn = format!("arn:aws:apigateway:{}::/restapis/{}", testenv::simulator::REGION, door.api());
            door.lab.apigateway("PUT", &format!("/tags/{arn}"), &json!({"tags": {"team": "others"}}));
        },
        look: api,
        operation: "apigateway:TagResource",
    },
    Row {
        name: "tags of the stage",
        drift: |door| {
            let arn = format!("arn:aws:apigateway:{}::{}", testenv::simulator::REGION, door.stage());
            door.lab.apigateway("DELETE", &format!("/tags/{arn}?tagKeys=team"), &Value::Null);
        },
        look: stage,
        operation: "apigateway:TagResource",
    },
];

const STAGE: [Row; 7] = [
    Row {
        name: "method changed and deployed",
        drift: |door| {
            ask_for_key(door);
            deploy(door);
        },
        look: answer,
        operation: "apigateway:CreateDeployment",
    },
    Row {
        name: "stage pointing at an earlier deployment",
        drift: |door| {
            ask_for_key(door);
            let path = format!("/restapis/{}/deployments", door.api());
            let deployment = door.lab.apigateway("POST", &path, &json!({"description": "by hand"}));
            patch_stage(door, "/deploymentId", deployment["id"].as_str().unwrap());
        },
        look: answer,
        operation: "apigateway:CreateDeployment",
    },
    Row {
        name: "stage settings",
        drift: |door| {
            patch_stage(door, "/description", "by hand");
            patch_stage(door, "/variables/table", "others");
            patch_stage(door, "/tracingEnabled", "true");
        },
        look: stage,
        operation: "apigateway:UpdateStage",
    },
    Row {
        name: "settings of all methods",
        drift: |door| {
            patch_stage(door, "/*/*/metrics/enabled", "true");
            patch_stage(door, "/*/*/throttling/rateLimit", "1");
        },
        // What API Gateway adds beside the settings stays.
        look: |door| {
            let stage: Value = serde_json::from_str(&stage(door)).unwrap();
            let settings = &stage["methodSettings"]["*/*"];
            let limit = settings["throttlingRateLimit"].as_f64().filter(|limit| (0.0..10_000.0).contains(limit));
            format!("{} {limit:?}", settings["metricsEnabled"] == true)
        },
        operation: "apigateway:UpdateStage",
    },
    Row {
        name: "canary",
        drift: |door| {
            let path = format!("/restapis/{}/deployments", door.api());
            let deployment = door.lab.apigateway("POST", &path, &json!({"description": "by hand"}));
            let operation = |path: &str, value: &str| json!({"op": "replace", "path": path, "value": value});
            let operations = [
                operation("/canarySettings/deploymentId", deployment["id"].as_str().unwrap()),
                operation("/canarySettings/percentTraffic", "50"),
            ];
            door.lab.apigateway("PATCH", &door.stage(), &json!({"patchOperations": operations}));
        },
        look: stage,
        operation: "apigateway:UpdateStage",
    },
    Row {
        name: "settings of one method",
        drift: |door| patch_stage(door, "/~1/GET/throttling/rateLimit", "1"),
        look: |door| {
            let stage: Value = serde_json::from_str(&stage(door)).unwrap();
            let settings = stage["methodSettings"].as_object().cloned().unwrap_or_default();
            format!("{:?}", settings.keys().filter(|key| *key != "*/*").collect::<Vec<_>>())
        },
        operation: "apigateway:UpdateStage",
    },
    Row {
        name: "permission to invoke the function",
        drift: |door| {
            let policy = permissions(door);
            let sid = policy["Statement"][0]["Sid"].as_str().unwrap();
            door.lab.lambda("DELETE", &format!("/2015-03-31/functions/hello/policy/{sid}"), &Value::Null);
        },
        look: answer,
        operation: "lambda:AddPermission",
    },
];

fn open(namespace: &str) -> Door {
    let lab = Lab::new(namespace);
    let mut object = lab.example("alb-lambda.yaml");
    object["spec"]["tags"] = json!({"team": "shop"});
    object["spec"]["api"]["description"] = json!("Orders");
    object["spec"]["api"]["stage"] = json!({"name": "test", "description": "Orders", "variables": {"table": "orders"}});
    Door::open(lab, object)
}

#[test]
fn of_api_and_stage() {
    let mut door = open("drift-api");
    for rows in [&API[..], &STAGE] {
        put_right(&mut door, rows);
    }
}

#[test]
fn a_policy_in_other_words_is_none() {
    let door = open("drift-none");
    let api = door.lab.apigateway("GET", &format!("/restapis/{}", door.api()), &Value::Null);
    // It comes escaped once more.
    let policy: String = serde_json::from_str(&format!("\"{}\"", api["policy"].as_str().unwrap())).unwrap();
    let mut policy: Value = serde_json::from_str(&policy).unwrap();
    let statements = policy["Statement"].as_array_mut().unwrap();
    statements.reverse();
    for statement in statements {
        statement["Principal"] = json!({"AWS": "*"});
        statement["Action"] = json!([statement["Action"]]);
        statement["Resource"] = json!([statement["Resource"]]);
    }
    patch_api(&door, "replace", "/policy", &policy.to_string());
    door.stays();
}
