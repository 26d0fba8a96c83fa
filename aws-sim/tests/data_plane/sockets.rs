//! The data plane over real sockets.

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::cloud::Door;

fn control(door: &Door, path: &str) -> Value {
    let request = Request::get(format!("http://localhost{path}")).body(Bytes::new()).unwrap();
    serde_json::from_slice(door.cloud.simulator.handle(request).body()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn listeners_and_endpoints_have_sockets_that_their_names_lead_to() {
    let door = Door::open();
    let all = control(&door, "/_sim/sockets");
    let of = |kind: &str| all.as_array().unwrap().iter().find(|socket| socket["kind"] == kind).unwrap().clone();
    assert_eq!(of("listener")["arn"], door.listener);
    assert_eq!(
        (&of("endpoint")["dnsName"], &of("endpoint")["port"]),
        (&Value::from(door.endpoint_name.clone()), &Value::from(443))
    );
    let resolved = control(&door, &format!("/_sim/resolve?name={}", door.name));
    assert_eq!(resolved["sockets"][0]["address"], of("listener")["address"]);
    assert_eq!(resolved["addresses"].as_array().map(Vec::len), Some(2));

    let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let request = Request::get(format!("http://{}/test/", resolved["sockets"][0]["address"].as_str().unwrap()));
    let response = client.request(request.body(Empty::new()).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(&response.into_body().collect().await.unwrap().to_bytes()[..], b"Hello from Lambda!");

    let address = of("endpoint")["address"].as_str().unwrap().to_owned();
    let blocked = client.request(Request::get(format!("http://{address}/")).body(Empty::new()).unwrap()).await;
    assert!(blocked.is_err(), "the endpoint's security group lets the load balancer in only");

    door.cloud.elb("DeleteListener", &[("ListenerArn", door.listener.as_str())]);
    assert_eq!(control(&door, "/_sim/sockets").as_array().map(Vec::len), Some(1));
}
