//! Levers: faults, consistency and policies.

use bytes::Bytes;
use http::{Method, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{json_answer, text};
use crate::gates::consistency::Consistency;
use crate::gates::fault::Fault;
use crate::iam::{Kind, Policy};
use crate::simulator::Simulator;

pub(super) fn handle(
    simulator: &Simulator,
    method: &Method,
    path: &str,
    account: Option<&str>,
    body: &Bytes,
) -> Response<Bytes> {
    let done = match (method.as_str(), path) {
        ("GET", "faults") => return json_answer(&json!(simulator.faults())),
        ("POST", "faults") => read::<Fault>(body).map(|fault| simulator.order_fault(fault)),
        ("DELETE", "faults") => {
            simulator.clear_faults_of(account);
            Ok(())
        }
        ("GET", "consistency") => return json_answer(&json!(simulator.consistency())),
        ("PUT", "consistency") => read::<SetConsistency>(body).map(|wanted| wanted.apply(simulator)),
        ("PUT", "quotas") => read::<SetQuotas>(body).map(|wanted| simulator.set_quotas(&wanted.enabled)),
        ("PUT", "ids") => {
            read::<OrderIds>(body).map(|wanted| simulator.order_ids(&wanted.account, &wanted.kind, wanted.ids))
        }
        ("PUT", "policies") => read::<SetPolicy>(body).and_then(|wanted| wanted.apply(simulator)),
        ("DELETE", "policies") => {
            simulator.clear_policies();
            Ok(())
        }
        _ => return text(405, "This page does not take that method.\n".to_owned()),
    };
    match done {
        Ok(()) => json_answer(&json!({})),
        Err(why) => text(400, format!("{why}\n")),
    }
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SetConsistency {
    lag_seconds: f64,
    probability: f64,
    #[serde(default = "every_operation")]
    operation: String,
}

fn every_operation() -> String {
    "*".to_owned()
}

impl SetConsistency {
    fn apply(&self, simulator: &Simulator) {
        let settings = Consistency { lag_seconds: self.lag_seconds, probability: self.probability };
        simulator.set_consistency_of(&self.operation, settings);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetQuotas {
    enabled: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderIds {
    account: String,
    kind: String,
    ids: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetPolicy {
    caller: String,
    policy: Option<Value>,
}

impl SetPolicy {
    fn apply(self, simulator: &Simulator) -> Result<(), String> {
        let policy = self.policy.map(|policy| Policy::of(&policy, Kind::Identity)).transpose();
        simulator.set_policy(&self.caller, policy.map_err(|error| error.to_string())?);
        Ok(())
    }
}
