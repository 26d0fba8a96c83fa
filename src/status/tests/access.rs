//! How the API is called.

use super::*;

fn behind_listener(
    rules: &Value,
    change: impl FnOnce(&mut LoadBalancer, &mut crate::observed::Listener),
) -> Vec<String> {
    behind_listener_with(rules, &[], change)
}

fn behind_listener_with(
    rules: &Value,
    others: &[(&str, Value)],
    change: impl FnOnce(&mut LoadBalancer, &mut crate::observed::Listener),
) -> Vec<String> {
    let (mut listener, mut balancer) = listener("application", "vpc-1", Tags::new());
    balancer.dns_name = "lb.example.net".to_owned();
    change(&mut balancer, &mut listener);
    let snapshot = Snapshot { load_balancers: vec![balancer], listeners: vec![listener], ..Snapshot::default() };
    let changes = [("loadBalancer", json!({"listenerArn": "listener-1"})), ("rules", rules.clone())];
    let changes: Vec<_> = changes.into_iter().chain(others.iter().cloned()).collect();
    let status = first(kept(&changes, snapshot, Plan::default(), Vec::new()));
    assert_eq!(status.url, status.access.first().map(|access| access.url.clone()));
    status.access.iter().map(|access| access.url.clone()).collect()
}

#[test]
fn urls_follow_listener_host_path_and_stage() {
    let https = |_: &mut LoadBalancer, listener: &mut crate::observed::Listener| {
        listener.protocol = "HTTPS".to_owned();
        listener.port = 443;
    };
    assert_eq!(behind_listener(&json!([{}]), |_, _| {}), ["http://lb.example.net/prod/"]);
    assert_eq!(behind_listener(&json!([{"stagePath": "Hidden"}]), https), ["https://lb.example.net/"]);
    assert_eq!(behind_listener(&json!([{}]), |_, listener| listener.port = 8080), ["http://lb.example.net:8080/prod/"]);
    let rules = json!([
        {"hosts": ["*.example.com", "api.example.com"], "paths": ["/orders/*"], "stagePath": "Hidden"},
        {"hosts": ["*.example.com"], "paths": ["/prod/x"]},
    ]);
    assert_eq!(behind_listener(&rules, |_, _| {}), ["http://api.example.com/orders/", "http://lb.example.net/prod/x"]);
}

#[test]
fn urls_are_those_that_the_api_answers_as_far_as_it_is_known() {
    let route = |path: &str, method: &str| json!({"path": path, "method": method, "integration": {"mock": {}}});
    let urls = |rules: Value, api: Value| behind_listener_with(&rules, &[("api", api)], |_, _| {});
    let with = |routes: Value| json!({"routes": routes});
    let orders = || with(json!([route("/{proxy+}", "ANY"), route("/sent", "POST"), route("/orders", "GET")]));
    assert_eq!(urls(json!([{}]), orders()), ["http://lb.example.net/prod/orders"]);
    let hidden = json!([{"paths": ["/*"], "stagePath": "Hidden"}]);
    assert_eq!(urls(hidden, orders()), ["http://lb.example.net/orders"]);
    let rules = json!([{"paths": ["/prod/*/x"]}, {"paths": ["/prod/a?c", "/other"]}, {"paths": ["/prod/b/*"]}]);
    let routes = with(json!([route("/b/{id}", "GET"), route("/abc", "ANY")]));
    let expected = ["http://lb.example.net/prod/", "http://lb.example.net/prod/abc", "http://lb.example.net/prod/b/"];
    assert_eq!(urls(rules, routes), expected);
    let method =
        json!({"x-amazon-apigateway-integration": {"type": "mock", "responses": {"default": {"statusCode": "200"}}}});
    let document = json!({
        "openapi": "3.0.1", "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"post": method}, "/b/{id}": {"get": method}, "/c": {"x-amazon-apigateway-any-method": method}},
    });
    assert_eq!(urls(json!([{}]), json!({"openApi": {"inline": document}})), ["http://lb.example.net/prod/c"]);
    assert_eq!(urls(json!([{"pathRegexes": ["^/x"]}]), orders()), ["http://lb.example.net/prod/"]);
}

#[test]
fn without_a_load_balancer_the_endpoint_is_called_with_the_api_in_a_header() {
    let mut endpoint = endpoint("com.amazonaws.eu-west-1.execute-api");
    endpoint.dns_names = vec!["vpce-1-x.execute-api.eu-west-1.vpce.amazonaws.com".to_owned()];
    let snapshot = Snapshot { vpc_endpoints: vec![endpoint], rest_apis: vec![api(true)], ..Snapshot::default() };
    let changes = [
        ("loadBalancer", Value::Null),
        ("vpcEndpoint", json!({"id": "vpce-1"})),
        ("api", json!({"id": "api1", "stage": {"name": "live"}})),
    ];
    let status = first(kept(&changes, snapshot, Plan::default(), Vec::new()));
    let access = status.access.first().expect("one");
    assert_eq!(access.url, "https://vpce-1-x.execute-api.eu-west-1.vpce.amazonaws.com/live/");
    assert_eq!(access.curl, format!("curl -H 'x-apigw-api-id: api1' {}", access.url));
    assert_eq!(access.from, "networks that reach vpc-1");
}
