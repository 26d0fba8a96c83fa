//! A front door that is open costs next to nothing.

use std::fs;

use serde_json::Value;
use testenv::poll;

use crate::lab::{KIND, Lab, PATIENCE, shared};

/// Resident memory of the controller with one front door stays below this, in KiB.
const MEMORY: u64 = 64 * 1024;

#[test]
fn a_pass_that_finds_nothing_to_do_writes_nothing() {
    let mut lab = Lab::new("quiet");
    let name = lab.apply(&lab.example("alb-lambda.yaml"));
    lab.ready(&name);
    let before = lab.kubectl.get(KIND, &name).unwrap().unwrap();
    let events = lab.kubectl.list("events").unwrap().len();
    let calls = calls(&lab);
    lab.controller.kill();
    lab.controller.start_again().unwrap();
    wait_for_pass(&lab, calls.len());

    let made = calls_after(&lab, calls.len());
    assert!(made.iter().all(|call| call["mutating"] == false), "{made:#?}");
    let after = lab.kubectl.get(KIND, &name).unwrap().unwrap();
    assert_eq!(before["metadata"]["resourceVersion"], after["metadata"]["resourceVersion"]);
    assert_eq!(events, lab.kubectl.list("events").unwrap().len());
    let memory = resident_memory(lab.controller.id().unwrap());
    println!("resident memory with one front door: {memory} KiB");
    assert!(memory < MEMORY, "{memory} KiB");
}

fn calls(lab: &Lab) -> Vec<Value> {
    let calls = shared().simulator.get(&format!("calls?account={}", lab.account)).unwrap();
    calls.as_array().unwrap().clone()
}

fn calls_after(lab: &Lab, known: usize) -> Vec<Value> {
    calls(lab).split_off(known)
}

/// Waits until the controller has said that its pass has ended.
fn wait_for_pass(lab: &Lab, known: usize) {
    let ended = || fs::read_to_string(lab.controller.log()).unwrap_or_default().matches("pass ended").count();
    let restarted = |log: &str| log.rsplit("frontdoor starts").next().unwrap_or_default().contains("pass ended");
    poll::until("a pass after the restart", std::time::Duration::from_millis(50), PATIENCE, || {
        let log = fs::read_to_string(lab.controller.log()).unwrap_or_default();
        let done = restarted(&log) && calls(lab).len() > known;
        Ok(if done { Ok(()) } else { Err(format!("{} passes so far", ended())) })
    })
    .unwrap();
}

fn resident_memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
