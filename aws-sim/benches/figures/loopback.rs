//! Calls over loopback: client and server share one thread, so the figure is below what a server with a core of its own does.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use aws_sim::Simulator;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::front_door::FrontDoor;

/// Connections that are kept open, as the pool of an SDK does.
const CONNECTIONS: usize = 8;

type Http = Client<HttpConnector, Full<bytes::Bytes>>;

/// Describe calls per second.
pub fn rate(simulator: &Simulator, doors: &[FrontDoor], span: Duration) -> f64 {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (ready, address) = oneshot::channel();
        let server = simulator.clone();
        tokio::spawn(async move {
            let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            server.serve(any, |address| ready.send(address).unwrap()).await
        });
        let authority = address.await.unwrap().to_string();
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client: Http = Client::builder(TokioExecutor::new()).build(connector);
        let began = Instant::now();
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|worker| {
                let mine = doors.iter().skip(worker).step_by(CONNECTIONS).take(25).flat_map(FrontDoor::reads);
                let requests: Vec<Request<bytes::Bytes>> = mine.map(|call| call.request(&authority)).collect();
                tokio::spawn(call_until(client.clone(), requests, began + span))
            })
            .collect();
        let mut count = 0;
        for worker in workers {
            count += worker.await.unwrap();
        }
        f64::from(count) / began.elapsed().as_secs_f64()
    })
}

async fn call_until(client: Http, requests: Vec<Request<bytes::Bytes>>, end: Instant) -> u32 {
    let mut count = 0;
    for request in requests.iter().cycle() {
        if Instant::now() >= end {
            break;
        }
        let response = client.request(request.clone().map(Full::new)).await.unwrap();
        assert!(response.status().is_success());
        response.into_body().collect().await.unwrap();
        count += 1;
    }
    count
}
