//! Changes while the controller is killed again and again.

use std::time::Duration;

use serde_json::json;
use testenv::poll;

use super::under_load::{Change, example};
use crate::door::Door;
use crate::given::{self, PRIVATE_SUBNETS};
use crate::lab::{Lab, PATIENCE};

/// How often the controller dies during a change.
const DEATHS: usize = 3;

#[test]
fn of_a_controller_that_dies_all_the_while() {
    let lab = Lab::new("change-restarts");
    let beside = given::subnet(&lab, "a", 14);
    let object = example(&lab);
    let mut door = Door::open(lab, object);
    let subnets = |ids: &[&str]| json!({"vpcEndpoint": {"create": {"subnetIds": ids}}});
    let changes: [Change; 6] = [
        ("subnet moved within its zone", subnets(&[&beside, PRIVATE_SUBNETS[1]])),
        ("endpoint replaced beside itself", subnets(&[PRIVATE_SUBNETS[0]])),
        ("stage renamed", json!({"api": {"stage": {"name": "live"}}})),
        (
            "resource policy",
            json!({"api": {"resourcePolicy": {"additionalVpcEndpointIds": ["vpce-0a1b2c3d4e5f60009"]}}}),
        ),
        ("rule added before", json!({"rules": [{"paths": ["/orders/*"]}, {"stagePath": "Hidden"}]})),
        ("clients", json!({"loadBalancer": {"create": {"clientCidrs": ["203.0.113.0/24"]}}})),
    ];
    let url = format!("http://{}/", door.dns_name());
    for (name, patch) in changes {
        door.under_load(name, &[&url], |door| {
            door.ask(&patch);
            die_again_and_again(door);
            door.settle();
        });
    }
}

/// Kills the controller after whatever it does next, and starts another; stops when there is nothing left to do.
fn die_again_and_again(door: &mut Door) {
    let name = door.name().to_owned();
    let lab = &mut door.lab;
    for _ in 0..DEATHS {
        let before = lab.mutations();
        let what = "a changing call, or rest";
        let acts = poll::until(what, Duration::from_millis(5), PATIENCE, || {
            let acts = lab.mutations() > before;
            Ok(if acts || lab.rests(&name) { Ok(acts) } else { Err("neither") })
        });
        if !acts.unwrap() {
            return;
        }
        lab.controller.kill();
        lab.controller.start_again().unwrap();
    }
}
