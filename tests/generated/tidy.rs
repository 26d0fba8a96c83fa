//! Takes out of a spec what the schema's rules forbid together, so that enough of the specs get past the API server.

use aws_sim::world::defaults;
use serde_json::{Value, json};

use super::existing;

fn remove(object: &mut Value, names: &[&str]) {
    if let Some(members) = object.as_object_mut() {
        for name in names {
            members.remove(*name);
        }
    }
}

/// The same spec without contradictions.
pub fn tidy(mut spec: Value) -> Value {
    api(&mut spec["api"]);
    let subnets = |places: [usize; 2]| json!(places.map(|place| defaults::SUBNETS[place].0));
    if !spec["vpcEndpoint"]["create"]["subnetIds"].is_null() {
        spec["vpcEndpoint"]["create"]["subnetIds"] = subnets([2, 3]);
    }
    if !spec["vpcEndpoint"]["create"]["subnetConfigurations"].is_null() {
        remove(&mut spec["vpcEndpoint"]["create"], &["subnetSelector", "ipAddressType"]);
        spec["vpcEndpoint"]["create"]["subnetIds"] = subnets([2, 3]);
        let address = json!([{"subnetId": defaults::SUBNETS[2].0, "ipv4": "10.0.11.77"}]);
        spec["vpcEndpoint"]["create"]["subnetConfigurations"] = address;
    }
    for part in ["/vpcEndpoint/create", "/loadBalancer/create"] {
        clients(spec.pointer_mut(part));
    }
    if spec["loadBalancer"].is_null() {
        let create = spec.pointer_mut("/vpcEndpoint/create").filter(|create| create["securityGroupIds"].is_null());
        if let Some(create) = create.filter(|create| create.is_object()) {
            create["clientCidrs"] = json!(["10.20.0.0/16"]);
        }
        remove(&mut spec, &["loadBalancer", "targetGroup"]);
    } else {
        remove(&mut spec["api"], &["endpointAccessMode"]);
        if !spec["loadBalancer"]["create"]["subnetIds"].is_null() {
            spec["loadBalancer"]["create"]["subnetIds"] = subnets([0, 1]);
        }
        listener(&mut spec["loadBalancer"]);
    }
    remove(&mut spec["targetGroup"], &["arn"]);
    if spec["targetGroup"].is_null() {
        remove(&mut spec, &["targetGroup"]);
    }
    for rule in spec["rules"].as_array_mut().into_iter().flatten() {
        for (expressions, plain) in [("hostRegexes", "hosts"), ("pathRegexes", "paths")] {
            let name = if rule[expressions].is_null() { expressions } else { plain };
            remove(rule, &[name]);
        }
        if rule["paths"].as_array().is_some() {
            remove(rule, &["headers", "queryStrings"]);
        }
    }
    strip(spec)
}

/// Ranges or groups, and ranges of the addresses that there are.
fn clients(create: Option<&mut Value>) {
    let Some(create) = create.filter(|create| create.is_object()) else { return };
    let by_ipv6 = create["clientCidrs"].to_string().contains(':');
    if !create["securityGroupIds"].is_null()
        || by_ipv6 && create["ipAddressType"].as_str().is_none_or(|it| it == "ipv4")
    {
        remove(create, &["clientCidrs"]);
    }
}

fn api(api: &mut Value) {
    if api["id"].is_null() {
        remove(api, &["manage"]);
    } else {
        remove(
            api,
            &[
                "name",
                "description",
                "deletionPolicy",
                "binaryMediaTypes",
                "minimumCompressionSizeBytes",
                "apiKeySource",
                "resourcePolicy",
                "securityPolicy",
                "endpointAccessMode",
            ],
        );
    }
    // The functions of the generator are the account's own, which need no acceptance.
    remove(api, &["externallyPermittedFunctionArns"]);
    let mut seen = Vec::new();
    if let Some(routes) = api["routes"].as_array_mut() {
        routes.retain(|route| {
            let key = (route["path"].clone(), route["method"].clone());
            !seen.contains(&key) && {
                seen.push(key);
                true
            }
        });
    }
}

fn listener(balancer: &mut Value) {
    if balancer["create"].is_null() {
        remove(balancer, &["listener"]);
    }
    if balancer["listener"].is_null() {
        return;
    }
    let listener = &mut balancer["listener"];
    remove(listener, &["mutualAuthentication"]);
    if listener["protocol"] == "HTTPS" {
        listener["certificateArns"] = json!(existing("(acm|iam)"));
    } else {
        remove(listener, &["certificateArns", "sslPolicy", "redirectHttp"]);
    }
}

/// Without what indexing has made null.
fn strip(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, member)| !member.is_null())
            .map(|(name, member)| (name, strip(member)))
            .collect(),
        Value::Array(items) => items.into_iter().map(strip).collect(),
        other => other,
    }
}
