//! The one way that every call goes: who calls, gates, handler, log, answer.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http::request::Parts;
use serde_json::Value;

use crate::auth;
use crate::calls::{CallLog, Received};
use crate::clock::Timestamp;
use crate::config::{Config, DEFAULT_REGION};
use crate::context::{Caller, Context};
use crate::dataplane::tls::Keys;
use crate::error::{Answer, AwsError};
use crate::gates::consistency::History;
use crate::gates::fault::{Fault, Faults, Kind};
use crate::gates::permission::Permissions;
use crate::gates::quota::Quotas;
use crate::gates::refusal;
use crate::ids::Ids;
use crate::protocol::identity::Identity;
use crate::protocol::input::Input;
use crate::protocol::route::{Routed, Unroutable};
use crate::protocol::{Protocol, Reply, render};
use crate::services::iam::role_policy;
use crate::services::{Effect, Failure, Operation, Service};
use crate::simulator::Outcome;
use crate::world::{Region, World};

/// Everything behind the one lock: calls are carried out one after the other, so each sees a whole world.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) ids: Ids,
    pub(crate) calls: CallLog,
    pub(crate) faults: Faults,
    pub(crate) history: History,
    pub(crate) permissions: Permissions,
    pub(crate) quotas: Quotas,
    keys: Arc<Keys>,
}

/// What a request calls, for the answer's form and for the log.
struct Target {
    service: Option<&'static Service>,
    operation: Option<&'static Operation>,
    name: String,
    protocol: Protocol,
    region: String,
    access_key: String,
}

/// A call that is known: what is called, by whom, where and when.
struct Call<'a> {
    config: &'a Config,
    routed: &'a Routed,
    caller: &'a Caller,
    region: &'a str,
    now: Timestamp,
}

impl Call<'_> {
    /// Runs the handler on a region that is not in the world meanwhile.
    fn handle(&self, here: &mut Region, world: &mut World, ids: &mut Ids, keys: &Keys) -> Answer<Reply> {
        let Self { config, routed, caller, region: _, now } = *self;
        handle(routed, &mut Context { here, world, ids, now, caller, config, keys })
    }
}

impl Target {
    fn of(routed: &Result<Routed, Box<Unroutable>>, identity: &Identity) -> Self {
        let (service, operation, name) = match routed {
            Ok(routed) => (Some(routed.service), Some(routed.operation), routed.operation.name.to_owned()),
            Err(unroutable) => (unroutable.service, None, unroutable.operation.clone()),
        };
        Self {
            service,
            operation,
            name,
            protocol: match routed {
                Ok(routed) => routed.service.protocol,
                Err(unroutable) => unroutable.protocol,
            },
            region: identity.region.clone().unwrap_or_else(|| DEFAULT_REGION.to_owned()),
            access_key: identity.access_key.clone().unwrap_or_default(),
        }
    }

    fn respond(&self, result: Answer<Reply>, request_id: &str) -> Response<Bytes> {
        match (result, self.service) {
            (Ok(reply), Some(service)) => render::success(service, &self.name, reply, request_id),
            (Err(error), _) => render::failure(self.protocol, self.service, &error, request_id),
            (Ok(_), None) => Response::default(),
        }
    }

    /// The call for the log, but for what became of it.
    fn received<'a>(&'a self, parts: &'a Parts, caller: Option<&'a Caller>, now: Timestamp) -> Received<'a> {
        let (account, caller) = caller.map_or_else(Default::default, |caller| (&*caller.account, &*caller.arn));
        let user_agent = parts.headers.get("user-agent").and_then(|value| value.to_str().ok());
        Received {
            time: now,
            service: self.service.map_or("", |service| service.name),
            operation: &self.name,
            mutating: self.operation.is_some_and(|operation| operation.effect == Effect::Write),
            account,
            region: &self.region,
            access_key: &self.access_key,
            caller,
            status: 0,
            error: None,
            fault: None,
            request_id: "",
            user_agent: user_agent.unwrap_or_default(),
        }
    }
}

impl State {
    pub(crate) fn new(config: &Config, keys: Arc<Keys>) -> Self {
        Self {
            world: World::default(),
            ids: Ids::seeded(config.seed),
            calls: CallLog::default(),
            faults: Faults::default(),
            history: History::new(config.consistency),
            permissions: Permissions::default(),
            quotas: Quotas::new(&config.quotas),
            keys,
        }
    }

    /// The region of an account, made on first use.
    pub(crate) fn region(&mut self, account: &str, name: &str) -> &mut Region {
        let key = (account.to_owned(), name.to_owned());
        self.world.regions.entry(key).or_insert_with(|| Box::new(Region::new(account, name)))
    }

    /// Carries a call out, logs it, and says what the client gets to see.
    pub(crate) fn carry_out(
        &mut self,
        config: &Config,
        parts: &Parts,
        identity: &Identity,
        routed: Result<Routed, Box<Unroutable>>,
        now: Timestamp,
    ) -> Outcome {
        let request_id = self.ids.uuid();
        let target = Target::of(&routed, identity);
        let caller = auth::caller(&self.world, identity, target.protocol, now);
        let mut fault = None;
        let result = match (routed, &caller) {
            (Err(unroutable), _) => Err(unroutable.error),
            (Ok(_), Err(refusal)) => Err(refusal.clone()),
            (Ok(routed), Ok(caller)) => {
                let reads = routed.operation.effect == Effect::Read;
                fault =
                    self.faults.take(&mut self.ids, routed.service.name, routed.operation.name, &caller.account, reads);
                let call = Call { config, routed: &routed, caller, region: &target.region, now };
                self.gated(&call, fault.as_ref())
            }
        };
        let error = result.as_ref().err().map(|error| error.code.clone());
        let response = target.respond(result, &request_id);
        let outcome = outcome(response, fault.as_ref());
        let status = if let Outcome::Answer(response, _) = &outcome { response.status().as_u16() } else { 0 };
        let fault = fault.map(|fault| format!("{:?}", fault.kind));
        let received = target.received(parts, caller.as_ref().ok(), now);
        let (error, fault) = (error.as_deref(), fault.as_deref());
        self.calls.record(Received { status, error, fault, request_id: &request_id, ..received });
        outcome
    }

    /// Past the gates to the handler. Faults come first: they befall a call on the way, whatever it asks for.
    fn gated(&mut self, call: &Call<'_>, fault: Option<&Fault>) -> Answer<Reply> {
        let Call { routed, caller, region, now, .. } = *call;
        let service = routed.service;
        match fault.map(|fault| (fault.kind, fault)) {
            Some((Kind::Throttle, fault)) => return Err(refusal::throttled(service, fault.retry_after)),
            Some((Kind::InternalError, _)) => return Err(refusal::failed(service)),
            Some((Kind::Unavailable, _)) => return Err(refusal::unavailable(service)),
            Some((Kind::Deny, _)) => {
                let action = format!("{}:{}", service.name, routed.operation.name);
                return Err(refusal::denied(service, &caller.arn, &action, "*", true));
            }
            Some((Kind::Refuse, fault)) => return Err(AwsError::new(fault.code.clone(), fault.message.clone())),
            // Nobody will see this answer; it only says in the log that there was no effect.
            Some((Kind::ResetBefore | Kind::Timeout, _)) => return Err(AwsError::new("ConnectionLost", "No effect")),
            Some((Kind::ResetAfter | Kind::Slow | Kind::Stale, _)) | None => {}
        }
        if let Err(seconds) = self.quotas.take(&caller.account, region, routed, now) {
            self.refused_anyway(call)?;
            return Err(refusal::throttled(service, (service.name == "apigateway").then_some(seconds)));
        }
        let stale = fault.is_some_and(|fault| fault.kind == Kind::Stale);
        self.run(call, stale)
    }

    /// API Gateway finds fault with a request before it counts it against the operation's rate. Inferred (faults-before-rates): what is not
    /// there is reported as such even right after a deletion.
    fn refused_anyway(&mut self, call: &Call<'_>) -> Answer<()> {
        if call.routed.service.name != "apigateway" {
            return Ok(());
        }
        let mut trial = self.region(&call.caller.account, call.region).clone();
        call.handle(&mut trial, &mut self.world, &mut self.ids, &self.keys).map(drop)
    }

    /// Runs a handler on the caller's region, taken out of the world meanwhile so that the handler may reach the others too.
    fn run(&mut self, call: &Call<'_>, stale: bool) -> Answer<Reply> {
        let Call { routed, caller, region, now, .. } = *call;
        let key = (caller.account.clone(), region.to_owned());
        let mut here =
            self.world.regions.remove(&key).unwrap_or_else(|| Box::new(Region::new(&caller.account, region)));
        here.settle(now);
        let role = role_policy::of_caller(&self.world, &here, caller);
        let result = self.permissions.check(routed, caller, role.as_ref(), &here).and_then(|()| {
            let past = match routed.operation.effect {
                Effect::Read => self.history.stale(&here, routed.operation.name, now, &mut self.ids, stale),
                Effect::Write => {
                    self.history.keep(&here, now);
                    None
                }
            };
            let region = past.unwrap_or(&mut here);
            self.ids.serve(&caller.account);
            call.handle(region, &mut self.world, &mut self.ids, &self.keys)
        });
        self.world.regions.insert(key, here);
        result
    }
}

/// What the client gets to see of an answer under a fault.
fn outcome(response: Response<Bytes>, fault: Option<&Fault>) -> Outcome {
    match fault.map(|fault| (fault.kind, fault.delay())) {
        Some((Kind::ResetBefore | Kind::ResetAfter, _)) => Outcome::Reset(Duration::ZERO),
        Some((Kind::Timeout, delay)) => Outcome::Reset(delay),
        Some((Kind::Slow, delay)) => Outcome::Answer(response, delay),
        _ => Outcome::Answer(response, Duration::ZERO),
    }
}

fn handle(routed: &Routed, ctx: &mut Context<'_>) -> Answer<Reply> {
    let protocol = routed.service.protocol;
    let (input, dry) = without_dry_run(routed);
    if dry {
        // EC2 API Reference, common parameter `DryRun`: permissions and parameters are checked, nothing happens.
        (routed.operation.check)(&input).map_err(|error| protocol.input_error(&error))?;
        let message = "Request would have succeeded, but DryRun flag is set.";
        return Err(AwsError::new("DryRunOperation", message).status(412));
    }
    (routed.operation.run)(ctx, &input).map_err(|failure| match failure {
        Failure::Input(error) => protocol.input_error(&error),
        Failure::Aws(error) => error,
    })
}

/// Every EC2 operation takes `DryRun`; the handlers do not need to know. The input without it, and whether it was set.
fn without_dry_run(routed: &Routed) -> (Cow<'_, Input>, bool) {
    let given = routed.input.tree.get("DryRun").filter(|_| routed.service.protocol == Protocol::Ec2);
    let Some(given) = given else { return (Cow::Borrowed(&routed.input), false) };
    let set = given.as_str().is_some_and(|value: &str| value.eq_ignore_ascii_case("true"));
    let mut input = routed.input.clone();
    if let Value::Object(members) = &mut input.tree {
        members.remove("DryRun");
    }
    (Cow::Owned(input), set)
}
