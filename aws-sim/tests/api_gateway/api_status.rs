//! The lock on an API that AWS updates.

use std::time::Duration;

use aws_sim::{Config, Simulator};
use serde_json::{Value, json};

use crate::{Aws, patch};

const IN_PROGRESS: &str = "There is already an update in progress. Please wait until the current update finishes before making another request.";
const NOT_DEPLOYED: &str = "You cannot deploy a RestApi while the apiStatus is UPDATING or FAILED.";

/// A private API with a method, a policy, and a stage `test`.
fn deployed(aws: &Aws) -> String {
    let policy =
        r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}}"#;
    let settings = json!({"name": "a", "endpointConfiguration": {"types": ["PRIVATE"]}, "policy": policy});
    let (id, root) = aws.new_api(&settings);
    let method = format!("/restapis/{id}/resources/{root}/methods/GET");
    aws.api("PUT", &method, &json!({"authorizationType": "NONE"}));
    aws.api("PUT", &format!("{method}/integration"), &json!({"type": "MOCK"}));
    aws.api("POST", &format!("/restapis/{id}/deployments"), &json!({"stageName": "test"}));
    format!("/restapis/{id}")
}

fn status(aws: &Aws, api: &str) -> Value {
    aws.api("GET", api, &Value::Null)["apiStatus"].clone()
}

fn policy(sid: &str) -> Value {
    let statement =
        json!({"Sid": sid, "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "execute-api:/*"});
    patch(&[("replace", "/policy", &json!({"Statement": statement}).to_string())])
}

#[test]
fn changes_are_refused_until_an_update_has_ended() {
    let aws = Aws::new();
    let api = deployed(&aws);
    assert_eq!(aws.api("PATCH", &api, &policy("a"))["apiStatus"], "UPDATING");
    let document = json!({"openapi": "3.0.1", "info": {"title": "b", "version": "1"}, "paths": {}});
    let bad = |message: &str| ("BadRequestException".to_owned(), message.to_owned());
    let refused = |method: &str, path: &str, body: &Value| aws.refused("apigateway", method, path, body);
    assert_eq!(refused("PATCH", &api, &patch(&[("replace", "/name", "b")])), bad(IN_PROGRESS));
    assert_eq!(refused("PUT", &format!("{api}?mode=overwrite"), &document), bad(IN_PROGRESS));
    assert_eq!(refused("POST", &format!("{api}/deployments"), &json!({})), bad(NOT_DEPLOYED));
    let stage = format!("{api}/stages/test");
    assert_eq!(refused("PATCH", &stage, &patch(&[("replace", "/description", "b")])), bad(NOT_DEPLOYED));
    assert_eq!(refused("DELETE", &stage, &Value::Null), bad(NOT_DEPLOYED));
    assert_eq!(refused("DELETE", &api, &Value::Null), bad(NOT_DEPLOYED));
    aws.0.clock().advance(Duration::from_secs(4));
    assert_eq!(status(&aws, &api), "UPDATING", "it takes 5 seconds at least");
    aws.0.clock().advance(Duration::from_secs(57));
    assert_eq!(status(&aws, &api), "AVAILABLE", "it takes a minute at most");
    aws.api("PATCH", &stage, &patch(&[("replace", "/description", "b")]));
    assert_eq!(aws.call("apigateway", "DELETE", &api, "").0, 202);
}

#[test]
fn what_touches_neither_endpoints_nor_policies_does_not_lock() {
    let aws = Aws::new();
    let api = deployed(&aws);
    let operations = [
        ("replace", "/name", "b"),
        ("replace", "/description", "c"),
        ("replace", "/disableExecuteApiEndpoint", "true"),
        ("add", "/binaryMediaTypes/image~1png", ""),
    ];
    for operation in operations {
        assert_eq!(aws.api("PATCH", &api, &patch(&[operation]))["apiStatus"], "AVAILABLE", "{operation:?}");
    }
    let regional = json!({"name": "a", "endpointConfiguration": {"types": ["REGIONAL"]}});
    let regional = format!("/restapis/{}", aws.new_api(&regional).0);
    assert_eq!(aws.api("PATCH", &regional, &policy("a"))["apiStatus"], "AVAILABLE", "it is not private");
}

#[test]
fn a_change_of_the_security_policy_takes_a_quarter_of_an_hour() {
    let aws = Aws::new();
    let api = deployed(&aws);
    let both = [
        ("replace", "/securityPolicy", "SecurityPolicy_TLS13_1_3_2025_09"),
        ("replace", "/endpointAccessMode", "BASIC"),
    ];
    assert_eq!(aws.api("PATCH", &api, &patch(&both))["apiStatus"], "UPDATING");
    aws.0.clock().advance(Duration::from_secs(899));
    assert_eq!(status(&aws, &api), "UPDATING");
    aws.0.clock().advance(Duration::from_secs(2));
    assert_eq!(status(&aws, &api), "AVAILABLE");
}

/// The answer says `AVAILABLE` now and then, and the update comes at once or some seconds later; the same seed gives the same.
#[test]
fn an_update_need_not_be_told_in_the_answer() {
    let story = || {
        let aws = Aws(Simulator::new(Config { seed: 7, ..Config::default() }));
        let api = deployed(&aws);
        let mut story = Vec::new();
        for number in 0..40 {
            let told = aws.api("PATCH", &api, &policy(&format!("s{number}")))["apiStatus"] == "UPDATING";
            let at_once = status(&aws, &api) == "UPDATING";
            aws.0.clock().advance(Duration::from_secs(4));
            let later = status(&aws, &api) == "UPDATING";
            aws.0.clock().advance(Duration::from_secs(70));
            assert_eq!(status(&aws, &api), "AVAILABLE");
            story.push((told, at_once, later));
        }
        story
    };
    let first = story();
    for kind in [(true, true, true), (false, true, true), (false, false, true)] {
        assert!(first.contains(&kind), "{kind:?} in {first:?}");
    }
    assert!(first.iter().all(|(told, at_once, later)| *later && (*at_once || !told)), "{first:?}");
    assert_eq!(first, story());
}

#[test]
fn updates_take_no_time_where_nothing_is_waited_for() {
    let durations = aws_sim::config::Durations::default().scaled(0.0);
    let aws = Aws(Simulator::new(Config { durations, ..Config::default() }));
    let api = deployed(&aws);
    for number in 0..10 {
        aws.api("PATCH", &api, &policy(&format!("s{number}")));
        aws.0.clock().advance(Duration::from_millis(3));
        assert_eq!(status(&aws, &api), "AVAILABLE");
    }
}
