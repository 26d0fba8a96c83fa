use serde_json::{Value, json};

use crate::{Aws, patch};

#[test]
fn an_api_starts_with_aws_defaults() {
    let aws = Aws::new();
    let edge = aws.api("POST", "/restapis", &json!({"name": "a"}));
    assert_eq!(edge["endpointConfiguration"], json!({"types": ["EDGE"], "ipAddressType": "ipv4"}));
    assert_eq!(
        (&edge["apiKeySource"], &edge["disableExecuteApiEndpoint"], &edge["apiStatus"]),
        (&json!("HEADER"), &json!(false), &json!("AVAILABLE"))
    );
    assert!(edge["createdDate"].is_u64() && edge.get("policy").is_none() && edge.get("tags").is_none());
    let private = aws.api("POST", "/restapis", &json!({"name": "p", "endpointConfiguration": {"types": ["PRIVATE"]}}));
    assert_eq!(private["endpointConfiguration"]["ipAddressType"], "dualstack");
}

#[test]
fn creation_refuses_what_cannot_be() {
    let aws = Aws::new();
    for settings in [
        json!({"name": ""}),
        json!({"name": "a", "endpointConfiguration": {"types": ["EDGE", "PRIVATE"]}}),
        json!({"name": "a", "endpointConfiguration": {"types": ["LOCAL"]}}),
        json!({"name": "a", "endpointConfiguration": {"types": ["REGIONAL"], "vpcEndpointIds": ["vpce-0123456789abcdef0"]}}),
        json!({"name": "a", "endpointConfiguration": {"types": ["PRIVATE"], "vpcEndpointIds": ["vpce-0123456789abcdef0"]}}),
        json!({"name": "a", "endpointConfiguration": {"types": ["PRIVATE"], "ipAddressType": "ipv4"}}),
        json!({"name": "a", "securityPolicy": "TLS_9"}),
        json!({"name": "a", "endpointConfiguration": {"types": ["PRIVATE"]}, "securityPolicy": "SecurityPolicy_TLS13_1_3_2025_09"}),
        json!({"name": "a", "endpointConfiguration": {"types": ["PRIVATE"]}, "securityPolicy": "SecurityPolicy_TLS13_2025_EDGE", "endpointAccessMode": "BASIC"}),
        json!({"name": "a", "endpointAccessMode": "BASIC"}),
        json!({"name": "a", "minimumCompressionSize": -1}),
        json!({"name": "a", "policy": "{nope"}),
        json!({"name": "a", "unknown": true}),
        json!({}),
    ] {
        assert_eq!(aws.refused("apigateway", "POST", "/restapis", &settings).0, "BadRequestException", "{settings}");
    }
}

#[test]
fn patches_change_what_may_change_all_or_nothing() {
    let aws = Aws::new();
    let (id, _) = aws.new_api(&json!({"name": "a", "endpointConfiguration": {"types": ["REGIONAL"]}}));
    let path = format!("/restapis/{id}");
    let changed = aws.api(
        "PATCH",
        &path,
        &patch(&[
            ("replace", "/name", "b"),
            ("replace", "/description", "d"),
            ("replace", "/apiKeySource", "AUTHORIZER"),
            ("replace", "/minimumCompressionSize", "10"),
            ("add", "/binaryMediaTypes/image~1png", ""),
            ("replace", "/endpointConfiguration/types/REGIONAL", "PRIVATE"),
        ]),
    );
    assert_eq!(
        (&changed["name"], &changed["minimumCompressionSize"], &changed["binaryMediaTypes"]),
        (&json!("b"), &json!(10), &json!(["image/png"]))
    );
    assert_eq!(changed["endpointConfiguration"], json!({"types": ["PRIVATE"], "ipAddressType": "dualstack"}));
    aws.0.clock().advance(std::time::Duration::from_mins(2));
    for bad in [
        ("replace", "/nope", "1"),
        ("add", "/name", "x"),
        ("replace", "/apiKeySource", "BODY"),
        ("replace", "/endpointConfiguration/ipAddressType", "ipv4"),
        ("add", "/endpointConfiguration/vpcEndpointIds", "vpce-0123456789abcdef0"),
        ("replace", "/endpointAccessMode", "STRICT"),
    ] {
        let (code, _) = aws.refused("apigateway", "PATCH", &path, &patch(&[("replace", "/name", "half"), bad]));
        assert_eq!(code, "BadRequestException", "{bad:?}");
    }
    assert_eq!(aws.api("GET", &path, &Value::Null)["name"], "b");
}

#[test]
fn a_changed_security_policy_takes_its_time() {
    let aws = Aws::new();
    let (id, _) = aws.new_api(&json!({"name": "a", "endpointConfiguration": {"types": ["PRIVATE"]}}));
    let path = format!("/restapis/{id}");
    let both = [
        ("replace", "/securityPolicy", "SecurityPolicy_TLS13_1_3_2025_09"),
        ("replace", "/endpointAccessMode", "BASIC"),
    ];
    assert_eq!(aws.api("PATCH", &path, &patch(&both))["apiStatus"], "UPDATING");
    aws.0.clock().advance(std::time::Duration::from_hours(1));
    assert_eq!(aws.api("GET", &path, &Value::Null)["apiStatus"], "AVAILABLE");
}

#[test]
fn lists_are_paged() {
    let aws = Aws::new();
    for name in ["a", "b", "c"] {
        aws.new_api(&json!({ "name": name }));
    }
    let first = aws.api("GET", "/restapis?limit=2", &Value::Null);
    assert_eq!(first["item"].as_array().map(Vec::len), Some(2));
    let rest =
        aws.api("GET", &format!("/restapis?limit=2&position={}", first["position"].as_str().unwrap()), &Value::Null);
    assert_eq!((rest["item"].as_array().map(Vec::len), rest.get("position")), (Some(1), None));
}

#[test]
fn what_is_absent_is_not_found_and_deletion_is_final() {
    let aws = Aws::new();
    let absent =
        ("NotFoundException".to_owned(), "Invalid API identifier specified 111122223333:zzzzzzzzzz".to_owned());
    assert_eq!(aws.refused("apigateway", "GET", "/restapis/zzzzzzzzzz", &Value::Null), absent);
    let (id, _) = aws.new_api(&json!({"name": "a"}));
    assert_eq!(aws.call("apigateway", "DELETE", &format!("/restapis/{id}"), "").0, 202);
    assert_eq!(aws.call("apigateway", "DELETE", &format!("/restapis/{id}"), "").0, 404);
}

#[test]
fn tags_by_arn() {
    let aws = Aws::new();
    let (id, _) = aws.new_api(&json!({"name": "a", "tags": {"owner": "x"}}));
    let path = format!("/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F{id}");
    assert_eq!(aws.call("apigateway", "PUT", &path, json!({"tags": {"b": "2"}}).to_string()).0, 204);
    assert_eq!(aws.call("apigateway", "DELETE", &format!("{path}?tagKeys=owner&tagKeys=none"), "").0, 204);
    assert_eq!(aws.api("GET", &path, &Value::Null)["tags"], json!({"b": "2"}));
    assert_eq!(aws.refused("apigateway", "PUT", &path, &json!({"tags": {"aws:x": "2"}})).0, "BadRequestException");
}

#[test]
fn a_region_holds_so_many_apis_of_a_type() {
    let aws = Aws::new();
    for _ in 0..120 {
        aws.new_api(&json!({"name": "edge"}));
    }
    assert_eq!(aws.refused("apigateway", "POST", "/restapis", &json!({"name": "edge"})).0, "LimitExceededException");
    aws.new_api(&json!({"name": "other", "endpointConfiguration": {"types": ["REGIONAL"]}}));
}
