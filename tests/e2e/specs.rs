//! Specs generated from the schema, each judged by the real API server and then by the controller's passes in the simulator.
//!
//! `SPECS` says how many, `SPECS_FROM` the seed of the first: `SPECS=1 SPECS_FROM=<seed>` replays one.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures::{FutureExt, StreamExt};
use kube::api::{ApiResource, DynamicObject, Patch, PatchParams, ValidationDirective};
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Api, Client, Config};
use serde_json::{Value, json};

use crate::generated::judge::{Verdict, judge};
use crate::generated::{schema, spec};
use crate::lab::shared;

/// How many specs are judged unless another number is asked for.
const COUNT: u64 = 800;
/// As many as show the effect of every field.
const MANY: u64 = 5_000;
/// Longest time for one spec.
const LIMIT: Duration = Duration::from_mins(1);

/// Fields without an effect on what is wanted, and why.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    ("/region", "it chooses the AWS that is asked"),
    ("/suspend", "a suspended object is not looked at"),
    ("/managementPolicy", "it filters the finished plan"),
    ("/deletionPolicy", "it filters the plan of a deletion"),
];

fn number(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

async fn api() -> Api<DynamicObject> {
    let kubeconfig = Kubeconfig::read_from(shared().cluster.kubeconfig()).unwrap();
    let config = Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await.unwrap();
    let resource = ApiResource::erase::<frontdoor::api::PrivateApiFrontDoor>(&());
    Api::namespaced_with(Client::try_from(config).unwrap(), "default", &resource)
}

/// What the API server would store, or why it would not.
async fn stored(api: &Api<DynamicObject>, seed: u64, spec: &Value) -> Result<Value, String> {
    let name = format!("generated-{seed}");
    let object = json!({"apiVersion": "privateapi.dev/v1alpha1", "kind": "PrivateApiFrontDoor", "metadata": {"name": name}, "spec": spec});
    let dry_run =
        PatchParams { field_validation: Some(ValidationDirective::Strict), ..PatchParams::apply("specs").dry_run() };
    match api.patch(&name, &dry_run, &Patch::Apply(&object)).await {
        Ok(stored) => Ok(stored.data["spec"].clone()),
        // A list with items of the wrong type ends in 500 when it is applied, with a message like all others.
        Err(kube::Error::Api(refusal)) if refusal.code < 500 || refusal.message.contains("typed patch") => {
            Err(refusal.message)
        }
        Err(error) => panic!("seed {seed}: {error}"),
    }
}

async fn verdict(api: &Api<DynamicObject>, seed: u64, spec: &Value) -> Verdict {
    match stored(api, seed, spec).await {
        Ok(stored) => {
            let judged = AssertUnwindSafe(judge(&stored, spec)).catch_unwind();
            match tokio::time::timeout(LIMIT, judged).await {
                Ok(Ok(verdict)) => verdict,
                Ok(Err(_)) => Verdict::Defect("it panics".to_owned()),
                Err(_) => Verdict::Defect("it hangs".to_owned()),
            }
        }
        Err(message) if message.contains("spec") => Verdict::Refused(message),
        Err(message) => Verdict::Defect(format!("the API server names no field: {message}")),
    }
}

#[test]
fn each_generated_spec_is_refused_with_a_field_or_kept() {
    let (count, from) = (number("SPECS", COUNT), number("SPECS_FROM", 0));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let verdicts: Vec<(u64, Verdict)> = runtime.block_on(async {
        let (api, schema) = (api().await, schema());
        let judged = futures::stream::iter(from..from + count).map(|seed| {
            let (api, spec) = (api.clone(), spec(&schema, seed));
            if count == 1 {
                println!("{spec:#}");
            }
            async move { (seed, tokio::spawn(async move { verdict(&api, seed, &spec).await }).await.unwrap()) }
        });
        judged.buffer_unordered(8).collect().await
    });
    report(&verdicts);
    let wrong: Vec<_> =
        verdicts.iter().filter(|(_, it)| matches!(it, Verdict::Defect(_) | Verdict::RefusedByAws(_))).collect();
    assert!(wrong.is_empty(), "{} specs are neither refused with a field nor kept: {wrong:#?}", wrong.len());
    let kept = verdicts.iter().filter(|(_, it)| matches!(it, Verdict::Kept { .. })).count() as u64;
    assert!(count < COUNT || kept * 20 > count, "only {kept} of {count} are kept: the generator has to hit more");
    if count >= MANY {
        assert_eq!(idle(&verdicts), BTreeSet::new(), "fields are accepted and have no effect");
    }
}

fn report(verdicts: &[(u64, Verdict)]) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, verdict) in verdicts {
        let kind = match verdict {
            Verdict::Refused(message) if message.starts_with("spec.") => "refused by resolve",
            Verdict::Refused(_) => "refused by the API server",
            Verdict::Kept { .. } => "kept",
            Verdict::Told(_) => "told in the status",
            Verdict::RefusedByAws(_) => "refused by AWS",
            Verdict::Defect(_) => "defects",
        };
        *counts.entry(kind).or_default() += 1;
    }
    println!("{counts:?}");
    if env::var_os("SPECS_SHOW").is_some() {
        for (seed, verdict) in verdicts {
            println!("{seed}: {verdict:?}");
        }
    }
}

/// Fields that never had an effect.
fn idle(verdicts: &[(u64, Verdict)]) -> BTreeSet<&String> {
    let (mut all, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for (_, verdict) in verdicts {
        if let Verdict::Kept { set, effective } = verdict {
            all.extend(set);
            seen.extend(effective);
        }
    }
    let excused = |field: &&String| WITHOUT_EFFECT.iter().any(|(end, _)| field.ends_with(end));
    all.difference(&seen).copied().filter(|field| !excused(field)).collect()
}
