//! Plans as users read them: each case brings a small cloud from one manifest to another and shows the plan of every wave.
//!
//! A case is a file in `cases/`: the manifest that is reached first (`from`), what others do to it (`drift`), and the manifest whose plans are shown
//! (`to`; none for a deletion). `INSTA_UPDATE=always cargo test --no-default-features --test golden` writes the snapshots again; one without a case
//! fails the test.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

#[path = "../cloud/mod.rs"]
#[expect(dead_code, reason = "the property tests use the rest")]
mod cloud;
mod edit;
#[path = "../fixture/mod.rs"]
mod fixture;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use frontdoor::api::{ManagementPolicy, PrivateApiFrontDoor, PrivateApiFrontDoorSpec};
use frontdoor::desired::{Graph, desired};
use frontdoor::intent::{Wanted, resolve};
use frontdoor::plan::filter::{Retained, observing};
use frontdoor::plan::plan;
use serde_json::Value;

use cloud::Cloud;

fn directory(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn yaml(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The spec of an example, with what the case changes in it.
fn spec(case: &Value) -> Option<PrivateApiFrontDoorSpec> {
    let example = case["example"].as_str()?;
    let mut manifest = yaml(&directory("examples").join(format!("{example}.yaml")));
    for (pointer, value) in case["set"].as_object().into_iter().flatten() {
        edit::set(&mut manifest["spec"], pointer, value.clone());
    }
    let object: PrivateApiFrontDoor = serde_json::from_value(manifest).expect("a manifest");
    Some(object.spec)
}

/// What the spec asks for: an empty graph where there is none, problems where it cannot be had.
fn graph(
    cloud: &Cloud,
    spec: Option<&PrivateApiFrontDoorSpec>,
    before: Option<&PrivateApiFrontDoorSpec>,
    fallback: &Wanted,
) -> Result<(Graph, Wanted), String> {
    let Some(spec) = spec else {
        let owner = cloud.owner.clone();
        let nothing = before.map_or_else(|| Graph::nothing(owner.clone()), |it| Graph::released(owner.clone(), it));
        return Ok((nothing, fallback.clone()));
    };
    let wanted = Wanted::of(spec);
    match resolve(spec, &cloud.owner, &cloud.references(&wanted)) {
        Ok(intent) => Ok((desired(&intent), wanted)),
        Err(problems) => Err(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
    }
}

/// The plans, wave by wave, until nothing is left.
fn waves(case: &Value) -> String {
    let mut cloud = edit::cloud();
    let from = spec(&case["from"]);
    let mut wanted = Wanted::default();
    if from.is_some() {
        let (graph, named) = graph(&cloud, from.as_ref(), None, &wanted).expect("a manifest that can be had");
        cloud.converge(&graph, &named);
        wanted = named;
    }
    for drift in case["drift"].as_array().into_iter().flatten() {
        edit::drift(&mut cloud, drift.as_str().expect("the name of a drift"));
    }
    let to = spec(&case["to"]);
    let (graph, wanted) = match graph(&cloud, to.as_ref(), from.as_ref(), &wanted) {
        Ok(graph) => graph,
        Err(problems) => return problems,
    };
    if to.as_ref().is_some_and(|spec| spec.management_policy == ManagementPolicy::Observe) {
        return observing(plan(&graph, &cloud.observe(&wanted))).to_string();
    }
    let retained = if to.is_none() { from.as_ref().map(Retained::of) } else { None };
    show(&mut cloud, &graph, &wanted, &retained.unwrap_or_default())
}

fn show(cloud: &mut Cloud, graph: &Graph, wanted: &Wanted, retained: &Retained) -> String {
    let (mut text, mut last) = (String::new(), None);
    for pass in 1..=12 {
        let mut snapshot = cloud.observe(wanted);
        for wave in 1..=30 {
            let plan = retained.filter(plan(graph, &snapshot), &graph.owner, &snapshot);
            writeln!(text, "# pass {pass}, wave {wave}\n{plan}").expect("a string takes all");
            if plan.is_converged() {
                return text;
            }
            // Only a person can go on: time has changed nothing.
            if plan.ready.is_empty()
                && !plan.faults.is_empty()
                && last.replace(plan.to_string()) == Some(plan.to_string())
            {
                return text;
            }
            let before = cloud.calls;
            for step in &plan.ready {
                match cloud.execute(&step.change) {
                    Ok(output) => step.change.apply(&mut snapshot, output),
                    Err(refusal) => writeln!(text, "refused: {refusal:?}\n").expect("a string takes all"),
                }
            }
            if cloud.calls == before || plan.ready.iter().all(|step| step.change.deletes()) {
                break;
            }
        }
        cloud.advance();
    }
    panic!("not converged:\n{text}");
}

#[test]
fn plans() {
    insta::glob!("cases/*.yaml", |path| insta::assert_snapshot!(waves(&yaml(path))));
}

#[test]
fn every_snapshot_has_its_case_and_every_example_is_one() {
    let names = |directory: PathBuf, extension: &str| -> BTreeSet<String> {
        let files = std::fs::read_dir(directory).expect("a directory").map(|file| file.expect("a file").file_name());
        let names = files.map(|name| name.into_string().expect("UTF-8"));
        names.filter_map(|name| name.strip_suffix(extension).map(str::to_owned)).collect()
    };
    let cases = names(directory("tests/golden/cases"), ".yaml");
    let snapshots = names(directory("tests/golden/snapshots"), ".yaml.snap");
    let snapshots: BTreeSet<String> = snapshots.iter().map(|it| it.replace("golden__plans@", "")).collect();
    assert_eq!(cases, snapshots);
    let examples = names(directory("examples"), ".yaml");
    let created: BTreeSet<String> =
        cases.iter().filter_map(|it| it.strip_prefix("create-").map(str::to_owned)).collect();
    assert!(examples.is_subset(&created), "{examples:?} without a case");
}
