//! Conditions: one for each concern, and what is derived from them.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;

use super::concern::{Verdict, concern_of, steps, verdicts};
use super::refusals::{listed, next_attempt_or_now};
use super::{Failure, Finding, Kept, Reason, Remains, Report};
use crate::intent::Problem;
use crate::node::Node;
use crate::plan::{Fault, FaultCause, Plan, unenforced};

/// Types of conditions. Part of the API: names are never changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConditionType {
    /// Every other one holds.
    Ready,
    /// Only a person can go on from here. Present only while it holds.
    Stalled,
    /// The controller is at work or waits for AWS. Present only while it holds.
    Reconciling,
    /// The object rests; the other conditions tell what was known before. Present only while it holds.
    Suspended,
    /// Clients are answered without security schemes that the document requires, since the spec accepts it. Present only while it holds.
    SecurityUnenforced,
    /// AWS's APIs answer.
    ControlPlaneReachable,
    /// The endpoint is available, in the right groups and subnets.
    EndpointReady,
    /// The API is deployed as the spec says.
    ApiReady,
    /// Load balancer, listener and rules are as the spec says.
    LoadBalancerReady,
    /// Every address of the endpoint is a healthy target.
    TargetsReady,
}

impl ConditionType {
    /// The type as it stands in the condition.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "Ready",
            Self::Stalled => "Stalled",
            Self::Reconciling => "Reconciling",
            Self::Suspended => "Suspended",
            Self::SecurityUnenforced => "SecurityUnenforced",
            Self::ControlPlaneReachable => "ControlPlaneReachable",
            Self::EndpointReady => "EndpointReady",
            Self::ApiReady => "ApiReady",
            Self::LoadBalancerReady => "LoadBalancerReady",
            Self::TargetsReady => "TargetsReady",
        }
    }
}

/// The conditions after a pass. A time changes only when a status does.
pub(super) fn conditions(report: &Report, previous: &[Condition]) -> Vec<Condition> {
    let mut book = Book { report, previous, conditions: Vec::new() };
    match &report.finding {
        Finding::Invalid(problems) => book.invalid(problems, Book::reachable),
        Finding::Unasked(problem) => book.invalid(std::slice::from_ref(problem), Book::unasked),
        Finding::Unreadable(problem) => book.invalid(std::slice::from_ref(problem), Book::unasked_again),
        Finding::Unknown { failure, answered } => book.unknown(failure, *answered),
        Finding::Kept(kept) => {
            let verdicts = verdicts(kept);
            let deployed = verdicts.iter().any(|(kind, verdict)| *kind == ConditionType::ApiReady && verdict.holds());
            book.kept(verdicts, &kept.plan, &kept.failures);
            book.security(kept, deployed);
        }
        Finding::Deleting(remains) => book.deleting(remains),
        Finding::Suspended => book.suspended(),
    }
    book.conditions
}

/// What is told of the parts.
const PARTS: [ConditionType; 5] = [
    ConditionType::EndpointReady,
    ConditionType::ApiReady,
    ConditionType::LoadBalancerReady,
    ConditionType::TargetsReady,
    ConditionType::SecurityUnenforced,
];

struct Book<'a> {
    report: &'a Report,
    previous: &'a [Condition],
    conditions: Vec<Condition>,
}

impl Book<'_> {
    fn set(&mut self, kind: ConditionType, status: &str, verdict: &Verdict) {
        let before = self.previous.iter().find(|condition| condition.type_ == kind.as_str());
        let unchanged = before.filter(|condition| condition.status == status);
        self.conditions.push(Condition {
            type_: kind.as_str().to_owned(),
            status: status.to_owned(),
            reason: verdict.reason.as_str().to_owned(),
            message: verdict.message.clone(),
            observed_generation: self.report.generation,
            last_transition_time: unchanged
                .map_or(&self.report.now, |condition| &condition.last_transition_time)
                .clone(),
        });
    }

    /// What was known before stays known.
    fn keep(&mut self, kinds: &[ConditionType]) {
        for kind in kinds {
            self.conditions.extend(self.previous.iter().find(|condition| condition.type_ == kind.as_str()).cloned());
        }
    }

    fn invalid(&mut self, problems: &[Problem], control_plane: impl Fn(&mut Self)) {
        let message = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let verdict = Verdict::new(Reason::InvalidSpec, message);
        self.set(ConditionType::Ready, "False", &verdict);
        self.set(ConditionType::Stalled, "True", &verdict);
        control_plane(self);
        self.keep(&PARTS);
    }

    fn unknown(&mut self, failure: &Failure, answered: bool) {
        let verdict = Verdict::new(failure.reason, failure.message.clone());
        self.set(ConditionType::Ready, "Unknown", &verdict);
        self.at_work(&verdict);
        if answered || failure.reason == Reason::ControlPlaneUnreachable {
            self.control_plane(std::slice::from_ref(failure));
        } else {
            self.set(ConditionType::ControlPlaneReachable, "Unknown", &verdict);
        }
        self.keep(&PARTS);
    }

    fn kept(&mut self, verdicts: Vec<(ConditionType, Verdict)>, plan: &Plan, failures: &[Failure]) {
        let fine = Verdict::new(Reason::Ready, "all parts are as the spec says");
        let ready = self.refused(&plan.faults, failures).or_else(|| overall(&verdicts, failures)).unwrap_or(fine);
        self.set(ConditionType::Ready, if ready.holds() { "True" } else { "False" }, &ready);
        let settled = plan.is_converged() && failures.is_empty();
        if !settled {
            let verdict =
                if ready.holds() { Verdict::new(Reason::Progressing, steps(plan, |_| true).join("; ")) } else { ready };
            // What is only observed is not worked at.
            if plan.held.is_empty() || verdict.reason.stalls() {
                self.at_work(&verdict);
            }
        }
        self.control_plane(failures);
        for (kind, verdict) in verdicts {
            self.set(kind, if verdict.holds() { "True" } else { "False" }, &verdict);
        }
    }

    /// What the spec accepts holds; what it accepted before holds until another definition is deployed.
    fn security(&mut self, kept: &Kept, deployed: bool) {
        let unenforced = kept.graph.rest_api.managed().and_then(|api| unenforced(&api.unenforced_security));
        match unenforced {
            Some(message) => {
                self.set(ConditionType::SecurityUnenforced, "True", &Verdict::new(Reason::Accepted, message));
            }
            None if !deployed => self.keep(&[ConditionType::SecurityUnenforced]),
            None => {}
        }
    }

    fn suspended(&mut self) {
        let message =
            "suspend is true: AWS is neither read nor changed, and a deletion waits; set it to false to continue";
        let verdict = Verdict::new(Reason::Suspended, message);
        let ready = ConditionType::Ready;
        if self.previous.iter().any(|condition| condition.type_ == ready.as_str()) {
            self.keep(&[ready]);
        } else {
            self.set(ready, "Unknown", &verdict);
        }
        self.set(ConditionType::Suspended, "True", &verdict);
        self.keep(&[ConditionType::ControlPlaneReachable]);
        self.keep(&PARTS);
    }

    fn deleting(&mut self, remains: &Remains) {
        let Remains { plan, failures } = remains;
        let messages = failures.iter().map(|it| &it.message).chain(plan.faults.iter().map(|it| &it.message));
        let messages = messages.chain(plan.waiting.iter().map(|it| &it.what)).cloned();
        let mut what: Vec<String> = messages.chain(steps(plan, |_| true)).collect();
        if what.is_empty() {
            what.push("nothing that it created is left in AWS".to_owned());
        }
        what.extend(plan.notices.iter().map(|it| it.message.clone()));
        let denied = plan.faults.iter().any(|it| it.cause == FaultCause::ReadDenied).then_some(Reason::AccessDenied);
        let refused = failures.iter().map(|it| it.reason).find(|reason| reason.stalls());
        let reason = refused.or(denied).unwrap_or(Reason::Deleting);
        let next = next_attempt_or_now(failures, self.report);
        let verdict = Verdict::new(reason, format!("{}{next}", listed(what.iter().map(String::as_str))));
        self.set(ConditionType::Ready, "False", &verdict);
        self.at_work(&verdict);
        self.control_plane(failures);
        self.keep(&PARTS);
    }

    /// Everything that AWS refuses, then what else only a person can mend; none where AWS refuses nothing.
    fn refused(&self, faults: &[Fault], failures: &[Failure]) -> Option<Verdict> {
        let refused: Vec<&Failure> = failures.iter().filter(|it| it.reason.stalls()).collect();
        let first = refused.first()?;
        let faults = faults.iter().map(|it| it.message.as_str());
        let messages = listed(refused.iter().map(|it| it.message.as_str()).chain(faults));
        Some(Verdict::new(first.reason, format!("{messages}{}", next_attempt_or_now(failures, self.report))))
    }

    /// `Stalled` where only a person can go on, else `Reconciling`. Never both: kstatus takes the first of the two that it finds in the list
    /// (`checkGenericProperties`, sigs.k8s.io/cli-utils), and an object that cannot become ready without a person has failed, even while other parts
    /// still make progress. Their own conditions tell that.
    fn at_work(&mut self, verdict: &Verdict) {
        let kind = if verdict.reason.stalls() { ConditionType::Stalled } else { ConditionType::Reconciling };
        self.set(kind, "True", verdict);
    }

    fn control_plane(&mut self, failures: &[Failure]) {
        match failures.iter().find(|failure| failure.reason == Reason::ControlPlaneUnreachable) {
            Some(failure) => {
                self.set(
                    ConditionType::ControlPlaneReachable,
                    "False",
                    &Verdict::new(failure.reason, failure.message.clone()),
                );
            }
            None => self.reachable(),
        }
    }

    fn reachable(&mut self) {
        self.set(ConditionType::ControlPlaneReachable, "True", &Verdict::new(Reason::Reachable, "AWS answers"));
    }

    fn unasked(&mut self) {
        let verdict = Verdict::new(Reason::InvalidSpec, "AWS was not asked");
        self.set(ConditionType::ControlPlaneReachable, "Unknown", &verdict);
    }

    /// What an earlier pass learnt stays known.
    fn unasked_again(&mut self) {
        let kind = ConditionType::ControlPlaneReachable;
        if self.previous.iter().any(|condition| condition.type_ == kind.as_str()) {
            self.keep(&[kind]);
        } else {
            self.unasked();
        }
    }
}

/// Why the front door is not ready, if it is not: what stalls comes first, then failures, then the first concern on the request's path.
fn overall(verdicts: &[(ConditionType, Verdict)], failures: &[Failure]) -> Option<Verdict> {
    let concerns = verdicts.iter().map(|(_, verdict)| verdict).filter(|verdict| !verdict.holds()).cloned();
    // What belongs to no concern that is shown would be lost otherwise.
    let shown = |node: &Node| verdicts.iter().any(|(concern, _)| *concern == concern_of(node));
    let failed = failures.iter().filter(|failure| !failure.node.as_ref().is_some_and(shown));
    let failed = failed.map(|it| Verdict::new(it.reason, it.message.clone()));
    let all: Vec<Verdict> = failed.chain(concerns).collect();
    let stalled = all.iter().find(|verdict| verdict.reason.stalls());
    stalled.or_else(|| all.first()).cloned()
}
