//! Listener rules: changed in place where they can be, so that no request falls between two rules.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::priority::{self, Slot};
use super::{Difference, load_balancer, stage};
use crate::change::{Change, RuleChange};
use crate::desired::Rule as Wanted;
use crate::node::Node;
use crate::observed::{Rule, RuleTransforms};

pub(super) fn forward(draft: &mut Draft<'_>, wanted: &[Wanted]) {
    if wanted.is_empty() {
        return;
    }
    let (api, group, listener) = (draft.current.rest_api, draft.current.target_group, draft.current.listener);
    let (Some(api), Some(group), Some(listener), true) = (api, group, listener, stage::is_served(draft)) else {
        return block(draft, wanted);
    };
    let present = matched(draft, wanted);
    let priorities = priorities(draft, wanted, &present);
    let priorities = match priorities {
        Ok(priorities) => priorities,
        Err(fault) => return draft.fault(Node::Rule(fault.index.to_string()), fault.message),
    };
    for (index, wanted) in wanted.iter().enumerate() {
        let transforms = wanted.transforms(&api.id);
        match present.get(index).copied().flatten() {
            Some(rule) => modify(draft, index, rule, wanted, transforms, &group.arn),
            None => create(draft, index, wanted, transforms, &priorities, &listener.arn, &group.arn),
        }
    }
    if !priorities.moves.is_empty() {
        let change = RuleChange::SetPriorities { priorities: priorities.moves };
        draft.step(Node::Rule("*".to_owned()), Change::Rule(change));
    }
}

/// Every rule waits for the same: where to send requests, where to write the rule, and somebody who answers.
fn block(draft: &mut Draft<'_>, wanted: &[Wanted]) {
    let current = draft.current;
    let missing = [
        current.rest_api.is_none().then_some(Node::RestApi),
        (!stage::is_served(draft)).then_some(Node::Stage),
        current.target_group.is_none().then_some(Node::TargetGroup),
        current.listener.is_none().then_some(Node::Listener),
    ];
    let missing: Vec<Node> = missing.into_iter().flatten().collect();
    for index in 0..wanted.len() {
        draft.block(Node::Rule(index.to_string()), "create", missing.clone());
    }
}

/// Our rules on the listener.
fn ours<'a>(draft: &Draft<'a>) -> Vec<&'a Rule> {
    let listener = draft.current.listener.map(|listener| &listener.arn);
    let mut rules: Vec<&Rule> = draft
        .snapshot
        .rules
        .iter()
        .filter(|rule| Some(&rule.listener_arn) == listener && draft.owns(&rule.tags))
        .collect();
    rules.sort_by_key(|rule| (rule.priority, &rule.arn));
    rules
}

/// The rule that stands for each wanted one: that with its conditions, else one that is left over, to be changed in place.
fn matched<'a>(draft: &Draft<'a>, wanted: &[Wanted]) -> Vec<Option<&'a Rule>> {
    let mut left = ours(draft);
    let mut take = |accept: &dyn Fn(&Rule) -> bool| {
        let found = left.iter().position(|rule| accept(rule))?;
        Some(left.remove(found))
    };
    let mut matched: Vec<Option<&Rule>> =
        wanted.iter().map(|it| take(&|rule| rule.conditions == it.conditions)).collect();
    for slot in matched.iter_mut().filter(|slot| slot.is_none()) {
        *slot = take(&|_| true);
    }
    matched
}

fn priorities(
    draft: &Draft<'_>,
    wanted: &[Wanted],
    present: &[Option<&Rule>],
) -> Result<priority::Assignment, priority::Conflict> {
    let kept: BTreeSet<&String> = present.iter().flatten().map(|rule| &rule.arn).collect();
    let listener = draft.current.listener.map(|listener| &listener.arn);
    let others =
        draft.snapshot.rules.iter().filter(|rule| Some(&rule.listener_arn) == listener && !kept.contains(&rule.arn));
    let (obsolete, foreign): (Vec<&Rule>, Vec<&Rule>) = others.partition(|rule| draft.owns(&rule.tags));
    let by_priority =
        |rules: Vec<&Rule>| rules.into_iter().map(|rule| (rule.priority, rule.arn.clone())).collect::<BTreeMap<_, _>>();
    let slots: Vec<Slot> = wanted
        .iter()
        .zip(present)
        .map(|(wanted, rule)| Slot {
            explicit: wanted.priority,
            present: rule.map(|rule| (rule.arn.clone(), rule.priority)),
        })
        .collect();
    priority::assign(&slots, &by_priority(foreign), &by_priority(obsolete))
}

fn modify(
    draft: &mut Draft<'_>,
    index: usize,
    rule: &Rule,
    wanted: &Wanted,
    transforms: RuleTransforms,
    group_arn: &str,
) {
    let forward = Some(group_arn.to_owned());
    let differences = [
        Difference::of("conditions", &rule.conditions, &wanted.conditions),
        Difference::of("transforms", &rule.transforms, &transforms),
        Difference::of("forward", &rule.target_group_arn, &forward),
    ];
    let differences: Vec<Difference> = differences.into_iter().flatten().collect();
    if differences.is_empty() {
        return;
    }
    let change = RuleChange::Modify {
        arn: rule.arn.clone(),
        conditions: wanted.conditions.clone(),
        transforms,
        target_group_arn: group_arn.to_owned(),
    };
    draft.update(Node::Rule(index.to_string()), Change::Rule(change), differences);
}

fn create(
    draft: &mut Draft<'_>,
    index: usize,
    wanted: &Wanted,
    transforms: RuleTransforms,
    priorities: &priority::Assignment,
    listener_arn: &str,
    group_arn: &str,
) {
    let node = Node::Rule(index.to_string());
    let Some(priority) = priorities.creatable(index) else {
        return draft.block(node, "create", [Node::Rule("*".to_owned())]);
    };
    let change = RuleChange::Create {
        listener_arn: listener_arn.to_owned(),
        priority,
        conditions: wanted.conditions.clone(),
        transforms,
        target_group_arn: group_arn.to_owned(),
        tags: wanted.tags.clone(),
    };
    draft.step(node, Change::Rule(change));
}

/// Deletes our rules that are no longer wanted, on whichever listener; those of a load balancer that goes go with it.
pub(super) fn backward(draft: &mut Draft<'_>, wanted: &[Wanted]) {
    let kept: BTreeSet<&String> = matched(draft, wanted).into_iter().flatten().map(|rule| &rule.arn).collect();
    let obsolete: Vec<&Rule> = draft
        .snapshot
        .rules
        .iter()
        .filter(|rule| draft.owns(&rule.tags) && !kept.contains(&rule.arn) && !goes(draft, rule))
        .collect();
    for rule in obsolete {
        draft.step(Node::Rule(rule.arn.clone()), Change::Rule(RuleChange::Delete { arn: rule.arn.clone() }));
    }
}

fn goes(draft: &Draft<'_>, rule: &Rule) -> bool {
    let listener = draft.snapshot.listeners.iter().find(|listener| listener.arn == rule.listener_arn);
    listener.is_some_and(|listener| load_balancer::goes(draft, &listener.load_balancer_arn))
}
