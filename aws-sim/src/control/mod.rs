//! The simulator's own side, under `/_sim/`: what happened, what exists, and levers to pull.

mod levers;

use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{Method, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::inferred;
use crate::services::SERVICES;
use crate::simulator::Simulator;
use crate::world::{Region, defaults};

const INDEX: &str = "\
AWS simulator. Endpoint of every service: this address. Under /_sim/:

GET    /_sim/              this text
GET    /_sim/calls         calls received (?account=N&service=S&mutating=true)
DELETE /_sim/calls         forget them (?account=N)
GET    /_sim/world         what every account and region starts with
GET    /_sim/state         what exists, by account, region and type (?account=N; ?added=true leaves the default world out)
GET    /_sim/sockets       socket address of each load balancer's listener and each endpoint
GET    /_sim/resolve       addresses and sockets behind a DNS name (?name=N&vpc=V)
GET    /_sim/ca            certificate of the authority that the sockets' certificates are signed by, in PEM
GET    /_sim/operations    operations offered
GET    /_sim/inferred      rules that no source states, by the trial on AWS that would settle them
GET    /_sim/clock         virtual time and speed
PUT    /_sim/clock         {\"speed\": 60} and/or {\"advanceSeconds\": 120}
GET    /_sim/faults        faults on order
POST   /_sim/faults        order one: {\"kind\": \"throttle\", \"operation\": \"Create*\", \"count\": 2}
                           kinds: throttle internalError unavailable deny refuse resetBefore resetAfter timeout slow stale
                           also: service, account, probability, skip, retryAfter, delaySeconds, code, message
DELETE /_sim/faults        call them off (?account=N)
GET    /_sim/consistency   how stale reads may be
PUT    /_sim/consistency   {\"lagSeconds\": 5, \"probability\": 0.5}; also: operation
PUT    /_sim/quotas        which request rates are limited: {\"enabled\": [\"*\"]} or [\"ec2:Describe*\", \"apigateway:DeleteRestApi\"]
PUT    /_sim/policies      {\"caller\": access key or account, \"policy\": IAM policy, or null to take it away}
DELETE /_sim/policies      take all away
PUT    /_sim/ids           the next identifiers of an account: {\"account\": N, \"kind\": \"vpce\", \"ids\": [\"vpce-0a1b2c3d4e5f60041\"]}
                           kinds: prefixes of EC2's, hex16 (ends of load balancing's ARNs), alphanumeric10 (APIs)
";

/// Answers a request to the simulator itself.
pub(crate) fn handle(simulator: &Simulator, parts: &Parts, body: &Bytes) -> Response<Bytes> {
    let path = parts.uri.path().trim_start_matches("/_sim").trim_matches('/');
    let account = query(parts, "account");
    match (&parts.method, path) {
        (&Method::GET, "") => text(200, INDEX.to_owned()),
        (&Method::GET, "calls") => json_answer(&calls(simulator, parts)),
        (&Method::DELETE, "calls") => {
            simulator.clear_calls(account.as_deref());
            json_answer(&json!({}))
        }
        (&Method::GET, "world") => json_answer(&defaults::describe()),
        (&Method::GET, "state") => {
            let added = query(parts, "added").is_some_and(|wanted| wanted == "true");
            json_answer(&state(simulator, account.as_deref(), added))
        }
        (&Method::GET, "sockets") => json_answer(&simulator.bind_sockets()),
        (&Method::GET, "resolve") => json_answer(
            &simulator.resolve_name(&query(parts, "name").unwrap_or_default(), query(parts, "vpc").as_deref()),
        ),
        (&Method::GET, "ca") => match simulator.authority_pem() {
            Some(pem) => text(200, pem.to_owned()),
            None => text(500, "No authority could be made.\n".to_owned()),
        },
        (&Method::GET, "operations") => json_answer(&operations()),
        (&Method::GET, "inferred") => json_answer(&inferred::page()),
        (&Method::GET, "clock") => json_answer(&clock(simulator)),
        (&Method::PUT, "clock") => set_clock(simulator, body),
        (_, "faults" | "consistency" | "ids" | "policies" | "quotas") => {
            levers::handle(simulator, &parts.method, path, account.as_deref(), body)
        }
        _ => text(404, format!("No such page.\n\n{INDEX}")),
    }
}

fn query(parts: &Parts, name: &str) -> Option<String> {
    let pairs = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
    pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn calls(simulator: &Simulator, parts: &Parts) -> Value {
    let (service, mutating) = (query(parts, "service"), query(parts, "mutating"));
    let mut calls = simulator.calls(query(parts, "account").as_deref());
    calls.retain(|call| {
        service.as_deref().is_none_or(|service| call.service == service)
            && mutating.as_deref().is_none_or(|wanted| call.mutating == (wanted == "true"))
    });
    json!(calls)
}

fn operations() -> Value {
    let of = |service: &crate::services::Service| {
        service.operations.iter().map(|operation| operation.name).collect::<Vec<_>>()
    };
    SERVICES
        .iter()
        .map(|service| (service.name.to_owned(), json!(of(service))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn clock(simulator: &Simulator) -> Value {
    json!({ "now": simulator.clock().now().iso(), "speed": simulator.clock().speed() })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SetClock {
    speed: Option<f64>,
    advance_seconds: Option<f64>,
}

fn set_clock(simulator: &Simulator, body: &Bytes) -> Response<Bytes> {
    let wanted: SetClock = match serde_json::from_slice(body) {
        Ok(wanted) => wanted,
        Err(error) => return text(400, format!("{error}\n")),
    };
    if let Some(speed) = wanted.speed {
        simulator.clock().set_speed(speed);
    }
    if let Some(by) = wanted.advance_seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()) {
        simulator.clock().advance(by);
    }
    json_answer(&clock(simulator))
}

/// What exists: `{account: {region: {type: [ids]}}}`; with or without what the default world brought.
pub(crate) fn state(simulator: &Simulator, account: Option<&str>, added: bool) -> Value {
    let mut out = json!({});
    simulator.with_world(|world, now| {
        for ((owner, name), region) in &world.regions {
            if account.is_some_and(|account| account != owner) {
                continue;
            }
            let at_first = added.then(|| Region::new(owner, name));
            for service in SERVICES {
                let before = at_first.as_ref().map(|region| (service.inventory)(region, now)).unwrap_or_default();
                for (kind, mut ids) in (service.inventory)(region, now) {
                    ids.retain(|id| before.get(kind).is_none_or(|before| !before.contains(id)));
                    if !ids.is_empty() {
                        out[owner][name][kind] = json!(ids);
                    }
                }
            }
        }
    });
    out
}

pub(crate) fn text(status: u16, body: String) -> Response<Bytes> {
    respond(status, "text/plain; charset=utf-8", body)
}

pub(crate) fn json_answer(value: &Value) -> Response<Bytes> {
    respond(200, "application/json", format!("{value:#}\n"))
}

fn respond(status: u16, content_type: &str, body: String) -> Response<Bytes> {
    let response = Response::builder().status(status).header("content-type", content_type);
    response.body(Bytes::from(body)).unwrap_or_default()
}
