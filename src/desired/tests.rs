//! What the scenarios ask for, resource by resource.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Graph, GroupRef, PermissionTo, SecurityGroup, Want, desired, service_name};
use crate::api::PrivateApiFrontDoorSpec;
use crate::intent::tests::endpoint_only;
use crate::intent::{Caller, References, Subnet, resolve};
use crate::node::GroupRole;
use crate::observed::Peer;
use crate::tags::Owner;

const HELLO: &str = "arn:aws:lambda:eu-west-1:111122223333:function:hello";

fn graph(changes: &[(&str, Value)]) -> Graph {
    let mut spec = json!({
        "vpcEndpoint": {"create": {"subnetIds": ["subnet-a", "subnet-b"], "privateDns": "Enabled"}},
        "api": {"routes": [{"path": "/", "method": "GET", "integration": {"lambda": {"functionArn": HELLO}}}], "stage": {"name": "test"}},
        "loadBalancer": {"create": {"subnetIds": ["subnet-a", "subnet-b"]}},
    });
    for (field, value) in changes {
        spec[*field] = value.clone();
    }
    let spec: PrivateApiFrontDoorSpec = serde_json::from_value(spec).expect("a spec");
    let subnet = |id: &str, zone: &str| {
        let (vpc_id, zone_id) = ("vpc-1".to_owned(), zone.to_owned());
        (id.to_owned(), Subnet { vpc_id, zone_id, cidr: "10.0.1.0/24".to_owned(), has_ipv6: false })
    };
    let found = References {
        caller: caller("aws"),
        subnets: [subnet("subnet-a", "z1"), subnet("subnet-b", "z2")].into(),
        security_groups: ["sg-lb", "sg-ep"].map(|id| (id.to_owned(), "vpc-1".to_owned())).into(),
        functions: [HELLO.to_owned()].into(),
        ..References::default()
    };
    let owner = Owner { cluster: "c".to_owned(), namespace: "shop".to_owned(), name: "orders".to_owned() };
    desired(&resolve(&spec, &owner, &found).expect("a spec that can be had"))
}

fn caller(partition: &str) -> Caller {
    Caller { account: "111122223333".to_owned(), partition: partition.to_owned(), region: "eu-west-1".to_owned() }
}

fn group(graph: &Graph, role: GroupRole) -> &SecurityGroup {
    graph.security_groups.iter().find(|group| group.role == role).expect("a group")
}

fn cidr(port: i32, cidr: &str) -> PermissionTo {
    PermissionTo::Known(port, Peer::Cidr(cidr.to_owned()))
}

#[test]
fn the_load_balancer_lets_clients_in_and_only_the_endpoint_out() {
    let graph = graph(&[]);
    let balancer = group(&graph, GroupRole::LoadBalancer);
    assert_eq!(balancer.ingress, BTreeSet::from([cidr(80, "0.0.0.0/0"), cidr(443, "0.0.0.0/0")]));
    assert_eq!(balancer.egress, Some(BTreeSet::from([PermissionTo::Managed(443, GroupRole::Endpoint)])));
    let endpoint = group(&graph, GroupRole::Endpoint);
    assert_eq!(endpoint.ingress, BTreeSet::from([PermissionTo::Managed(443, GroupRole::LoadBalancer)]));
    assert_eq!(endpoint.egress, None);
}

#[test]
fn a_port_and_clients_of_the_users_choice_are_let_in() {
    let create = json!({"subnetIds": ["subnet-a", "subnet-b"], "clientCidrs": ["10.0.0.0/8"]});
    let graph = graph(&[("loadBalancer", json!({"create": create, "listener": {"port": 8080}}))]);
    let expected = BTreeSet::from([80, 443, 8080].map(|port| cidr(port, "10.0.0.0/8")));
    assert_eq!(group(&graph, GroupRole::LoadBalancer).ingress, expected);
}

#[test]
fn given_groups_are_named_in_the_managed_one() {
    let sg = |id: &str| BTreeSet::from([PermissionTo::Known(443, Peer::Group(id.to_owned()))]);
    let subnets = json!(["subnet-a", "subnet-b"]);
    let balancer = json!({"create": {"subnetIds": subnets, "securityGroupIds": ["sg-lb"]}});
    let given_balancer = graph(&[("loadBalancer", balancer)]);
    assert_eq!(given_balancer.security_groups.len(), 1);
    assert_eq!(group(&given_balancer, GroupRole::Endpoint).ingress, sg("sg-lb"));
    let endpoint = json!({"create": {"subnetIds": subnets, "securityGroupIds": ["sg-ep"]}});
    let given_endpoint = graph(&[("vpcEndpoint", endpoint)]);
    assert_eq!(given_endpoint.security_groups.len(), 1);
    assert_eq!(group(&given_endpoint, GroupRole::LoadBalancer).egress, Some(sg("sg-ep")));
    let Want::Managed(endpoint) = &given_endpoint.vpc_endpoint else { panic!("created") };
    assert_eq!(endpoint.security_groups, BTreeSet::from([GroupRef::Id("sg-ep".to_owned())]));
}

#[test]
fn routes_become_an_openapi_document() {
    let backend = json!({"http": {"url": "https://b.example.com/{proxy}"}});
    let routes = json!([
        {"path": "/", "method": "GET", "integration": {"lambda": {"functionArn": HELLO}}},
        {"path": "/", "method": "POST", "authorization": "AWS_IAM", "integration": {"mock": {"statusCode": 204}}},
        {"path": "/{proxy+}", "integration": backend},
        {"path": "/orders/{id}/items/{item}", "method": "GET", "integration": {"lambda": {"functionArn": HELLO}}},
    ]);
    let graph = graph(&[("api", json!({"routes": routes}))]);
    let api = graph.rest_api.managed().expect("created");
    let paths = &api.definition["paths"];
    let lambda = &paths["/"]["get"]["x-amazon-apigateway-integration"];
    let uri = format!("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{HELLO}/invocations");
    assert_eq!(
        (&lambda["type"], &lambda["httpMethod"], &lambda["uri"]),
        (&json!("aws_proxy"), &json!("POST"), &json!(uri))
    );
    let mock = &paths["/"]["post"];
    assert_eq!(
        mock["x-amazon-apigateway-integration"]["requestTemplates"]["application/json"],
        r#"{"statusCode":204}"#
    );
    assert_eq!(mock["x-amazon-apigateway-integration"]["responses"]["default"]["statusCode"], "204");
    assert_eq!(mock["x-amazon-apigateway-auth"], json!({"type": "AWS_IAM"}));
    let templates = &mock["x-amazon-apigateway-integration"]["requestTemplates"];
    assert_eq!(templates["application/x-www-form-urlencoded"], templates["application/json"]);
    assert_eq!(mock["x-amazon-apigateway-integration"]["passthroughBehavior"], "never");
    assert_eq!(mock["x-amazon-apigateway-integration"]["contentHandling"], "CONVERT_TO_TEXT");
    assert_eq!(lambda.get("cacheKeyParameters"), None);
    let item = &paths["/orders/{id}/items/{item}"]["get"]["x-amazon-apigateway-integration"];
    assert_eq!(item["cacheKeyParameters"], json!(["method.request.path.id", "method.request.path.item"]));
    let proxy = &paths["/{proxy+}"]["x-amazon-apigateway-any-method"];
    assert_eq!(proxy["parameters"][0]["name"], "proxy");
    let keys = &proxy["x-amazon-apigateway-integration"]["cacheKeyParameters"];
    assert_eq!(keys, &json!(["method.request.path.proxy"]));
    let mapped = &proxy["x-amazon-apigateway-integration"]["requestParameters"];
    assert_eq!(mapped, &json!({"integration.request.path.proxy": "method.request.path.proxy"}));
    let names: Vec<&Value> = paths["/orders/{id}/items/{item}"]["get"]["parameters"]
        .as_array()
        .expect("parameters")
        .iter()
        .map(|parameter| &parameter["name"])
        .collect();
    assert_eq!(names, ["id", "item"]);
}

#[test]
fn an_import_never_loses_policy_or_association() {
    let graph = graph(&[]);
    let api = graph.rest_api.managed().expect("created");
    let document = api.document(&BTreeSet::from(["vpce-1".to_owned()]));
    let condition = &document["x-amazon-apigateway-policy"]["Statement"][0]["Condition"];
    assert_eq!(condition, &json!({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}));
    let server = json!({"url": "/", "x-amazon-apigateway-endpoint-configuration": {"vpcEndpointIds": ["vpce-1"]}});
    assert_eq!(document["servers"], json!([server]));
    assert_eq!(document["x-amazon-apigateway-security-policy"], "SecurityPolicy_TLS13_1_3_2025_09");
    assert_eq!(document["x-amazon-apigateway-endpoint-access-mode"], "BASIC");
}

#[test]
fn the_association_stands_where_the_version_of_the_document_has_it() {
    let imported = |inline: Value| {
        let graph = graph(&[("api", json!({"openApi": {"inline": inline}}))]);
        graph.rest_api.managed().expect("created").document(&BTreeSet::from(["vpce-1".to_owned()]))
    };
    let paths = json!({"/": {"get": {"x-amazon-apigateway-integration": {"type": "mock", "responses": {"default": {"statusCode": "200"}}}}}});
    let endpoints = || json!({"vpcEndpointIds": ["vpce-1"]});
    let swagger = imported(json!({"swagger": "2.0", "info": {"version": "1"}, "paths": paths}));
    assert_eq!(swagger["x-amazon-apigateway-endpoint-configuration"], endpoints());
    assert_eq!(swagger.get("servers"), None);
    let servers = json!([{"url": "https://api.example.com/v1"}, {"url": "/v2"}]);
    let open_api = imported(json!({"openapi": "3.0.1", "info": {"version": "1"}, "paths": paths, "servers": servers}));
    assert_eq!(open_api.get("x-amazon-apigateway-endpoint-configuration"), None);
    for (index, url) in ["https://api.example.com/v1", "/v2"].into_iter().enumerate() {
        let server = json!({"url": url, "x-amazon-apigateway-endpoint-configuration": endpoints()});
        assert_eq!(open_api["servers"][index], server);
    }
    for document in [&swagger, &open_api] {
        assert_eq!(super::associated(document), BTreeSet::from(["vpce-1"]));
    }
}

#[test]
fn the_content_hash_follows_all_that_a_deployment_holds() {
    let content = |changes: &[(&str, Value)], endpoint: &str| {
        let graph = graph(changes);
        graph.rest_api.managed().expect("created").content(&BTreeSet::from([endpoint.to_owned()]))
    };
    let routes = json!([{"integration": {"lambda": {"functionArn": HELLO}}}]);
    let api = |more: Value| {
        let mut api = json!({"routes": routes});
        api.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        content(&[("api", api)], "vpce-1")
    };
    let all = BTreeSet::from([
        content(&[], "vpce-1"),
        content(&[], "vpce-2"),
        api(json!({})),
        api(json!({"securityPolicy": "TLS_1_2"})),
        api(json!({"resourcePolicy": {"additionalVpcEndpointIds": ["vpce-9"]}})),
    ]);
    assert_eq!(all.len(), 5);
    assert_eq!(content(&[], "vpce-1"), content(&[("tags", json!({"a": "b"}))], "vpce-1"));
}

#[test]
fn the_api_may_invoke_its_functions_from_any_stage_and_method() {
    let permission = graph(&[]).function_permissions.pop().expect("one");
    assert_eq!(permission.source_arn("abc"), "arn:aws:execute-api:eu-west-1:111122223333:abc/*/*/*");
}

#[test]
fn rules_rewrite_the_host_and_add_a_hidden_stage() {
    let visible = graph(&[]);
    let transforms = visible.rules.first().expect("one").transforms("abc");
    let host = transforms.host_header.expect("a rewrite");
    assert_eq!((host.regex.as_str(), host.replace.as_str()), (".*", "abc.execute-api.eu-west-1.amazonaws.com"));
    assert_eq!(transforms.url, None);
    let hidden = graph(&[("rules", json!([{"stagePath": "Hidden"}]))]);
    let url = hidden.rules.first().expect("one").transforms("abc").url.expect("a rewrite");
    assert_eq!((url.regex.as_str(), url.replace.as_str()), ("^/(.*)$", "/test/$1"));
}

#[test]
fn names_of_services_follow_the_partition() {
    assert_eq!(service_name(&caller("aws")), "com.amazonaws.eu-west-1.execute-api");
    assert_eq!(service_name(&caller("aws-cn")), "cn.com.amazonaws.eu-west-1.execute-api");
    assert_eq!(caller("aws-cn").dns_suffix(), "amazonaws.com.cn");
}

#[test]
fn without_a_load_balancer_there_is_nothing_behind_one() {
    let graph = graph(&endpoint_only());
    assert_eq!((&graph.load_balancer, &graph.listener), (&Want::Nothing, &Want::Nothing));
    assert!(graph.target_group == Want::Nothing && graph.rules.is_empty() && graph.security_groups.len() == 1);
    let client = PermissionTo::Known(443, Peer::Cidr("10.20.0.0/16".to_owned()));
    assert_eq!(graph.security_groups[0].ingress, BTreeSet::from([client]));
}
