//! Listener rules: changed in place where they can be, so that no request falls between two rules.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::priority::{self, Slot};
use super::{Current, Difference, load_balancer, stage};
use crate::change::{Change, RuleChange};
use crate::desired::Rule as Wanted;
use crate::node::Node;
use crate::observed::{Rule, RuleTransforms};

pub(super) fn forward(draft: &mut Draft<'_>, wanted: &[Wanted]) {
    if wanted.is_empty() {
        return;
    }
    let present = matched(draft, wanted);
    let ready = match destination(draft) {
        Ok(ready) => ready,
        Err(missing) => return block(draft, &present, &missing),
    };
    let priorities = match priorities(draft, wanted, &present, ready.listener_arn) {
        Ok(priorities) => priorities,
        Err(fault) => return draft.fault(Node::Rule(fault.index.to_string()), fault.message),
    };
    for (index, (wanted, rule)) in wanted.iter().zip(&present).enumerate() {
        let transforms = wanted.transforms(ready.api_id);
        match rule {
            Some(rule) => modify(draft, index, rule, wanted, transforms, ready.group_arn),
            None => create(draft, index, wanted, transforms, &priorities, &ready),
        }
    }
    set_priorities(draft, priorities.moves);
}

/// What rules lead to and where they stand.
struct Destination<'a> {
    api_id: &'a str,
    group_arn: &'a str,
    listener_arn: &'a str,
}

/// Where to send requests, where to write the rule, and somebody who answers; or what is missing of that.
fn destination<'a>(draft: &Draft<'a>) -> Result<Destination<'a>, Vec<Node>> {
    let Current { rest_api, target_group, listener, .. } = draft.current;
    let filled = target_group.is_some_and(|group| !group.registered().is_empty());
    match (rest_api, target_group, listener, stage::answers(draft)) {
        (Some(api), Some(group), Some(listener), true) if filled => {
            Ok(Destination { api_id: &api.id, group_arn: &group.arn, listener_arn: &listener.arn })
        }
        (api, _, listener, answers) => {
            let missing = [
                api.is_none().then_some(Node::RestApi),
                (!answers).then_some(Node::Stage),
                (!filled).then_some(Node::TargetGroup),
                listener.is_none().then_some(Node::Listener),
            ];
            Err(missing.into_iter().flatten().collect())
        }
    }
}

fn block(draft: &mut Draft<'_>, present: &[Option<&Rule>], missing: &[Node]) {
    for (index, rule) in present.iter().enumerate() {
        let what = if rule.is_some() { "check" } else { "create" };
        draft.block(Node::Rule(index.to_string()), what, missing.to_vec());
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

/// The rule that stands for each wanted one: that with its conditions. Where one is wanted that is not there and one is there that is not wanted, the
/// latter becomes the former, if it stands where that should: no request falls between two rules then. More than one would.
fn matched<'a>(draft: &Draft<'a>, wanted: &[Wanted]) -> Vec<Option<&'a Rule>> {
    let mut left = ours(draft);
    let mut take = |wanted: &Wanted| {
        let found = left.iter().position(|rule| rule.conditions == wanted.conditions)?;
        Some(left.remove(found))
    };
    let mut matched: Vec<Option<&Rule>> = wanted.iter().map(&mut take).collect();
    let missing: Vec<usize> = matched.iter().enumerate().filter(|(_, rule)| rule.is_none()).map(|it| it.0).collect();
    if let ([index], [spare]) = (missing.as_slice(), left.as_slice())
        && fits(*index, spare.priority, wanted, &matched)
        && let Some(slot) = matched.get_mut(*index)
    {
        *slot = Some(spare);
    }
    matched
}

/// Whether a rule of this priority can take that place among the others as they are.
fn fits(index: usize, priority: i32, wanted: &[Wanted], matched: &[Option<&Rule>]) -> bool {
    let explicit = |it: &Wanted| it.priority.is_some();
    if let Some(own) = wanted.get(index).filter(|it| explicit(it)) {
        return own.priority == Some(priority);
    }
    let claimed = wanted.iter().any(|it| it.priority == Some(priority));
    let automatic = wanted.iter().zip(matched).enumerate().filter(|(_, (wanted, _))| !explicit(wanted));
    let in_order = automatic
        .filter_map(|(place, (_, rule))| Some((place, rule.as_ref()?.priority)))
        .all(|(place, other)| (place < index) == (other < priority));
    !claimed && in_order
}

fn priorities(
    draft: &Draft<'_>,
    wanted: &[Wanted],
    present: &[Option<&Rule>],
    listener_arn: &str,
) -> Result<priority::Assignment, priority::Conflict> {
    let kept: BTreeSet<&String> = present.iter().flatten().map(|rule| &rule.arn).collect();
    let others = draft.snapshot.rules.iter().filter(|it| it.listener_arn == listener_arn && !kept.contains(&it.arn));
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

fn set_priorities(draft: &mut Draft<'_>, priorities: BTreeMap<String, i32>) {
    if priorities.is_empty() {
        return;
    }
    let old = |arn: &String| draft.snapshot.rules.iter().find(|rule| rule.arn == *arn).map(|rule| rule.priority);
    let moves = priorities.iter().filter_map(|(arn, new)| Difference::value("priority", old(arn), Some(*new)));
    let differences = moves.collect();
    draft.update(Node::Rule("*".to_owned()), Change::Rule(RuleChange::SetPriorities { priorities }), differences);
}

fn modify(
    draft: &mut Draft<'_>,
    index: usize,
    rule: &Rule,
    wanted: &Wanted,
    transforms: RuleTransforms,
    group_arn: &str,
) {
    let differences = [
        Difference::items("conditions", &rule.conditions.items(), &wanted.conditions.items()),
        Difference::value("hostHeaderRewrite", rule.transforms.host_header.as_ref(), transforms.host_header.as_ref()),
        Difference::value("urlRewrite", rule.transforms.url.as_ref(), transforms.url.as_ref()),
        Difference::value("forward", rule.target_group_arn.as_deref(), Some(group_arn)),
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

/// A new rule waits until those before and after it stand in order.
fn create(
    draft: &mut Draft<'_>,
    index: usize,
    wanted: &Wanted,
    transforms: RuleTransforms,
    priorities: &priority::Assignment,
    at: &Destination<'_>,
) {
    let node = Node::Rule(index.to_string());
    let Some(priority) = priorities.creatable(index) else {
        return draft.block(node, "create", [Node::Rule("*".to_owned())]);
    };
    let change = RuleChange::Create {
        listener_arn: at.listener_arn.to_owned(),
        priority,
        conditions: wanted.conditions.clone(),
        transforms,
        target_group_arn: at.group_arn.to_owned(),
        tags: wanted.tags.clone(),
    };
    draft.step(node, Change::Rule(change));
}

/// Deletes our rules that are no longer wanted, on whichever listener; those of a load balancer that goes go with it.
pub(super) fn backward(draft: &mut Draft<'_>, wanted: &[Wanted]) {
    let kept: BTreeSet<&String> = matched(draft, wanted).into_iter().flatten().map(|rule| &rule.arn).collect();
    let mut obsolete: Vec<&Rule> = draft
        .snapshot
        .rules
        .iter()
        .filter(|rule| draft.owns(&rule.tags) && !kept.contains(&rule.arn) && !goes(draft, rule))
        .collect();
    obsolete.sort_by_key(|it| (std::cmp::Reverse(it.priority), &it.arn));
    let last = obsolete.first().copied();
    for rule in obsolete {
        let node = Node::Rule(rule.arn.clone());
        // Behind a rule that goes there must be none that goes, too, and answers otherwise: it would take its requests.
        let waits = last.filter(|last| !wanted.is_empty() && !answers_alike(last, rule));
        match waits {
            Some(last) => draft.block(node, "delete", [Node::Rule(last.arn.clone())]),
            None => draft.step(node, Change::Rule(RuleChange::Delete { arn: rule.arn.clone() })),
        }
    }
}

fn answers_alike(one: &Rule, other: &Rule) -> bool {
    one.transforms == other.transforms && one.target_group_arn == other.target_group_arn
}

fn goes(draft: &Draft<'_>, rule: &Rule) -> bool {
    let listener = draft.snapshot.listeners.iter().find(|listener| listener.arn == rule.listener_arn);
    listener.is_some_and(|listener| load_balancer::goes(draft, &listener.load_balancer_arn))
}
