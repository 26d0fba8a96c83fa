//! One concern of a front door: which nodes it is about, and how they stand.

use super::condition::ConditionType;
use super::refusals::{listed, next_attempt};
use super::{Failure, Kept, Reason};
use crate::desired::Want;
use crate::node::{GroupRole, Node};
use crate::plan::{Fault, FaultCause, Plan, call, unverified};

/// What a condition says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) reason: Reason,
    pub(super) message: String,
}

impl Verdict {
    pub(super) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into() }
    }

    pub(super) fn holds(&self) -> bool {
        matches!(self.reason, Reason::Ready | Reason::Reachable)
    }
}

/// The concern that a part belongs to.
pub(super) fn concern_of(node: &Node) -> ConditionType {
    match node {
        Node::SecurityGroup(GroupRole::Endpoint) | Node::VpcEndpoint => ConditionType::EndpointReady,
        Node::RestApi | Node::FunctionPermission(_) | Node::Stage => ConditionType::ApiReady,
        Node::SecurityGroup(GroupRole::LoadBalancer)
        | Node::LoadBalancer
        | Node::Listener
        | Node::RedirectListener
        | Node::Rule(_) => ConditionType::LoadBalancerReady,
        Node::TargetGroup => ConditionType::TargetsReady,
    }
}

/// The verdicts of a front door that is kept, in the order in which a request passes.
pub(super) fn verdicts(kept: &Kept) -> Vec<(ConditionType, Verdict)> {
    let behind_balancer = kept.graph.listener != Want::Nothing;
    let unverified = unverified(&kept.graph, &kept.snapshot);
    let deployed = std::iter::once("the API is deployed".to_owned()).chain(unverified.into_iter().map(|it| it.1));
    let deployed = deployed.collect::<Vec<_>>().join("; ");
    let concerns = [
        (ConditionType::EndpointReady, true, "the endpoint is available"),
        (ConditionType::ApiReady, true, deployed.as_str()),
        (ConditionType::LoadBalancerReady, behind_balancer, "the load balancer forwards to the API"),
        (ConditionType::TargetsReady, behind_balancer, "every address of the endpoint is a healthy target"),
    ];
    let present = concerns.into_iter().filter(|(_, present, _)| *present);
    present.map(|(concern, _, fine)| (concern, verdict(concern, &kept.plan, &kept.failures, fine))).collect()
}

/// The worst that is known of a concern: failures, faults, waits, then steps.
fn verdict(concern: ConditionType, plan: &Plan, failures: &[Failure], fine: &str) -> Verdict {
    let about = |node: &Node| concern_of(node) == concern;
    let failures: Vec<&Failure> = failures.iter().filter(|failure| failure.node.as_ref().is_some_and(about)).collect();
    if let Some(failure) = failures.first() {
        let next = next_attempt(failures.iter().copied()).unwrap_or_default();
        let messages = failures.iter().map(|failure| failure.message.as_str());
        return Verdict::new(failure.reason, format!("{}{next}", listed(messages)));
    }
    let faults: Vec<&Fault> = plan.faults.iter().filter(|it| about(&it.node)).collect();
    if let Some(reason) = reason(faults.iter().copied()) {
        let messages = faults.iter().map(|it| it.message.as_str());
        return Verdict::new(reason, messages.collect::<Vec<_>>().join("; "));
    }
    let waits: Vec<&str> = plan.waiting.iter().filter(|it| about(&it.node)).map(|it| it.what.as_str()).collect();
    if !waits.is_empty() {
        return Verdict::new(Reason::WaitingForAws, waits.join("; "));
    }
    let steps = steps(plan, about);
    if steps.is_empty() {
        Verdict::new(Reason::Ready, fine)
    } else if !plan.held.is_empty() {
        Verdict::new(Reason::Drifted, format!("differs from the spec: {}", steps.join("; ")))
    } else if is_blocked(plan, about) {
        Verdict::new(Reason::Blocked, listed(steps.iter().map(String::as_str)))
    } else {
        Verdict::new(Reason::Progressing, steps.join("; "))
    }
}

/// What faults are about, if there are any.
pub(super) fn reason<'a>(mut faults: impl Iterator<Item = &'a Fault>) -> Option<Reason> {
    let of = |fault: &Fault| match fault.cause {
        FaultCause::Resource => Reason::ResourceFault,
        FaultCause::ReadDenied => Reason::AccessDenied,
    };
    let first = of(faults.next()?);
    // What a person has to look at in any case comes before what a permission brings to light.
    Some(faults.map(of).find(|reason| *reason == Reason::ResourceFault).unwrap_or(first))
}

/// Whether all that is left to do comes after refused steps.
fn is_blocked(plan: &Plan, about: impl Fn(&Node) -> bool) -> bool {
    let mut blocked = plan.blocked.iter().filter(|it| about(&it.node));
    !plan.ready.iter().any(|it| about(&it.node)) && blocked.all(|it| !plan.refusals_before(it).is_empty())
}

/// What is still to do, in words.
pub(super) fn steps(plan: &Plan, about: impl Fn(&Node) -> bool) -> Vec<String> {
    let held = plan.held.iter().map(|held| &held.step);
    let ready = plan.ready.iter().chain(held).filter(|it| about(&it.node));
    let blocked = plan.blocked.iter().filter(|it| about(&it.node)).map(|it| plan.in_words(it));
    ready.map(call).chain(blocked).collect()
}
