//! Which of our rules stands for each wanted one, and the priorities of all.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::priority::{self, Slot};
use crate::desired::Rule as Wanted;
use crate::observed::Rule;

/// Our rules on the listener.
pub(super) fn ours<'a>(draft: &Draft<'a>) -> Vec<&'a Rule> {
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

/// The rule that stands for each wanted one, in the order of the spec.
pub(super) type Matched<'a> = Vec<Option<&'a Rule>>;

/// The rule that stands for each wanted one: that with its conditions, best one that answers as it should.
pub(super) fn matched<'a>(draft: &Draft<'a>, wanted: &[Wanted]) -> Matched<'a> {
    let mut left = ours(draft);
    let mut matched: Matched<'a> = vec![None; wanted.len()];
    for alike in [true, false] {
        for (slot, wanted) in matched.iter_mut().zip(wanted).filter(|(slot, _)| slot.is_none()) {
            let stands = |rule: &&Rule| rule.conditions == wanted.conditions && (!alike || is_alike(rule, wanted));
            *slot = left.iter().position(stands).map(|found| left.remove(found));
        }
    }
    matched
}

/// Whether the rule gives the API the path that the wanted one would.
fn is_alike(rule: &Rule, wanted: &Wanted) -> bool {
    rule.transforms.url == wanted.transforms("").url
}

/// Which rule stands for each wanted one, and the priorities of all. Where one rule is missing and one is too many, the latter becomes the former in
/// one call if nothing has to move for it. A rule that would have to change its place and its answer at once is replaced: between
/// the two, requests would get neither the old answer nor the new.
pub(super) fn assigned<'a>(
    draft: &Draft<'a>,
    wanted: &[Wanted],
    listener_arn: &str,
) -> Result<(Matched<'a>, priority::Assignment), priority::Conflict> {
    let mut present = matched(draft, wanted);
    let mut reused = present.clone();
    // The requests that it leaves, and those that it takes, meet others of ours meanwhile: these have to answer as before.
    let others_stay = wanted.iter().zip(&present).all(|(wanted, rule)| rule.is_none_or(|rule| is_alike(rule, wanted)));
    if others_stay && reuse(draft, wanted, &mut reused) {
        let assignment = priorities(draft, wanted, &reused, listener_arn)?;
        if assignment.moves.is_empty() {
            return Ok((reused, assignment));
        }
    }
    let mut assignment = priorities(draft, wanted, &present, listener_arn)?;
    if !assignment.moves.is_empty() {
        for (slot, wanted) in present.iter_mut().zip(wanted) {
            *slot = slot.filter(|rule| is_alike(rule, wanted));
        }
        assignment = priorities(draft, wanted, &present, listener_arn)?;
    }
    Ok((present, assignment))
}

/// Where one rule is missing and one is too many, the latter becomes the former if it stands where that should.
fn reuse<'a>(draft: &Draft<'a>, wanted: &[Wanted], present: &mut Matched<'a>) -> bool {
    let kept: BTreeSet<&String> = present.iter().flatten().map(|rule| &rule.arn).collect();
    let spare: Vec<&Rule> = ours(draft).into_iter().filter(|rule| !kept.contains(&rule.arn)).collect();
    let missing: Vec<usize> = present.iter().enumerate().filter(|(_, rule)| rule.is_none()).map(|it| it.0).collect();
    let ([index], [spare]) = (missing.as_slice(), spare.as_slice()) else { return false };
    let fits = fits(*index, spare.priority, wanted, present);
    if let Some(slot) = present.get_mut(*index).filter(|_| fits) {
        *slot = Some(spare);
    }
    fits
}

/// Whether a rule of this priority can take that place among the others as they are.
fn fits(index: usize, priority: i32, wanted: &[Wanted], present: &Matched<'_>) -> bool {
    if let Some(own) = wanted.get(index).filter(|it| it.priority.is_some()) {
        return own.priority == Some(priority);
    }
    let claimed = wanted.iter().any(|it| it.priority == Some(priority));
    let automatic = wanted.iter().zip(present).enumerate().filter(|(_, (wanted, _))| wanted.priority.is_none());
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
