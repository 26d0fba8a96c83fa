//! Priorities of listener rules: a rule keeps its own while the user's order allows it, others' stay untouched.

use std::collections::{BTreeMap, BTreeSet};

/// Lowest priority number.
///
/// Source: Elastic Load Balancing API Reference, `CreateRule`.
const FIRST: i32 = 1;
/// Highest priority number.
const LAST: i32 = 50_000;

/// A wanted rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    /// Priority that the user wants.
    pub(super) explicit: Option<i32>,
    /// ARN and priority of the rule that stands for it.
    pub(super) present: Option<(String, i32)>,
}

/// Priorities of all wanted rules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Assignment {
    /// By place in the user's list.
    pub(super) priorities: Vec<i32>,
    /// Rules whose priority changes, by ARN.
    pub(super) moves: BTreeMap<String, i32>,
}

/// A wanted priority that cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conflict {
    /// Place in the user's list.
    pub(super) index: usize,
    /// What is wrong and what to do.
    pub(super) message: String,
}

/// Assigns a priority to every wanted rule. `foreign` and `obsolete` are the other rules of the listener, by priority: foreign ones never move,
/// our obsolete ones make way.
pub(super) fn assign(
    slots: &[Slot],
    foreign: &BTreeMap<i32, String>,
    obsolete: &BTreeMap<i32, String>,
) -> Result<Assignment, Conflict> {
    let explicit = explicit(slots, foreign)?;
    // Where a rule of ours stands so far behind that no room is left, all of them move forward.
    number(slots, &explicit, foreign, obsolete, true).or_else(|_| number(slots, &explicit, foreign, obsolete, false))
}

fn number(
    slots: &[Slot],
    explicit: &BTreeSet<i32>,
    foreign: &BTreeMap<i32, String>,
    obsolete: &BTreeMap<i32, String>,
    keep: bool,
) -> Result<Assignment, Conflict> {
    let present: BTreeSet<i32> = slots.iter().filter_map(|slot| slot.present.as_ref()).map(|own| own.1).collect();
    let mut taken: BTreeSet<i32> = foreign.keys().chain(obsolete.keys()).chain(explicit).copied().collect();
    let mut assignment = Assignment::default();
    let mut floor = behind_others(slots, foreign);
    for (index, slot) in slots.iter().enumerate() {
        let priority = match (slot.explicit, &slot.present) {
            (Some(explicit), _) => explicit,
            (None, Some((_, own))) if keep && *own > floor && !taken.contains(own) => *own,
            (None, _) => free(floor, &taken, &present).ok_or_else(|| full(index))?,
        };
        if slot.explicit.is_none() {
            floor = priority;
            taken.insert(priority);
        }
        assignment.priorities.push(priority);
        if let Some((arn, _)) = slot.present.as_ref().filter(|(_, own)| *own != priority) {
            assignment.moves.insert(arn.clone(), priority);
        }
    }
    make_way(&mut assignment, slots, obsolete, &taken).ok_or_else(|| full(0))?;
    Ok(assignment)
}

/// The priority after which ours begin: behind the rules of others, so that a wide one takes no requests from them, but no rule of ours leaves its
/// place for that.
fn behind_others(slots: &[Slot], foreign: &BTreeMap<i32, String>) -> i32 {
    let automatic = slots.iter().filter(|slot| slot.explicit.is_none());
    let first = automatic.clone().filter_map(|slot| slot.present.as_ref()).map(|own| own.1).min();
    let room = |floor: &i32| LAST - floor >= i32::try_from(automatic.clone().count()).unwrap_or(LAST);
    let last = foreign.keys().copied().filter(|other| first.is_none_or(|first| *other < first)).max();
    last.filter(room).unwrap_or(FIRST - 1)
}

fn full(index: usize) -> Conflict {
    Conflict {
        index,
        message:
            "the listener has no free priority left after the rules before this one: delete rules or set priorities"
                .to_owned(),
    }
}

fn explicit(slots: &[Slot], foreign: &BTreeMap<i32, String>) -> Result<BTreeSet<i32>, Conflict> {
    let mut seen = BTreeSet::new();
    for (index, slot) in slots.iter().enumerate() {
        let Some(priority) = slot.explicit else { continue };
        if let Some(arn) = foreign.get(&priority) {
            let message = format!(
                "priority {priority} is taken by rule {arn}, which is not ours: choose another, or leave priority out"
            );
            return Err(Conflict { index, message });
        }
        if !seen.insert(priority) {
            return Err(Conflict {
                index,
                message: format!("priority {priority} is used by two rules: priorities must differ"),
            });
        }
    }
    Ok(seen)
}

/// The first free priority after `floor`: free at once, so that a rule can be created before others have moved.
fn free(floor: i32, taken: &BTreeSet<i32>, present: &BTreeSet<i32>) -> Option<i32> {
    (floor + 1..=LAST).find(|candidate| !taken.contains(candidate) && !present.contains(candidate))
}

/// Moves obsolete rules behind all others where they stand on a wanted priority, or where a wanted one moves behind them: they would take its
/// requests.
fn make_way(
    assignment: &mut Assignment,
    slots: &[Slot],
    obsolete: &BTreeMap<i32, String>,
    taken: &BTreeSet<i32>,
) -> Option<()> {
    let moved: Vec<(i32, i32)> = slots
        .iter()
        .zip(&assignment.priorities)
        .filter_map(|(slot, new)| Some((slot.present.as_ref()?.1, *new)))
        .collect();
    let present = moved.iter().map(|(old, _)| *old);
    let mut used: BTreeSet<i32> = taken.iter().copied().chain(present).chain(obsolete.keys().copied()).collect();
    for (priority, arn) in obsolete.iter().rev() {
        let overtaken = moved.iter().any(|(old, new)| old < priority && priority < new);
        if overtaken || assignment.priorities.contains(priority) {
            let refuge = (FIRST..=LAST).rev().find(|candidate| !used.contains(candidate))?;
            used.insert(refuge);
            assignment.moves.insert(arn.clone(), refuge);
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(explicit: Option<i32>, present: Option<i32>) -> Slot {
        Slot { explicit, present: present.map(|priority| (format!("rule-{priority}"), priority)) }
    }

    fn others(priorities: &[i32]) -> BTreeMap<i32, String> {
        priorities.iter().map(|priority| (*priority, format!("other-{priority}"))).collect()
    }

    #[test]
    fn assigns() {
        type Case<'a> = (&'a str, Vec<Slot>, Vec<i32>, Vec<i32>, Vec<i32>, Vec<(&'a str, i32)>);
        let cases: Vec<Case<'_>> = vec![
            (
                "new rules take the first free",
                vec![slot(None, None), slot(None, None)],
                vec![1],
                vec![],
                vec![2, 3],
                vec![],
            ),
            (
                "rules keep their own",
                vec![slot(None, Some(7)), slot(None, Some(9))],
                vec![8],
                vec![],
                vec![7, 9],
                vec![],
            ),
            (
                "a new order moves what it must",
                vec![slot(None, Some(2)), slot(None, Some(1))],
                vec![],
                vec![],
                vec![2, 3],
                vec![("rule-1", 3)],
            ),
            (
                "an explicit one is kept free",
                vec![slot(None, None), slot(Some(1), None)],
                vec![],
                vec![],
                vec![2, 1],
                vec![],
            ),
            ("new rules stand behind those of others", vec![slot(None, None)], vec![5, 10], vec![], vec![11], vec![]),
            (
                "before others when nothing is free behind",
                vec![slot(None, None)],
                vec![1, 50_000],
                vec![],
                vec![2],
                vec![],
            ),
            (
                "one at the very end moves forward for those after it",
                vec![slot(None, Some(50_000)), slot(None, None)],
                vec![],
                vec![],
                vec![1, 2],
                vec![("rule-50000", 1)],
            ),
            (
                "an obsolete one does not stay before one that moves behind it",
                vec![slot(Some(9), Some(2))],
                vec![],
                vec![5],
                vec![9],
                vec![("other-5", 50_000), ("rule-2", 9)],
            ),
            (
                "an obsolete one makes way",
                vec![slot(Some(1), Some(2))],
                vec![],
                vec![1],
                vec![1],
                vec![("other-1", 50_000), ("rule-2", 1)],
            ),
        ];
        for (name, slots, foreign, obsolete, expected, moves) in cases {
            let assignment = assign(&slots, &others(&foreign), &others(&obsolete)).expect(name);
            assert_eq!(assignment.priorities, expected, "{name}");
            let moves: BTreeMap<String, i32> =
                moves.into_iter().map(|(arn, priority)| (arn.to_owned(), priority)).collect();
            assert_eq!(assignment.moves, moves, "{name}");
        }
    }

    #[test]
    fn refuses_what_is_taken() {
        let conflict = assign(&[slot(Some(5), None)], &others(&[5]), &others(&[])).unwrap_err();
        assert!(conflict.message.contains("other-5"), "{}", conflict.message);
        assert!(assign(&[slot(Some(5), None), slot(Some(5), None)], &others(&[]), &others(&[])).is_err());
    }

    #[test]
    fn a_new_rule_takes_a_priority_once_its_holder_has_left_it() {
        let assignment = assign(&[slot(Some(1), None), slot(None, Some(1))], &others(&[]), &others(&[])).unwrap();
        assert_eq!(assignment.priorities, [1, 2]);
        assert_eq!(assignment.moves, BTreeMap::from([("rule-1".to_owned(), 2)]));
    }
}
