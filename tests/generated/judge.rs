//! What becomes of a spec that was accepted: `resolve` refuses it and names a field, or AWS becomes as it says.

use std::collections::{BTreeMap, BTreeSet};

use aws_sim::{Config, Simulator};
use frontdoor::api::PrivateApiFrontDoorSpec;
use frontdoor::aws::{Aws, Pass};
use frontdoor::controller::pass::{PassResult, Subject, keep, tear_down};
use frontdoor::controller::{Intervals, Next};
use frontdoor::desired::desired;
use frontdoor::intent::{Wanted, resolve};
use frontdoor::node::Node;
use frontdoor::plan::Waiting;
use frontdoor::status::Finding;
use frontdoor::tags::Owner;
use serde_json::{Value, json};

use super::ACCOUNT;
use crate::common::{REGION, config};

/// The account that has the buckets for logs.
const BUCKETS: &str = "444455556666";
/// More passes than any front door needs.
const MOST_PASSES: usize = 60;
/// Where a spec names security groups whose rules are the user's.
const GROUPS: [&str; 2] = ["/vpcEndpoint/create/securityGroupIds", "/loadBalancer/create/securityGroupIds"];
/// What AWS says of targets.
const TIMED_OUT: &str = " is unhealthy (Request timed out)";
const ANOTHER_CODE: &str = " is unhealthy (Health checks failed with these codes: ";
const UNUSED: &str = " is unused (Target group is not configured to receive traffic from the load balancer)";
/// What is told of a timeout that the account does not allow.
const QUOTA: &str = "quota \"Maximum integration timeout in milliseconds\"";
/// Beginning and end of each fault that only the user can mend.
const USERS_FAULTS: &[(&str, &str)] = &[("spec.api.stage.rollbackTo: there is no stage ", ": remove this field")];

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The API server or `resolve` refuses it, and names a field.
    Refused(String),
    /// AWS is as it says, and after its deletion as before. The fields that the result depends on, and those that were set.
    Kept { set: BTreeSet<String>, effective: BTreeSet<String> },
    /// AWS is as it says as far as it can be, and the status tells what only the user can change outside of the spec's own grammar.
    Told(String),
    /// AWS refused what `resolve` let pass.
    RefusedByAws(String),
    /// What must not be.
    Defect(String),
}

fn owner() -> Owner {
    Owner { cluster: "generated".to_owned(), namespace: "shop".to_owned(), name: "orders".to_owned() }
}

/// Judges a spec as the API server has stored it; `written` is what the user wrote of it.
pub async fn judge(stored: &Value, written: &Value) -> Verdict {
    let spec: PrivateApiFrontDoorSpec = match serde_json::from_value(stored.clone()) {
        Ok(spec) => spec,
        Err(error) => return Verdict::Defect(format!("it is accepted and cannot be read: {error}")),
    };
    let simulator = Simulator::new(Config::default());
    prepare(&simulator, spec.region.as_deref().unwrap_or(REGION), stored);
    let aws = Aws::new(&config(&simulator, ACCOUNT), spec.region.as_deref());
    let owner = owner();
    let subject = Subject { owner: &owner, spec: &spec, settled: true };
    let mut rollout = None;
    let mut last = None;
    for attempt in 0..MOST_PASSES {
        let mut result = Box::pin(keep(&aws, subject, rollout)).await;
        rollout = result.rollout.take();
        match outcome(stored, &result) {
            Some(Verdict::Kept { .. }) => return kept(&simulator, &aws, &spec, stored, written).await,
            Some(verdict) => return verdict,
            None => rest(&simulator, &result, attempt),
        }
        last = Some(result);
    }
    let text = last.as_ref().map(|it| left(&it.finding)).unwrap_or_default();
    if last.as_ref().is_some_and(|it| is_told(stored, &it.finding)) {
        return Verdict::Told(text);
    }
    // What does not come after a refused step is still polled.
    if last.is_some_and(|it| is_refused(&it.finding)) {
        return Verdict::RefusedByAws(text);
    }
    Verdict::Defect(format!("it does not converge: {text}"))
}

/// What logs take as given: the account's role for those of stages, and buckets of another account that load balancers may write to.
fn prepare(simulator: &Simulator, region: &str, spec: &Value) {
    let role = format!("arn:aws:iam::{ACCOUNT}:role/logs");
    simulator.with_region(ACCOUNT, region, |here, _| here.apigateway.cloudwatch_role_arn = Some(role));
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject", "Resource": "*",
    }]});
    for bucket in log_buckets(spec) {
        simulator.with_region(BUCKETS, region, |there, _| {
            there.s3.buckets.insert(bucket.to_owned(), BTreeMap::default());
            there.s3.policies.insert(bucket.to_owned(), policy.to_string());
        });
    }
}

/// Every `accessLogs.bucket` of a spec.
fn log_buckets(value: &Value) -> Vec<&str> {
    let below: Vec<&str> = match value {
        Value::Object(members) => members.values().flat_map(log_buckets).collect(),
        Value::Array(items) => items.iter().flat_map(log_buckets).collect(),
        _ => Vec::new(),
    };
    let own = value.pointer("/accessLogs/bucket").and_then(Value::as_str);
    below.into_iter().chain(own).collect()
}

/// Whether AWS refuses something.
fn is_refused(finding: &Finding) -> bool {
    matches!(finding, Finding::Kept(kept) if kept.failures.iter().any(|failure| failure.reason.stalls()))
}

/// Whether nothing is left but what only the user can change, and that is told.
fn is_told(spec: &Value, finding: &Finding) -> bool {
    let Finding::Kept(kept) = finding else { return false };
    // The account's quota allows 29 s; others may have more.
    if kept.failures.iter().any(|it| it.message.starts_with("spec.api.routes: ") && it.message.contains(QUOTA)) {
        return true;
    }
    let (waiting, faults) = (&kept.plan.waiting, &kept.plan.faults);
    let is_idle = kept.failures.is_empty() && kept.plan.ready.is_empty();
    let is_said = !waiting.is_empty() || !faults.is_empty();
    // Rules wait for what is at fault, and targets that no rule leads to are not checked.
    let follows = |it: &Waiting| !faults.is_empty() && is_target(it, UNUSED);
    let users = waiting.iter().all(|it| is_unhealthy(spec, it) || follows(it));
    is_idle && is_said && users && faults.iter().all(|it| is_users(&it.message))
}

/// A target that nothing reaches through security groups that the spec names, whose rules are the user's; or that answers with another code than the
/// spec wants.
fn is_unhealthy(spec: &Value, waiting: &Waiting) -> bool {
    let named = GROUPS
        .into_iter()
        .any(|part| spec.pointer(part).and_then(Value::as_array).is_some_and(|groups| !groups.is_empty()));
    let chosen = spec.pointer("/targetGroup/healthCheck/successCodes").is_some_and(Value::is_string);
    named && is_target(waiting, TIMED_OUT) || chosen && is_target(waiting, ANOTHER_CODE)
}

fn is_target(waiting: &Waiting, state: &str) -> bool {
    waiting.node == Node::TargetGroup && waiting.what.starts_with("target ") && waiting.what.contains(state)
}

/// A fault that asks for another spec.
fn is_users(message: &str) -> bool {
    USERS_FAULTS.iter().any(|(start, end)| message.starts_with(start) && message.ends_with(end))
}

/// How a pass ended, if it was the last one.
fn outcome(spec: &Value, result: &PassResult) -> Option<Verdict> {
    match &result.finding {
        Finding::Invalid(problems) => {
            let nameless = problems.iter().find(|problem| !problem.field.starts_with("spec."));
            Some(match nameless {
                Some(problem) => Verdict::Defect(format!("a problem names no field: {problem}")),
                None => Verdict::Refused(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")),
            })
        }
        finding if result.next == Next::Stalled && is_told(spec, finding) => Some(Verdict::Told(left(finding))),
        finding if result.next == Next::Stalled => Some(Verdict::RefusedByAws(left(finding))),
        _ if result.next == Next::Resync => Some(Verdict::Kept { set: BTreeSet::new(), effective: BTreeSet::new() }),
        _ => None,
    }
}

fn rest(simulator: &Simulator, result: &PassResult, attempt: usize) {
    let attempt = u32::try_from(attempt).unwrap_or(u32::MAX);
    simulator.clock().advance(Intervals::default().delay(result.next, attempt, 0));
}

fn left(finding: &Finding) -> String {
    match finding {
        Finding::Kept(kept) => format!("{}{:?}", kept.plan, kept.failures),
        Finding::Deleting(remains) => format!("{}{:?}", remains.plan, remains.failures),
        other => format!("{other:?}"),
    }
}

/// Deletes it again, and says which fields the result depended on.
async fn kept(
    simulator: &Simulator,
    aws: &Aws,
    spec: &PrivateApiFrontDoorSpec,
    stored: &Value,
    written: &Value,
) -> Verdict {
    let (set, effective) = effects(aws, stored, written).await;
    let text = stored.to_string();
    if text.contains("Retain") || text.contains("Observe") || text.contains("\"deletionProtection\":\"Enabled\"") {
        return Verdict::Kept { set, effective };
    }
    let owner = owner();
    let mut rollout = None;
    for attempt in 0..MOST_PASSES {
        let waited = rollout.is_some();
        let mut result = Box::pin(tear_down(aws, Subject { owner: &owner, spec, settled: true }, rollout)).await;
        rollout = result.rollout.take();
        rest(simulator, &result, attempt);
        if result.next == Next::Resync && !waited {
            // What AWS deletes by itself takes its time.
            simulator.clock().advance(std::time::Duration::from_hours(1));
            let remains = simulator.added(Some(ACCOUNT));
            let gone = remains.as_object().is_none_or(serde_json::Map::is_empty);
            return if gone {
                Verdict::Kept { set, effective }
            } else {
                Verdict::Defect(format!("it leaves {remains}"))
            };
        }
    }
    Verdict::Defect("it is not deleted".to_owned())
}

/// The fields that were written, and those of them without which something else would be wanted, or nothing could be.
async fn effects(aws: &Aws, stored: &Value, written: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut pointers = Vec::new();
    collect(written, "", &mut pointers);
    let before = graph(aws, stored).await;
    let (mut set, mut effective) = (BTreeSet::new(), BTreeSet::new());
    if before.is_none() {
        // A suspended object is not looked at, and may want what cannot be had.
        return (set, effective);
    }
    for pointer in pointers {
        let name = general(&pointer);
        let mut without = stored.clone();
        let Some((parent, key)) = pointer.rsplit_once('/') else { continue };
        if without.pointer_mut(parent).and_then(Value::as_object_mut).and_then(|it| it.remove(key)).is_none() {
            continue;
        }
        if typed(&without).is_some_and(|it| Some(it) == typed(stored)) {
            // It says what holds without it.
            continue;
        }
        set.insert(name.clone());
        if graph(aws, &without).await != before {
            effective.insert(name);
        }
    }
    (set, effective)
}

fn typed(spec: &Value) -> Option<PrivateApiFrontDoorSpec> {
    serde_json::from_value(spec.clone()).ok()
}

/// What a spec makes wanted, as text; none if it cannot be had.
async fn graph(aws: &Aws, spec: &Value) -> Option<String> {
    let spec = typed(spec)?;
    let references = aws.lookup(&Wanted::of(&spec), &Pass::default()).await.ok()?;
    let intent = resolve(&spec, &owner(), &references).ok()?;
    Some(format!("{:?}", desired(&intent)))
}

/// Pointers to all members of objects.
fn collect(value: &Value, at: &str, pointers: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                collect(member, &pointer, pointers);
                pointers.push(pointer);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(place, item)| collect(item, &format!("{at}/{place}"), pointers));
        }
        _ => {}
    }
}

/// A pointer without places in lists.
fn general(pointer: &str) -> String {
    pointer.split('/').filter(|part| part.parse::<usize>().is_err()).collect::<Vec<_>>().join("/")
}
