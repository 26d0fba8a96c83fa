//! `null` means the same as leaving a field out, whoever applies the manifest: `kubectl apply` as it is by default, server-side apply, which Helm, Flux
//! and Argo CD use, and `frontdoor plan`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use frontdoor::api::{PrivateApiFrontDoor, PrivateApiFrontDoorSpec};
use serde_json::{Value, json};
use testenv::tools;

use crate::lab::{Lab, shared};
use crate::outage::CRD;
use crate::plan::plan;

/// Specs of an account that together hold every object of the schema.
fn specs(account: &str) -> Vec<Value> {
    let subnets = |numbers: [u8; 2]| numbers.map(|number| format!("subnet-0a1b2c3d4e5f600{number}"));
    let statement =
        json!({"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"});
    let arn = |service: &str, resource: &str| format!("arn:aws:{service}:ap-northeast-1:{account}:{resource}");
    let function = arn("lambda", "function:hello");
    let balancing = |resource: &str| arn("elasticloadbalancing", resource);
    let everything = json!({
        "tags": {"team": "shop"},
        "vpcEndpoint": {"create": {
            "subnetIds": subnets([21, 22]),
            "subnetConfigurations": [{"subnetId": subnets([21, 22])[0], "ipv4": "10.0.11.44"}],
        }},
        "api": {
            "routes": [
                {"integration": {"lambda": {"functionArn": function}}},
                {"path": "/mock", "integration": {"mock": {}}},
                {"path": "/http", "integration": {"http": {"url": "https://backend.example.com/"}}},
            ],
            "stage": {
                "variables": {"a": "b"},
                "accessLogs": {"destinationArn": arn("logs", "log-group:a"), "format": "$context.requestId"},
                "throttling": {"rateLimit": 1, "burstLimit": 1},
                "cache": {},
            },
            "resourcePolicy": {"statements": [statement]},
        },
        "loadBalancer": {
            "create": {"subnetIds": subnets([11, 12]), "attributes": {"accessLogs": {"bucket": "logs"}}},
            "listener": {
                "protocol": "HTTPS",
                "certificateArns": [arn("acm", "certificate/0a1b2c3d-4e5f-4000-8000-000000000001")],
                "mutualAuthentication": {"mode": "Passthrough"},
            },
        },
        "rules": [{"headers": [{"name": "a", "values": ["b"]}], "queryStrings": [{"value": "c"}]}],
        "targetGroup": {"healthCheck": {}},
    });
    let selected = json!({
        "vpcEndpoint": {"create": {"subnetSelector": {"matchTags": {"Name": "private-a"}}}},
        "loadBalancer": {"create": {"subnetSelector": {"matchTags": {"Name": "public-a"}}}},
        "api": {"openApi": {"inline": {"openapi": "3.0.1", "info": {"description": null}, "paths": {}}}},
    });
    let given = json!({
        "vpcEndpoint": {"id": "vpce-0a1b2c3d4e5f60041"},
        "api": {"id": "a1b2c3d4e5", "manage": {}},
        "loadBalancer": {"listenerArn": balancing("listener/app/shared/0123456789abcdef/0123456789abcdef")},
        "targetGroup": {"arn": balancing("targetgroup/shared/0123456789abcdef")},
    });
    vec![everything, selected, given]
}

/// An optional field somewhere in a spec, by its place in the schema: the spec without it, and the spec with `null` in its place.
struct Variant {
    without: Value,
    with: Value,
}

/// Every optional field and a map entry of each map, as far as the specs hold the objects they are in.
fn variants(account: &str, schema: &Value) -> BTreeMap<String, Variant> {
    let mut found = BTreeMap::new();
    for spec in specs(account) {
        visit(&spec, &spec, schema, "/", "spec", &mut found);
    }
    found
}

fn visit(spec: &Value, value: &Value, schema: &Value, at: &str, place: &str, found: &mut BTreeMap<String, Variant>) {
    let below = |name: &str| format!("{}/{name}", at.trim_end_matches('/'));
    for name in optional(schema) {
        add(spec, at, name, format!("{place}.{name}"), found);
    }
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(name) {
            visit(spec, value, schema, &below(name), &format!("{place}.{name}"), found);
        }
    }
    if schema["additionalProperties"].is_object() {
        add(spec, at, "absent", format!("{place}[*]"), found);
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        visit(spec, item, &schema["items"], &below(&index.to_string()), &format!("{place}[]"), found);
    }
}

fn add(spec: &Value, at: &str, name: &str, place: String, found: &mut BTreeMap<String, Variant>) {
    let at = if at == "/" { "" } else { at };
    let (mut with, mut without) = (spec.clone(), spec.clone());
    with.pointer_mut(at).unwrap()[name] = Value::Null;
    without.pointer_mut(at).unwrap().as_object_mut().unwrap().remove(name);
    found.entry(place).or_insert(Variant { without, with });
}

fn optional(schema: &Value) -> impl Iterator<Item = &str> {
    let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties.map(|(name, _)| name.as_str()).filter(move |name| !required.contains(&json!(name)))
}

/// Every place that [`variants`] should have found.
fn places(schema: &Value, place: &str) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = optional(schema).map(|name| format!("{place}.{name}")).collect();
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        all.extend(places(schema, &format!("{place}.{name}")));
    }
    if schema["additionalProperties"].is_object() {
        all.insert(format!("{place}[*]"));
    }
    if schema["items"].is_object() {
        all.extend(places(&schema["items"], &format!("{place}[]")));
    }
    all
}

fn objects<'a>(specs: impl Iterator<Item = &'a Value>) -> Vec<Value> {
    let object = |(index, spec): (usize, &Value)| {
        json!({
            "apiVersion": "privateapi.dev/v1alpha1", "kind": "PrivateApiFrontDoor",
            "metadata": {"name": format!("n{index}"), "namespace": "nulls"}, "spec": spec,
        })
    };
    specs.enumerate().map(object).collect()
}

fn list(objects: &[Value]) -> Value {
    json!({"apiVersion": "v1", "kind": "List", "items": objects})
}

const CLIENT_SIDE: &[&str] = &["apply", "--dry-run=server", "-f", "-"];
const SERVER_SIDE: &[&str] = &["apply", "--server-side", "--dry-run=server", "-f", "-"];

fn kubectl(arguments: &[&str], format: &str, objects: &[Value]) -> Output {
    let mut command = Command::new(tools::ensure().unwrap().kubectl());
    command.args(arguments).args(["--output", format]).env("KUBECONFIG", shared().cluster.kubeconfig());
    let piped = Stdio::piped;
    let mut child = command.stdin(piped()).stdout(piped()).stderr(piped()).spawn().unwrap();
    let (mut stdin, text) = (child.stdin.take().unwrap(), list(objects).to_string());
    let write = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    write.join().unwrap().unwrap();
    output
}

/// Names of the objects that are taken, and what is said of the others.
fn taken(arguments: &[&str], objects: &[Value]) -> (BTreeSet<String>, String) {
    let output = kubectl(arguments, "name", objects);
    let names = String::from_utf8_lossy(&output.stdout);
    let names = names.lines().filter_map(|line| line.rsplit('/').next()).map(str::to_owned).collect();
    (names, String::from_utf8_lossy(&output.stderr).into_owned())
}

/// What would be stored of the objects: without nulls, and as the controller reads it.
fn stored(arguments: &[&str], objects: &[Value]) -> Vec<(Value, PrivateApiFrontDoorSpec)> {
    let output = kubectl(arguments, "json", objects);
    let mut list: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let items = list["items"].as_array_mut().unwrap();
    let read = |item: &Value| serde_json::from_value::<PrivateApiFrontDoor>(item.clone()).map(|object| object.spec);
    items
        .iter_mut()
        .map(|item| {
            let spec = read(item).unwrap_or_else(|error| panic!("{error}: {item}"));
            (without_nulls(item["spec"].take()), spec)
        })
        .collect()
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
            fields.map(|(name, value)| (name, without_nulls(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

#[test]
fn null_is_the_same_as_leaving_a_field_out_whoever_applies() {
    let lab = Lab::new("nulls");
    let crd = shared().cluster.kubectl().get("crd", CRD).unwrap().unwrap();
    let schema = &crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"];
    let variants = variants(&lab.account, schema);
    assert_eq!(variants.keys().cloned().collect::<BTreeSet<_>>(), places(schema, "spec"));
    let without = objects(variants.values().map(|it| &it.without));
    let with = objects(variants.values().map(|it| &it.with));

    let (expected, _) = taken(CLIENT_SIDE, &without);
    assert!(expected.len() > variants.len() / 2, "{expected:?}");
    let place = |name: &String| variants.keys().nth(name[1..].parse::<usize>().unwrap()).unwrap();
    for arguments in [CLIENT_SIDE, SERVER_SIDE] {
        let (names, said) = taken(arguments, &with);
        let different: Vec<_> = names.symmetric_difference(&expected).map(place).collect();
        assert!(different.is_empty(), "{arguments:?}: {different:?}\n{said}");
    }

    let good = |objects: &[Value]| -> Vec<Value> {
        let good = |it: &&Value| expected.contains(it["metadata"]["name"].as_str().unwrap());
        objects.iter().filter(good).cloned().collect()
    };
    let (with_good, without_good) = (good(&with), good(&without));
    let specs = stored(CLIENT_SIDE, &without_good);
    for arguments in [CLIENT_SIDE, SERVER_SIDE] {
        let found = stored(arguments, &with_good);
        for ((found, expected), sent) in found.iter().zip(&specs).zip(&with_good) {
            assert_eq!(found, expected, "{arguments:?}: {sent}");
        }
    }

    let planned = [&with, &without].map(|objects| plan(&lab, &list(objects)));
    let text = |output: &Output| [&output.stdout, &output.stderr].map(|it| String::from_utf8_lossy(it).into_owned());
    assert_eq!(text(&planned[0]), text(&planned[1]));
    assert!(text(&planned[0])[0].matches(":\n+ ").count() > variants.len() / 3, "{:?}", planned[0]);
}

/// An item of a list is something that is there.
#[test]
fn null_in_a_list_is_refused_whoever_applies() {
    let lab = Lab::new("null-items");
    let spec = &specs(&lab.account)[0];
    let lists =
        ["/vpcEndpoint/create/subnetIds", "/api/routes", "/rules", "/rules/0/headers", "/rules/0/headers/0/values"];
    for at in lists {
        let mut spec = spec.clone();
        spec.pointer_mut(at).unwrap().as_array_mut().unwrap().push(Value::Null);
        let objects = objects([&spec].into_iter());
        for arguments in [CLIENT_SIDE, SERVER_SIDE] {
            let (names, said) = taken(arguments, &objects);
            assert!(names.is_empty() && ["null", "nil"].iter().any(|it| said.contains(it)), "{at}: {said}");
        }
        let planned = plan(&lab, &objects[0]);
        assert_eq!(planned.status.code(), Some(1), "{at}: {planned:?}");
        assert!(planned.stdout.is_empty(), "{at}: {planned:?}");
    }
}

/// Server-side apply, as Helm does it, opens the front door all the same.
#[test]
fn a_manifest_with_nulls_that_is_applied_on_the_servers_side_opens_its_front_door() {
    let lab = Lab::new("null-applied");
    let mut object = lab.example("alb-mock.yaml");
    object["spec"]["api"]["name"] = Value::Null;
    object["spec"]["tags"] = json!({"team": null});
    object["spec"]["vpcEndpoint"]["create"]["clientCidrs"] = Value::Null;
    lab.kubectl.pipe(&["apply", "--server-side", "-f", "-"], &object.to_string()).unwrap();
    lab.ready(object["metadata"]["name"].as_str().unwrap());
}
