//! Specs generated from the schema, each judged by the real API server and then by the controller's passes in the simulator.
//!
//! `SPECS` says how many, `SPECS_FROM` the seed of the first: `SPECS=1 SPECS_FROM=<seed>` replays one.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::panic::AssertUnwindSafe;
use std::sync::LazyLock;
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
/// Percent of the specs that are kept, at least, and that are only told in the status, at most.
const LEAST_KEPT: u64 = 20;
const MOST_TOLD: u64 = 3;
/// What a spec may be.
static SCHEMA: LazyLock<Value> = LazyLock::new(schema);
/// Longest time for one spec.
const LIMIT: Duration = Duration::from_mins(1);

/// Fields without an effect on what is wanted, and why.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    ("/region", "it chooses the AWS that is asked"),
    ("/suspend", "a suspended object is not looked at"),
    ("/managementPolicy", "it filters the finished plan"),
    ("/deletionPolicy", "it filters the plan of a deletion"),
    ("/externallyPermittedFunctionArns", "it accepts functions of others, which the generator has none of"),
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

/// Whether a refusal names a field by its path: one that the schema has, or an unknown one of an object that it has. One by a rule of the whole spec
/// has no path, and names the fields in its text; nor has a spec that is no object.
fn names_a_field(schema: &Value, message: &str) -> bool {
    // Several together stand in brackets, with commas between them.
    let of_rule = |text: &str| {
        let mut said = message.split("spec: Invalid value: ").skip(1).filter_map(|said| said.strip_prefix(text));
        said.any(|rest| ["", "]", ", "].contains(&rest))
    };
    if rules(schema).any(of_rule) || message.contains(": .spec: expected map, got ") {
        return true;
    }
    let of_path = |c: char| c.is_alphanumeric() || "_.[]".contains(c);
    let unknown = message.contains("unknown field") || message.contains("field not declared in schema");
    message.match_indices("spec.").any(|(at, start)| {
        let rest = &message[at + start.len()..];
        let path = &rest[..rest.find(|c| !of_path(c)).unwrap_or(rest.len())];
        leads(schema, path.trim_end_matches(['.', '[']), unknown)
    })
}

/// What the rules of the whole spec say.
fn rules(schema: &Value) -> impl Iterator<Item = &str> {
    let rules = schema["x-kubernetes-validations"].as_array().into_iter().flatten();
    rules.filter_map(|rule| rule["message"].as_str())
}

/// Names of all fields of a schema.
fn names(schema: &Value) -> BTreeSet<&str> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let below = properties.flat_map(|(name, property)| names(property).into_iter().chain([name.as_str()]));
    let items = schema.get("items").map(names).unwrap_or_default();
    below.chain(items).collect()
}

/// Whether a schema has what a path leads to; the last name may be unknown.
fn leads(schema: &Value, path: &str, unknown: bool) -> bool {
    let mut at = schema;
    let mut names = path.split(['.', '[']).filter(|name| !name.ends_with(']')).peekable();
    let is_path = names.peek().is_some_and(|name| !name.is_empty());
    while let Some(name) = names.next() {
        at = if at["items"].is_null() { at } else { &at["items"] };
        if at["x-kubernetes-preserve-unknown-fields"] == true || !at["additionalProperties"].is_null() {
            return true;
        }
        let is_last = names.peek().is_none();
        match at["properties"].get(name) {
            Some(property) => at = property,
            None => return unknown && is_last,
        }
    }
    is_path
}

async fn verdict(api: &Api<DynamicObject>, seed: u64, spec: &Value) -> Verdict {
    match stored(api, seed, spec).await {
        Ok(stored) => {
            let judged = Box::pin(AssertUnwindSafe(judge(&stored, spec)).catch_unwind());
            match tokio::time::timeout(LIMIT, judged).await {
                Ok(Ok(verdict)) => verdict,
                Ok(Err(_)) => Verdict::Defect("it panics".to_owned()),
                Err(_) => Verdict::Defect("it hangs".to_owned()),
            }
        }
        Err(message) if names_a_field(&SCHEMA, &message) => Verdict::Refused(message),
        Err(message) => Verdict::Defect(format!("the API server names no field: {message}")),
    }
}

#[test]
fn each_generated_spec_is_refused_with_a_field_or_kept() {
    let (count, from) = (number("SPECS", COUNT), number("SPECS_FROM", 0));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let verdicts: Vec<(u64, Verdict)> = runtime.block_on(async {
        let api = api().await;
        let judged =
                futures::stream::iter(from..from + count).map(|seed| {
                    let (api, spec) = (api.clone(), spec(&SCHEMA, seed));
                    if count == 1 {
                        println!("{spec:#}");
                    }
                    async move {
                        (seed, tokio::spawn(async move { Box::pin(verdict(&api, seed, &spec)).await }).await.unwrap())
                    }
                });
        judged.buffer_unordered(8).collect().await
    });
    report(&verdicts);
    let wrong: Vec<_> =
        verdicts.iter().filter(|(_, it)| matches!(it, Verdict::Defect(_) | Verdict::RefusedByAws(_))).collect();
    assert!(wrong.is_empty(), "{} specs are neither refused with a field nor kept: {wrong:#?}", wrong.len());
    let number = |is: fn(&Verdict) -> bool| verdicts.iter().filter(|(_, it)| is(it)).count() as u64;
    let (kept, told) = (number(|it| matches!(it, Verdict::Kept { .. })), number(|it| matches!(it, Verdict::Told(_))));
    let (least, most) = (count * LEAST_KEPT / 100, count * MOST_TOLD / 100);
    assert!(count < COUNT || kept >= least, "only {kept} of {count} are kept: the generator has to hit more");
    assert!(count < COUNT || told <= most, "{told} of {count} are only told: too many not to be kept");
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

#[test]
fn a_refusal_names_a_field_only_if_the_schema_has_it() {
    let named = |message: &str| names_a_field(&SCHEMA, message);
    assert!(named("PrivateApiFrontDoor \"x\" is invalid: spec.api.routes[0].path: Invalid value: \"a\""));
    assert!(named("failed to create typed patch object: .spec.rules[1].nothing: field not declared in schema"));
    assert!(named("failed: .spec.api.binaryMediaTypes[=true]: expected string"));
    assert!(named("spec.tags.team: Too long") && named("spec.api.openApi.inline.paths: Invalid value"));
    assert!(!named("the spec is invalid") && !named("spec.: x") && !named("spec.nothing: Invalid value"));
    assert!(!named("spec.api.nothing.path: field not declared in schema"));
    let all = names(&SCHEMA);
    let is_named = |word: &str| all.contains(word) || all.contains(format!("{word}s").as_str());
    for rule in rules(&SCHEMA) {
        assert!(rule.split([' ', ':']).any(is_named), "a rule of the whole spec names no field: {rule}");
        assert!(named(&format!("PrivateApiFrontDoor \"x\" is invalid: spec: Invalid value: {rule}")));
        assert!(named(&format!("\"x\" is invalid: [spec: Invalid value: {rule}, spec: Invalid value: none]")));
    }
}
