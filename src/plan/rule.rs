//! Listener rules: changed in place where they can be, so that no request falls between two rules.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::priority;
use super::rule_assignment::{Matched, assigned, matched, ours};
use super::{Current, Difference, listener, load_balancer, stage};
use crate::change::{Change, RuleChange};
use crate::desired::Rule as Wanted;
use crate::node::Node;
use crate::observed::Rule;

/// What is new comes first where its place is free, the first to be judged first; then moves, all in one call; then changes in place. Deletes come last,
/// the last to be judged first. So a request that is answered before and after is answered all the time.
pub(super) fn forward(draft: &mut Draft<'_>, wanted: &[Wanted]) {
    if wanted.is_empty() {
        return;
    }
    if draft.is_entrance_unread() {
        return draft.block(Node::Rule("*".to_owned()), "check", []);
    }
    let at = match destination(draft) {
        Ok(at) => at,
        Err(missing) => return block(draft, wanted, &missing),
    };
    let (present, priority::Assignment { priorities, moves }) = match assigned(draft, wanted, at.listener_arn) {
        Ok(assigned) => assigned,
        Err(fault) => {
            let message = format!("spec.rules[{}].priority: {}", fault.index, fault.message);
            return draft.fault(Node::Rule(fault.index.to_string()), message);
        }
    };
    let missing = missing(wanted, &present, &priorities);
    let (late, early): (Vec<Missing<'_>>, Vec<Missing<'_>>) =
        missing.into_iter().partition(|it| waits_for_moves(draft, it.priority, &moves, at.listener_arn));
    let mut before = create_all(draft, &early, &at, &[]);
    if !moves.is_empty() {
        set_priorities(draft, moves, &before);
        before.push(Node::Rule("*".to_owned()));
    }
    let created = create_all(draft, &late, &at, &before);
    before.extend(created);
    for (index, (wanted, rule)) in wanted.iter().zip(&present).enumerate() {
        if let Some(rule) = rule {
            modify(draft, index, rule, wanted, &at, &before);
        }
    }
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

fn block(draft: &mut Draft<'_>, wanted: &[Wanted], missing: &[Node]) {
    let present = matched(draft, wanted);
    for (index, rule) in present.iter().enumerate() {
        let what = if rule.is_some() { "check" } else { "create" };
        draft.block(Node::Rule(index.to_string()), what, missing.to_vec());
    }
}

fn set_priorities(draft: &mut Draft<'_>, priorities: BTreeMap<String, i32>, before: &[Node]) {
    let node = Node::Rule("*".to_owned());
    if !before.is_empty() {
        return draft.block(node, "move", before.to_vec());
    }
    let old = |arn: &String| draft.snapshot.rules.iter().find(|rule| rule.arn == *arn).map(|rule| rule.priority);
    let moves = priorities.iter().filter_map(|(arn, new)| Difference::value("priority", old(arn), Some(*new)));
    let differences = moves.collect();
    draft.update(node, Change::Rule(RuleChange::SetPriorities { priorities }), differences);
}

fn modify(draft: &mut Draft<'_>, index: usize, rule: &Rule, wanted: &Wanted, at: &Destination<'_>, before: &[Node]) {
    let transforms = wanted.transforms(at.api_id);
    let (present, target) = (&rule.transforms, &transforms);
    let differences = [
        Difference::items("conditions", &rule.conditions.items(), &wanted.conditions.items()),
        Difference::value("hostHeaderRewrite", present.host_header.as_ref(), target.host_header.as_ref()),
        Difference::value("urlRewrite", present.url.as_ref(), target.url.as_ref()),
        Difference::value("forward", rule.target_group_arn.as_deref(), Some(at.group_arn)),
    ];
    let differences: Vec<Difference> = differences.into_iter().flatten().collect();
    if differences.is_empty() {
        return;
    }
    let node = Node::Rule(index.to_string());
    if !before.is_empty() {
        return draft.block(node, "change", before.to_vec());
    }
    let change = RuleChange::Modify {
        arn: rule.arn.clone(),
        conditions: wanted.conditions.clone(),
        transforms,
        target_group_arn: at.group_arn.to_owned(),
    };
    draft.update(node, Change::Rule(change), differences);
}

/// A rule that is to be created.
struct Missing<'a> {
    priority: i32,
    index: usize,
    wanted: &'a Wanted,
}

/// Rules that are to be created, in the order in which they are judged.
fn missing<'a>(wanted: &'a [Wanted], present: &[Option<&Rule>], priorities: &[i32]) -> Vec<Missing<'a>> {
    let all = wanted.iter().zip(present).zip(priorities).enumerate();
    let absent = all.filter(|(_, ((_, rule), _))| rule.is_none());
    let mut missing: Vec<Missing<'a>> =
        absent.map(|(index, ((wanted, _), priority))| Missing { priority: *priority, index, wanted }).collect();
    missing.sort_by_key(|it| (it.priority, it.index));
    missing
}

/// Whether a new rule has to wait for the moves: another has its place still, or would lose requests to it until it has moved before it.
fn waits_for_moves(draft: &Draft<'_>, priority: i32, moves: &BTreeMap<String, i32>, listener_arn: &str) -> bool {
    draft.snapshot.rules.iter().filter(|rule| rule.listener_arn == listener_arn).any(|rule| {
        let overtakes = moves.get(&rule.arn).is_some_and(|new| *new < priority && priority < rule.priority);
        rule.priority == priority || overtakes
    })
}

/// Creates rules in the order in which they are judged: a new one must not take requests of one before it that is not there yet. Those that give the
/// same answer may come together, and so may all where there are none of ours yet. Answers what others have to wait for.
fn create_all(draft: &mut Draft<'_>, missing: &[Missing<'_>], at: &Destination<'_>, before: &[Node]) -> Vec<Node> {
    let together = ours(draft).is_empty();
    let node = |it: &Missing<'_>| Node::Rule(it.index.to_string());
    let first = missing.first().map(|it| (node(it), it.wanted.transforms(at.api_id)));
    let mut waits = before.to_vec();
    for it in missing {
        let transforms = it.wanted.transforms(at.api_id);
        if let Some((node, other)) = first.as_ref().filter(|_| waits.is_empty() && !together)
            && *other != transforms
        {
            waits.push(node.clone());
        }
        create(draft, it.index, it.wanted, it.priority, at, &waits);
    }
    missing.iter().map(node).collect()
}

fn create(draft: &mut Draft<'_>, index: usize, wanted: &Wanted, priority: i32, at: &Destination<'_>, before: &[Node]) {
    let node = Node::Rule(index.to_string());
    if !before.is_empty() {
        return draft.block(node, "create", before.to_vec());
    }
    let change = RuleChange::Create {
        listener_arn: at.listener_arn.to_owned(),
        priority,
        conditions: wanted.conditions.clone(),
        transforms: wanted.transforms(at.api_id),
        target_group_arn: at.group_arn.to_owned(),
        tags: wanted.tags.clone(),
    };
    draft.step(node, Change::Rule(change));
}

/// Takes rules away that are no longer wanted, once the wanted ones are as they should be. Answers whether any request may still be led elsewhere.
pub(super) fn switch(draft: &mut Draft<'_>) -> bool {
    let rules = &draft.graph.rules;
    let listener = draft.current.listener.map(|listener| listener.arn.as_str()).unwrap_or_default();
    if !draft.has_rules_to_change()
        && let Ok((present, _)) = assigned(draft, rules, listener)
    {
        delete_all_but(draft, rules, present);
    }
    draft.has_rules_to_change()
}

/// Deletes our rules that are no longer wanted, on whichever listener; those of a listener or load balancer that goes go with it.
pub(super) fn backward(draft: &mut Draft<'_>, wanted: &[Wanted]) {
    let listener = draft.current.listener.map(|listener| listener.arn.as_str()).unwrap_or_default();
    let present = assigned(draft, wanted, listener).map(|it| it.0).unwrap_or_default();
    delete_all_but(draft, wanted, present);
}

fn delete_all_but(draft: &mut Draft<'_>, wanted: &[Wanted], present: Matched<'_>) {
    let kept: BTreeSet<&String> = present.into_iter().flatten().map(|rule| &rule.arn).collect();
    let mut obsolete: Vec<&Rule> = draft
        .snapshot
        .rules
        .iter()
        .filter(|rule| draft.owns(&rule.tags) && !kept.contains(&rule.arn) && !goes(draft, rule))
        .collect();
    obsolete.sort_by_key(|it| (std::cmp::Reverse(it.priority), &it.arn));
    // Behind a rule that goes there must be none that goes, too, and answers otherwise: it would take its requests.
    let together = |last: &Rule, rule: &Rule| wanted.is_empty() || answers_alike(last, rule);
    let last = obsolete.first().copied();
    let now = last.map_or(0, |last| obsolete.iter().take_while(|rule| together(last, rule)).count());
    for (place, rule) in obsolete.into_iter().enumerate() {
        let node = Node::Rule(rule.arn.clone());
        match last.filter(|_| place >= now) {
            Some(last) => draft.block(node, "delete", [Node::Rule(last.arn.clone())]),
            None => draft.step(node, Change::Rule(RuleChange::Delete { arn: rule.arn.clone() })),
        }
    }
}

fn answers_alike(one: &Rule, other: &Rule) -> bool {
    one.transforms == other.transforms && one.target_group_arn == other.target_group_arn
}

/// Whether the rule goes with its listener, which another has replaced, or with its load balancer. Of an object that is deleted the listener may stay.
fn goes(draft: &Draft<'_>, rule: &Rule) -> bool {
    let on = draft.snapshot.listeners.iter().find(|listener| listener.arn == rule.listener_arn);
    let replaced = |on| draft.current.listener.is_some() && listener::goes(draft, on);
    on.is_some_and(|on| replaced(on) || load_balancer::goes(draft, &on.load_balancer_arn))
}
