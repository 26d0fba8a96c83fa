//! Steps that AWS has refused: they are set aside, what does not rely on them goes on, and what does is named.

use super::{Blocked, Plan, Step};
use crate::change::Change;
use crate::node::Node;

impl Plan {
    /// Sets aside the steps whose changes AWS has refused.
    #[must_use]
    pub fn without(mut self, refused: &[Change]) -> Self {
        let (aside, ready) = self.ready.into_iter().partition(|step| refused.contains(&step.change));
        self.ready = ready;
        self.refused.extend::<Vec<Step>>(aside);
        self
    }

    /// The refused steps that a blocked one waits for, directly or through others that are blocked. Where a part still changes or waits for AWS, its
    /// refused steps are not taken for what holds others up.
    #[must_use]
    pub fn refusals_before(&self, blocked: &Blocked) -> Vec<&Step> {
        let mut before: Vec<&Node> = blocked.on.iter().collect();
        let mut place = 0;
        while let Some(node) = before.get(place).copied() {
            let others = self.blocked.iter().filter(|it| is_same(&it.node, node)).flat_map(|it| &it.on);
            for other in others {
                if !before.contains(&other) {
                    before.push(other);
                }
            }
            // Rules that no step is about go with their load balancer.
            if is_rule(node) && !self.has_rule_left() && !before.contains(&&Node::LoadBalancer) {
                before.push(&Node::LoadBalancer);
            }
            place += 1;
        }
        let changes = |node: &Node| {
            let mut busy = self.ready.iter().map(|it| &it.node).chain(self.waiting.iter().map(|it| &it.node));
            busy.any(|it| is_same(it, node))
        };
        let blocks = |step: &&Step| {
            let relied_on = !step.change.stands_alone() && !changes(&step.node);
            relied_on && before.iter().any(|node| is_same(node, &step.node))
        };
        self.refused.iter().filter(blocks).collect()
    }

    /// Whether a step about a rule is left, whatever holds it up.
    fn has_rule_left(&self) -> bool {
        let steps = self.ready.iter().chain(&self.refused).map(|it| &it.node);
        steps.chain(self.blocked.iter().map(|it| &it.node)).any(is_rule)
    }

    /// A blocked step in words: what it comes after, and the refused steps that hold it up.
    #[must_use]
    pub fn in_words(&self, blocked: &Blocked) -> String {
        let on = blocked.on.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let by: Vec<String> = self.refusals_before(blocked).into_iter().map(call).collect();
        let by = if by.is_empty() { String::new() } else { format!(", blocked by {}", by.join(", ")) };
        let after = if on.is_empty() { on } else { format!(" after {on}") };
        format!("{}: {}{after}{by}", blocked.node, blocked.what)
    }
}

/// A step by its part and its call.
#[must_use]
pub fn call(step: &Step) -> String {
    format!("{}: {}", step.node, step.change.operation())
}

fn is_rule(node: &Node) -> bool {
    matches!(node, Node::Rule(_))
}

/// Whether two nodes are the same part, or may be: `*` stands for any rule.
fn is_same(one: &Node, other: &Node) -> bool {
    match (one, other) {
        (Node::Rule(one), Node::Rule(other)) => one == other || one == "*" || other == "*",
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::{LoadBalancerChange, RuleChange, TargetGroupChange};
    use crate::plan::Waiting;

    fn step(node: Node, change: Change) -> Step {
        Step { node, change, differences: Vec::new(), replaces: None }
    }

    fn delete_balancer() -> Step {
        let change = LoadBalancerChange::Delete { arn: "lb-1".to_owned() };
        step(Node::LoadBalancer, Change::LoadBalancer(change))
    }

    fn attributes() -> Step {
        let change = LoadBalancerChange::ModifyAttributes { arn: "lb-1".to_owned(), attributes: [].into() };
        step(Node::LoadBalancer, Change::LoadBalancer(change))
    }

    fn blocked(node: Node, on: &[Node]) -> Blocked {
        Blocked { node, what: "delete", on: on.to_vec() }
    }

    #[test]
    fn refused_steps_are_set_aside_and_others_stay() {
        let group = step(Node::TargetGroup, Change::TargetGroup(TargetGroupChange::Delete { arn: "tg-1".to_owned() }));
        let plan = Plan { ready: vec![delete_balancer(), group.clone()], ..Plan::default() };
        let plan = plan.without(&[delete_balancer().change]);
        assert_eq!((plan.ready, plan.refused), (vec![group], vec![delete_balancer()]));
    }

    #[test]
    fn what_a_refused_step_holds_up_is_told_through_others() {
        let through = blocked(Node::VpcEndpoint, &[Node::LoadBalancer]);
        let last = blocked(Node::RestApi, &[Node::VpcEndpoint]);
        let beside = blocked(Node::Stage, &[Node::RestApi]);
        let plan =
            Plan { refused: vec![delete_balancer()], blocked: vec![through.clone(), last.clone()], ..Plan::default() };
        assert_eq!(
            plan.in_words(&last),
            "rest-api: delete after vpc-endpoint, blocked by load-balancer: elasticloadbalancing:DeleteLoadBalancer"
        );
        assert_eq!(plan.refusals_before(&through), [&delete_balancer()]);
        let alone = Plan { blocked: vec![beside.clone()], ..plan.clone() };
        assert_eq!(alone.in_words(&beside), "stage: delete after rest-api");
    }

    #[test]
    fn what_nothing_relies_on_or_what_still_changes_holds_nothing_up() {
        let last = blocked(Node::VpcEndpoint, &[Node::LoadBalancer]);
        let plan = Plan { refused: vec![attributes()], blocked: vec![last.clone()], ..Plan::default() };
        assert!(plan.refusals_before(&last).is_empty());
        let waiting = vec![Waiting { node: Node::LoadBalancer, what: "load balancer lb is provisioning".to_owned() }];
        let plan = Plan { refused: vec![delete_balancer()], waiting, ..plan };
        assert!(plan.refusals_before(&last).is_empty());
    }

    #[test]
    fn any_rule_stands_for_each() {
        let rule = step(Node::Rule("0".to_owned()), Change::Rule(RuleChange::Delete { arn: "rule-1".to_owned() }));
        let last = blocked(Node::RestApi, &[Node::Rule("*".to_owned())]);
        let plan = Plan { refused: vec![rule.clone()], blocked: vec![last.clone()], ..Plan::default() };
        assert_eq!(plan.refusals_before(&last), [&rule]);
    }
}
