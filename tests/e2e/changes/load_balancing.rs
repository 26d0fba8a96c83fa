//! Changes of load balancer, listeners, rules and target group.

use serde_json::{Value, json};
use testenv::simulator::REGION;

use super::under_load::example;
use crate::door::Door;
use crate::given::{self, PUBLIC_SUBNETS};
use crate::lab::{Lab, shared};

#[test]
fn of_load_balancing() {
    let lab = Lab::new("change-load-balancing");
    let object = example(&lab);
    let mut door = Door::open(lab, object);
    given::add_ipv6(&door.lab, &PUBLIC_SUBNETS);
    let all = json!({"stagePath": "Hidden"});
    let orders = json!({"paths": ["/orders/*"], "stagePath": "Hidden"});
    door.change_under_load(&[
        ("rule added", json!({"rules": [orders, all]})),
        ("rule added before", json!({"rules": [{"hosts": ["api.example.com"]}, orders, all]})),
        ("rules reordered", json!({"rules": [orders, {"hosts": ["api.example.com"]}, all]})),
        ("conditions", json!({"rules": [{"methods": ["GET", "PUT"], "stagePath": "Hidden"}]})),
        ("priority", json!({"rules": [{"methods": ["GET", "PUT"], "stagePath": "Hidden", "priority": 7}]})),
        ("health check", json!({"targetGroup": {"healthCheck": {"path": "/ping", "intervalSeconds": 10}}})),
        ("deregistration delay", json!({"targetGroup": {"deregistrationDelaySeconds": 60}})),
        ("attributes", json!({"loadBalancer": {"create": {"attributes": {"idleTimeoutSeconds": 120}}}})),
        ("two address families", json!({"loadBalancer": {"create": {"ipAddressType": "dualstack"}}})),
    ]);
    let groups = door.lab.ec2("DescribeSecurityGroups");
    assert!(groups.contains("<cidrIpv6>::/0</cidrIpv6>"), "{groups}");
    door.change_under_load(&[
        ("one address family", json!({"loadBalancer": {"create": {"ipAddressType": "ipv4"}}})),
        ("tags", json!({"tags": {"team": "shop"}})),
    ]);
}

#[test]
fn of_the_listener() {
    let lab = Lab::new("change-listener");
    let certificate = format!("arn:aws:acm:{REGION}:{}:certificate/0a1b2c3d-4e5f-4000-8000-000000000001", lab.account);
    let second = given::certificate(&lab);
    let object = example(&lab);
    let mut door = Door::open(lab, object);
    let dns_name = door.dns_name().to_owned();
    let url = |start: &str, port: &str| format!("{start}://{dns_name}{port}/");
    let (http, https, other) = (url("http", ""), url("https", ""), url("http", ":8080"));
    let listener = |more: Value| json!({"loadBalancer": {"listener": more}});
    let mut to = |name: &str, listener: &Value, urls: &[&str]| {
        door.under_load(name, urls, |door| door.change(listener));
        assert_eq!(door.request_url().0, 200, "{name}");
        door.text("/url").to_owned()
    };
    let redirects = || assert_eq!(shared().simulator.browse(&http).unwrap().status, 301);
    let secure = json!({"protocol": "HTTPS", "port": 443, "certificateArns": [certificate]});
    let url = to("HTTP to HTTPS", &listener(secure), &[&http, &https]);
    assert!(url.starts_with("https://"), "{url}");
    for (name, arns) in [("certificate added", json!([certificate, second])), ("certificate replaced", json!([second]))]
    {
        to(name, &listener(json!({"certificateArns": arns})), &[&https]);
    }
    to("redirect", &listener(json!({"redirectHttp": "Enabled"})), &[&https]);
    redirects();
    let plain = json!({"redirectHttp": null, "protocol": "HTTP", "port": 80, "certificateArns": null});
    to("HTTPS with redirect to HTTP", &listener(plain), &[&http, &https]);
    let both = json!({"protocol": "HTTPS", "port": 443, "certificateArns": [certificate], "redirectHttp": "Enabled"});
    to("HTTP to HTTPS with redirect", &listener(both), &[&http, &https]);
    redirects();
    let moved = json!({"redirectHttp": null, "protocol": "HTTP", "port": 8080, "certificateArns": null});
    let url = to("another port", &listener(moved), &[&https, &other]);
    assert!(url.contains(":8080/"), "{url}");
}

#[test]
fn of_the_scheme() {
    let lab = Lab::new("change-scheme");
    let mut object = example(&lab);
    object["spec"]["loadBalancer"]["create"]["scheme"] = json!("internal");
    let mut door = Door::open(lab, object);
    let before = door.dns_name().to_owned();
    door.change(&json!({"loadBalancer": {"create": {"scheme": "internet-facing"}}}));
    assert_ne!(door.dns_name(), before);
    assert_eq!(door.request_url().0, 200);
    let census = door.lab.census();
    // A listener has its default rule beside ours.
    for (kind, count) in [("loadbalancer", 1), ("listener", 1), ("listener-rule", 2), ("targetgroup", 1)] {
        assert_eq!(census.get(&format!("elasticloadbalancing:{kind}")), Some(&count), "{kind} in {census:?}");
    }
}
