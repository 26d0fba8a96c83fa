//! Front doors, and what users make of them.

use serde_json::{Value, json};

/// One change of a spec: pointer and value.
pub type Edit = (&'static str, Value);

/// Front doors by the example that each begins as, with what may become of it.
pub fn doors() -> Vec<(&'static str, Vec<Edit>)> {
    let function = |name| json!({"lambda": {"functionArn": format!("arn:aws:lambda:ap-northeast-1:111122223333:function:{name}")}});
    let route = |path, name| json!([{"path": path, "integration": function(name)}]);
    let subnets = |ids: &[&str]| json!(ids.iter().map(|id| format!("subnet-0a1b2c3d4e5f600{id}")).collect::<Vec<_>>());
    let everything = vec![
        ("/vpcEndpoint/create/subnetIds", subnets(&["21"])),
        ("/vpcEndpoint/create/subnetIds", subnets(&["24", "22"])),
        ("/vpcEndpoint/create/subnetIds", subnets(&["22"])),
        ("/vpcEndpoint/create/securityGroupIds", json!(["sg-0a1b2c3d4e5f60097"])),
        ("/vpcEndpoint/create/securityGroupIds", json!([])),
        ("/vpcEndpoint/create/privateDns", json!("Enabled")),
        ("/vpcEndpoint", json!({"create": {"subnetIds": subnets(&["21", "22"])}})),
        ("/loadBalancer/create/clientCidrs", json!(["203.0.113.0/24"])),
        ("/loadBalancer/listener", json!({"protocol": "HTTP", "port": 8080})),
        ("/loadBalancer/listener", https()),
        ("/api/routes", route("/", "other")),
        ("/api/routes", route("/orders", "hello")),
        ("/api/stage", json!({"name": "live"})),
        ("/api/stage", json!({"name": "test", "description": "Orders", "metrics": "Enabled"})),
        ("/api/stage", json!({"name": "test", "cache": {"sizeGigabytes": "1.6"}})),
        ("/api/resourcePolicy", json!({"additionalVpcEndpointIds": ["vpce-0a1b2c3d4e5f60009"]})),
        ("/api/description", json!("Orders")),
        ("/targetGroup", json!({"healthCheck": {"path": "/ping", "intervalSeconds": 10}})),
        ("/tags", json!({"team": "shop", "cost": "1"})),
        ("/tags", json!({"team": "other"})),
    ];
    let behind = vec![
        ("/rules", json!([{"paths": ["/prod/bills/*"]}])),
        ("/rules", json!([{"paths": ["/prod/b/*"]}, {"paths": ["/prod/a/*"]}])),
        ("/rules", json!([{"hosts": ["bills.example.com"], "stagePath": "Hidden"}])),
        ("/api/routes", route("/invoices", "other")),
        ("/api/routes", json!([{"integration": {"mock": {}}}])),
        ("/api/stage", json!({"name": "live"})),
        (
            "/vpcEndpoint",
            json!({"create": {"subnetIds": subnets(&["21"]), "securityGroupIds": ["sg-0a1b2c3d4e5f60097"]}}),
        ),
        ("/vpcEndpoint", json!({"id": "vpce-0a1b2c3d4e5f60041"})),
        ("/tags", json!({"team": "bills"})),
    ];
    let hidden = vec![
        ("/api/stage", json!({"name": "live"})),
        ("/api/securityPolicy", json!("TLS_1_2")),
        ("/vpcEndpoint", json!({"id": "vpce-0a1b2c3d4e5f60041"})),
        ("/vpcEndpoint", json!({"create": {"subnetIds": subnets(&["24", "22"])}})),
        ("/rules", json!([{"paths": ["/a/*"], "stagePath": "Hidden"}, {"paths": ["/*"], "stagePath": "Hidden"}])),
        ("/api/routes", json!([{"path": "/orders", "integration": function("hello")}])),
    ];
    vec![("alb-lambda", everything), ("existing-alb-and-endpoint", behind), ("hidden-stage", hidden)]
}

fn https() -> Value {
    let arn = "arn:aws:acm:ap-northeast-1:111122223333:certificate/0a1b2c3d-4e5f-4000-8000-00000000000";
    json!({"protocol": "HTTPS", "certificateArns": [format!("{arn}1"), format!("{arn}2")]})
}
