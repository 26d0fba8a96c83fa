//! The measured phases.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testenv::progress::say;
use testenv::simulator::ACCOUNT;
use testenv::{Controller, Error, Kubectl, Result, Simulator, poll};

use super::Arguments;
use super::reconciles::Reconciles;
use super::usage::{CpuTime, resident};

const KIND: &str = "privateapifrontdoor";
/// Annotation that asks for a reconcile, and its value.
const RECONCILE_NOW: &str = "frontdoor.privateapi.dev/reconcile-now";
const REQUEST: &str = "bench-scale";
/// How often the log is read.
const LOOK: Duration = Duration::from_millis(100);

/// Calls of one operation.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    /// Whether the operation changes anything.
    pub(super) changing: bool,
    /// How many.
    pub(super) count: u32,
    /// Those of them that AWS refused or throttled, by error code.
    pub(super) errors: BTreeMap<String, u32>,
}

/// What one phase took.
#[derive(Clone, Debug)]
pub(super) struct Phase {
    pub(super) name: &'static str,
    /// AWS calls by `service:Operation`.
    pub(super) calls: BTreeMap<String, Calls>,
    /// Reconciles that the controller logged the end of; the last one of a deletion it does not.
    pub(super) reconciles: u32,
    /// CPU time of the controller.
    pub(super) cpu: Duration,
    /// Until all objects are ready, reconciled or gone.
    pub(super) wall: Duration,
    /// Resident memory of the controller in KiB at the end of the phase, and the most so far.
    pub(super) resident: [u64; 2],
}

/// A running phase.
struct Started {
    name: &'static str,
    cpu: CpuTime,
    at: Instant,
}

/// The programs that are measured.
pub(super) struct Bench<'a> {
    arguments: &'a Arguments,
    kubectl: Kubectl,
    simulator: &'a Simulator,
    controller: Controller,
    reconciles: Reconciles,
}

impl<'a> Bench<'a> {
    pub(super) fn new(
        arguments: &'a Arguments,
        kubectl: Kubectl,
        simulator: &'a Simulator,
        controller: Controller,
    ) -> Self {
        let reconciles = Reconciles::new(controller.log());
        Self { arguments, kubectl, simulator, controller, reconciles }
    }

    /// Waits until the controller watches: it logs its start.
    pub(super) fn wait_until_started(&mut self) -> Result<()> {
        poll::until("start of the controller", LOOK, Duration::from_secs(30), || {
            self.controller.check()?;
            let log = std::fs::read_to_string(self.controller.log()).unwrap_or_default();
            Ok(if log.contains("frontdoor starts") { Ok(()) } else { Err(log) })
        })
    }

    /// Creates all objects at once.
    pub(super) fn create(&mut self, objects: &Value) -> Result<Phase> {
        say(format_args!("creating {} objects", self.arguments.objects));
        let started = self.start("create")?;
        self.kubectl.pipe(&["create", "-f", "-"], &objects.to_string())?;
        self.kubectl_wait(&["wait", KIND, "--all", "--for=condition=Ready"])?;
        let wall = started.at.elapsed();
        // A reconcile may follow the one that found the object ready.
        self.wait_for("objects in order", Reconciles::in_order)?;
        self.end(&started, wall)
    }

    /// Waits until each object was reconciled again as often as asked for, with caches as they are in operation.
    pub(super) fn resync(&mut self) -> Result<Phase> {
        // Objects come in order at different times. A request to all brings them together, so that no reconcile is
        // under way between two rounds.
        let request = format!("{RECONCILE_NOW}={REQUEST}");
        self.kubectl.run(&["annotate", KIND, "--all", "--overwrite", &request])?;
        self.wait_for("objects reconciled on request", |reconciles| reconciles.answered(REQUEST))?;
        say(format_args!("waiting for resyncs, every {} s", self.arguments.resync_interval().as_secs_f32()));
        // Each request has the controller forget what it has read, for all objects: one round reads that again.
        self.start("first resync")?;
        self.reconciled(1)?;
        let started = self.start("resync")?;
        self.reconciled(self.arguments.resyncs)?;
        let wall = started.at.elapsed();
        self.end(&started, wall)
    }

    /// Waits until each object was reconciled so often since the phase began; fails unless it was exactly so often and
    /// nothing was changed.
    fn reconciled(&mut self, times: u32) -> Result<()> {
        self.ensure_rest()?;
        let objects = self.arguments.objects as usize;
        self.wait_for("resyncs", |reconciles| if reconciles.fewest_and_most().0 >= times { objects } else { 0 })?;
        self.ensure_rest()?;
        let (most, changes) = (self.reconciles.fewest_and_most().1, self.reconciles.changes());
        if most == times && changes == 0 {
            return Ok(());
        }
        let found = format!("an object was reconciled {most} times, and {changes} changes were made");
        Err(Error::Unexpected(format!("{times} resyncs of each object that change nothing were expected: {found}")))
    }

    /// Deletes all objects at once.
    pub(super) fn delete(&mut self) -> Result<Phase> {
        say(format_args!("deleting {} objects", self.arguments.objects));
        let started = self.start("delete")?;
        self.kubectl_wait(&["delete", KIND, "--all"])?;
        let wall = started.at.elapsed();
        self.reconciles.read()?;
        self.end(&started, wall)
    }

    fn start(&mut self, name: &'static str) -> Result<Started> {
        self.reconciles.read()?;
        self.reconciles.restart();
        self.simulator.send("DELETE", &format!("calls?account={ACCOUNT}"), &json!({}))?;
        Ok(Started { name, cpu: CpuTime::read(self.id()?)?, at: Instant::now() })
    }

    fn end(&mut self, started: &Started, wall: Duration) -> Result<Phase> {
        let id = self.id()?;
        Ok(Phase {
            name: started.name,
            cpu: CpuTime::read(id)?.since(&started.cpu),
            resident: resident(id)?,
            calls: calls(&self.simulator.get(&format!("calls?account={ACCOUNT}"))?),
            reconciles: self.reconciles.total(),
            wall,
        })
    }

    fn id(&self) -> Result<u32> {
        self.controller.id().ok_or_else(|| Error::Unexpected("the controller has ended".to_owned()))
    }

    /// Reads the log until `count` counts all objects.
    fn wait_for(&mut self, what: &str, count: impl Fn(&Reconciles) -> usize) -> Result<()> {
        let (objects, patience) = (self.arguments.objects as usize, self.arguments.patience());
        poll::until(what, LOOK, patience, || {
            self.controller.check()?;
            self.reconciles.read()?;
            let counted = count(&self.reconciles);
            Ok(if counted == objects { Ok(()) } else { Err(format!("{counted} of {objects}")) })
        })
    }

    /// Fails unless no reconcile can be under way: the shortest interval is nine tenths of the asked one.
    fn ensure_rest(&self) -> Result<()> {
        let since = self.reconciles.since_first();
        if since < self.arguments.resync_interval() * 85 / 100 {
            return Ok(());
        }
        let message = format!("one round of {} s runs into the next: choose a lower --speed", since.as_secs());
        Err(Error::Unexpected(message))
    }

    /// A command of `kubectl` that waits for all objects; if it gives up, says which are not there yet.
    fn kubectl_wait(&self, arguments: &[&str]) -> Result<()> {
        let timeout = format!("--timeout={}s", self.arguments.patience().as_secs());
        self.kubectl.run(&[arguments, &[&timeout]].concat()).map(drop).map_err(|error| {
            let left = self.kubectl.run(&["get", KIND, "--output", "wide"]).unwrap_or_default();
            Error::Unexpected(format!("{error}\n{left}"))
        })
    }
}

/// Sums up the simulator's log of calls.
fn calls(log: &Value) -> BTreeMap<String, Calls> {
    let mut all: BTreeMap<String, Calls> = BTreeMap::new();
    for call in log.as_array().into_iter().flatten() {
        let text = |field: &str| call[field].as_str().unwrap_or("?");
        let of = all.entry(format!("{}:{}", text("service"), text("operation"))).or_default();
        of.changing = call["mutating"] == true;
        of.count += 1;
        if call["status"].as_u64().is_none_or(|status| !(200..300).contains(&status)) {
            *of.errors.entry(call["error"].as_str().unwrap_or("without an answer").to_owned()).or_default() += 1;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_summed_up_by_operation() {
        let called = json!({"service": "elasticloadbalancing", "operation": "CreateRule", "mutating": true});
        let call = |status: u16, error: Option<&str>| {
            let mut call = called.clone();
            (call["status"], call["error"]) = (json!(status), json!(error));
            call
        };
        let all = calls(&json!([call(200, None), call(400, Some("PriorityInUse")), call(0, None)]));
        let of = &all["elasticloadbalancing:CreateRule"];
        assert_eq!((of.changing, of.count), (true, 3));
        assert_eq!(of.errors, BTreeMap::from([("PriorityInUse".to_owned(), 1), ("without an answer".to_owned(), 1)]));
    }
}
