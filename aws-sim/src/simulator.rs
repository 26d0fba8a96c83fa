//! The simulator as its users have it: requests in, answers out, and everything a test may look at or order.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{Request, Response};
use parking_lot::Mutex;

use crate::calls::Call;
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::control;
use crate::dataplane::sockets::Sockets;
use crate::gates::consistency::Consistency;
use crate::gates::fault::{Fault, Kind};
use crate::gates::permission::Permissions;
use crate::gates::quota::Quotas;
use crate::iam::Policy;
use crate::pipeline::State;
use crate::protocol::identity::Identity;
use crate::protocol::route::route;
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
        let sockets = Sockets::default();
        let state = State::new(&config, sockets.keys.clone());
        Self(Arc::new(Inner { config, clock, sockets, state: Mutex::new(state) }))
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
        self.0.state.lock().calls.of(account)
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

    /// The whole world and what its callers may do, for the data plane.
    pub(crate) fn with_callers<T>(&self, look: impl FnOnce(&mut World, &Permissions, Timestamp) -> T) -> T {
        let now = self.0.clock.now();
        let state = &mut *self.0.state.lock();
        state.world.regions.values_mut().for_each(|region| region.settle(now));
        look(&mut state.world, &state.permissions, now)
    }

    /// What exists besides the default world, of an account or of all: `{account: {region: {type: [ids]}}}`; empty if nothing is left.
    #[must_use]
    pub fn added(&self, account: Option<&str>) -> serde_json::Value {
        control::state(self, account, true)
    }

    /// Orders a fault.
    pub fn order_fault(&self, fault: Fault) {
        let mut state = self.0.state.lock();
        state.history.armed |= fault.kind == Kind::Stale;
        state.faults.add(fault);
    }

    /// Faults on order.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.0.state.lock().faults.all().to_vec()
    }

    /// Calls all faults off.
    pub fn clear_faults(&self) {
        self.clear_faults_of(None);
    }

    /// Calls off the faults that befall an account alone, or all.
    pub fn clear_faults_of(&self, account: Option<&str>) {
        self.0.state.lock().faults.clear(account);
    }

    /// Sets how stale all reads may be.
    pub fn set_consistency(&self, settings: Consistency) {
        self.set_consistency_of("*", settings);
    }

    /// Sets how stale the reads of some operations may be, named with `*` and `?`; others are not.
    pub fn set_consistency_of(&self, operation: &str, settings: Consistency) {
        let history = &mut self.0.state.lock().history;
        (history.settings, history.operation) = (settings, operation.to_owned());
    }

    /// How stale reads may be.
    #[must_use]
    pub fn consistency(&self) -> Consistency {
        self.0.state.lock().history.settings
    }

    /// Sets which request rates are limited: `service:bucket` with `*` and `?`; buckets are full afterwards.
    pub fn set_quotas(&self, enabled: &[String]) {
        self.0.state.lock().quotas = Quotas::new(enabled);
    }

    /// Orders the next identifiers of a kind for what an account makes: prefixes of EC2's such as `vpce`, `hex16`, `alphanumeric10`.
    pub fn order_ids(&self, account: &str, kind: &str, identifiers: Vec<String>) {
        self.0.state.lock().ids.order(account, kind, identifiers);
    }

    /// Gives a caller (an access key ID or an account number) an identity-based policy, or takes it away.
    pub fn set_policy(&self, caller: &str, policy: Option<Policy>) {
        self.0.state.lock().permissions.set(caller, policy);
    }

    /// Takes all policies of callers away.
    pub fn clear_policies(&self) {
        self.0.state.lock().permissions.clear();
    }

    fn pipeline(&self, parts: &Parts, body: Bytes) -> Outcome {
        let identity = Identity::of(parts);
        let routed = route(parts, body, &identity);
        let now = self.0.clock.now();
        self.0.state.lock().carry_out(&self.0.config, parts, &identity, routed, now)
    }
}
