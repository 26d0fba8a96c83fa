//! AWS refuses one step: whatever does not come after it is done, and the rest follows once it is not refused any more.

use frontdoor::change::Change;
use frontdoor::desired::Graph;
use frontdoor::intent::Wanted;
use frontdoor::plan::{Blocked, Plan, plan_around};
use proptest::prelude::*;

use crate::cloud::{Cloud, Refusal};
use crate::specs::any_spec;
use crate::{graph, reach};

/// More passes than anything takes.
const MOST_PASSES: usize = 60;
/// More waves than a pass has.
const MOST_WAVES: usize = 40;

/// AWS that refuses the step of this number, counted from 0, and each one that asks for the same.
struct Refusing {
    number: usize,
    steps: usize,
    refused: Vec<Change>,
}

impl Refusing {
    fn step(number: usize) -> Self {
        Self { number, steps: 0, refused: Vec::new() }
    }

    /// One pass. Answers what is left, and whether something has to be waited for.
    fn pass(&mut self, cloud: &mut Cloud, graph: &Graph, wanted: &Wanted) -> (Plan, bool) {
        let mut snapshot = cloud.observe_again(wanted);
        for _ in 0..MOST_WAVES {
            let plan = plan_around(graph, &snapshot, &self.refused).without(&self.refused);
            let (mut busy, waits) = (false, !plan.waiting.is_empty());
            if plan.ready.is_empty() {
                cloud.remember(&snapshot);
                return (plan, waits);
            }
            for step in &plan.ready {
                self.steps += 1;
                if self.steps == self.number + 1 {
                    self.refused.push(step.change.clone());
                    continue;
                }
                match cloud.execute(&step.change) {
                    Ok(output) => step.change.apply(&mut snapshot, output),
                    // An update that the answer before did not tell of.
                    Err(Refusal::Locked) => assert!(step.change.lock(&mut snapshot)),
                    Err(Refusal::Busy(_)) => busy = true,
                    Err(Refusal::Wrong(why)) => panic!("{why}\n{step}\nof\n{plan}\nwithout {:?}", self.refused),
                }
            }
            if busy {
                cloud.remember(&snapshot);
                return (plan, true);
            }
        }
        panic!("a pass does not end without {:?}", self.refused);
    }

    /// Passes as long as anything is done or waited for.
    fn settle(&mut self, cloud: &mut Cloud, graph: &Graph, wanted: &Wanted) -> Plan {
        let mut left = Plan::default();
        for _ in 0..MOST_PASSES {
            let (plan, waits) = self.pass(cloud, graph, wanted);
            left = plan;
            if !waits {
                break;
            }
            cloud.advance();
        }
        left
    }
}

/// Nothing is left but what was refused and what comes after it.
fn check_left(left: &Plan) -> Result<(), TestCaseError> {
    prop_assert!(left.ready.is_empty() && left.faults.is_empty(), "{left}");
    let waits = |blocked: &Blocked| left.waiting.iter().any(|it| blocked.on.contains(&it.node));
    for blocked in &left.blocked {
        prop_assert!(waits(blocked) || !left.refusals_before(blocked).is_empty(), "{blocked:?} of\n{left}");
    }
    Ok(())
}

fn check(cloud: &mut Cloud, graph: &Graph, wanted: &Wanted, number: usize) -> Result<(), TestCaseError> {
    let mut aws = Refusing::step(number);
    let left = aws.settle(cloud, graph, wanted);
    prop_assert!(left.is_converged() || left.refused.len() == 1, "{left}");
    check_left(&left)?;
    cloud.converge(graph, wanted);
    Ok(())
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn a_refused_step_of_a_create_stops_only_what_comes_after_it(spec in any_spec(), number in 0..25usize) {
        let mut cloud = Cloud::new();
        let (graph, wanted) = graph(&cloud, &spec);
        check(&mut cloud, &graph, &wanted, number)?;
    }

    #[test]
    fn a_refused_step_of_a_change_stops_only_what_comes_after_it(first in any_spec(), second in any_spec(), number in 0..12usize) {
        let mut cloud = Cloud::new();
        reach(&mut cloud, &first);
        let (graph, wanted) = graph(&cloud, &second);
        check(&mut cloud, &graph, &wanted, number)?;
    }

    #[test]
    fn a_refused_step_of_a_deletion_stops_only_what_comes_after_it(spec in any_spec(), number in 0..10usize) {
        let mut cloud = Cloud::new();
        reach(&mut cloud, &spec);
        let (_, wanted) = graph(&cloud, &spec);
        let nothing = Graph::nothing(cloud.owner.clone());
        check(&mut cloud, &nothing, &wanted, number)?;
    }
}
