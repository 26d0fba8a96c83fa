//! The data plane: the way of a request from a client to an API's integration, judged at every hop as AWS judges it.
//!
//! ```text
//! client → listener (security groups, rules, transforms) → target (weights, health, security groups) → execute-api endpoint
//!        → Host names an API → stage's deployment → endpoint policy, resource policy → method → integration
//! ```
//!
//! Everything up to the integration only reads the shared state; a request to a real HTTP backend is made after that, without it.

mod arrival;
mod authority;
mod authorization;
mod authorizer;
mod backend;
mod carried;
mod client_certificate;
mod endpoint;
mod forward;
mod gateway;
pub mod health;
mod host;
mod integration;
mod invocation;
mod lambda;
mod listener;
pub mod network;
mod page;
mod proxy_event;
mod resource_path;
mod rule;
pub mod sockets;
mod template;
pub(crate) mod tls;
mod transform;
mod user_pool;

use bytes::Bytes;
use http::{Request, Response};

use crate::clock::Timestamp;
use crate::config::Config;
use crate::gates::permission::Permissions;
use crate::simulator::Simulator;
use crate::world::{Region, World};

pub use arrival::Front;

/// Counters of an account's data plane in a region.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Requests that arrived so far.
    pub requests: u64,
}

/// What becomes of a client's request.
#[derive(Debug)]
pub enum Delivery {
    /// An answer.
    Answer(Response<Bytes>),
    /// The name does not resolve.
    NoSuchHost,
    /// Nothing listens there.
    Refused,
    /// Nothing comes back: a security group drops the packets, or what should answer is not there yet.
    TimedOut,
}

impl Delivery {
    /// The answer, if there is one.
    #[must_use]
    pub fn answer(self) -> Option<Response<Bytes>> {
        match self {
            Self::Answer(response) => Some(response),
            _ => None,
        }
    }
}

/// What a hop decides.
enum Verdict {
    Delivery(Delivery),
    /// A backend has to be asked first.
    Backend(Box<backend::Call>),
}

impl From<Response<Bytes>> for Verdict {
    fn from(response: Response<Bytes>) -> Self {
        Self::Delivery(Delivery::Answer(response))
    }
}

/// What every hop sees.
#[derive(Clone, Copy)]
struct Scene<'a> {
    /// Account and region in which the request arrived.
    here: &'a Region,
    /// All of them; a health check looks no further than its own.
    world: Option<&'a World>,
    /// Callers' own policies; a health check has no caller.
    permissions: Option<&'a Permissions>,
    config: &'a Config,
    now: Timestamp,
    /// Number of the request, for taking turns and for identifiers.
    turn: u64,
}

impl<'a> Scene<'a> {
    /// Every account's state of this region, the request's own first.
    fn accounts(self) -> impl Iterator<Item = &'a Region> {
        let own = (&self.here.account, &self.here.name);
        let others = self.world.into_iter().flat_map(|world| world.regions.values().map(|region| &**region));
        let others = others.filter(move |other| other.name == *own.1 && other.account != *own.0);
        std::iter::once(self.here).chain(others)
    }

    /// An account's state of any region.
    fn region(self, account: &str, name: &str) -> Option<&'a Region> {
        if self.here.account == account && self.here.name == name {
            return Some(self.here);
        }
        self.world?.regions.get(&(account.to_owned(), name.to_owned())).map(|region| &**region)
    }

    /// One of several, each in its turn.
    fn turn_of<T>(self, all: &[T]) -> Option<&T> {
        let length = u64::try_from(all.len()).unwrap_or(1).max(1);
        all.get(usize::try_from(self.turn % length).unwrap_or_default())
    }
}

impl Simulator {
    /// Sends a request to a load balancer or an endpoint by DNS name and answers what a client would see; no sockets, no delay.
    ///
    /// The URI is absolute. Its host is resolved and is the TLS server name; a `Host` header field may say something else. The client's
    /// address is the header field `x-sim-client-ip`; without it 203.0.113.10 for internet-facing load balancers, else an address in the VPC.
    /// With `x-sim-client-vpc` the client is in that VPC and resolves names as its private DNS does.
    #[must_use]
    pub fn request(&self, request: Request<Bytes>) -> Delivery {
        let name = request.uri().host().unwrap_or_default().to_ascii_lowercase();
        let secure = request.uri().scheme_str() == Some("https");
        let port = request.uri().port_u16().unwrap_or(if secure { 443 } else { 80 });
        let vpc = request.headers().get(carried::CLIENT_VPC).and_then(|value| value.to_str().ok()).map(str::to_owned);
        match self.with_world(|world, _| arrival::resolve(world, &name, port, vpc.as_deref())) {
            Ok(front) => self.arrive(&front, Some(&name), request),
            Err(arrival::Unknown::Host) => Delivery::NoSuchHost,
            Err(arrival::Unknown::Port) => Delivery::Refused,
        }
    }

    /// A request that arrived at a listener or an endpoint.
    fn arrive(&self, front: &Front, server_name: Option<&str>, request: Request<Bytes>) -> Delivery {
        let verdict = self.with_callers(|world, permissions, now| {
            let key = (front.account.clone(), front.region.clone());
            let Some(here) = world.regions.get_mut(&key) else {
                return Verdict::Delivery(Delivery::NoSuchHost);
            };
            here.dataplane.requests += 1;
            let turn = here.dataplane.requests;
            let Some(here) = world.regions.get(&key) else {
                return Verdict::Delivery(Delivery::NoSuchHost);
            };
            let scene =
                Scene { here, world: Some(world), permissions: Some(permissions), config: self.config(), now, turn };
            arrival::judge(scene, front, server_name, request)
        });
        match verdict {
            Verdict::Delivery(delivery) => delivery,
            Verdict::Backend(call) => Delivery::Answer(call.make()),
        }
    }
}
