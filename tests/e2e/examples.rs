//! Every example opens its front door, answers what its integration answers, and leaves nothing behind but what was given.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;
use testenv::simulator::ACCOUNT;
use testenv::{binaries, given};

use crate::backend;
use crate::lab::{Lab, shared};

/// What an example names and nobody has made: the text, and what stands for it.
type Substitutes<'a> = &'a [(&'static str, &'a str)];

/// Applies an example, asks what a user would ask, deletes it. `answer` is that of the status's URL, as it stands there; `requests` are paths on the
/// same host.
fn opens(lab: &Lab, example: &str, substitutes: Substitutes<'_>, answer: &str, requests: &[(&str, &str)]) {
    let before = lab.created();
    let mut object = lab.example(&format!("{example}.yaml")).to_string();
    for (text, stands_for_it) in substitutes {
        assert!(object.contains(text), "no {text} in {example}");
        object = object.replace(text, stands_for_it);
    }
    let name = lab.apply(&serde_json::from_str(&object).unwrap());
    let object = lab.ready(&name);
    let url = object["status"]["url"].as_str().unwrap();
    assert_eq!(object["status"]["access"][0]["curl"], format!("curl {url}"));
    assert_eq!(ask(&object, url), (200, answer.to_owned()), "{example}: {url}");
    let host = url.split('/').take(3).collect::<Vec<_>>().join("/");
    for (path, expected) in requests {
        assert_eq!(ask(&object, &format!("{host}{path}")), (200, (*expected).to_owned()), "{example}: {path}");
    }
    lab.delete(&name);
    assert_eq!(lab.created(), before);
}

/// GET of a URL at the load balancer.
fn ask(object: &Value, url: &str) -> (u16, String) {
    let dns_name = object["status"]["loadBalancer"]["dnsName"].as_str().unwrap();
    let answer = shared().simulator.browse_at(dns_name, url).unwrap();
    (answer.status, answer.body.trim().to_owned())
}

const HELLO: &str = "Hello from Lambda!";
const PONG: &str = r#"{"message": "pong"}"#;

#[test]
fn lambda() {
    opens(&Lab::new("example-lambda"), "alb-lambda", &[], HELLO, &[]);
}

#[test]
fn mock() {
    opens(&Lab::new("example-mock"), "alb-mock", &[], PONG, &[]);
}

#[test]
fn endpoint_only() {
    let lab = Lab::new("example-endpoint");
    let name = lab.apply(&lab.example("endpoint-only.yaml"));
    let object = lab.settled(&name);
    let (access, api) = (&object["status"]["access"][0], object["status"]["api"]["id"].as_str().unwrap());
    let url = access["url"].as_str().unwrap();
    assert_eq!(access["curl"], format!("curl -H 'x-apigw-api-id: {api}' {url}"));
    let call = |client: &str| shared().simulator.call_endpoint(client, url, &[("x-apigw-api-id", api)]);
    let answer = call("10.20.1.7").unwrap();
    assert_eq!((answer.status, answer.body.trim()), (200, PONG));
    assert!(call("10.21.1.7").is_err(), "the security group lets nobody else in");
    lab.delete(&name);
    assert_eq!(lab.created(), Vec::<String>::new());
}

#[test]
fn http_backend() {
    let backend = backend::start();
    let (substitutes, requests) =
        ([("https://backend.example.com", backend.as_str())], [("/prod/orders/7", "GET /orders/7")]);
    opens(&Lab::new("example-http"), "alb-http", &substitutes, "GET /", &requests);
}

#[test]
fn https_with_a_host_name_of_ones_own() {
    opens(&Lab::new("example-https"), "alb-https-custom-host", &[], HELLO, &[("/orders/7", HELLO)]);
}

#[test]
fn behind_a_load_balancer_and_an_endpoint_of_others() {
    let lab = Lab::new("example-existing");
    given::make(&shared().simulator, &lab.account).unwrap();
    opens(&lab, "existing-alb-and-endpoint", &[], HELLO, &[("/prod/invoices/7", HELLO)]);
}

#[test]
fn an_api_of_others() {
    let lab = Lab::new("example-existing-api");
    given::make(&shared().simulator, &lab.account).unwrap();
    opens(&lab, "existing-api", &[], "given", &[]);
}

#[test]
fn openapi_document() {
    opens(&Lab::new("example-openapi"), "openapi-inline", &[], PONG, &[("/prod/orders", HELLO)]);
}

#[test]
fn hidden_stage() {
    opens(&Lab::new("example-hidden-stage"), "hidden-stage", &[], "[]", &[]);
}

fn files() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(binaries::workspace().join("examples")).unwrap();
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Files of the whole manifests of front doors that README.md and docs/ show.
fn shown() -> Vec<PathBuf> {
    let root = binaries::workspace();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("shown");
    std::fs::create_dir_all(&folder).unwrap();
    let documents = std::fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let texts = documents.chain([root.join("README.md")]).map(|path| std::fs::read_to_string(path).unwrap());
    let blocks = texts.flat_map(|text| {
        let blocks = text.split("```yaml\n").skip(1);
        blocks.map(|block| block.split("```").next().unwrap().to_owned()).collect::<Vec<_>>()
    });
    let manifests = blocks.filter(|block| block.contains("kind: PrivateApiFrontDoor\n"));
    let files = manifests.enumerate().map(|(index, manifest)| {
        let file = folder.join(format!("{index}.yaml"));
        std::fs::write(&file, manifest).unwrap();
        file
    });
    files.collect()
}

/// In the environment of `make up`: the account that the examples name, and in it what they take as given.
#[test]
fn every_example_and_documented_manifest_can_be_applied_as_it_is() {
    given::make(&shared().simulator, ACCOUNT).unwrap();
    let lab = Lab::of(ACCOUNT, "examples");
    let documented = shown();
    assert!(!documented.is_empty(), "README.md shows a manifest");
    let files = [files(), documented].concat();
    let mut names = BTreeSet::new();
    for file in &files {
        let applied = lab.kubectl.run(&["apply", "--output", "name", "-f", &file.to_string_lossy()]).unwrap();
        names.insert(applied.trim().rsplit('/').next().unwrap().to_owned());
    }
    assert_eq!(names.len(), files.len(), "each has a name of its own");
    for name in &names {
        lab.ready(name);
    }
    for name in &names {
        lab.delete(name);
    }
    assert_eq!(lab.created(), Vec::<String>::new());
}
