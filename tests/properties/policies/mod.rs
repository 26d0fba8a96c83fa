//! The evaluator of policies, held against the simulator's, which shares no code with it, and against the crate iam-rs; and what it says of requests that are
//! known in part, against what it says of each that they may be.

mod cases;
mod others;

use frontdoor::model::policy::{Denial, Doubt, Policy, Verdict};
use proptest::prelude::*;

use crate::same_cases;
use cases::{Case, Hidden, case, hidden};

/// Eight times the usual number: a case takes microseconds. `PROPTEST_CASES` sets it.
fn many() -> ProptestConfig {
    let usual = same_cases(ProptestConfig::default());
    ProptestConfig { cases: usual.cases.saturating_mul(8), failure_persistence: None, ..usual }
}

/// What an evaluator without doubts says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Allow,
    ExplicitDeny,
    ImplicitDeny,
}

fn verdict(case: &Case, hidden: Hidden) -> Verdict {
    case.ask(hidden, |request| Policy::parse(&case.policy()).judge(&request).verdict)
}

/// Where everything is known; none where AWS's documentation contradicts itself.
fn ours(case: &Case) -> Option<Decision> {
    match verdict(case, Hidden::default()) {
        // Nothing but what is not documented is left open.
        Verdict::Denied(Denial::NotAllowed) => None,
        Verdict::Allowed(_) => Some(Decision::Allow),
        Verdict::Denied(Denial::Explicit(_)) => Some(Decision::ExplicitDeny),
        Verdict::Denied(Denial::Implicit) => Some(Decision::ImplicitDeny),
        Verdict::CannotTell(why) if why.iter().all(|doubt| matches!(doubt, Doubt::Undocumented(_))) => None,
        other => panic!("everything is known, and it says {other:?} of {}", case.policy()),
    }
}

proptest! {
    #![proptest_config(many())]

    #[test]
    fn a_request_that_is_known_is_judged_as_the_simulator_judges_it(case in case()) {
        if let Some(ours) = ours(&case) {
            prop_assert_eq!(others::simulator(&case), ours, "{}", case.policy());
        }
    }

    #[test]
    fn a_request_that_is_known_is_judged_as_iam_rs_judges_it(case in case()) {
        let excluded = others::wrong_in_iam_rs(&case);
        if let (None, Some(ours)) = (excluded, ours(&case)) {
            prop_assert_eq!(others::iam_rs(&case), ours, "{}", case.policy());
        }
    }

    /// The request itself, and others that have the same known parts, are what the hidden parts may be.
    #[test]
    fn what_is_told_of_a_request_known_in_part_holds_for_all_that_it_may_be(
        case in case(), hidden in hidden(), others in prop::collection::vec(case(), 4),
    ) {
        let told = verdict(&case, hidden);
        let may_be = others.iter().map(|other| case.completed(hidden, other)).chain([case.clone()]);
        for request in may_be {
            let decision = others::simulator(&request);
            let holds = match &told {
                Verdict::Allowed(_) => decision == Decision::Allow,
                Verdict::Denied(Denial::Explicit(_)) => decision == Decision::ExplicitDeny,
                Verdict::Denied(Denial::Implicit) => decision == Decision::ImplicitDeny,
                Verdict::Denied(Denial::NotAllowed) => decision != Decision::Allow,
                Verdict::CannotTell(why) => !why.is_empty(),
            };
            prop_assert!(holds, "{told:?} {decision:?} {request:?} {hidden:?}");
        }
    }
}

/// Without it the properties above could hold of nothing.
#[test]
fn the_cases_are_of_every_kind() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::new(many());
    let (mut decisions, mut in_part, mut compared) = ([0; 3], [0; 3], 0);
    for _ in 0..2000 {
        let case = case().new_tree(&mut runner).unwrap().current();
        let hidden = hidden().new_tree(&mut runner).unwrap().current();
        if let Some(decision) = ours(&case) {
            decisions[decision as usize] += 1;
        }
        match verdict(&case, hidden) {
            Verdict::Allowed(_) => in_part[0] += 1,
            Verdict::Denied(_) => in_part[1] += 1,
            Verdict::CannotTell(_) => in_part[2] += 1,
        }
        compared += usize::from(others::wrong_in_iam_rs(&case).is_none());
    }
    assert!(
        decisions.iter().chain(&in_part).all(|count| *count > 100) && compared > 300,
        "{decisions:?} {in_part:?} {compared}"
    );
}
