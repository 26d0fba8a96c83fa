//! The controller needs no more than the policy, and nothing in the policy can be left out.

use std::collections::BTreeSet;

use frontdoor::iam::{self, Policy};
use tokio::sync::OnceCell;

use crate::scenario::Scenario;
use crate::scenarios;

/// A scenario and the operations that it calls.
type Played = (Scenario, BTreeSet<String>);

/// Each scenario, played once under its policy.
async fn played() -> &'static [Played] {
    static PLAYED: OnceCell<Vec<Played>> = OnceCell::const_new();
    let play = || async {
        let mut played = Vec::new();
        for scenario in scenarios::all() {
            let called = scenario.play(&scenario.policy()).await;
            let called = called.unwrap_or_else(|denied| panic!("{}: {denied}", scenario.name));
            played.push((scenario, called));
        }
        played
    };
    PLAYED.get_or_init(play).await
}

#[tokio::test]
async fn every_scenario_passes_under_the_policy_of_one_cluster_region_and_account() {
    for scenario in scenarios::all() {
        let played = scenario.play(&scenario.narrow_policy()).await;
        assert!(played.is_ok(), "{}: {played:?}", scenario.name);
    }
}

#[tokio::test]
async fn every_scenario_passes_and_every_call_of_the_table_is_made() {
    let called: BTreeSet<&str> = played().await.iter().flat_map(|(_, called)| called).map(String::as_str).collect();
    let listed: BTreeSet<&str> = iam::calls().map(|call| call.operation.name()).collect();
    let missing: Vec<_> = listed.difference(&called).collect();
    println!("{} scenarios make {} calls of the table", played().await.len(), called.len());
    assert!(missing.is_empty(), "no scenario calls {missing:?}");
}

/// A policy that lacks something, and the actions of which a refusal then names one.
struct Lack {
    what: String,
    actions: Vec<String>,
    policy: Policy,
}

/// The policy without each action and without each resource of its `index`th statement.
fn lacks(policy: &Policy, index: usize) -> Vec<Lack> {
    let statement = &policy.statement[index];
    let without = |items: &[String], gone: &String| items.iter().filter(|it| *it != gone).cloned().collect::<Vec<_>>();
    let lack = |gone: &String, actions: &[String]| {
        let mut policy = policy.clone();
        let left = &mut policy.statement[index];
        (left.action, left.resource) = (without(&left.action, gone), without(&left.resource, gone));
        if left.action.is_empty() || left.resource.is_empty() {
            policy.statement.remove(index);
        }
        Lack { what: format!("{} without {gone}", statement.sid), actions: actions.to_vec(), policy }
    };
    let actions = statement.action.iter().map(|action| lack(action, std::slice::from_ref(action)));
    actions.chain(statement.resource.iter().map(|resource| lack(resource, &statement.action))).collect()
}

/// Whether a scenario that makes such calls is refused one of the actions.
async fn is_missed(lack: &Lack, like: fn(&Scenario) -> bool) -> bool {
    let takes = |call: &&iam::Call| call.needs.iter().any(|need| lack.actions.iter().any(|it| it == need.action));
    let operations: BTreeSet<&str> = iam::calls().filter(takes).map(|call| call.operation.name()).collect();
    let concerned = |called: &BTreeSet<String>| called.iter().any(|called| operations.contains(called.as_str()));
    let scenarios = played().await.iter().filter(|(scenario, called)| like(scenario) && concerned(called));
    for (scenario, _) in scenarios {
        if let Err(denied) = scenario.play(&lack.policy).await {
            let named = lack.actions.iter().any(|action| denied.contains(&format!("lacks {action} on ")));
            assert!(named, "{}, {}: {denied}", scenario.name, lack.what);
            return true;
        }
    }
    false
}

/// Every action and every resource of the statements with such names is missed.
async fn nothing_is_idle(names: &[&str], like: fn(&Scenario) -> bool) {
    let policy = played().await.iter().find(|played| like(&played.0)).expect("there is one").0.policy();
    let mut idle = Vec::new();
    for (index, statement) in policy.statement.iter().enumerate() {
        if names.iter().any(|name| statement.sid.starts_with(name)) {
            for lack in lacks(&policy, index) {
                if !is_missed(&lack, like).await {
                    idle.push(lack.what);
                }
            }
        }
    }
    assert!(idle.is_empty(), "nobody misses {idle:#?}");
}

/// Whether a scenario takes no more than the policy that is shipped.
fn plain(scenario: &Scenario) -> bool {
    !scenario.manages && !scenario.passes
}

// Several tests, so that they run at the same time.

#[tokio::test]
async fn nothing_to_read_and_use_can_be_left_out() {
    nothing_is_idle(&["Read", "Use", "Open"], plain).await;
}

#[tokio::test]
async fn nothing_to_create_can_be_left_out() {
    nothing_is_idle(&["Create", "TagNew"], plain).await;
}

#[tokio::test]
async fn nothing_to_change_can_be_left_out() {
    nothing_is_idle(&["Own"], plain).await;
}

#[tokio::test]
async fn nothing_for_apis_of_others_can_be_left_out() {
    nothing_is_idle(&["Managed"], |scenario| scenario.manages).await;
}

#[tokio::test]
async fn nothing_for_roles_can_be_left_out() {
    nothing_is_idle(&["Pass"], |scenario| scenario.passes).await;
}

#[tokio::test]
async fn no_statement_is_forgotten_above() {
    let policies = played().await.iter().map(|(scenario, _)| scenario.policy());
    let statements: Vec<_> = policies.flat_map(|policy| policy.statement).collect();
    let tested = ["Read", "Use", "Open", "Create", "TagNew", "Own", "Managed", "Pass"];
    let forgotten = statements.iter().find(|it| !tested.iter().any(|name| it.sid.starts_with(name)));
    assert_eq!(forgotten, None);
}
