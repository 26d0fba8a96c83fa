//! When a step that AWS has refused is sent again: after waits that grow, or at once when the step is another one.
//!
//! Pure: the time is passed in. A schedule is memory of the process only; one that is lost costs one more refused call for each step.

use std::time::Duration;

use k8s_openapi::jiff::Timestamp;

use super::requeue::Intervals;
use crate::aws::AwsError;
use crate::change::Change;
use crate::plan::{Plan, Step};

/// A time by both clocks: waits are measured by the one that nobody can set, people read the other one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    /// Time since some moment, never going back.
    pub elapsed: Duration,
    /// The wall clock.
    pub wall: Timestamp,
}

impl Moment {
    /// So much later. The wall clock in full seconds, rounded up, as people read it.
    fn after(&self, wait: Duration) -> Self {
        let wall = self.wall.checked_add(wait).unwrap_or(self.wall);
        let full = Timestamp::from_second(wall.as_second()).unwrap_or(wall);
        let rounded = if full < wall { full.checked_add(Duration::from_secs(1)).unwrap_or(full) } else { full };
        Self { elapsed: self.elapsed + wait, wall: rounded }
    }
}

/// A step that AWS has refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The step as it was sent.
    pub step: Step,
    /// What AWS answered last.
    pub error: AwsError,
    /// When it is sent again.
    pub due: Moment,
    /// How often it was refused, those not counted that rested on old lists.
    times: u32,
    /// A pass has begun since it is due, and what it comes after is not done again yet.
    resumed: bool,
}

/// The refused steps of one object as it is now. Another spec, a deletion or a request for a pass begins a new one.
#[derive(Debug, Clone, Default)]
pub struct RetrySchedule {
    intervals: Intervals,
    seed: u64,
    /// When the present pass began.
    now: Moment,
    refusals: Vec<Refusal>,
}

impl RetrySchedule {
    /// One without refusals; the seed spreads objects in time.
    #[must_use]
    pub fn new(intervals: Intervals, seed: u64) -> Self {
        Self { intervals, seed, ..Self::default() }
    }

    /// The same at the beginning of a pass.
    #[must_use]
    pub fn at(self, now: Moment) -> Self {
        Self { now, ..self }
    }

    /// Whether a step is to be sent again. It is then judged by everything that AWS has now.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.refusals.iter().any(|it| self.has_come(it) && !it.resumed)
    }

    /// The changes that are not sent now.
    #[must_use]
    pub fn held(&self) -> Vec<Change> {
        self.refusals.iter().filter(|it| !self.has_come(it)).map(|it| it.step.change.clone()).collect()
    }

    /// AWS has refused a step. One that may rest on lists from before the last change (`early`) is sent once more as soon as those are the present ones;
    /// one that was refused before is not.
    pub fn refuse(&mut self, step: Step, error: AwsError, early: bool) {
        let known = self.refusals.iter().position(|it| it.step.change == step.change);
        let early = early && known.is_none();
        let times = known.map_or(0, |place| self.refusals.remove(place).times);
        let wait = if early { self.intervals.poll } else { self.intervals.after_refusals(times, self.seed) };
        let times = if early { times } else { times + 1 };
        self.refusals.push(Refusal { step, error, due: self.now.after(wait), times, resumed: false });
    }

    /// The refusals that the plan still meets, in its order.
    #[must_use]
    pub fn of(&self, plan: &Plan) -> Vec<&Refusal> {
        let known = |step: &Step| self.refusals.iter().find(|it| it.step.change == step.change);
        plan.refused.iter().filter_map(known).collect()
    }

    /// When the first of them is to be sent again, by the clock of [`Moment::elapsed`].
    #[must_use]
    pub fn next(&self, plan: &Plan) -> Option<Duration> {
        self.of(plan).into_iter().map(|it| it.due.elapsed).min()
    }

    /// Forgets what was to be sent again and is not planned any more. What is only not planned at this moment keeps its wait, and what comes after
    /// something that has to be done once more first, such as a deployment after its definition, keeps how often it was refused.
    pub fn settle(&mut self, plan: &Plan) {
        let now = self.now.elapsed;
        let planned = |it: &Refusal| plan.refused.iter().any(|step| step.change == it.step.change);
        let blocked = |it: &Refusal| plan.blocked.iter().any(|blocked| blocked.node == it.step.node);
        self.refusals.retain_mut(|it| {
            let due = it.due.elapsed <= now;
            it.resumed = due && !planned(it);
            !it.resumed || blocked(it)
        });
    }

    fn has_come(&self, refusal: &Refusal) -> bool {
        refusal.due.elapsed <= self.now.elapsed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Class;
    use crate::change::{TagService, TagsChange};
    use crate::model::Operation;
    use crate::node::Node;
    use crate::plan::Blocked;
    use crate::tags::Tags;

    /// A step that is about this resource.
    fn step(id: &str) -> Step {
        let (resources, tags) = ([id.to_owned()].into(), Tags::new());
        let change = Change::Tags(TagsChange::Add { service: TagService::Ec2, resources, tags });
        Step { node: Node::VpcEndpoint, change, differences: Vec::new(), replaces: None }
    }

    fn error() -> AwsError {
        AwsError {
            operation: Operation::CreateTags,
            code: Some("InvalidParameter".to_owned()),
            message: "no".to_owned(),
            class: Class::Invalid,
            retry_after: None,
            request_id: None,
        }
    }

    fn at(second: u64) -> Moment {
        let wall = Timestamp::from_second(i64::try_from(second).unwrap()).unwrap();
        Moment { elapsed: Duration::from_secs(second), wall }
    }

    fn planned(ids: &[&str]) -> Plan {
        Plan { refused: ids.iter().map(|id| step(id)).collect(), ..Plan::default() }
    }

    /// Seconds between refusals of the same step, each sent as soon as it is due.
    fn waits(count: usize, seed: u64) -> Vec<u64> {
        let mut schedule = RetrySchedule::new(Intervals::default(), seed);
        let mut now = Moment::default();
        let wait = |_| {
            schedule = schedule.clone().at(now);
            assert!(schedule.held().is_empty());
            schedule.refuse(step("a"), error(), false);
            let due = schedule.of(&planned(&["a"]))[0].due;
            let wait = due.elapsed.saturating_sub(now.elapsed);
            now = Moment { elapsed: due.elapsed, ..now };
            wait.as_secs()
        };
        (0..count).map(wait).collect()
    }

    #[test]
    fn waits_double_from_a_minute_to_the_resync_interval() {
        for seed in 0..20 {
            let expected = [60, 120, 240, 480, 600, 600, 600];
            for (wait, expected) in waits(7, seed).into_iter().zip(expected) {
                assert!(wait >= expected * 9 / 10 && wait <= expected * 11 / 10, "{wait} for {expected}");
            }
        }
        assert_ne!(waits(1, 1), waits(1, 2));
    }

    #[test]
    fn a_refused_step_is_held_until_it_is_due_and_another_is_not() {
        let mut schedule = RetrySchedule::default().at(at(0));
        schedule.refuse(step("a"), error(), false);
        assert_eq!((schedule.held(), schedule.is_due()), (vec![step("a").change], false));
        assert!(!schedule.held().contains(&step("b").change));
        let schedule = schedule.at(at(70));
        assert_eq!((schedule.held(), schedule.is_due()), (Vec::new(), true));
    }

    #[test]
    fn a_refusal_that_may_rest_on_old_lists_is_tried_once_more_after_a_poll() {
        let mut schedule = RetrySchedule::default().at(at(0));
        schedule.refuse(step("a"), error(), true);
        let due = |schedule: &RetrySchedule| schedule.of(&planned(&["a"]))[0].due.elapsed;
        assert_eq!(due(&schedule), Intervals::default().poll);
        let mut schedule = schedule.at(at(20));
        schedule.refuse(step("a"), error(), false);
        assert!((74..=86).contains(&due(&schedule).as_secs()), "{:?}", due(&schedule));
    }

    #[test]
    fn what_is_not_planned_any_more_is_forgotten_once_it_would_be_due() {
        let mut schedule = RetrySchedule::default().at(at(0));
        for id in ["a", "b"] {
            schedule.refuse(step(id), error(), false);
        }
        schedule.settle(&planned(&["b"]));
        assert_eq!(schedule.held().len(), 2);
        let mut schedule = schedule.at(at(70));
        schedule.settle(&planned(&["b"]));
        assert_eq!(schedule.of(&planned(&["a", "b"])).len(), 1);
    }

    #[test]
    fn what_waits_for_something_before_it_keeps_how_often_it_was_refused() {
        let mut schedule = RetrySchedule::default().at(at(0));
        schedule.refuse(step("a"), error(), false);
        let on = [Node::RestApi].into();
        let blocked = Plan { blocked: vec![Blocked { node: Node::VpcEndpoint, what: "tag", on }], ..Plan::default() };
        let mut schedule = schedule.at(at(70));
        assert!(schedule.is_due());
        schedule.settle(&blocked);
        assert!(!schedule.is_due() && schedule.held().is_empty(), "it is sent as soon as it is planned");
        let mut schedule = schedule.at(at(100));
        schedule.refuse(step("a"), error(), false);
        let due = schedule.of(&planned(&["a"]))[0].due.elapsed.as_secs();
        assert!((208..=232).contains(&due), "two minutes later: {due}");
        let mut schedule = schedule.at(at(300));
        schedule.settle(&Plan::default());
        assert!(schedule.of(&planned(&["a"])).is_empty());
    }

    #[test]
    fn refusals_are_told_in_the_order_of_the_plan() {
        let mut schedule = RetrySchedule::default();
        for id in ["b", "c", "a"] {
            schedule.refuse(step(id), error(), false);
        }
        let told = schedule.of(&planned(&["a", "b"]));
        assert_eq!(told.iter().map(|it| &it.step).collect::<Vec<_>>(), [&step("a"), &step("b")]);
    }

    #[test]
    fn people_read_full_seconds_that_do_not_come_too_early() {
        let wall = Timestamp::from_millisecond(1_795_842_599_400).unwrap();
        let due = Moment { elapsed: Duration::ZERO, wall }.after(Duration::from_secs(1)).wall;
        assert_eq!(due.to_string(), "2026-11-28T05:10:01Z");
    }
}
