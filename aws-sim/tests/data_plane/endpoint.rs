//! Straight to the endpoint, as on-premises clients come.

use aws_sim::dataplane::Delivery;

use crate::cloud::{Cloud, Door, endpoint, one};

/// A door whose endpoint lets the whole VPC in.
fn reachable() -> Door {
    let door = Door::open();
    door.cloud.ec2(
        "AuthorizeSecurityGroupIngress",
        &[
            ("GroupId", door.endpoint_group.as_str()),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", "443"),
            ("IpPermissions.1.ToPort", "443"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
        ],
    );
    door
}

#[test]
fn the_endpoints_group_must_let_the_client_in() {
    let door = Door::open();
    assert!(matches!(door.direct("/test/", &[]), Delivery::TimedOut));
    let door = reachable();
    assert_eq!(door.direct("/test/", &[]).answer().unwrap().status(), 200);
    assert!(matches!(door.direct("/test/", &[("x-sim-client-ip", "192.168.0.1")]), Delivery::TimedOut));
}

#[test]
fn an_endpoint_that_is_not_available_does_not_answer() {
    let cloud = Cloud::new();
    let group = cloud.group("endpoint", "443", "0.0.0.0/0");
    let name = one(&endpoint(&cloud, &group), "dnsName");
    assert!(matches!(cloud.request("GET", &format!("https://{name}/"), &[]), Delivery::TimedOut));
    cloud.pass(120);
    assert_eq!(cloud.get(&format!("https://{name}/"), &[]), (403, r#"{"message":"Forbidden"}"#.into()));
}

#[test]
fn each_form_of_naming_the_api() {
    let door = reachable();
    let by_name = |host: &str, headers: &[(&str, &str)]| door.cloud.get(&format!("https://{host}/test/"), headers).0;
    let endpoint = door.endpoint_name.as_str();
    let alias = format!("{}-{}.execute-api.us-east-1.amazonaws.com", door.api, door.endpoint);
    assert_eq!(by_name(endpoint, &[("x-apigw-api-id", &door.api)]), 200);
    assert_eq!(by_name(endpoint, &[]), 403, "neither Host nor header names an API");
    assert_eq!(by_name(endpoint, &[("x-apigw-api-id", "zzzzzzzzzz")]), 403);
    assert_eq!(by_name(endpoint, &[("host", &alias)]), 200);
    assert_eq!(by_name(&alias, &[]), 200, "the alias resolves");
    let remove = serde_json::json!({"patchOperations": [{"op": "remove", "path": "/endpointConfiguration/vpcEndpointIds", "value": door.endpoint}]});
    door.cloud.api("PATCH", &format!("/restapis/{}", door.api), &remove);
    assert_eq!(by_name(endpoint, &[("host", &alias)]), 403, "the alias is for associated endpoints");
    assert!(matches!(door.cloud.request("GET", &format!("https://{alias}/test/"), &[]), Delivery::NoSuchHost));
    assert_eq!(by_name(endpoint, &[("host", &door.host())]), 200);
}

#[test]
fn the_endpoints_policy_is_anded() {
    let door = reachable();
    let policy = r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:us-east-1:111122223333:other/*"}]}"#;
    door.cloud.ec2("ModifyVpcEndpoint", &[("VpcEndpointId", door.endpoint.as_str()), ("PolicyDocument", policy)]);
    door.cloud.pass(600);
    let response = door.direct("/test/", &[]).answer().unwrap();
    assert_eq!(response.status(), 403);
    assert_eq!(response.headers()["x-amzn-errortype"], "AccessDeniedException");
}

#[test]
fn with_private_dns_the_services_names_lead_to_the_endpoint_inside_the_vpc() {
    let door = reachable();
    let inside = [("x-sim-client-vpc", aws_sim::world::defaults::VPC)];
    let url = format!("https://{}/test/", door.host());
    assert!(matches!(door.cloud.request("GET", &url, &inside), Delivery::NoSuchHost));
    door.cloud.ec2("ModifyVpcEndpoint", &[("VpcEndpointId", door.endpoint.as_str()), ("PrivateDnsEnabled", "true")]);
    assert_eq!(door.cloud.get(&url, &inside).0, 200, "a change does not interrupt the endpoint");
    assert!(matches!(door.cloud.request("GET", &url, &[]), Delivery::NoSuchHost));
    let public = door.cloud.get("https://abcdefghij.execute-api.us-east-1.amazonaws.com/prod/", &inside);
    assert_eq!(public, (403, r#"{"message":"Forbidden"}"#.into()), "public APIs cannot be reached any more");
}

#[test]
fn strict_access_mode_takes_clients_whose_server_name_is_the_host() {
    let door = reachable();
    door.patch_api("/endpointAccessMode", "STRICT");
    door.deploy();
    let alias = format!("{}-{}.execute-api.us-east-1.amazonaws.com", door.api, door.endpoint);
    assert_eq!(door.cloud.get(&format!("https://{alias}/test/"), &[]).0, 200);
    assert_eq!(door.direct("/test/", &[]).answer().unwrap().status(), 403);
}
