//! A front door that changes while clients ask.

use serde_json::{Value, json};

use super::client::Client;
use crate::door::Door;
use crate::lab::{Lab, shared};
use crate::merge::merge;

/// A change: what it is, and the merge patch of the spec.
pub(super) type Change = (&'static str, Value);

impl Door {
    /// Applies a change of the spec.
    pub(super) fn ask(&mut self, patch: &Value) {
        merge(&mut self.object["spec"], patch);
        self.lab.apply(&self.object);
    }

    /// The same, and waits until it stands.
    pub(super) fn change(&mut self, patch: &Value) {
        self.ask(patch);
        self.settle();
    }

    /// What clients get for a path.
    pub(super) fn request(&self, path: &str) -> (u16, String) {
        let answer = shared().simulator.browse(&format!("http://{}/{path}", self.dns_name())).unwrap();
        (answer.status, answer.body)
    }

    /// Makes the changes one after the other, with a client that asks all the time.
    pub(super) fn change_under_load(&mut self, changes: &[Change]) {
        for (name, patch) in changes {
            let url = format!("http://{}/", self.dns_name());
            self.under_load(name, &[&url], |door| door.change(patch));
            assert_eq!(self.request("").0, 200, "{name}");
        }
    }

    /// Does something while a client asks one of these URLs after the other until it is answered: it always must be.
    pub(super) fn under_load(&mut self, name: &str, urls: &[&str], deed: impl FnOnce(&mut Self)) {
        let client = Client::start(self.dns_name(), urls);
        deed(self);
        assert_eq!(client.stop(), Vec::<String>::new(), "{name}");
    }
}

/// The example, with a path that stays the same whatever the stage is called.
pub(super) fn example(lab: &Lab) -> Value {
    let mut object = lab.example("alb-lambda.yaml");
    object["spec"]["rules"] = json!([{"stagePath": "Hidden"}]);
    object
}
