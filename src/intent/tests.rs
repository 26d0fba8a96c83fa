//! Every problem of a spec, with its field and message.

use serde_json::{Value, json};

use super::{Caller, Intent, Problem, References, Subnet, VpcDns, resolve};
use crate::api::PrivateApiFrontDoorSpec;
use crate::observed::{
    ApiStatus, Attributes, DefaultAction, HealthCheck, Listener, LoadBalancer, LoadBalancerState, RestApi, TargetGroup,
};
use crate::observed::{Deployed, EndpointState, Stage, StageSettings, VpcEndpoint};
use crate::tags::{Owner, Tags};

fn owner() -> Owner {
    Owner { cluster: "c".to_owned(), namespace: "shop".to_owned(), name: "orders".to_owned() }
}

fn found() -> References {
    let subnet = |id: &str, vpc: &str, zone: &str| {
        let (vpc_id, zone_id) = (vpc.to_owned(), zone.to_owned());
        (id.to_owned(), Subnet { vpc_id, zone_id, cidr: "10.0.1.0/24".to_owned(), has_ipv6: id == "subnet-b" })
    };
    let caller =
        Caller { account: "111122223333".to_owned(), partition: "aws".to_owned(), region: "eu-west-1".to_owned() };
    References {
        caller,
        subnets: [
            subnet("subnet-a", "vpc-1", "z1"),
            subnet("subnet-b", "vpc-1", "z2"),
            subnet("subnet-a2", "vpc-1", "z1"),
            subnet("subnet-x", "vpc-2", "z1"),
            subnet("subnet-y", "vpc-2", "z2"),
            subnet("subnet-c", "vpc-1", "z3"),
        ]
        .into(),
        security_groups: [("sg-1".to_owned(), "vpc-1".to_owned()), ("sg-9".to_owned(), "vpc-9".to_owned())].into(),
        vpc_endpoint: Some(endpoint("com.amazonaws.eu-west-1.execute-api")),
        rest_api: Some(api(true)),
        listener: Some(listener("application", "vpc-1", Tags::new())),
        target_group: Some(target_group("vpc-1")),
        certificates: [].into(),
        functions: ["arn:aws:lambda:eu-west-1:111122223333:function:hello".to_owned()].into(),
        ..References::default()
    }
}

pub(crate) fn endpoint(service: &str) -> VpcEndpoint {
    VpcEndpoint {
        id: "vpce-1".to_owned(),
        vpc_id: "vpc-1".to_owned(),
        service_name: service.to_owned(),
        state: EndpointState::Available,
        failure: None,
        subnet_ids: ["subnet-a".to_owned()].into(),
        security_group_ids: ["sg-1".to_owned()].into(),
        private_dns: false,
        ip_address_type: "ipv4".to_owned(),
        policy: Value::Null,
        dns_names: Vec::new(),
        network_interface_ids: [].into(),
        addresses: [].into(),
        placements: [].into(),
        tags: Tags::new(),
    }
}

pub(crate) fn api(private: bool) -> RestApi {
    RestApi {
        id: "api1".to_owned(),
        name: String::new(),
        description: None,
        private,
        vpc_endpoint_ids: [].into(),
        policy: None,
        binary_media_types: [].into(),
        minimum_compression_size_bytes: None,
        api_key_source: "HEADER".to_owned(),
        security_policy: None,
        endpoint_access_mode: None,
        status: ApiStatus::Available,
        created_at: 0,
        definition: None,
        stages: vec![Stage {
            name: "live".to_owned(),
            deployed: Deployed { deployment_id: "abc123".to_owned(), content: None },
            settings: StageSettings::default(),
            path: Stage::path("api1", "live"),
            tags: Tags::new(),
        }],
        retired: [].into(),
        tags: Tags::new(),
    }
}

pub(crate) fn listener(kind: &str, vpc_id: &str, tags: Tags) -> (Listener, LoadBalancer) {
    let listener = Listener {
        arn: "listener-1".to_owned(),
        load_balancer_arn: "lb-1".to_owned(),
        protocol: "HTTP".to_owned(),
        port: 80,
        default_certificate: None,
        extra_certificates: [].into(),
        ssl_policy: None,
        mutual_authentication: None,
        default_action: DefaultAction::Other,
        tags: Tags::new(),
    };
    let balancer = LoadBalancer {
        arn: "lb-1".to_owned(),
        name: "shared".to_owned(),
        kind: kind.to_owned(),
        scheme: "internal".to_owned(),
        dns_name: String::new(),
        vpc_id: vpc_id.to_owned(),
        subnet_ids: [].into(),
        security_group_ids: ["sg-2".to_owned()].into(),
        ip_address_type: "ipv4".to_owned(),
        attributes: Attributes::default(),
        state: LoadBalancerState::Active,
        tags,
    };
    (listener, balancer)
}

fn target_group(vpc_id: &str) -> TargetGroup {
    TargetGroup {
        arn: "tg-1".to_owned(),
        name: String::new(),
        vpc_id: vpc_id.to_owned(),
        target_type: "ip".to_owned(),
        protocol: "HTTPS".to_owned(),
        protocol_version: "HTTP1".to_owned(),
        port: 443,
        health_check: check("403"),
        attributes: Attributes::default(),
        load_balancer_arns: [].into(),
        targets: [].into(),
        tags: Tags::new(),
    }
}

/// A spec that can be had, with some fields changed.
fn spec(changes: &[(&str, Value)]) -> PrivateApiFrontDoorSpec {
    let mut spec = json!({
        "vpcEndpoint": {"create": {"subnetIds": ["subnet-a", "subnet-b"]}},
        "api": {"routes": [{"integration": {"mock": {}}}]},
        "loadBalancer": {"create": {"subnetIds": ["subnet-a", "subnet-b"]}},
    });
    for (field, value) in changes {
        spec[*field] = value.clone();
    }
    serde_json::from_value(spec).expect("a spec")
}

fn problems(changes: &[(&str, Value)], found: &References) -> Vec<String> {
    let problems: Vec<Problem> = resolve(&spec(changes), &owner(), found).err().unwrap_or_default();
    problems.iter().map(ToString::to_string).collect()
}

pub(crate) fn intent(changes: &[(&str, Value)]) -> Intent {
    resolve(&spec(changes), &owner(), &found()).expect("a spec that can be had")
}

/// AWS's settings of a health check but for the codes.
pub(crate) fn check(success_codes: &str) -> HealthCheck {
    HealthCheck {
        protocol: "HTTPS".to_owned(),
        port: "traffic-port".to_owned(),
        path: "/".to_owned(),
        interval_seconds: 30,
        timeout_seconds: 5,
        healthy_threshold_count: 5,
        unhealthy_threshold_count: 2,
        success_codes: success_codes.to_owned(),
    }
}

#[test]
fn what_a_spec_names_must_exist_and_fit_together() {
    let create = |subnets: &[&str]| json!({"create": {"subnetIds": subnets}});
    let lambda = |arn: &str| json!({"routes": [{"integration": {"lambda": {"functionArn": arn}}}]});
    let cases: [(&str, Value, &str); 14] = [
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
            "rules",
            json!([{"hosts": ["API.example.com"]}, {"hosts": ["api.example.com"]}]),
            "spec.rules[1]: takes the same requests as spec.rules[0]: remove one of them",
        ),
        ("tags", json!({"aws:x": "y"}), "spec.tags[aws:x]: this key is reserved: use another"),
        (
            "targetGroup",
            json!({"healthCheck": {"successCodes": "200,399-300"}}),
            "spec.targetGroup.healthCheck.successCodes: 399-300 is no range of status codes: write the lower one, a hyphen and the higher one, for example 200-299",
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
fn groups_zones_stages_and_trust_stores_must_fit() {
    let subnets = ["subnet-a", "subnet-b"];
    let groups = |groups: [&str; 2]| json!({"create": {"subnetIds": subnets, "securityGroupIds": groups}});
    let store = "arn:aws:elasticloadbalancing:us-east-1:111122223333:truststore/clients/0123456789abcdef";
    let mutual = json!({"mode": "Verify", "trustStoreArn": store});
    let listener = json!({"protocol": "HTTPS", "certificateArns": ["arn:1"], "mutualAuthentication": mutual});
    let cases: [(&str, Value, &str); 6] = [
        (
            "vpcEndpoint",
            groups(["sg-1", "sg-2"]),
            "spec.vpcEndpoint.create.securityGroupIds[1]: security group sg-2 does not exist in account 111122223333, region eu-west-1",
        ),
        (
            "vpcEndpoint",
            groups(["sg-9", "sg-1"]),
            "spec.vpcEndpoint.create.securityGroupIds[0]: security group sg-9 is in vpc-9, the subnets in vpc-1: both must be in one VPC",
        ),
        (
            "loadBalancer",
            groups(["sg-1", "sg-9"]),
            "spec.loadBalancer.create.securityGroupIds[1]: security group sg-9 is in vpc-9, the subnets in vpc-1: both must be in one VPC",
        ),
        (
            "vpcEndpoint",
            json!({"create": {"subnetIds": ["subnet-a", "subnet-c"]}}),
            "spec.vpcEndpoint.create.subnetIds[1]: subnet subnet-c is in Availability Zone z3, to which the load balancer sends nothing: give it a subnet there in spec.loadBalancer.create, or leave this one out",
        ),
        (
            "api",
            json!({"id": "api1", "stage": {"name": "prod"}}),
            "spec.api.stage.name: REST API api1 has no stage prod: deploy it to one of that name, name another, or set spec.api.manage.stage to Managed",
        ),
        (
            "loadBalancer",
            json!({"create": {"subnetIds": subnets}, "listener": listener}),
            "spec.loadBalancer.listener.mutualAuthentication.trustStoreArn: arn:aws:elasticloadbalancing:us-east-1:111122223333:truststore/clients/0123456789abcdef is of account 111122223333, region us-east-1, everything of this object in account 111122223333, region eu-west-1: name one there, or set spec.region",
        ),
    ];
    for (field, value, expected) in cases {
        assert_eq!(problems(&[(field, value)], &found()), [expected]);
    }
    let kept = json!({"id": "api1", "stage": {"name": "prod"}, "manage": {"stage": "Managed"}});
    assert!(resolve(&spec(&[("api", kept)]), &owner(), &found()).is_ok());
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
            format!("spec.vpcEndpoint.id: VPC endpoint vpce-1 does not exist in {place}, or is no interface endpoint for execute-api"),
        ),
        (
            endpoint_by_id(),
            References { vpc_endpoint: Some(endpoint("com.amazonaws.eu-west-1.s3")), ..found() },
            "spec.vpcEndpoint.id: VPC endpoint vpce-1 leads to com.amazonaws.eu-west-1.s3: an endpoint for com.amazonaws.eu-west-1.execute-api is needed".to_owned(),
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
            "spec.loadBalancer.listenerArn: load balancer shared belongs to the AWS Load Balancer Controller of cluster prod (elbv2.k8s.aws/cluster), which deletes rules it does not know: use a load balancer of your own".to_owned(),
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
fn defaults_fill_what_the_user_leaves_out() {
    use super::{ApiIntent, ListenerIntent, SecurityGroups, TargetGroupIntent};
    let intent = intent(&[]);
    let ApiIntent::Create(api) = &intent.api else { panic!("created") };
    assert_eq!(
        (api.name.as_str(), intent.stage.name.as_str(), intent.vpc_id.as_str()),
        ("shop-orders", "prod", "vpc-1")
    );
    let balancer = intent.load_balancer.expect("one");
    let ListenerIntent::Create(create) = &balancer.listener else { panic!("created") };
    assert_eq!((create.port, create.ssl_policy.as_deref()), (80, None));
    assert_eq!(create.security_groups, SecurityGroups::Managed);
    let target_group = TargetGroupIntent::Create { health_check: check("200,403"), deregistration_delay: 30 };
    assert_eq!(balancer.target_group, target_group);
    assert_eq!(balancer.rules.len(), 1);
}

#[test]
fn an_https_listener_gets_port_443_and_a_policy_with_tls_1_3() {
    use super::ListenerIntent;
    let listener = json!({"protocol": "HTTPS", "certificateArns": ["arn:1"]});
    let balancer = json!({"create": {"subnetIds": ["subnet-a", "subnet-b"]}, "listener": listener});
    let balancer = intent(&[("loadBalancer", balancer)]).load_balancer.expect("one");
    let ListenerIntent::Create(create) = &balancer.listener else { panic!("created") };
    assert_eq!((create.port, create.ssl_policy.as_deref()), (443, Some("ELBSecurityPolicy-TLS13-1-2-2021-06")));
}

#[test]
fn a_name_that_is_too_long_for_an_api_is_cut() {
    use super::ApiIntent;
    let long = Owner { name: "n".repeat(253), ..owner() };
    let intent = resolve(&spec(&[]), &long, &found()).expect("a spec that can be had");
    let ApiIntent::Create(api) = &intent.api else { panic!("created") };
    assert_eq!(api.name.len(), 255);
}

#[test]
fn private_dns_needs_a_vpc_that_allows_it_and_is_given_to_one_endpoint_only() {
    let change = || ("vpcEndpoint", json!({"create": {"subnetIds": ["subnet-a"], "privateDns": "Enabled"}}));
    let field = "spec.vpcEndpoint.create.privateDns";
    let dns = |support, hostnames| References {
        vpc_dns: [("vpc-1".to_owned(), VpcDns { support, hostnames })].into(),
        ..found()
    };
    let off =
        |attribute: &str| format!("{field}: {attribute} of vpc-1 is off: switch it on, or set privateDns to Disabled");
    assert_eq!(problems(&[change()], &dns(true, true)), [""; 0]);
    assert_eq!(problems(&[change()], &dns(true, false)), [off("enableDnsHostnames")]);
    assert_eq!(problems(&[change()], &dns(false, false)), [off("enableDnsSupport"), off("enableDnsHostnames")]);
    let holder = |vpc: &str, tags| VpcEndpoint {
        private_dns: true,
        vpc_id: vpc.to_owned(),
        tags,
        ..endpoint("com.amazonaws.eu-west-1.execute-api")
    };
    let held = |holder| References { private_dns_endpoints: vec![holder], ..dns(true, true) };
    assert_eq!(
        problems(&[change()], &held(holder("vpc-1", Tags::new()))),
        [format!(
            "{field}: VPC endpoint vpce-1 has the private DNS name of com.amazonaws.eu-west-1.execute-api in vpc-1 already, and only one can: set privateDns to Disabled, or use that endpoint with spec.vpcEndpoint.id"
        )]
    );
    assert_eq!(problems(&[change()], &held(holder("vpc-2", Tags::new()))), [""; 0]);
    assert_eq!(problems(&[change()], &held(holder("vpc-1", owner().tags("vpc-endpoint", &Tags::new())))), [""; 0]);
}

#[test]
fn subnets_are_chosen_by_their_tags() {
    let selector = json!({"matchTags": {"tier": "private"}});
    let change = || ("vpcEndpoint", json!({"create": {"subnetSelector": selector}}));
    let chosen = |ids: &[&str]| {
        let selector = serde_json::from_value(selector.clone()).expect("a selector");
        References { selected: [(selector, ids.iter().map(|id| (*id).to_owned()).collect())].into(), ..found() }
    };
    let field = "spec.vpcEndpoint.create.subnetSelector";
    let resolved = resolve(&spec(&[change()]), &owner(), &chosen(&["subnet-a", "subnet-b"])).expect("can be had");
    let super::EndpointIntent::Create(create) = resolved.endpoint else { panic!("created") };
    assert_eq!(create.subnets.keys().collect::<Vec<_>>(), ["subnet-a", "subnet-b"]);
    let cases = [
        (
            &[][..],
            "no subnet in account 111122223333, region eu-west-1 has the tags tier=private: tag some, or name others",
        ),
        (
            &["subnet-a", "subnet-a2"],
            "subnets subnet-a and subnet-a2 are both in Availability Zone z1: name one subnet a zone",
        ),
        (
            &["subnet-a", "subnet-y"],
            "subnet subnet-y is in vpc-2, the subnets before it are in vpc-1: all must be in one VPC",
        ),
    ];
    for (ids, expected) in cases {
        assert_eq!(problems(&[change()], &chosen(ids)), [format!("{field}: {expected}")]);
    }
}

#[test]
fn what_the_endpoint_cannot_be_given_is_refused_by_field() {
    let create = |more: Value| {
        let mut create = json!({"subnetIds": ["subnet-a", "subnet-b"]});
        create.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        ("vpcEndpoint", json!({"create": create}))
    };
    let long = json!({"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "x".repeat(21_000)});
    let fields = |more: Value| -> Vec<String> {
        let problems = problems(&[create(more)], &found());
        problems.iter().filter_map(|it| Some(it.split_once(": ")?.0.replace("spec.vpcEndpoint.create.", ""))).collect()
    };
    assert_eq!(fields(json!({"subnetConfigurations": [{"subnetId": "subnet-a", "ipv4": "10.0.1.9"}]})), [""; 0]);
    let bad = json!([{"subnetId": "subnet-a", "ipv4": "10.0.9.9"}, {"subnetId": "subnet-c", "ipv4": "10.0.1.9"}]);
    let expected = ["subnetConfigurations[0].ipv4", "subnetConfigurations[1].subnetId"];
    assert_eq!(fields(json!({"subnetConfigurations": bad})), expected);
    assert_eq!(fields(json!({"ipAddressType": "dualstack"})), ["subnetIds[0]"]);
    assert_eq!(fields(json!({"policy": {"Statement": long}})), ["policy"]);
    assert_eq!(fields(json!({"policy": {}})), ["policy.Statement"]);
}
