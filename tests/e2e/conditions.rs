//! A rule takes the requests that its conditions name, and no others.

use serde_json::json;

use crate::lab::{Lab, shared};

#[test]
fn rules_take_what_their_conditions_name() {
    let lab = Lab::new("conditions");
    let mut object = lab.example("alb-mock.yaml");
    object["spec"]["api"]["routes"] = json!([{"path": "/{proxy+}", "integration": {"mock": {"body": "here"}}}]);
    object["spec"]["rules"] = json!([
        {"hostRegexes": [r"^api-[0-9]+\.example\.com$"], "stagePath": "Hidden"},
        {"pathRegexes": ["^/v[0-9]+/"], "stagePath": "Hidden"},
        {"queryStrings": [{"key": "version", "value": "1"}], "stagePath": "Hidden"},
        {"sourceCidrs": ["198.51.100.0/24"], "stagePath": "Hidden"},
        {"methods": ["PUT"], "stagePath": "Hidden"},
    ]);
    let name = lab.apply(&object);
    let status = lab.settled(&name)["status"].clone();
    let dns_name = status["loadBalancer"]["dnsName"].as_str().unwrap();
    let asked = |url: &str| shared().simulator.browse_at(dns_name, url).unwrap().status;
    for (url, status) in [
        ("http://api-7.example.com/orders", 200),
        ("http://api-x.example.com/orders", 404),
        ("http://example.com/v2/orders", 200),
        ("http://example.com/vx/orders", 404),
        ("http://example.com/orders?version=1", 200),
        ("http://example.com/orders?version=2", 404),
        ("http://example.com/orders", 404),
    ] {
        assert_eq!(asked(url), status, "{url}");
    }
}

/// Clients add a port that is not the protocol's own to the Host header.
#[test]
fn hosts_are_taken_with_their_port() {
    let lab = Lab::new("conditions-port");
    let mut object = lab.example("alb-mock.yaml");
    object["spec"]["api"]["routes"] = json!([{"path": "/{proxy+}", "integration": {"mock": {"body": "here"}}}]);
    object["spec"]["loadBalancer"]["listener"] = json!({"port": 8080});
    object["spec"]["rules"] = json!([
        {"hosts": ["api.example.com", "*.shop.example.com"], "stagePath": "Hidden"},
    ]);
    let name = lab.apply(&object);
    let status = lab.settled(&name)["status"].clone();
    let dns_name = status["loadBalancer"]["dnsName"].as_str().unwrap();
    assert_eq!(status["access"][0]["url"], "http://api.example.com:8080/");
    let asked = |url: &str| shared().simulator.browse_at(dns_name, url).unwrap().status;
    for (url, status) in [
        ("http://api.example.com:8080/orders", 200),
        ("http://API.Example.com:8080/orders", 200),
        ("http://a.shop.example.com:8080/orders", 200),
        ("http://example.com:8080/orders", 404),
        ("http://api.example.com.org:8080/orders", 404),
    ] {
        assert_eq!(asked(url), status, "{url}");
    }
}
