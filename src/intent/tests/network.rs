//! Subnets, zones, security groups, addresses.

use serde_json::json;

use super::*;

#[test]
fn groups_zones_stages_and_trust_stores_must_fit() {
    let subnets = ["subnet-a", "subnet-b"];
    let groups = |groups: [&str; 2]| json!({"create": {"subnetIds": subnets, "securityGroupIds": groups}});
    let store = "arn:aws:elasticloadbalancing:us-east-1:111122223333:truststore/clients/0123456789abcdef";
    let mutual = json!({"mode": "Verify", "trustStoreArn": store});
    let listener = json!({"protocol": "HTTPS", "certificateArns": ["arn:aws:iam::111122223333:server-certificate/a"], "mutualAuthentication": mutual});
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
            "spec.loadBalancer.listener.mutualAuthentication.trustStoreArn: arn:aws:elasticloadbalancing:us-east-1:111122223333:truststore/clients/0123456789abcdef belongs to account 111122223333, region us-east-1, and this object to account 111122223333, region eu-west-1: name one there, or set spec.region",
        ),
    ];
    for (field, value, expected) in cases {
        assert_eq!(problems(&[(field, value)], &found()), [expected]);
    }
    let kept = json!({"id": "api1", "stage": {"name": "prod"}, "manage": {"stage": "Managed"}});
    assert!(resolve(&spec(&[("api", kept)]), &owner(), &found()).is_ok());
}

#[test]
fn private_dns_needs_a_vpc_that_allows_it_and_is_given_to_one_endpoint_only() {
    let change = || ("vpcEndpoint", json!({"create": {"subnetIds": ["subnet-a"], "privateDns": "Enabled"}}));
    let field = "spec.vpcEndpoint.create.privateDns";
    let dns = |support, hostnames| References {
        vpc_dns: [("vpc-1".to_owned(), VpcDns { support, hostnames })].into(),
        ..found()
    };
    let off = |attribute: &str| {
        format!("{field}: {attribute} of vpc-1 is disabled: enable it, or set privateDns to Disabled")
    };
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
    let crate::intent::EndpointIntent::Create(create) = resolved.endpoint else { panic!("created") };
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
    assert_eq!(
        fields(json!({"clientCidrs": ["10.20.0.0/16", "10.0.0.0/33", "::/0"]})),
        ["clientCidrs[1]", "clientCidrs[2]"]
    );
}

#[test]
fn an_endpoint_that_nobody_could_reach_and_ranges_that_no_group_lets_in_are_refused() {
    let [balancer, endpoint] = endpoint_only();
    assert_eq!(problems(&[balancer.clone(), endpoint], &found()), [""; 0]);
    let found_only = problems(&[balancer], &found());
    assert!(
        found_only[0].starts_with("spec.vpcEndpoint.create.clientCidrs: without loadBalancer no client"),
        "{found_only:?}"
    );
    let both = |section: &str| {
        let create =
            json!({"subnetIds": ["subnet-a", "subnet-b"], "clientCidrs": ["10.0.0.0/8"], "securityGroupIds": ["sg-1"]});
        let mut found = found();
        found.security_groups.insert("sg-1".to_owned(), "vpc-1".to_owned());
        problems(&[(section, json!({"create": create}))], &found)
    };
    for section in ["vpcEndpoint", "loadBalancer"] {
        let problems = both(section);
        assert!(
            problems[0].starts_with(&format!("spec.{section}.create.clientCidrs: is for the managed")),
            "{problems:?}"
        );
    }
    let public = json!({"create": {"subnetIds": ["subnet-a", "subnet-b"], "scheme": "internal", "ipAddressType": "dualstack-without-public-ipv4"}});
    let internal = problems(&[("loadBalancer", public)], &found());
    assert!(internal.iter().any(|it| it.starts_with("spec.loadBalancer.create.ipAddressType: ")), "{internal:?}");
}
