//! The simulator: one pipeline that every call goes through.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use parking_lot::Mutex;
use serde_json::Value;

use crate::auth;
use crate::calls::{Call, CallLog};
use crate::clock::{Clock, Timestamp};
use crate::config::{Config, DEFAULT_REGION};
use crate::context::{Caller, Context};
use crate::control;
use crate::dataplane::sockets::Sockets;
use crate::error::{Answer, AwsError};
use crate::ids::Ids;
use crate::protocol::identity::Identity;
use crate::protocol::input::Input;
use crate::protocol::route::{Routed, Unroutable, route};
use crate::protocol::{Protocol, Reply, render};
use crate::services::{Effect, Failure, Operation, Service};
use crate::world::{Region, World};

/// An AWS of its own. Clones are the same simulator.
#[derive(Clone, Debug)]
pub struct Simulator(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    clock: Clock,
    sockets: Sockets,
    state: Mutex<State>,
}

/// Everything behind the one lock: calls are carried out one after the other, so each sees a whole world.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) ids: Ids,
    pub(crate) calls: CallLog,
}

/// What becomes of a request on its way back.
#[derive(Debug)]
pub enum Outcome {
    /// An answer, after some (virtual) time.
    Answer(Response<Bytes>, Duration),
    /// The connection ends without an answer, after some (virtual) time.
    Reset(Duration),
}

impl Simulator {
    /// A simulator with nothing in it but what the first call in each region finds there.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let clock = Clock::new(config.start, config.speed);
        let state = State { world: World::default(), ids: Ids::seeded(config.seed), calls: CallLog::default() };
        Self(Arc::new(Inner { config, clock, sockets: Sockets::default(), state: Mutex::new(state) }))
    }

    /// Answers a request, without sockets and without delay. A request whose connection would end without an answer gets status 599.
    #[must_use]
    pub fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        match self.call(request) {
            Outcome::Answer(response, _) => response,
            Outcome::Reset(_) => {
                let mut response = Response::new(Bytes::new());
                *response.status_mut() = http::StatusCode::from_u16(599).unwrap_or_default();
                response
            }
        }
    }

    /// Carries a request out and says what the client gets to see of it.
    #[must_use]
    pub fn call(&self, request: Request<Bytes>) -> Outcome {
        let (parts, body) = request.into_parts();
        if parts.uri.path() == "/_sim" || parts.uri.path().starts_with("/_sim/") {
            return Outcome::Answer(control::handle(self, &parts, &body), Duration::ZERO);
        }
        self.pipeline(&parts, body)
    }

    /// The virtual clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// What the simulator was started with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Sockets of the data plane.
    pub(crate) fn sockets(&self) -> &Sockets {
        &self.0.sockets
    }

    /// The calls received so far, oldest first; of one account or of all.
    #[must_use]
    pub fn calls(&self, account: Option<&str>) -> Vec<Call> {
        let state = self.0.state.lock();
        state.calls.iter().filter(|call| account.is_none_or(|account| call.account == account)).cloned().collect()
    }

    /// Forgets the calls of an account, or all.
    pub fn clear_calls(&self, account: Option<&str>) {
        self.0.state.lock().calls.clear(account);
    }

    /// Looks at or changes an account's region directly, past the wire; made on first use. For tests and for the data plane.
    pub fn with_region<T>(&self, account: &str, region: &str, look: impl FnOnce(&mut Region, Timestamp) -> T) -> T {
        let now = self.0.clock.now();
        let mut state = self.0.state.lock();
        let region = state.region(account, region);
        region.settle(now);
        look(region, now)
    }

    /// Looks at the whole world.
    pub fn with_world<T>(&self, look: impl FnOnce(&mut World, Timestamp) -> T) -> T {
        let now = self.0.clock.now();
        let mut state = self.0.state.lock();
        state.world.regions.values_mut().for_each(|region| region.settle(now));
        look(&mut state.world, now)
    }

    fn pipeline(&self, parts: &Parts, body: Bytes) -> Outcome {
        let identity = Identity::of(parts);
        let routed = route(parts, body, &identity);
        let now = self.0.clock.now();
        let mut state = self.0.state.lock();
        let request_id = state.ids.uuid();
        let target = Called::of(&routed, &identity);
        let caller = auth::caller(&state.world, &identity, target.protocol, now);
        let result = match (routed, &caller) {
            (Err(unroutable), _) => Err(unroutable.error),
            (Ok(_), Err(refusal)) => Err(refusal.clone()),
            (Ok(routed), Ok(caller)) => state.run(&self.0.config, &routed, caller, &target.region, now),
        };
        let response = match (&result, target.service, target.run) {
            (Ok(reply), Some(service), Some(run)) => render::success(service, run.name, reply.clone(), &request_id),
            (Err(error), ..) => render::failure(target.protocol, target.namespace(), error, &request_id),
            _ => Response::default(),
        };
        let error = result.err().map(|error| error.code.into_owned());
        let status = response.status().as_u16();
        state.calls.record(target.record(parts, caller.ok(), now, status, error, request_id));
        Outcome::Answer(response, Duration::ZERO)
    }
}

/// What a request called, for the answer's form and for the log.
struct Called {
    service: Option<&'static Service>,
    run: Option<&'static Operation>,
    name: String,
    protocol: Protocol,
    region: String,
    access_key: String,
}

impl Called {
    fn of(routed: &Result<Routed, Box<Unroutable>>, identity: &Identity) -> Self {
        let (service, run, name) = match routed {
            Ok(routed) => (Some(routed.service), Some(routed.operation), routed.operation.name.to_owned()),
            Err(unroutable) => (unroutable.service, None, unroutable.operation.clone()),
        };
        Self {
            service,
            run,
            name,
            protocol: service.map_or(Protocol::Json, |service| service.protocol),
            region: identity.region.clone().unwrap_or_else(|| DEFAULT_REGION.to_owned()),
            access_key: identity.access_key.clone().unwrap_or_default(),
        }
    }

    fn namespace(&self) -> &'static str {
        self.service.map_or("", |service| service.namespace)
    }

    fn record(
        self,
        parts: &Parts,
        caller: Option<Caller>,
        now: Timestamp,
        status: u16,
        error: Option<String>,
        request_id: String,
    ) -> Call {
        let (account, caller) = caller.map_or_else(Default::default, |caller| (caller.account, caller.arn));
        let user_agent = parts.headers.get("user-agent").and_then(|value| value.to_str().ok());
        Call {
            number: 0,
            time: now.iso(),
            service: self.service.map_or_else(String::new, |service| service.name.to_owned()),
            operation: self.name,
            mutating: self.run.is_some_and(|operation| operation.effect == Effect::Write),
            account,
            region: self.region,
            access_key: self.access_key,
            caller,
            status,
            error,
            fault: None,
            request_id,
            user_agent: user_agent.unwrap_or_default().to_owned(),
        }
    }
}

impl State {
    fn region(&mut self, account: &str, name: &str) -> &mut Region {
        let key = (account.to_owned(), name.to_owned());
        self.world.regions.entry(key).or_insert_with(|| Box::new(Region::new(account, name)))
    }

    /// Runs a handler on the caller's region, taken out of the world meanwhile so that the handler may reach the others too.
    fn run(
        &mut self,
        config: &Config,
        routed: &Routed,
        caller: &Caller,
        region: &str,
        now: Timestamp,
    ) -> Answer<Reply> {
        let protocol = routed.service.protocol;
        if let Some(answer) = dry_run(routed) {
            return answer;
        }
        let key = (caller.account.clone(), region.to_owned());
        let mut here =
            self.world.regions.remove(&key).unwrap_or_else(|| Box::new(Region::new(&caller.account, region)));
        here.settle(now);
        let mut ctx = Context { here: &mut here, world: &mut self.world, ids: &mut self.ids, now, caller, config };
        let result = (routed.operation.run)(&mut ctx, &without_dry_run(routed));
        self.world.regions.insert(key, here);
        result.map_err(|failure| match failure {
            Failure::Input(error) => protocol.input_error(&error),
            Failure::Aws(error) => error,
        })
    }
}

fn wants_dry_run(routed: &Routed) -> bool {
    routed.service.protocol == Protocol::Ec2
        && routed
            .input
            .tree
            .get("DryRun")
            .and_then(Value::as_str)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// Every EC2 operation takes `DryRun`; the handlers do not need to know.
fn without_dry_run(routed: &Routed) -> std::borrow::Cow<'_, Input> {
    if routed.service.protocol != Protocol::Ec2 || routed.input.tree.get("DryRun").is_none() {
        return std::borrow::Cow::Borrowed(&routed.input);
    }
    let mut input = routed.input.clone();
    if let Some(members) = input.tree.as_object_mut() {
        members.remove("DryRun");
    }
    std::borrow::Cow::Owned(input)
}

/// EC2 API Reference, common parameter `DryRun`: permissions and parameters are checked, nothing happens.
fn dry_run(routed: &Routed) -> Option<Answer<Reply>> {
    if !wants_dry_run(routed) {
        return None;
    }
    let checked = (routed.operation.check)(&without_dry_run(routed));
    Some(Err(match checked {
        Err(error) => routed.service.protocol.input_error(&error),
        Ok(()) => AwsError::new("DryRunOperation", "Request would have succeeded, but DryRun flag is set.").status(412),
    }))
}
