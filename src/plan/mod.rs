//! The difference between what should be and what is, as steps.
//!
//! A step is planned only when all it needs is in the snapshot; what it still needs is named otherwise. So a pass executes what is ready, learns
//! from the answers, and plans again. Nothing is taken away before everything that replaces it stands: deletes come last, dependents first.

mod adoption;
mod current;
mod difference;
mod draft;
mod external_permission;
pub mod filter;
mod function_permission;
mod listener;
mod load_balancer;
mod membership;
mod notice;
mod policy;
mod priority;
mod refused;
mod rest_api;
mod rule;
mod rule_assignment;
mod security_group;
mod stage;
mod stage_settings;
mod subnets;
mod tags;
mod target_group;
mod targets;
mod text;
mod unread;
mod vpc_endpoint;

use crate::change::Change;
use crate::desired::Graph;
use crate::node::Node;
use crate::observed::Snapshot;

pub use current::Current;
pub use difference::{Difference, Edit};
use draft::Draft;
pub use external_permission::unverified;
pub use refused::call;
pub use rest_api::unenforced;

/// What to do, and what has to be waited for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Steps whose inputs are known; they do not depend on each other.
    pub ready: Vec<Step>,
    /// Steps that need the result of others first.
    pub blocked: Vec<Blocked>,
    /// States that AWS has not reached yet.
    pub waiting: Vec<Waiting>,
    /// What stands in the way and time alone does not solve.
    pub faults: Vec<Fault>,
    /// Steps that a policy of the user's forbids.
    pub held: Vec<Held>,
    /// Steps that AWS has refused and that are not sent again yet.
    pub refused: Vec<Step>,
    /// What the user should know, and nothing is done about.
    pub notices: Vec<Notice>,
}

/// One changing AWS call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The part it is about.
    pub node: Node,
    /// The call.
    pub change: Change,
    /// Which fields differ, from what to what; empty for creates and deletes.
    pub differences: Vec<Difference>,
    /// Of a create, what it takes the place of, and why that cannot be changed instead.
    pub replaces: Option<String>,
}

/// A step that a policy of the user's forbids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// What would be done.
    pub step: Step,
    /// Which policy forbids it.
    pub why: &'static str,
}

/// A step that needs the result of others first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// The part it is about.
    pub node: Node,
    /// What will be done, in words: `create`, `delete`.
    pub what: &'static str,
    /// What it needs.
    pub on: Vec<Node>,
}

/// A state that AWS has not reached yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The part that is waited for.
    pub node: Node,
    /// What for: `vpce-1 is pending`.
    pub what: String,
}

/// What stands in the way and time alone does not solve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The part it is about.
    pub node: Node,
    /// What kind of fault it is.
    pub cause: FaultCause,
    /// What is wrong and what to do.
    pub message: String,
}

/// Kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultCause {
    /// The state of a resource, or what the spec says of it.
    Resource,
    /// IAM denies the read without which the part's state is not known.
    ReadDenied,
}

/// What the user should know, and nothing is done about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The part it is about.
    pub node: Node,
    /// What it is.
    pub message: String,
}

impl Plan {
    /// Whether everything is as it should be, but for what a policy forbids.
    #[must_use]
    pub fn is_converged(&self) -> bool {
        let Self { ready, blocked, waiting, faults, held: _, refused, notices: _ } = self;
        ready.is_empty() && blocked.is_empty() && waiting.is_empty() && faults.is_empty() && refused.is_empty()
    }
}

/// What has to be done so that AWS is as the graph says.
#[must_use]
pub fn plan(graph: &Graph, snapshot: &Snapshot) -> Plan {
    plan_around(graph, snapshot, &[])
}

/// The same where AWS has refused some of it, which stays among the steps: what does not rely on that is planned all the same.
#[must_use]
pub fn plan_around(graph: &Graph, snapshot: &Snapshot, refused: &[Change]) -> Plan {
    let mut draft = Draft::new(graph, snapshot, refused);
    forward(graph, &mut draft);
    if draft.is_settled() {
        backward(graph, &mut draft);
    }
    policy::judge(&mut draft, graph.invocation.as_ref());
    notice::add(&mut draft);
    unread::tell(&mut draft);
    draft.into_plan()
}

/// Creates and updates, along the graph.
fn forward(graph: &Graph, draft: &mut Draft<'_>) {
    let Graph {
        owner: _,
        security_groups,
        vpc_endpoint,
        rest_api,
        adoption,
        function_permissions,
        external_permissions,
        stage,
        target_group,
        load_balancer,
        listener,
        redirect_listener,
        rules,
        signing: _,
        invocation: _,
    } = graph;
    for wanted in security_groups {
        security_group::forward(draft, wanted);
    }
    vpc_endpoint::forward(draft, vpc_endpoint);
    rest_api::forward(draft, rest_api, stage.as_ref());
    adoption::forward(draft, adoption.as_ref());
    function_permission::forward(draft, function_permissions);
    external_permission::forward(draft, external_permissions);
    stage::forward(draft, rest_api, stage.as_ref());
    target_group::forward(draft, target_group);
    load_balancer::forward(draft, load_balancer);
    listener::forward(draft, listener, redirect_listener.as_ref());
    rule::forward(draft, rules);
    targets::forward(draft, target_group);
    tags::forward(draft, graph);
}

/// Deletes, against the graph.
fn backward(graph: &Graph, draft: &mut Draft<'_>) {
    let Graph {
        owner: _,
        security_groups,
        vpc_endpoint,
        rest_api,
        adoption,
        function_permissions,
        external_permissions: _,
        stage,
        target_group,
        load_balancer,
        listener,
        redirect_listener,
        rules,
        signing: _,
        invocation: _,
    } = graph;
    rule::backward(draft, rules);
    listener::backward(draft, listener, redirect_listener.as_ref());
    load_balancer::backward(draft, load_balancer);
    targets::backward(draft, target_group);
    target_group::backward(draft, target_group);
    stage::backward(draft, stage.as_ref());
    function_permission::backward(draft, function_permissions);
    rest_api::backward(draft, rest_api);
    adoption::backward(draft, adoption.as_ref());
    vpc_endpoint::backward(draft, vpc_endpoint);
    security_group::backward(draft, security_groups);
}
