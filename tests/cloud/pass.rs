//! Passes of the reconciler: observe, plan, execute what is ready, plan again.

use frontdoor::change::Change;
use frontdoor::desired::Graph;
use frontdoor::intent::Wanted;
use frontdoor::observed::{ApiStatus, Snapshot};
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
        let mut snapshot = self.observe_again(wanted);
        for _ in 0..MOST_WAVES {
            let planned = plan(graph, &snapshot);
            if planned.ready.is_empty() {
                self.remember(&snapshot);
                return planned;
            }
            let (mut busy, known) = (false, snapshot.clone());
            for step in &planned.ready {
                if crash.is_some_and(|crash| crash.after == self.calls) {
                    self.calls += 1;
                    return planned;
                }
                match self.execute(&step.change) {
                    Ok(output) => step.change.apply(&mut snapshot, output),
                    // The plan before knew of no update.
                    Err(Refusal::Locked) if is_thought_available(&known, &step.change) => {
                        assert!(step.change.lock(&mut snapshot));
                    }
                    Err(Refusal::Locked) => panic!("a change of an API that is being updated\n{step}\nof\n{planned}"),
                    Err(Refusal::Busy(_)) => busy = true,
                    Err(Refusal::Wrong(why)) => panic!("{why}\n{step}\nof\n{planned}"),
                }
                look(self, &planned);
            }
            if busy {
                self.remember(&snapshot);
                return planned;
            }
        }
        panic!("a pass does not end:\n{}", plan(graph, &snapshot));
    }

    /// What there is, with what the pass before of the same process has left.
    pub fn observe_again(&mut self, wanted: &Wanted) -> Snapshot {
        let mut snapshot = self.observe(wanted);
        let mut written = std::mem::take(&mut self.written);
        snapshot.rest_apis.iter_mut().for_each(|api| api.definition = written.remove(&api.id));
        snapshot
    }

    /// What is known of APIs that AWS still updates goes into the next pass of the same process.
    pub fn remember(&mut self, snapshot: &Snapshot) {
        let waiting = snapshot.rest_apis.iter().filter(|api| api.status == ApiStatus::Updating);
        self.written = waiting.filter_map(|api| Some((api.id.clone(), api.definition.clone()?))).collect();
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
        self.written.clear();
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

/// Whether the snapshot does not say that the API of the change is being updated.
fn is_thought_available(snapshot: &Snapshot, change: &Change) -> bool {
    let mut locked = snapshot.clone();
    change.lock(&mut locked) && locked != *snapshot
}
