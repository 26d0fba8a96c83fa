//! What was measured: tables for people, JSON lines for comparisons.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use testenv::{Error, Result, binaries, process};

use super::Arguments;
use super::phase::{Calls, Phase};

/// Prints the tables.
pub(super) fn print(arguments: &Arguments, phases: &[Phase]) {
    crate::print(tables(arguments, phases));
}

fn tables(arguments: &Arguments, phases: &[Phase]) -> String {
    let names: Vec<&str> = phases.iter().map(|phase| phase.name).collect();
    let head = |title: &str| format!("| {title} | {} |\n| --- |{}\n", names.join(" | "), " ---: |".repeat(names.len()));
    let mut text = head(&format!(
        "{} objects{}",
        arguments.objects,
        if arguments.quotas { ", request rates limited" } else { "" }
    ));
    for (title, figure) in figures(arguments) {
        text += &row(title, phases.iter().map(figure));
    }
    let _ = write!(text, "\n{}", head("calls, and each"));
    for operation in operations(phases) {
        let cell = |phase: &Phase| phase.calls.get(&operation).map(|of| cell(arguments, phase, of));
        text += &row(&operation, phases.iter().map(|phase| cell(phase).unwrap_or_default()));
    }
    text + &errors(phases)
}

type Figure<'a> = Box<dyn Fn(&Phase) -> String + 'a>;

/// The rows of the first table. "Each" is for each object, in `resync` for each object and resync.
fn figures(arguments: &Arguments) -> Vec<(&'static str, Figure<'_>)> {
    let mebibytes = |kibibytes: u64| format!("{:.1}", as_f64(kibibytes) / 1024.0);
    vec![
        ("AWS calls", Box::new(|phase: &Phase| count(phase, |_| true).to_string())),
        ("AWS calls each", Box::new(|phase| each(arguments, phase, f64::from(count(phase, |_| true))))),
        ("of them changing", Box::new(|phase| each(arguments, phase, f64::from(count(phase, |of| of.changing))))),
        ("reconciles logged, each", Box::new(|phase| each(arguments, phase, f64::from(phase.reconciles)))),
        ("CPU each, ms", Box::new(|phase| each(arguments, phase, phase.cpu.as_secs_f64() * 1000.0))),
        ("CPU, s", Box::new(|phase| format!("{:.2}", phase.cpu.as_secs_f64()))),
        ("wall time, s", Box::new(|phase| format!("{:.1}", phase.wall.as_secs_f64()))),
        ("resident memory after, MiB", Box::new(move |phase| mebibytes(phase.resident[0]))),
        ("most so far, MiB", Box::new(move |phase| mebibytes(phase.resident[1]))),
    ]
}

fn row(title: &str, cells: impl Iterator<Item = String>) -> String {
    format!("| {title} | {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

fn cell(arguments: &Arguments, phase: &Phase, calls: &Calls) -> String {
    format!("{} / {}", calls.count, each(arguments, phase, f64::from(calls.count)))
}

fn rounds(arguments: &Arguments, phase: &Phase) -> u32 {
    if phase.name == "resync" { arguments.resyncs } else { 1 }
}

fn each(arguments: &Arguments, phase: &Phase, total: f64) -> String {
    format!("{:.2}", total / f64::from(arguments.objects * rounds(arguments, phase)))
}

fn count(phase: &Phase, counts: impl Fn(&Calls) -> bool) -> u32 {
    phase.calls.values().filter(|of| counts(of)).map(|of| of.count).sum()
}

/// Operations of all phases, those that change something first.
fn operations(phases: &[Phase]) -> Vec<String> {
    let all = phases.iter().flat_map(|phase| &phase.calls);
    let sorted: BTreeSet<(bool, &String)> = all.map(|(operation, of)| (!of.changing, operation)).collect();
    sorted.into_iter().map(|(_, operation)| operation.clone()).collect()
}

/// A line for each phase with calls that AWS refused.
fn errors(phases: &[Phase]) -> String {
    let mut text = String::new();
    for phase in phases {
        let refused: Vec<String> = phase
            .calls
            .iter()
            .flat_map(|(operation, of)| {
                of.errors.iter().map(move |(code, times)| format!("{operation} {code} {times}"))
            })
            .collect();
        if !refused.is_empty() {
            let _ = write!(text, "\nanswered with errors in {}: {}", phase.name, refused.join(", "));
        }
    }
    text
}

/// Appends a line for each phase.
pub(super) fn append(arguments: &Arguments, phases: &[Phase], path: &Path) -> Result<()> {
    let revision = revision();
    let mut file = File::options().create(true).append(true).open(path).map_err(Error::file("open", path))?;
    let mut lines = phases.iter().map(|phase| line(arguments, phase, &revision));
    lines.try_for_each(|line| writeln!(file, "{line}")).map_err(Error::file("write", path))
}

fn line(arguments: &Arguments, phase: &Phase, revision: &str) -> Value {
    let calls: BTreeMap<&String, u32> = phase.calls.iter().map(|(operation, of)| (operation, of.count)).collect();
    let errors: BTreeMap<&String, &BTreeMap<String, u32>> = phase
        .calls
        .iter()
        .filter(|(_, of)| !of.errors.is_empty())
        .map(|(operation, of)| (operation, &of.errors))
        .collect();
    json!({
        "revision": revision,
        "objects": arguments.objects,
        "speed": arguments.speed,
        "quotas": arguments.quotas,
        "phase": phase.name,
        "rounds": rounds(arguments, phase),
        "reconciles": phase.reconciles,
        "calls": calls,
        "errors": errors,
        "cpuSeconds": phase.cpu.as_secs_f64(),
        "wallSeconds": phase.wall.as_secs_f64(),
        "residentKiB": phase.resident[0],
        "mostResidentKiB": phase.resident[1],
    })
}

/// The revision of the checkout; `unknown` outside one.
fn revision() -> String {
    let mut git = Command::new("git");
    git.arg("-C").arg(binaries::workspace()).args(["describe", "--always", "--dirty"]);
    process::output(&mut git).map_or_else(|_| "unknown".to_owned(), |revision| revision.trim().to_owned())
}

#[expect(clippy::cast_precision_loss, reason = "a table of figures with one digit after the point")]
fn as_f64(number: u64) -> f64 {
    number as f64
}
