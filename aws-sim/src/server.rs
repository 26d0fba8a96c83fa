//! The simulator on a socket.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use crate::simulator::{Outcome, Simulator};

/// Ends the connection without an answer.
#[derive(Debug)]
struct Reset;

impl std::fmt::Display for Reset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("connection reset by the simulator")
    }
}

impl std::error::Error for Reset {}

impl Simulator {
    /// Listens on `address` and serves the control plane until the future is dropped. `ready` learns the address, with the port chosen.
    pub async fn serve(&self, address: SocketAddr, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
        let listener = TcpListener::bind(address).await?;
        ready(listener.local_addr()?);
        loop {
            // A connection that ended before it was accepted is no reason to stop serving; a short pause lets descriptors be freed.
            match listener.accept().await {
                Ok((stream, _)) => drop(tokio::spawn(connection(self.clone(), stream))),
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }

    async fn respond(self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Reset> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Reset)?.to_bytes();
        let outcome = self.call(Request::from_parts(parts, body));
        let (Outcome::Answer(_, delay) | Outcome::Reset(delay)) = &outcome;
        if !delay.is_zero() {
            tokio::time::sleep(self.clock().real(*delay)).await;
        }
        match outcome {
            Outcome::Answer(response, _) => Ok(response.map(Full::new)),
            Outcome::Reset(_) => Err(Reset),
        }
    }
}

async fn connection(simulator: Simulator, stream: TcpStream) {
    // Answers are small and written once: waiting to fill a packet would only delay them.
    drop(stream.set_nodelay(true));
    let service = service_fn(move |request| simulator.clone().respond(request));
    // Whatever ends a connection ends only that connection; the client sees it.
    drop(http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await);
}
