//! Real loopback sockets for listeners and endpoints. Those of HTTPS listeners and of endpoints speak TLS, and plain HTTP to clients that
//! start with that: not everybody who looks at a load balancer's answer cares to trust its authority. They hold no state: each request is
//! judged on the shared one when it comes.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::arrival::{self, Front};
use super::tls::Keys;
use super::{Delivery, network};
use crate::services::ec2::vpc_endpoint::dns;
use crate::simulator::Simulator;
use crate::world::{Region, World};

/// The sockets bound so far, by what they stand for, and the keys they speak TLS with.
#[derive(Debug, Default)]
pub struct Sockets {
    bound: Mutex<BTreeMap<Front, Bound>>,
    pub(crate) keys: Arc<Keys>,
}

#[derive(Debug)]
struct Bound {
    address: SocketAddr,
    serving: Option<tokio::task::AbortHandle>,
}

impl Drop for Bound {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

/// No answer is given: the connection ends.
#[derive(Debug)]
struct NoAnswer;

impl std::fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("nothing answers")
    }
}

impl std::error::Error for NoAnswer {}

/// A listener or an endpoint, as `/_sim/sockets` shows it.
struct Shown {
    front: Front,
    kind: &'static str,
    arn: String,
    names: Vec<String>,
    protocol: String,
    port: u16,
}

fn all(world: &World) -> Vec<Shown> {
    world.regions.values().flat_map(|region| listeners(region).chain(endpoints(region))).collect()
}

fn front(region: &Region, id: &str) -> Front {
    Front { account: region.account.clone(), region: region.name.clone(), id: id.to_owned() }
}

fn listeners(region: &Region) -> impl Iterator<Item = Shown> {
    region.elbv2.listeners.values().filter_map(|listener| {
        let balancer = region.elbv2.load_balancers.get(&listener.load_balancer)?;
        Some(Shown {
            front: front(region, &listener.arn),
            kind: "listener",
            arn: listener.arn.clone(),
            names: vec![balancer.dns_name.clone()],
            protocol: listener.protocol.clone(),
            port: listener.port,
        })
    })
}

fn endpoints(region: &Region) -> impl Iterator<Item = Shown> {
    let interfaces =
        region.ec2.endpoints.values().filter(|endpoint| endpoint.kind == "Interface" && endpoint.gone_at.is_none());
    interfaces.map(|endpoint| Shown {
        front: front(region, &endpoint.id),
        kind: "endpoint",
        arn: region.arn("ec2", &format!("vpc-endpoint/{}", endpoint.id)),
        names: dns::own_names(region, endpoint),
        protocol: "HTTPS".to_owned(),
        port: network::HTTPS,
    })
}

impl Simulator {
    /// Binds a socket for everything that has none yet, closes those of what is gone, and lists them. Needs a Tokio runtime.
    pub(crate) fn bind_sockets(&self) -> Value {
        let shown = self.with_world(|world, _| all(world));
        let mut sockets = self.sockets().bound.lock();
        sockets.retain(|front, _| shown.iter().any(|shown| shown.front == *front));
        let mut list = Vec::new();
        for shown in shown {
            if !sockets.contains_key(&shown.front)
                && let Some(bound) = self.bind(&shown.front)
            {
                sockets.insert(shown.front.clone(), bound);
            }
            let address = sockets.get(&shown.front).map(|bound| bound.address.to_string());
            list.push(json!({
                "kind": shown.kind, "arn": shown.arn, "dnsName": shown.names.first(), "dnsNames": shown.names,
                "protocol": shown.protocol, "port": shown.port, "address": address,
                "account": shown.front.account, "region": shown.front.region,
            }));
        }
        Value::Array(list)
    }

    /// What a DNS name leads to, for clients in a VPC if one is given: private or public addresses, and the socket for each port.
    pub(crate) fn resolve_name(&self, name: &str, vpc: Option<&str>) -> Value {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let sockets = self.bind_sockets();
        let found = self.with_world(|world, _| world.regions.values().find_map(|region| lookup(region, &name, vpc)));
        let Some((addresses, key)) = found else {
            return json!({ "name": name, "addresses": [], "sockets": [] });
        };
        let own = |socket: &&Value| socket["arn"].as_str().is_some_and(|arn| arn.contains(&key));
        let sockets: Vec<&Value> = sockets.as_array().into_iter().flatten().filter(own).collect();
        json!({ "name": name, "addresses": addresses, "sockets": sockets })
    }

    fn bind(&self, front: &Front) -> Option<Bound> {
        let runtime = tokio::runtime::Handle::try_current().ok()?;
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
        socket.set_nonblocking(true).ok()?;
        let address = socket.local_addr().ok()?;
        let listener = {
            let _entered = runtime.enter();
            tokio::net::TcpListener::from_std(socket).ok()?
        };
        let serving = runtime.spawn(serve(self.clone(), front.clone(), listener)).abort_handle();
        Some(Bound { address, serving: Some(serving) })
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.sockets().keys
    }

    async fn answer(
        self,
        front: Front,
        secured: Option<Secured>,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, NoAnswer> {
        let (mut parts, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| NoAnswer)?.to_bytes();
        let host = parts.headers.get("host").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let name = match secured {
            Some(secured) => {
                parts.headers.extend(secured.fields);
                secured.server_name
            }
            // Without TLS there is no server name; a client that used it would have sent the host it asks for.
            None => Some(host.rsplit_once(':').map_or(host, |(name, _)| name).to_owned()),
        };
        let request = Request::from_parts(parts, body);
        let delivered = tokio::task::spawn_blocking(move || self.arrive(&front, name.as_deref(), request)).await;
        match delivered {
            Ok(Delivery::Answer(response)) => Ok(response.map(Full::new)),
            _ => Err(NoAnswer),
        }
    }
}

/// Addresses behind a name, and what the ARNs of its sockets have in common.
fn lookup(region: &Region, name: &str, vpc: Option<&str>) -> Option<(Vec<String>, String)> {
    let interfaces = |ids: Vec<&String>, public: bool| -> Vec<String> {
        let found = ids.into_iter().filter_map(|id| region.ec2.interfaces.get(id));
        found.map(|one| one.public_address.filter(|_| public).unwrap_or(one.address).to_string()).collect()
    };
    if let Some(balancer) =
        region.elbv2.load_balancers.values().find(|balancer| balancer.dns_name.eq_ignore_ascii_case(name))
    {
        let public = balancer.scheme != "internal";
        let (_, key) = balancer.arn.split_once(":loadbalancer/")?;
        return Some((interfaces(balancer.interfaces.values().collect(), public), format!(":listener/{key}/")));
    }
    let endpoint = region.ec2.endpoints.values().find(|endpoint| arrival::leads_to(region, endpoint, name, vpc))?;
    Some((interfaces(endpoint.interfaces.values().collect(), false), endpoint.id.clone()))
}

/// What is known of a connection over TLS.
#[derive(Clone, Debug)]
struct Secured {
    /// The server name that the client sent, if any.
    server_name: Option<String>,
    /// Header fields with its certificate.
    fields: HeaderMap,
}

async fn serve(simulator: Simulator, front: Front, listener: tokio::net::TcpListener) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        drop(tokio::spawn(connection(simulator.clone(), front.clone(), stream)));
    }
}

/// A connection, over TLS if the client begins so: with a record of type handshake (RFC 8446, 5.1).
async fn connection(simulator: Simulator, front: Front, stream: TcpStream) {
    const HANDSHAKE: u8 = 22;
    let mut first = [0];
    if !stream.peek(&mut first).await.is_ok_and(|read| read == 1 && first == [HANDSHAKE]) {
        return requests(simulator, front, None, stream).await;
    }
    let Some(config) = simulator.tls(&front) else { return };
    // A handshake that fails ends the connection; the client has its alert.
    if let Ok(stream) = TlsAcceptor::from(config).accept(stream).await {
        let session = stream.get_ref().1;
        let fields = simulator.client_fields(&front, session.peer_certificates().unwrap_or_default());
        let secured =
            Secured { server_name: session.server_name().map(str::to_owned), fields: fields.into_iter().collect() };
        requests(simulator, front, Some(secured), stream).await;
    }
}

async fn requests(
    simulator: Simulator,
    front: Front,
    secured: Option<Secured>,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
) {
    let service = service_fn(move |request| simulator.clone().answer(front.clone(), secured.clone(), request));
    // Whatever ends a connection ends only that connection; the client sees it.
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}
