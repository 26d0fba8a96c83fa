//! Properties of the pure middle over a small cloud in memory.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod availability;
#[path = "../cloud/mod.rs"]
mod cloud;
mod conditions;
mod convergence;
mod drift;
#[path = "../fixture/mod.rs"]
mod fixture;
mod fuzzed;
mod names;
mod ownership;
mod policies;
mod refused;
mod retention;
mod specs;
mod stable;
mod tags;

use frontdoor::api::PrivateApiFrontDoorSpec;
use frontdoor::desired::{Graph, desired};
use frontdoor::intent::{Wanted, resolve};
use proptest::prelude::ProptestConfig;
use proptest::test_runner::RngSeed;

use cloud::Cloud;

/// What a spec asks for in this cloud.
fn graph(cloud: &Cloud, spec: &PrivateApiFrontDoorSpec) -> (Graph, Wanted) {
    let wanted = Wanted::of(spec);
    let intent = resolve(spec, &cloud.owner, &cloud.references(&wanted)).expect("a spec that can be had");
    (desired(&intent), wanted)
}

/// Brings the cloud to what the spec asks for.
fn reach(cloud: &mut Cloud, spec: &PrivateApiFrontDoorSpec) {
    let (graph, wanted) = graph(cloud, spec);
    cloud.converge(&graph, &wanted);
}

/// A quarter of the usual number: each case lives through whole lives of a front door. `PROPTEST_CASES` sets it.
fn cases() -> ProptestConfig {
    let usual = same_cases(ProptestConfig::default());
    ProptestConfig { cases: usual.cases.div_ceil(4), failure_persistence: None, ..usual }
}

/// The same cases in every run, unless `PROPTEST_RNG_SEED` asks for others: a change is judged by what it changed.
fn same_cases(usual: ProptestConfig) -> ProptestConfig {
    let rng_seed = match usual.rng_seed {
        RngSeed::Random => RngSeed::Fixed(1),
        given @ RngSeed::Fixed(_) => given,
    };
    ProptestConfig { rng_seed, ..usual }
}
