//! What AWS does not let the controller read.

use crate::node::{GroupRole, Node};

/// A read that IAM denies and without which the rest goes on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unread {
    /// Security groups of the object.
    SecurityGroups,
    /// VPCs of the security groups that the spec names.
    GivenSecurityGroups,
    /// DNS settings of the endpoint's VPC.
    VpcDns,
    /// Addresses of endpoints' network interfaces.
    NetworkInterfaces,
    /// State of an API that is being updated.
    RestApi,
    /// Methods of the API that the spec names.
    Methods,
    /// Stages of the API with this ID, or their deployments.
    Stages(String),
    /// Policy of the function with this ARN, or whether its version or alias exists.
    FunctionPolicy(String),
    /// Usage plans.
    UsagePlans,
    /// Load balancers, listeners, rules, target groups or their tags: which of them there are is not known.
    LoadBalancing,
    /// Targets and their health.
    Targets,
    /// Attributes of target groups.
    TargetGroupAttributes,
    /// Attributes of load balancers.
    LoadBalancerAttributes,
    /// Certificates of listeners beside the default ones.
    ListenerCertificates,
    /// The certificate with this ARN.
    Certificate(String),
}

impl Unread {
    /// The parts whose state is not known without it.
    #[must_use]
    pub fn nodes(&self) -> Vec<Node> {
        match self {
            Self::SecurityGroups => GroupRole::ALL.map(Node::SecurityGroup).to_vec(),
            Self::GivenSecurityGroups | Self::VpcDns | Self::NetworkInterfaces => vec![Node::VpcEndpoint],
            Self::RestApi | Self::Methods => vec![Node::RestApi],
            Self::Stages(_) | Self::UsagePlans => vec![Node::Stage],
            Self::FunctionPolicy(arn) => vec![Node::FunctionPermission(arn.clone())],
            Self::LoadBalancing => vec![Node::TargetGroup, Node::LoadBalancer],
            Self::Targets | Self::TargetGroupAttributes => vec![Node::TargetGroup],
            Self::LoadBalancerAttributes => vec![Node::LoadBalancer],
            Self::ListenerCertificates | Self::Certificate(_) => vec![Node::Listener],
        }
    }
}
