//! Roles that services keep for themselves: a call that needs one creates it in the caller's name.

use serde_json::Value;

use super::Wanted;
use crate::iam::Keys;
use crate::protocol::route::Routed;
use crate::world::Region;

/// A service and the name of its role.
#[derive(Clone, Copy, Debug)]
pub(in crate::gates) struct LinkedRole {
    pub(in crate::gates) service: &'static str,
    name: &'static str,
}

/// The role that the call makes sure of: Elastic Load Balancing's with a load balancer or a target group (User Guide, "Service-linked role"), API Gateway's with a
/// stage that is traced (Developer Guide, "Set up X-Ray tracing").
pub(in crate::gates) fn linked_role(routed: &Routed) -> Option<LinkedRole> {
    match (routed.service.name, routed.operation.name) {
        ("elasticloadbalancing", "CreateLoadBalancer" | "CreateTargetGroup") => Some(LinkedRole {
            service: "elasticloadbalancing.amazonaws.com",
            name: "AWSServiceRoleForElasticLoadBalancing",
        }),
        ("apigateway", "CreateDeployment" | "CreateStage" | "UpdateStage") if traces(&routed.input.tree) => {
            Some(LinkedRole { service: "ops.apigateway.amazonaws.com", name: "AWSServiceRoleForAPIGateway" })
        }
        _ => None,
    }
}

fn traces(tree: &Value) -> bool {
    let operations = tree.get("patchOperations").and_then(Value::as_array).into_iter().flatten();
    let mut switches = operations.filter(|operation| operation["path"] == "/tracingEnabled");
    tree.get("tracingEnabled") == Some(&Value::Bool(true)) || switches.any(|operation| operation["value"] == "true")
}

impl LinkedRole {
    /// The permission that creating it takes.
    pub(in crate::gates) fn wanted(self, region: &Region) -> Wanted {
        let Self { service, name } = self;
        Wanted {
            action: "iam:CreateServiceLinkedRole".to_owned(),
            resource: format!(
                "arn:{}:iam::{}:role/aws-service-role/{service}/{name}",
                region.partition(),
                region.account
            ),
            keys: Keys::default().with("iam:AWSServiceName", service),
        }
    }
}
