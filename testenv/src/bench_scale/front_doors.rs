//! The objects, and the AWS resources that they share.

use serde_json::{Value, json};
use testenv::given::Given;
use testenv::simulator::ACCOUNT;
use testenv::{Result, Simulator};

/// Objects on one listener: a load balancer has 100 rules unless its quota was raised, and a target group belongs to
/// one load balancer.
///
/// Source: User Guide for Application Load Balancers, "Quotas".
const OBJECTS_A_LISTENER: u32 = 100;

/// Creates an endpoint for all, and a listener and a target group for each hundred; gives one manifest, a list, of all
/// objects. Each object has an API of its own with one mock route, and a listener rule for its host name.
pub(super) fn manifests(simulator: &Simulator, objects: u32) -> Result<Value> {
    let given = Given { simulator, account: ACCOUNT };
    let group = given.client_security_group()?;
    let endpoint = given.endpoint(&group)?;
    let mut items = Vec::new();
    for (at, first) in (0..objects).step_by(OBJECTS_A_LISTENER as usize).enumerate() {
        let name = format!("shared-{at}");
        let listener = given.load_balancer(&name, &group)?;
        given.wait_for_load_balancer(&name)?;
        let target_group = given.target_group(&name, &endpoint)?;
        let last = objects.min(first + OBJECTS_A_LISTENER);
        items.extend((first..last).map(|number| front_door(number, &endpoint, &listener, &target_group)));
    }
    Ok(json!({"apiVersion": "v1", "kind": "List", "items": items}))
}

fn front_door(number: u32, endpoint: &str, listener: &str, target_group: &str) -> Value {
    let name = format!("scale-{number:03}");
    json!({
        "apiVersion": "privateapi.dev/v1alpha1",
        "kind": "PrivateApiFrontDoor",
        "metadata": {"name": name},
        "spec": {
            "vpcEndpoint": {"id": endpoint},
            "api": {"routes": [{"path": "/", "method": "GET", "integration": {"mock": {"statusCode": 200}}}]},
            "loadBalancer": {"listenerArn": listener},
            "targetGroup": {"arn": target_group},
            "rules": [{"hosts": [format!("{name}.example.com")]}],
        },
    })
}
