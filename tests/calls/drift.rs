//! One thing about the API changes, in the spec or behind the controller's back: what it costs to make it so, or to put it right.

use aws_sdk_apigateway::types::{Op, PatchOperation};
use serde_json::json;

use crate::life::{self, Called, Given, Life};

/// A kind of change, the calls it took, and the most changing calls it may take.
type Row = (&'static str, Vec<Called>, usize);

fn print(title: &str, rows: &[Row]) {
    println!("\n{title}\n\n| change | changing calls | reads |\n| --- | ---: | ---: |");
    for (name, calls, most) in rows {
        let changing = calls.iter().filter(|(_, changes)| *changes).count();
        println!("| {name} | {changing} | {} |", calls.len() - changing);
        assert!(changing <= *most, "{name}: {calls:?}");
        assert!(changing > 0, "{name}: nothing was done");
    }
}

async fn door() -> Life {
    let given = Given::listener().await;
    let spec = json!({
        "vpcEndpoint": {"create": {"subnetIds": life::PRIVATE_SUBNETS, "securityGroupIds": [given.security_group_id]}},
        "api": {"routes": [{"path": "/", "method": "GET", "integration": {"lambda": {"functionArn": life::function_arn()}}}]},
        "loadBalancer": {"listenerArn": given.listener_arn},
    });
    let mut life = Life::new(spec, given);
    life.keep_until_converged().await;
    life
}

#[tokio::test]
async fn a_change_of_the_api_in_the_spec() {
    let mut life = door().await;
    let changes = [
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
        ("description of the API", "/api/description", json!("Orders"), 4),
        (
            "stage settings, four at once",
            "/api/stage",
            json!({
                "description": "Orders", "variables": {"a": "b"}, "metrics": "Enabled",
                "throttling": {"rateLimit": 10, "burstLimit": 5}
            }),
            1,
        ),
        ("security policy that takes no endpoint access mode", "/api/securityPolicy", json!("TLS_1_2"), 4),
        ("stage renamed", "/api/stage", json!({"name": "live"}), 5),
    ];
    let mut rows = Vec::new();
    for (name, pointer, value, most) in changes {
        life.edit(pointer, value);
        rows.push((name, life.keep_until_converged().await, most));
    }
    print("one field of `spec.api` changed", &rows);
}

#[tokio::test]
async fn a_change_of_the_api_behind_the_controllers_back() {
    let mut life = door().await;
    let mut rows: Vec<Row> = Vec::new();
    let patch = |op, path: &str, value: &str| PatchOperation::builder().op(op).path(path).value(value).build();

    let (client, (id, endpoint)) = (life.apigateway(), life.ids());
    let open = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}}"#;
    for (name, operation) in [
        ("resource policy opened", patch(Op::Replace, "/policy", open)),
        ("association removed", patch(Op::Remove, "/endpointConfiguration/vpcEndpointIds", &endpoint)),
        ("binary media type added", patch(Op::Add, "/binaryMediaTypes/image~1png", "")),
    ] {
        client.update_rest_api().rest_api_id(&id).patch_operations(operation).send().await.expect("a change");
        life.forget_calls();
        rows.push((name, life.keep_until_converged().await, 1));
    }

    let operation = patch(Op::Replace, "/description", "by hand");
    client
        .update_stage()
        .rest_api_id(&id)
        .stage_name("prod")
        .patch_operations(operation)
        .send()
        .await
        .expect("a change");
    life.forget_calls();
    rows.push(("stage settings", life.keep_until_converged().await, 1));

    client.create_deployment().rest_api_id(&id).stage_name("prod").send().await.expect("a deployment");
    life.forget_calls();
    rows.push(("stage pointing elsewhere", life.keep_until_converged().await, 3));

    client.delete_stage().rest_api_id(&id).stage_name("prod").send().await.expect("a deletion");
    life.forget_calls();
    rows.push(("stage deleted", life.keep_until_converged().await, 3));

    life.remove_permission().await;
    life.forget_calls();
    rows.push(("Lambda permission removed", life.keep_until_converged().await, 1));

    client.delete_rest_api().rest_api_id(&id).send().await.expect("a deletion");
    life.forget_calls();
    rows.push(("API deleted", life.keep_until_converged().await, 7));
    print("drift of the API put right", &rows);
}
