//! A front door that stands, and what its clients get.

use serde_json::Value;

use crate::lab::{Lab, shared};

/// A front door, as its status tells it.
pub(crate) struct Door {
    pub(crate) lab: Lab,
    pub(crate) object: Value,
    status: Value,
}

impl Door {
    /// Applies the object, and waits until it stands.
    pub(crate) fn open(lab: Lab, object: Value) -> Self {
        lab.apply(&object);
        let mut door = Self { lab, object, status: Value::Null };
        door.settle();
        door
    }

    pub(crate) fn name(&self) -> &str {
        self.object["metadata"]["name"].as_str().unwrap()
    }

    /// Waits until it stands, and reads its status.
    pub(crate) fn settle(&mut self) {
        self.status = self.lab.settled(self.name())["status"].clone();
    }

    /// What a part of the status says.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        let text = self.status.pointer(pointer).and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no {pointer} in {}", self.status))
    }

    pub(crate) fn dns_name(&self) -> &str {
        self.text("/loadBalancer/dnsName")
    }

    /// What clients get at the URL that the status tells: status and body; 0 where nobody answers.
    pub(crate) fn request_url(&self) -> (u16, String) {
        let answer = shared().simulator.browse_at(self.dns_name(), self.text("/url"));
        answer.map_or_else(|error| (0, error.to_string()), |answer| (answer.status, answer.body))
    }
}
