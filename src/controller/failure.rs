//! What an AWS error means for the object's status.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

use super::converge::Outcome;
use super::retry::RetrySchedule;
use crate::aws::{AwsError, Class};
use crate::change::{
    Change, ListenerChange, LoadBalancerChange, RestApiChange, StageChange, TargetGroupChange, VpcEndpointChange,
};
use crate::intent::Intent;
use crate::node::{GroupRole, Node};
use crate::plan::Step;
use crate::status::{Failure, Reason};

/// The failure as status shows it.
pub(super) fn failure(node: Option<Node>, error: &AwsError) -> Failure {
    Failure { node, reason: reason(error.class), message: error.to_string(), next_attempt: None }
}

/// The failures that a pass leaves behind: what AWS refuses in the order of the plan, with when it is sent again, then everything else.
pub(super) fn failures(retries: &RetrySchedule, outcome: &Outcome, intent: Option<&Intent>) -> Vec<Failure> {
    let refused = retries
        .of(&outcome.plan)
        .into_iter()
        .map(|it| Failure { next_attempt: Some(Time(it.due.wall)), ..step_failure(&it.step, &it.error, intent) });
    refused.chain(outcome.errors.iter().map(|(step, error)| step_failure(step, error, intent))).collect()
}

/// Whether AWS does not do it however often it is asked: it has changed nothing.
pub(super) fn is_refusal(error: &AwsError) -> bool {
    reason(error.class).stalls()
}

/// The failure of a step, with the field that it is about where a person has to mend it. Of an object that is deleted no field helps.
fn step_failure(step: &Step, error: &AwsError, intent: Option<&Intent>) -> Failure {
    let mut failure = failure(Some(step.node.clone()), error);
    if error.class == Class::Invalid
        && let Some(intent) = intent
        && let Some(field) = field(step, error.code.as_deref().unwrap_or_default(), intent.api.field())
    {
        failure.message = format!("{field}: {}", failure.message);
    }
    failure
}

/// The field of the spec that a refused step is about, as near as the error's code tells; `api` is the one that defines the API.
fn field(step: &Step, code: &str, api: &str) -> Option<String> {
    let field = match &step.change {
        Change::VpcEndpoint(VpcEndpointChange::Create { .. } | VpcEndpointChange::Modify { .. }) => {
            "spec.vpcEndpoint.create"
        }
        Change::RestApi(RestApiChange::Put { .. }) => api,
        Change::RestApi(RestApiChange::Admit { .. }) => "spec.api.id",
        Change::RestApi(_) => "spec.api",
        Change::Stage(StageChange::Update { deployment_id: Some(_), .. }) if code == "NotFoundException" => {
            "spec.api.stage.rollbackTo"
        }
        Change::Stage(_) => "spec.api.stage",
        Change::TargetGroup(TargetGroupChange::Create { .. } | TargetGroupChange::Modify { .. }) => "spec.targetGroup",
        Change::LoadBalancer(LoadBalancerChange::ModifyAttributes { .. }) => "spec.loadBalancer.create.attributes",
        Change::LoadBalancer(_) => "spec.loadBalancer.create",
        Change::Listener(change) => listener_field(change, code),
        Change::Rule(_) => match &step.node {
            Node::Rule(place) if place.parse::<usize>().is_ok() => return Some(format!("spec.rules[{place}]")),
            _ => "spec.rules",
        },
        Change::Tags(_) => "spec.tags",
        Change::SecurityGroup(_) if code == "RulesPerSecurityGroupLimitExceeded" => match step.node {
            Node::SecurityGroup(GroupRole::Endpoint) => "spec.vpcEndpoint.create.clientCidrs",
            _ => "spec.loadBalancer.create.clientCidrs",
        },
        Change::SecurityGroup(_) | Change::FunctionPermission(_) | Change::TargetGroup(_) | Change::VpcEndpoint(_) => {
            return None;
        }
    };
    Some(field.to_owned())
}

fn listener_field(change: &ListenerChange, code: &str) -> &'static str {
    match code {
        "TrustStoreNotFound" => "spec.loadBalancer.listener.mutualAuthentication.trustStoreArn",
        "SSLPolicyNotFound" => "spec.loadBalancer.listener.sslPolicy",
        "CertificateNotFound" | "UnsupportedCertificate" | "TooManyCertificates" => {
            "spec.loadBalancer.listener.certificateArns"
        }
        _ => match change {
            ListenerChange::AddCertificate { .. } | ListenerChange::RemoveCertificate { .. } => {
                "spec.loadBalancer.listener.certificateArns"
            }
            _ => "spec.loadBalancer.listener",
        },
    }
}

/// The one table from class to reason.
pub(super) const fn reason(class: Class) -> Reason {
    match class {
        Class::Invalid => Reason::RequestRefused,
        Class::Denied => Reason::AccessDenied,
        Class::Throttled => Reason::Throttled,
        Class::Unreachable => Reason::ControlPlaneUnreachable,
        Class::Conflict | Class::Locked | Class::InUse | Class::NotFound => Reason::WaitingForAws,
        Class::Transient | Class::Bug => Reason::AwsError,
    }
}
