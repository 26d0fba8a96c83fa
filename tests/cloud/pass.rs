//! Passes of the reconciler: observe, plan, execute what is ready, plan again.

use frontdoor::desired::Graph;
use frontdoor::intent::Wanted;
use frontdoor::plan::{Plan, plan};

use super::{Cloud, Refusal};

/// More passes than anything takes.
const MOST_PASSES: usize = 60;
/// More waves than a pass has.
const MOST_WAVES: usize = 30;

/// Where a pass dies.
#[derive(Debug, Clone, Copy)]
pub struct Crash {
    /// After that many calls, counted over all passes.
    pub after: usize,
}

impl Cloud {
    /// One pass; `look` sees the cloud after each step. Answers what is left to do.
    pub fn pass(
        &mut self,
        graph: &Graph,
        wanted: &Wanted,
        crash: Option<Crash>,
        look: &mut dyn FnMut(&Self, &Plan),
    ) -> Plan {
        let mut snapshot = self.observe(wanted);
        for _ in 0..MOST_WAVES {
            let planned = plan(graph, &snapshot);
            if planned.ready.is_empty() {
                return planned;
            }
            let mut busy = false;
            for step in &planned.ready {
                if crash.is_some_and(|crash| crash.after == self.calls) {
                    self.calls += 1;
                    return planned;
                }
                match self.execute(&step.change) {
                    Ok(output) => step.change.apply(&mut snapshot, output),
                    Err(Refusal::Busy(_)) => busy = true,
                    Err(Refusal::Wrong(why)) => panic!("{why}\n{step}\nof\n{planned}"),
                }
                look(self, &planned);
            }
            if busy {
                return planned;
            }
        }
        panic!("a pass does not end:\n{}", plan(graph, &snapshot));
    }

    /// Passes until nothing is left to do.
    pub fn settle(
        &mut self,
        graph: &Graph,
        wanted: &Wanted,
        crash: Option<Crash>,
        look: &mut dyn FnMut(&Self, &Plan),
    ) -> Plan {
        let mut left = Plan::default();
        for _ in 0..MOST_PASSES {
            left = self.pass(graph, wanted, crash, look);
            if left.is_converged() {
                return left;
            }
            self.advance();
            look(self, &left);
        }
        left
    }

    /// Settles, whatever it takes, and must be done then.
    pub fn converge(&mut self, graph: &Graph, wanted: &Wanted) {
        let left = self.settle(graph, wanted, None, &mut |_, _| {});
        assert!(left.is_converged(), "not converged:\n{left}");
    }
}
