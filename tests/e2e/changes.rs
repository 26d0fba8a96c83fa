//! Every kind of change of the spec converges, and clients get their answer all the while.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::{Value, json};
use testenv::simulator::REGION;

use crate::given::{self, PRIVATE_SUBNETS};
use crate::lab::{Lab, shared};
use crate::merge::merge;

/// A change: what it is, and the merge patch of the spec.
type Change = (&'static str, Value);

/// A front door that changes.
struct Door {
    lab: Lab,
    object: Value,
    status: Value,
}

impl Door {
    fn open(lab: Lab, object: Value) -> Self {
        let mut door = Self { lab, object, status: Value::Null };
        door.change(&json!({}));
        door
    }

    fn change(&mut self, patch: &Value) {
        merge(&mut self.object["spec"], patch);
        let name = self.lab.apply(&self.object);
        self.status = self.lab.settled(&name)["status"].clone();
    }

    fn text(&self, pointer: &str) -> &str {
        self.status.pointer(pointer).and_then(Value::as_str).unwrap()
    }

    fn dns_name(&self) -> &str {
        self.text("/loadBalancer/dnsName")
    }

    /// What clients get for a path.
    fn request(&self, path: &str) -> (u16, String) {
        let answer = shared().simulator.browse(&format!("http://{}/{path}", self.dns_name())).unwrap();
        (answer.status, answer.body)
    }

    /// What clients get at the URL that the status tells.
    fn request_url(&self) -> (u16, String) {
        let answer = shared().simulator.browse_at(self.dns_name(), self.text("/url")).unwrap();
        (answer.status, answer.body)
    }

    /// Makes the changes one after the other, with a client that asks all the time.
    fn change_under_load(&mut self, changes: &[Change]) {
        for (name, patch) in changes {
            let client = Client::start(&format!("http://{}/", self.dns_name()));
            self.change(patch);
            assert_eq!(client.stop(), Vec::<String>::new(), "{name}");
            assert_eq!(self.request("").0, 200, "{name}");
        }
    }
}

/// A client that asks again and again, and remembers every answer but 200.
struct Client {
    ends: Arc<AtomicBool>,
    asks: JoinHandle<Vec<String>>,
}

impl Client {
    fn start(url: &str) -> Self {
        let ends = Arc::new(AtomicBool::new(false));
        let (url, end) = (url.to_owned(), Arc::clone(&ends));
        let asks = thread::spawn(move || {
            let mut others = Vec::new();
            while !end.load(Ordering::Relaxed) {
                match shared().simulator.browse(&url) {
                    Ok(answer) if answer.status == 200 => {}
                    Ok(answer) => others.push(format!("{} {}", answer.status, answer.body)),
                    Err(error) => others.push(error.to_string()),
                }
                // The rate of the load, no wait for a result.
                thread::sleep(Duration::from_millis(10));
            }
            others
        });
        Self { ends, asks }
    }

    fn stop(self) -> Vec<String> {
        self.ends.store(true, Ordering::Relaxed);
        self.asks.join().unwrap()
    }
}

fn mock(path: &str, body: &str) -> Value {
    json!({"path": path, "integration": {"mock": {"body": body}}})
}

/// The example, with a path that stays the same whatever the stage is called.
fn example(lab: &Lab) -> Value {
    let mut object = lab.example("alb-lambda.yaml");
    object["spec"]["rules"] = json!([{"stagePath": "Hidden"}]);
    object
}

#[test]
fn of_the_network() {
    let lab = Lab::new("change-network");
    let subnet = |zone, network| given::subnet(&lab, zone, network);
    let (third, beside, public) = (subnet("c", 13), subnet("a", 14), subnet("c", 3));
    let [a, b] = PRIVATE_SUBNETS;
    let subnets = |ids: &[&str]| json!({"vpcEndpoint": {"create": {"subnetIds": ids}}});
    let mut object = example(&lab);
    object["spec"]["loadBalancer"]["create"]["subnetIds"].as_array_mut().unwrap().push(json!(public));
    let mut door = Door::open(lab, object);
    door.change_under_load(&[
        ("subnet added", subnets(&[a, b, &third])),
        ("subnet moved within its zone", subnets(&[&beside, b, &third])),
        ("subnet removed", subnets(&[b, &third])),
        ("every subnet moved", subnets(&[a])),
        (
            "endpoint policy",
            json!({"vpcEndpoint": {"create": {"policy": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}
            ]}}}}),
        ),
        ("private DNS off", json!({"vpcEndpoint": {"create": {"privateDns": "Disabled"}}})),
        ("clients", json!({"loadBalancer": {"create": {"clientCidrs": ["203.0.113.0/24"]}}})),
    ]);
    let theirs = given::vpc_endpoint(&door.lab, door.text("/securityGroups/1/id"));
    let create = door.object["spec"]["vpcEndpoint"]["create"].clone();
    door.change_under_load(&[
        ("endpoint replaced by a given one", json!({"vpcEndpoint": {"create": null, "id": theirs}})),
        ("given endpoint replaced by one of its own", json!({"vpcEndpoint": {"create": create, "id": null}})),
        ("endpoint replaced beside itself", subnets(&[&beside])),
    ]);
    assert_eq!(door.lab.census().get("ec2:vpc-endpoint"), Some(&2));
}

#[test]
fn of_the_api() {
    let lab = Lab::new("change-api");
    let object = example(&lab);
    let mut door = Door::open(lab, object);
    let function = door.object["spec"]["api"]["routes"][0].clone();
    door.change_under_load(&[
        ("route added", json!({"api": {"routes": [function, mock("/orders", "[]")]}})),
        ("resource policy", json!({"api": {"resourcePolicy": {"additionalVpcEndpointIds": ["vpce-0a1b2c3d4e5f60009"]}}})),
        ("security policy", json!({"api": {"securityPolicy": "TLS_1_2"}})),
        ("stage settings", json!({"api": {"stage": {"description": "Orders", "variables": {"table": "orders"}, "metrics": "Enabled"}}})),
        ("stage renamed", json!({"api": {"stage": {"name": "live"}}})),
        ("tags", json!({"tags": {"team": "shop"}})),
    ]);
    assert_eq!(door.request("orders"), (200, "[]".to_owned()));
    let before = door.text("/api/deploymentId").to_owned();
    door.change_under_load(&[(
        "function replaced",
        json!({"api": {"routes": [mock("/", "new"), mock("/orders", "[]")]}}),
    )]);
    assert_eq!(door.request("").1, "new");
    door.change_under_load(&[("rolled back", json!({"api": {"stage": {"rollbackTo": before}}}))]);
    assert_eq!(door.request("").1, "Hello from Lambda!");
    door.change_under_load(&[("rolled forward", json!({"api": {"stage": {"rollbackTo": null}}}))]);
    assert_eq!(door.request("").1, "new");
}

#[test]
fn of_load_balancing() {
    let lab = Lab::new("change-load-balancing");
    let object = example(&lab);
    let mut door = Door::open(lab, object);
    let all = json!({"stagePath": "Hidden"});
    let orders = json!({"paths": ["/orders/*"], "stagePath": "Hidden"});
    door.change_under_load(&[
        ("rule added", json!({"rules": [orders, all]})),
        ("rule added before", json!({"rules": [{"hosts": ["api.example.com"]}, orders, all]})),
        ("rules reordered", json!({"rules": [orders, {"hosts": ["api.example.com"]}, all]})),
        ("conditions", json!({"rules": [{"methods": ["GET", "PUT"], "stagePath": "Hidden"}]})),
        ("priority", json!({"rules": [{"methods": ["GET", "PUT"], "stagePath": "Hidden", "priority": 7}]})),
        ("health check", json!({"targetGroup": {"healthCheck": {"path": "/ping", "intervalSeconds": 10}}})),
        ("deregistration delay", json!({"targetGroup": {"deregistrationDelaySeconds": 60}})),
        ("attributes", json!({"loadBalancer": {"create": {"attributes": {"idleTimeoutSeconds": 120}}}})),
        ("tags", json!({"tags": {"team": "shop"}})),
    ]);
    let certificate =
        format!("arn:aws:acm:{REGION}:{}:certificate/0a1b2c3d-4e5f-4000-8000-000000000001", door.lab.account);
    let listener = json!({"protocol": "HTTPS", "port": 443, "certificateArns": [certificate]});
    door.change(&json!({"loadBalancer": {"listener": listener}}));
    assert!(door.text("/url").starts_with("https://"));
    assert_eq!(door.request_url().0, 200);
    door.change(&json!({"loadBalancer": {"listener": {"redirectHttp": "Enabled"}}}));
    assert_eq!(door.request("").0, 301);
    door.change(&json!({"loadBalancer": {"listener": {"redirectHttp": null, "protocol": "HTTP", "port": 8080, "certificateArns": null}}}));
    assert!(door.text("/url").contains(":8080/"));
    assert_eq!(door.request_url().0, 200);
}

/// What of an API is the front door's business: its associations and its policy.
fn entrance(lab: &Lab, api: &str) -> (Value, Value) {
    let api = lab.apigateway("GET", &format!("/restapis/{api}"), &Value::Null);
    let policy: String = serde_json::from_str(&format!("\"{}\"", api["policy"].as_str().unwrap())).unwrap();
    let associated = api["endpointConfiguration"]["vpcEndpointIds"].as_array().cloned().unwrap_or_default();
    (json!(associated), serde_json::from_str(&policy).unwrap())
}

#[test]
fn of_an_api_of_others_that_is_kept_in_parts_and_given_back() {
    let lab = Lab::new("change-managed");
    let closed = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": lab.account}, "Action": "execute-api:Invoke", "Resource": "execute-api:/*"
    }]});
    let api = given::private_api(&lab, "live", &closed);
    let (before, theirs) = (lab.created(), entrance(&lab, &api));
    let mut object = lab.example("existing-api.yaml");
    object["spec"]["api"]["id"] = json!(api);
    let mut door = Door::open(lab, object);
    assert_eq!(door.request_url().0, 403);
    let managed = json!({"endpointAssociation": "Managed", "resourcePolicy": "Managed", "stage": "Managed"});
    door.change(&json!({"api": {"manage": managed}}));
    assert_eq!(door.request_url(), (200, "theirs".to_owned()));
    let (associated, policy) = entrance(&door.lab, &api);
    assert_eq!(associated, json!([door.text("/vpcEndpoint/id")]));
    assert_eq!(policy["Statement"].as_array().unwrap().len(), 2);
    door.lab.delete(door.object["metadata"]["name"].as_str().unwrap());
    assert_eq!(entrance(&door.lab, &api), theirs);
    assert_eq!(door.lab.created(), before);
}
