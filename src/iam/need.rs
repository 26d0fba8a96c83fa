//! One permission that a call takes.

/// An action on resources, under a condition that the call meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The IAM action.
    pub action: &'static str,
    /// What it is done to: the last part of ARNs of the action's service; with a condition on tags `*` is whatever the tags are on, without a
    /// condition it stands for an action that knows no resources.
    pub resources: &'static [&'static str],
    /// What narrows it down.
    pub condition: Condition,
}

/// What a permission can be narrowed down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// Nothing.
    Always,
    /// The request gives the new resource our tags.
    Created,
    /// The same, of an endpoint for `execute-api`.
    CreatedEndpoint,
    /// The same, on something that has our tags.
    CreatedOnOwn,
    /// The tags come with the call that creates the resource.
    TaggedOnCreate,
    /// The tags are ours, on something that no cluster has tagged yet.
    TaggedAnew,
    /// The resource has our tags.
    Own,
    /// Whom a function is opened to is API Gateway.
    ForApiGateway,
    /// The role is one that a service keeps for itself.
    LinkedRole,
    /// The role is passed to API Gateway, which the spec names it for.
    PassedRole,
    /// A REST API of somebody else's whose aspects `spec.api.manage` names.
    Managed,
}

/// What the first call of an account takes that needs a service's own role: the first load balancer or target group, and the first stage that is traced.
/// The condition names the services.
///
/// Sources: Elastic Load Balancing User Guide, "Elastic Load Balancing service-linked role"; API Gateway Developer Guide, "Set up X-Ray tracing with API
/// Gateway".
pub(super) const LINKED_ROLE: Need =
    when(Condition::LinkedRole, "iam:CreateServiceLinkedRole", &["role/aws-service-role/*"]);

impl Need {
    /// The service whose action it is.
    #[must_use]
    pub fn service(&self) -> &'static str {
        self.action.split(':').next().unwrap_or_default()
    }
}

/// A permission that nothing narrows down.
pub(super) const fn always(action: &'static str, resources: &'static [&'static str]) -> Need {
    Need { action, resources, condition: Condition::Always }
}

/// A permission on what has our tags.
pub(super) const fn own(action: &'static str) -> Need {
    Need { action, resources: &["*"], condition: Condition::Own }
}

/// A permission to tag what a call creates.
pub(super) const fn tags_new(action: &'static str) -> Need {
    Need { action, resources: &["*"], condition: Condition::TaggedOnCreate }
}

/// Permissions to tag what a call creates, a listener or a rule. AWS documents `elasticloadbalancing:CreateAction` for load balancers and target groups only
/// ("Tag resources during creation"), and aws-load-balancer-controller's policy tags listeners and rules without any condition: this one holds whether the
/// key is there or not.
pub(super) const TAGS_NEW_PART: Need =
    when(Condition::TaggedAnew, "elasticloadbalancing:AddTags", &["listener*/app/*"]);

/// What a document takes that names roles for API Gateway to take on, each of them.
///
/// Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
pub(super) const PASSED_ROLE: Need = when(Condition::PassedRole, "iam:PassRole", &[PASSED]);
/// What stands for the ARN of a role that is passed.
pub(super) const PASSED: &str = "{role}";

/// A permission under another condition.
pub(super) const fn when(condition: Condition, action: &'static str, resources: &'static [&'static str]) -> Need {
    Need { action, resources, condition }
}
