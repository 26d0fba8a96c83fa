//! What a load balancer does with requests before the endpoint sees them.

use aws_sim::dataplane::Delivery;

use crate::cloud::{Door, one, target_health};

#[test]
fn the_front_door_answers() {
    let door = Door::open();
    assert_eq!(door.get("/test/"), (200, "Hello from Lambda!".into()));
    assert_eq!(door.get("/test"), (200, "Hello from Lambda!".into()));
    let health = door.cloud.elb("DescribeTargetHealth", &[("TargetGroupArn", &door.target_group)]);
    assert_eq!(health.matches("<State>healthy</State>").count(), 2, "{health}");
}

#[test]
fn a_provisioning_load_balancer_does_not_answer() {
    let door = Door::open();
    door.cloud.simulator.with_region("111122223333", "us-east-1", |region, now| {
        let balancer = region.elbv2.load_balancers.values_mut().next().unwrap();
        balancer.ready_at = now + std::time::Duration::from_secs(1);
    });
    assert!(matches!(door.cloud.request("GET", &door.url("/test/"), &[]), Delivery::TimedOut));
}

#[test]
fn names_and_ports_that_lead_nowhere() {
    let door = Door::open();
    assert!(matches!(door.cloud.request("GET", "http://nothing.example.com/", &[]), Delivery::NoSuchHost));
    assert!(matches!(door.cloud.request("GET", &format!("http://{}:8080/", door.name), &[]), Delivery::Refused));
}

#[test]
fn the_load_balancers_group_must_let_the_client_in() {
    let door = Door::open();
    let rule = [
        ("GroupId", door.balancer_group.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "80"),
        ("IpPermissions.1.ToPort", "80"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    door.cloud.ec2("RevokeSecurityGroupIngress", &rule);
    let office = [&rule[..4], &[("IpPermissions.1.IpRanges.1.CidrIp", "198.51.100.0/24")]].concat();
    door.cloud.ec2("AuthorizeSecurityGroupIngress", &office);
    assert!(matches!(door.cloud.request("GET", &door.url("/test/"), &[]), Delivery::TimedOut));
    assert_eq!(door.cloud.get(&door.url("/test/"), &[("x-sim-client-ip", "198.51.100.7")]).0, 200);
}

#[test]
fn the_load_balancers_group_must_let_out_and_the_endpoints_in() {
    for egress in [true, false] {
        let door = Door::open();
        if egress {
            let all = [("IpPermissions.1.IpProtocol", "-1"), ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0")];
            door.cloud
                .ec2("RevokeSecurityGroupEgress", &[&[("GroupId", door.balancer_group.as_str())], &all[..]].concat());
        } else {
            door.cloud.ec2(
                "RevokeSecurityGroupIngress",
                &[
                    ("GroupId", door.endpoint_group.as_str()),
                    ("IpPermissions.1.IpProtocol", "tcp"),
                    ("IpPermissions.1.FromPort", "443"),
                    ("IpPermissions.1.ToPort", "443"),
                    ("IpPermissions.1.Groups.1.GroupId", door.balancer_group.as_str()),
                ],
            );
        }
        let (status, body) = door.get("/test/");
        assert_eq!(status, 504, "{body}");
        let health = door.cloud.elb("DescribeTargetHealth", &[("TargetGroupArn", &door.target_group)]);
        assert_eq!(health.matches("Target.Timeout").count(), 2, "{health}");
    }
}

#[test]
fn without_the_rewrite_the_host_names_no_api() {
    let door = Door::open();
    door.cloud.elb("ModifyRule", &[("RuleArn", door.rule.as_str()), ("ResetTransforms", "true")]);
    let response = door.cloud.request("GET", &door.url("/test/"), &[]).answer().unwrap();
    assert_eq!(response.status(), 403);
    assert_eq!(response.headers()["x-amzn-errortype"], "ForbiddenException");
    assert_eq!(&response.body()[..], br#"{"message":"Forbidden"}"#);
}

#[test]
fn a_rewrite_that_does_not_match_changes_nothing_and_one_that_fails_is_500() {
    let door = Door::open();
    let rewrite = |regex: &str, replace: &str| {
        door.cloud.elb(
            "ModifyRule",
            &[
                ("RuleArn", door.rule.as_str()),
                ("Transforms.member.1.Type", "host-header-rewrite"),
                ("Transforms.member.1.HostHeaderRewriteConfig.Rewrites.member.1.Regex", regex),
                ("Transforms.member.1.HostHeaderRewriteConfig.Rewrites.member.1.Replace", replace),
            ],
        );
        door.get("/test/").0
    };
    assert_eq!(rewrite("^api\\.example\\.com$", &door.host()), 403);
    assert_eq!(rewrite(".*", "no such host!"), 500);
    assert_eq!(rewrite("^.*$", &door.host()), 200);
}

#[test]
fn the_url_rewrite_adds_the_stage_and_keeps_the_query() {
    let door = Door::open();
    door.add_method("echo", "GET", &serde_json::json!({}), &serde_json::json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": crate::cloud::HELLO.replace("function:hello", "function:echo")}));
    let function = serde_json::json!({"FunctionName": "echo", "Role": "arn:aws:iam::111122223333:role/r", "Handler": "index.echo", "Runtime": "nodejs24.x", "Code": {"ZipFile": ""}});
    door.cloud.rest("lambda", "POST", "/2015-03-31/functions", &function);
    door.allow_function("echo");
    let host = door.host();
    door.cloud.elb(
        "ModifyRule",
        &[
            ("RuleArn", door.rule.as_str()),
            ("Transforms.member.1.Type", "host-header-rewrite"),
            ("Transforms.member.1.HostHeaderRewriteConfig.Rewrites.member.1.Regex", ".*"),
            ("Transforms.member.1.HostHeaderRewriteConfig.Rewrites.member.1.Replace", host.as_str()),
            ("Transforms.member.2.Type", "url-rewrite"),
            ("Transforms.member.2.UrlRewriteConfig.Rewrites.member.1.Regex", "^/(.*)$"),
            ("Transforms.member.2.UrlRewriteConfig.Rewrites.member.1.Replace", "/test/$1"),
        ],
    );
    let (status, body) = door.get("/echo?a=1&a=2");
    assert_eq!(status, 200, "{body}");
    let event: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(event["multiValueQueryStringParameters"]["a"], serde_json::json!(["1", "2"]));
    assert_eq!((&event["path"], &event["requestContext"]["path"]), (&"/echo".into(), &"/test/echo".into()));
    assert_eq!(event["headers"]["x-forwarded-for"], "203.0.113.10");
    assert_eq!(event["requestContext"]["domainName"], host.as_str());
    assert_ne!(
        event["requestContext"]["identity"]["sourceIp"], "203.0.113.10",
        "API Gateway sees the load balancer's node"
    );
}

#[test]
fn conditions_choose_the_rule_by_priority_and_the_default_answers_the_rest() {
    let door = Door::open();
    door.cloud.elb("DeleteRule", &[("RuleArn", door.rule.as_str())]);
    assert_eq!(door.get("/test/"), (404, "nothing here".into()));
    let conditions: [&[(&str, &str)]; 6] = [
        &[("Field", "host-header"), ("HostHeaderConfig.Values.member.1", "*.shop.example.com")],
        &[
            ("Field", "http-header"),
            ("HttpHeaderConfig.HttpHeaderName", "X-Team"),
            ("HttpHeaderConfig.Values.member.1", "blue*"),
        ],
        &[
            ("Field", "query-string"),
            ("QueryStringConfig.Values.member.1.Key", "v"),
            ("QueryStringConfig.Values.member.1.Value", "2?"),
        ],
        &[("Field", "http-request-method"), ("HttpRequestMethodConfig.Values.member.1", "PUT")],
        &[("Field", "source-ip"), ("SourceIpConfig.Values.member.1", "198.51.100.0/24")],
        &[("Field", "path-pattern"), ("PathPatternConfig.Values.member.1", "/Admin/*")],
    ];
    for (at, condition) in conditions.iter().enumerate() {
        let priority = (at + 1).to_string();
        let body = format!("rule {priority}");
        let mut parameters: Vec<(String, &str)> =
            condition.iter().map(|(name, value)| (format!("Conditions.member.1.{name}"), *value)).collect();
        parameters.extend([
            ("ListenerArn".into(), door.listener.as_str()),
            ("Priority".into(), priority.as_str()),
            ("Actions.member.1.Type".into(), "fixed-response"),
            ("Actions.member.1.FixedResponseConfig.StatusCode".into(), "200"),
            ("Actions.member.1.FixedResponseConfig.ContentType".into(), "text/plain"),
            ("Actions.member.1.FixedResponseConfig.MessageBody".into(), body.as_str()),
        ]);
        let parameters: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        door.cloud.elb("CreateRule", &parameters);
    }
    for (method, path, headers, expected) in [
        ("GET", "/", &[("host", "a.SHOP.example.com")][..], "rule 1"),
        ("GET", "/", &[("host", "shop.example.com")], "nothing here"),
        ("GET", "/", &[("x-team", "Blue-1")], "rule 2"),
        ("GET", "/?v=2x", &[], "rule 3"),
        ("GET", "/?v=2", &[], "nothing here"),
        ("PUT", "/", &[], "rule 4"),
        ("PUT", "/", &[("x-team", "blue")], "rule 2"),
        ("GET", "/", &[("x-sim-client-ip", "198.51.100.9")], "rule 5"),
        ("GET", "/Admin/x", &[], "rule 6"),
        ("GET", "/admin/x", &[], "nothing here"),
    ] {
        let response = door.cloud.request(method, &door.url(path), headers).answer().unwrap();
        assert_eq!(String::from_utf8_lossy(response.body()), expected, "{method} {path} {headers:?}");
    }
}

#[test]
fn redirects_fill_in_what_they_keep() {
    let door = Door::open();
    door.cloud.elb(
        "CreateRule",
        &[
            ("ListenerArn", door.listener.as_str()),
            ("Priority", "1"),
            ("Conditions.member.1.Field", "path-pattern"),
            ("Conditions.member.1.Values.member.1", "/old/*"),
            ("Actions.member.1.Type", "redirect"),
            ("Actions.member.1.RedirectConfig.Protocol", "HTTPS"),
            ("Actions.member.1.RedirectConfig.Port", "443"),
            ("Actions.member.1.RedirectConfig.StatusCode", "HTTP_301"),
        ],
    );
    let response =
        door.cloud.request("GET", &door.url("/old/a?b=c"), &[("host", "shop.example.com")]).answer().unwrap();
    assert_eq!(response.status(), 301);
    assert_eq!(response.headers()["location"], "https://shop.example.com:443/old/a?b=c");
}

#[test]
fn a_listener_may_redirect_everything() {
    let door = Door::open();
    let balancer = one(&door.cloud.elb("DescribeLoadBalancers", &[("Names.member.1", "door")]), "LoadBalancerArn");
    let port = |port: &str| {
        let rule = [("IpPermissions.1.FromPort", port), ("IpPermissions.1.ToPort", port)];
        let group = [("GroupId", door.balancer_group.as_str()), ("IpPermissions.1.IpProtocol", "tcp")];
        let everyone = [("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0")];
        door.cloud.ec2("AuthorizeSecurityGroupIngress", &[&group[..], &rule, &everyone].concat());
    };
    let listener = |port: &str, action: &[(&str, &str)]| {
        let place = [("LoadBalancerArn", balancer.as_str()), ("Protocol", "HTTP"), ("Port", port)];
        let named: Vec<(String, &str)> =
            action.iter().map(|(name, value)| (format!("DefaultActions.member.1.{name}"), *value)).collect();
        let action: Vec<(&str, &str)> = named.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        door.cloud.elb("CreateListener", &[&place[..], &action].concat());
    };
    port("8080");
    port("8081");
    let secure = [("RedirectConfig.Protocol", "HTTPS"), ("RedirectConfig.Port", "443")];
    let kind = |code| [("Type", "redirect"), ("RedirectConfig.StatusCode", code)];
    listener("8080", &[&kind("HTTP_301")[..], &secure].concat());
    let elsewhere = [
        ("RedirectConfig.Host", "new.#{host}"),
        ("RedirectConfig.Path", "/v2/#{path}"),
        ("RedirectConfig.Query", "from=#{protocol}#{port}"),
    ];
    listener("8081", &[&kind("HTTP_302")[..], &elsewhere].concat());
    for (uri, status, location) in [
        (":8080/", 301, "https://shop.example.com:443/"),
        (":8080/a%20b/?c=d&e", 301, "https://shop.example.com:443/a%20b/?c=d&e"),
        (":8081/a?b=c", 302, "http://new.shop.example.com:8081/v2/a?from=http8081"),
    ] {
        let url = format!("http://{}{uri}", door.name);
        let response = door.cloud.request("GET", &url, &[("host", "Shop.example.com:8080")]).answer().unwrap();
        assert_eq!((response.status().as_u16(), response.headers()["location"].to_str().unwrap()), (status, location));
    }
}

#[test]
fn a_group_without_targets_is_503_and_unhealthy_targets_are_used_when_there_are_no_others() {
    let door = Door::open();
    door.cloud.elb("ModifyTargetGroup", &[("TargetGroupArn", door.target_group.as_str()), ("Matcher.HttpCode", "200")]);
    let health = door.cloud.elb("DescribeTargetHealth", &[("TargetGroupArn", &door.target_group)]);
    assert_eq!(one(target_health(&health), "Reason"), "Target.ResponseCodeMismatch");
    assert_eq!(door.get("/test/").0, 200, "fail open");
    for address in &door.addresses {
        door.cloud.elb(
            "DeregisterTargets",
            &[("TargetGroupArn", door.target_group.as_str()), ("Targets.member.1.Id", address.as_str())],
        );
    }
    assert_eq!(door.get("/test/").0, 503);
}

/// On a port other than 80 and 443 a host condition is compared with the port that clients put into `Host`.
#[test]
fn a_host_condition_sees_the_port_of_an_unusual_listener() {
    let door = Door::open();
    let balancer = one(&door.cloud.elb("DescribeLoadBalancers", &[("Names.member.1", "door")]), "LoadBalancerArn");
    let listener = |port: &str| {
        let action = "DefaultActions.member.1.FixedResponseConfig.StatusCode";
        let parameters = [
            ("LoadBalancerArn", balancer.as_str()),
            ("Protocol", "HTTP"),
            ("Port", port),
            ("DefaultActions.member.1.Type", "fixed-response"),
            (action, "404"),
        ];
        one(&door.cloud.elb("CreateListener", &parameters), "ListenerArn")
    };
    let listener = listener("8080");
    let rule = |priority: &str, kind: &str, value: &str, status: &str| {
        let member = format!("Conditions.member.1.HostHeaderConfig.{kind}.member.1");
        let parameters = [
            ("ListenerArn", listener.as_str()),
            ("Priority", priority),
            ("Conditions.member.1.Field", "host-header"),
            (member.as_str(), value),
            ("Actions.member.1.Type", "fixed-response"),
            ("Actions.member.1.FixedResponseConfig.StatusCode", status),
        ];
        door.cloud.elb("CreateRule", &parameters);
    };
    rule("1", "Values", "plain.example.com", "201");
    rule("2", "RegexValues", r"^both\.example\.com(:8080)?$", "202");
    rule("3", "RegexValues", r"^port\.example\.com:8080$", "203");
    let group = door.balancer_group.as_str();
    door.cloud.ec2(
        "AuthorizeSecurityGroupIngress",
        &[
            ("GroupId", group),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "8080"),
            ("IpPermissions.1.ToPort", "8080"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
        ],
    );
    for (host, status) in [
        ("plain.example.com", 201),
        ("plain.example.com:8080", 404),
        ("PLAIN.example.com", 201),
        ("both.example.com", 202),
        ("both.example.com:8080", 202),
        ("port.example.com:8080", 203),
        ("port.example.com", 404),
    ] {
        let answer = door.cloud.get(&format!("http://{}:8080/", door.name), &[("host", host)]);
        assert_eq!(answer.0, status, "{host}");
    }
}
