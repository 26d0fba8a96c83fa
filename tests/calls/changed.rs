//! One field of the spec changes: what it costs to make it so.

use aws_sim::world::defaults;
use serde_json::{Value, json};

use crate::life::{self, Given, Life};
use crate::table::Row;

/// What changes, what a JSON pointer leads to then, and the most changing calls.
type Change = (&'static str, &'static str, Value, usize);

/// Everything created, with a Lambda function.
pub fn spec() -> Value {
    json!({
        "vpcEndpoint": {"create": {"subnetIds": life::PRIVATE_SUBNETS}},
        "api": {"routes": [{"path": "/", "method": "GET", "integration": {"lambda": {"functionArn": life::function_arn()}}}]},
        "loadBalancer": {"create": {"subnetIds": life::PUBLIC_SUBNETS}, "listener": {}},
        "targetGroup": {},
        "rules": [{"paths": ["/prod/*"]}],
        "tags": {},
    })
}

fn api() -> Vec<Change> {
    vec![
        ("route added", "/api/routes/1", json!({"path": "/{proxy+}", "integration": {"mock": {}}}), 2),
        (
            "route changed, third deployment",
            "/api/routes/1",
            json!({"path": "/orders", "integration": {"mock": {}}}),
            3,
        ),
        ("API key asked for", "/api/routes/0/apiKey", json!("Required"), 3),
        ("binary media types", "/api/binaryMediaTypes", json!(["image/png"]), 3),
        ("resource policy", "/api/resourcePolicy", json!({"additionalVpcEndpointIds": ["vpce-0a1b2c3d4e5f60009"]}), 3),
        ("description of the API", "/api/description", json!("Orders"), 1),
        (
            "another integration",
            "/api/routes/1",
            json!({"path": "/orders", "integration": {"http": {"url": "https://backend.example.com/"}}}),
            3,
        ),
        ("compression", "/api/minimumCompressionSizeBytes", json!(1024), 3),
        ("source of API keys", "/api/apiKeySource", json!("AUTHORIZER"), 3),
        ("security policy", "/api/securityPolicy", json!("TLS_1_2"), 4),
        (
            "stage settings, four at once",
            "/api/stage",
            json!({
                "description": "Orders", "variables": {"a": "b"}, "metrics": "Enabled",
                "throttling": {"rateLimit": 10, "burstLimit": 5}
            }),
            1,
        ),
        ("stage cache", "/api/stage/cache", json!({"ttlSeconds": 60}), 1),
        ("stage renamed", "/api/stage", json!({"name": "live"}), 5),
    ]
}

fn network() -> Vec<Change> {
    let [subnet, other] = life::PRIVATE_SUBNETS;
    let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"});
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]});
    vec![
        ("endpoint policy", "/vpcEndpoint/create/policy", policy, 1),
        ("private DNS", "/vpcEndpoint/create/privateDns", json!("Enabled"), 1),
        ("subnet removed", "/vpcEndpoint/create/subnetIds", json!([subnet]), 2),
        ("subnet added", "/vpcEndpoint/create/subnetIds", json!([subnet, other]), 2),
        (
            "address of a network interface",
            "/vpcEndpoint/create/subnetConfigurations",
            json!([{"subnetId": subnet, "ipv4": "10.0.11.99"}]),
            3,
        ),
        (
            "given security group of the endpoint",
            "/vpcEndpoint/create/securityGroupIds",
            json!([defaults::DEFAULT_GROUP]),
            4,
        ),
        ("managed security group of the endpoint", "/vpcEndpoint/create/securityGroupIds", json!([]), 5),
        ("clients", "/loadBalancer/create/clientCidrs", json!(["203.0.113.0/24"]), 2),
    ]
}

fn balancing(certificate: &str) -> Vec<Change> {
    let given = format!("{}1", &certificate[..certificate.len() - 1]);
    vec![
        ("rule added", "/rules/1", json!({"hosts": ["api.example.com"]}), 1),
        ("conditions of a rule", "/rules/1", json!({"hosts": ["orders.example.com"]}), 1),
        ("rules reordered", "/rules", json!([{"hosts": ["orders.example.com"]}, {"paths": ["/prod/*"]}]), 1),
        ("rule removed", "/rules", json!([{"paths": ["/prod/*"]}]), 1),
        ("priority of a rule", "/rules/0", json!({"paths": ["/prod/*"], "priority": 7}), 1),
        ("stage path of a rule", "/rules/0", json!({"paths": ["/prod/*"], "priority": 7, "stagePath": "Hidden"}), 1),
        ("health check", "/targetGroup/healthCheck", json!({"path": "/ping", "intervalSeconds": 10}), 1),
        ("deregistration delay", "/targetGroup/deregistrationDelaySeconds", json!(60), 1),
        ("attributes of the load balancer", "/loadBalancer/create/attributes", json!({"idleTimeoutSeconds": 120}), 1),
        (
            "listener from HTTP to HTTPS",
            "/loadBalancer/listener",
            json!({"protocol": "HTTPS", "certificateArns": [certificate]}),
            1,
        ),
        ("certificate added", "/loadBalancer/listener/certificateArns/1", json!(given), 1),
        ("certificate removed", "/loadBalancer/listener/certificateArns", json!([certificate]), 1),
        ("default certificate", "/loadBalancer/listener/certificateArns", json!([given]), 1),
        ("TLS policy", "/loadBalancer/listener/sslPolicy", json!("ELBSecurityPolicy-TLS13-1-3-2021-06"), 1),
        ("mutual TLS", "/loadBalancer/listener/mutualAuthentication", json!({"mode": "Passthrough"}), 1),
        ("port of the listener", "/loadBalancer/listener/port", json!(8443), 2),
        ("redirect from HTTP", "/loadBalancer/listener/redirectHttp", json!("Enabled"), 2),
        ("tag on everything", "/tags", json!({"team": "shop"}), 4),
    ]
}

/// Each change on its own, one after the other.
pub async fn rows() -> Vec<Row> {
    let mut life = Life::new(spec(), Given::nothing());
    life.keep_until_converged().await;
    let certificate = life.second_certificate();
    let mut rows = Vec::new();
    for (name, pointer, value, most) in [network(), balancing(&certificate), api()].concat() {
        life.edit(pointer, value);
        rows.push(Row { name, calls: life.keep_until_converged().await, most });
    }
    rows
}
