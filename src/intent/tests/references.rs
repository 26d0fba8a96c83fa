//! What a spec names.

use serde_json::json;

use super::*;

#[test]
fn what_a_spec_names_must_exist_and_fit_together() {
    let create = |subnets: &[&str]| json!({"create": {"subnetIds": subnets}});
    let lambda = |arn: &str| json!({"routes": [{"integration": {"lambda": {"functionArn": arn}}}]});
    let logged = |format: &str| {
        let logs = json!({"destinationArn": "arn:aws:logs:eu-west-1:111122223333:log-group:orders", "format": format});
        json!({"routes": [{"integration": {"mock": {}}}], "stage": {"accessLogs": logs}})
    };
    let cases: [(&str, Value, &str); 16] = [
        (
            "vpcEndpoint",
            create(&["subnet-a", "subnet-z"]),
            "spec.vpcEndpoint.create.subnetIds[1]: subnet subnet-z does not exist in account 111122223333, region eu-west-1",
        ),
        (
            "vpcEndpoint",
            create(&["subnet-a", "subnet-a2"]),
            "spec.vpcEndpoint.create.subnetIds[1]: subnets subnet-a and subnet-a2 are both in Availability Zone z1: name one subnet a zone",
        ),
        (
            "vpcEndpoint",
            create(&["subnet-a", "subnet-y"]),
            "spec.vpcEndpoint.create.subnetIds[1]: subnet subnet-y is in vpc-2, the subnets before it are in vpc-1: all must be in one VPC",
        ),
        ("vpcEndpoint", json!({}), "spec.vpcEndpoint: exactly one of create or id must be set"),
        (
            "loadBalancer",
            create(&["subnet-x", "subnet-y"]),
            "spec.loadBalancer.create.subnetIds: the load balancer's subnets are in vpc-2, the endpoint in vpc-1: both must be in one VPC",
        ),
        ("loadBalancer", json!({}), "spec.loadBalancer: exactly one of create or listenerArn must be set"),
        ("api", json!({}), "spec.api: exactly one of id, routes or openApi must be set"),
        (
            "api",
            lambda("arn:aws:lambda:eu-west-1:111122223333:function:gone"),
            "spec.api.routes[0].integration.lambda.functionArn: Lambda function arn:aws:lambda:eu-west-1:111122223333:function:gone does not exist",
        ),
        (
            "api",
            lambda("arn:aws:lambda:eu-west-1:111122223333:function:hello:$LATEST"),
            "spec.api.routes[0].integration.lambda.functionArn: Lambda accepts no permission for $LATEST by that name: leave `:$LATEST` out, which means the same",
        ),
        (
            "api",
            logged("$context.requestId\n$context.status"),
            "spec.api.stage.accessLogs.format: API Gateway takes a single line: write it as one, for example with `format: >-`",
        ),
        (
            "rules",
            json!([{"hosts": ["API.example.com"]}, {"hosts": ["api.example.com"]}]),
            "spec.rules[1]: takes the same requests as spec.rules[0]: remove one of them",
        ),
        ("tags", json!({"aws:x": "y"}), "spec.tags[aws:x]: this key is reserved: use another"),
        (
            "targetGroup",
            json!({"healthCheck": {"successCodes": "200,399-300"}}),
            "spec.targetGroup.healthCheck.successCodes: 399-300 is not a range of status codes: write the lower one, a hyphen and the higher one, for example 200-299",
        ),
        ("tags", json!({"": "y"}), "spec.tags[]: a tag has a key of 1 to 128 characters and a value of at most 256"),
        (
            "tags",
            json!({"a": "x;y"}),
            "spec.tags[a]: keys and values of tags hold letters, digits, spaces and _.:/=+-@ only",
        ),
        (
            "tags",
            json!({"privateapi.dev/cluster": "y"}),
            "spec.tags[privateapi.dev/cluster]: this key is reserved: use another",
        ),
    ];
    for (field, value, expected) in cases {
        assert_eq!(problems(&[(field, value)], &found()), [expected]);
    }
}

#[test]
fn what_exists_must_be_of_the_right_kind() {
    let endpoint_by_id = || ("vpcEndpoint", json!({"id": "vpce-1"}));
    let by_arn = || ("loadBalancer", json!({"listenerArn": "listener-1"}));
    let controller = Tags::from([("elbv2.k8s.aws/cluster".to_owned(), "prod".to_owned())]);
    let place = "account 111122223333, region eu-west-1";
    let cases: Vec<((&str, Value), References, String)> = vec![
        (
            endpoint_by_id(),
            References { vpc_endpoint: None, ..found() },
            format!("spec.vpcEndpoint.id: VPC endpoint vpce-1 does not exist in {place}, or is not an interface endpoint for execute-api"),
        ),
        (
            endpoint_by_id(),
            References {
                vpc_endpoint: Some(VpcEndpoint { ip_address_type: "ipv6".to_owned(), ..endpoint("com.amazonaws.eu-west-1.execute-api") }),
                ..found()
            },
            "spec.vpcEndpoint.id: VPC endpoint vpce-1 has IPv6 addresses only, and targets have IPv4 addresses: name one of type ipv4 or dualstack".to_owned(),
        ),
        (
            endpoint_by_id(),
            References { vpc_endpoint: Some(endpoint("com.amazonaws.eu-west-1.s3")), ..found() },
            "spec.vpcEndpoint.id: VPC endpoint vpce-1 is for com.amazonaws.eu-west-1.s3: name an endpoint for com.amazonaws.eu-west-1.execute-api".to_owned(),
        ),
        (
            ("api", json!({"id": "api1"})),
            References { rest_api: None, ..found() },
            format!("spec.api.id: REST API api1 does not exist in {place}"),
        ),
        (
            ("api", json!({"id": "api1"})),
            References { rest_api: Some(api(false)), ..found() },
            "spec.api.id: REST API api1 is not private: its endpoint type must be PRIVATE to be reached through a VPC endpoint".to_owned(),
        ),
        (
            by_arn(),
            References { listener: None, ..found() },
            format!("spec.loadBalancer.listenerArn: listener listener-1 does not exist in {place}"),
        ),
        (
            by_arn(),
            References { listener: Some(listener("network", "vpc-1", Tags::new())), ..found() },
            "spec.loadBalancer.listenerArn: load balancer shared is a network load balancer: rules with a Host rewrite need an application load balancer".to_owned(),
        ),
        (
            by_arn(),
            References { listener: Some(listener("application", "vpc-9", Tags::new())), ..found() },
            "spec.loadBalancer.listenerArn: load balancer shared is in vpc-9, the endpoint in vpc-1: both must be in one VPC".to_owned(),
        ),
        (
            by_arn(),
            References { listener: Some(listener("application", "vpc-1", controller)), ..found() },
            "spec.loadBalancer.listenerArn: load balancer shared belongs to the AWS Load Balancer Controller of cluster prod (elbv2.k8s.aws/cluster), which deletes rules it does not know: use another load balancer".to_owned(),
        ),
        (
            ("targetGroup", json!({"arn": "tg-1"})),
            References { target_group: Some(target_group("vpc-9")), ..found() },
            "spec.targetGroup.arn: target group tg-1 is in vpc-9, the endpoint in vpc-1: both must be in one VPC".to_owned(),
        ),
    ];
    for (change, found, expected) in cases {
        assert_eq!(problems(&[change], &found), [expected]);
    }
}

#[test]
fn every_problem_is_told_at_once_in_the_order_of_the_fields() {
    let changes = [
        ("vpcEndpoint", json!({"create": {"subnetIds": ["subnet-z", "subnet-q"]}})),
        ("api", json!({})),
        ("loadBalancer", json!({"create": {"subnetIds": ["subnet-a", "subnet-a2"]}})),
        ("targetGroup", json!({"arn": "tg-9"})),
        ("rules", json!([{}, {}, {}])),
        ("tags", json!({"AWS:x": "y"})),
    ];
    let found = References { target_group: None, ..found() };
    let fields: Vec<String> =
        problems(&changes, &found).iter().filter_map(|it| Some(it.split_once(": ")?.0.to_owned())).collect();
    assert_eq!(
        fields,
        [
            "spec.vpcEndpoint.create.subnetIds[0]",
            "spec.vpcEndpoint.create.subnetIds[1]",
            "spec.api",
            "spec.loadBalancer.create.subnetIds[1]",
            "spec.targetGroup.arn",
            "spec.rules[1]",
            "spec.rules[2]",
            "spec.tags[AWS:x]",
        ]
    );
}

#[test]
fn an_existing_api_must_be_within_reach_and_its_stage_is_only_named() {
    let beside = json!({"id": "api1", "stage": {"name": "test", "description": "Orders"}});
    let staged = || {
        let stage = Stage { name: "test".to_owned(), ..api(true).stages.remove(0) };
        RestApi { stages: vec![stage], ..api(true) }
    };
    let named = json!({"id": "api1", "stage": {"name": "test"}});
    let cases: [(Value, RestApi, &[&str]); 4] = [
        (
            named.clone(),
            RestApi { endpoint_access_mode: Some("STRICT".to_owned()), ..staged() },
            &["spec.api.id: REST API api1 has the endpoint access mode STRICT"],
        ),
        (
            named.clone(),
            RestApi { disable_execute_api_endpoint: true, ..staged() },
            &["spec.api.id: REST API api1 has its execute-api endpoint disabled"],
        ),
        (beside, staged(), &["spec.api.stage: the stage of an existing API is only used"]),
        (named, staged(), &[]),
    ];
    for (wanted, api, expected) in cases {
        let found = problems(&[("api", wanted)], &References { rest_api: Some(api), ..found() });
        assert_eq!(found.len(), expected.len(), "{found:?}");
        assert!(found.iter().zip(expected).all(|(found, expected)| found.starts_with(expected)), "{found:?}");
    }
}
