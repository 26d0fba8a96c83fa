//! What a front door goes through in its life.

use aws_sdk_apigateway::types::{EndpointConfiguration, EndpointType};
use aws_sim::world::defaults;
use frontdoor::change::{Change, FunctionPermissionChange};
use frontdoor::tags::Tags;
use futures::future::{BoxFuture, FutureExt, ready};
use serde_json::{Value, json};

use crate::common::REGION;
use crate::door::{self, Door};
use crate::scenario::Scenario;
use crate::scenario::Step::{Delete, Drift, Edit, Keep};

/// All of them.
pub fn all() -> Vec<Scenario> {
    let described = Edit("/api/stage/description", json!("still ours"));
    let mut all = vec![
        Scenario { stands: false, ..Scenario::of("everything created", everything(), vec![Keep, Keep]) },
        Scenario::of("everything deleted", everything(), vec![Delete]),
        Scenario::of("retained", with(everything(), json!({"deletionPolicy": "Retain"})), vec![Delete]),
        retained_load_balancer(),
        Scenario { given: Some(given_listener), ..Scenario::of("a given listener", given(), vec![Keep, Delete]) },
        Scenario {
            manages: true,
            given: Some(given_api),
            ..Scenario::of("a given API", given(), vec![Keep, described])
        },
        https(),
        kinds_of_addresses(),
    ];
    all.push(Scenario { stands: false, name: "a given API admitted", ..all[5].clone() });
    all.push(Scenario { steps: vec![Delete], name: "a given API left", ..all[5].clone() });
    all.extend(edits());
    all.extend(drifts());
    all.extend([alias_by_variable(), function_of_another_account(), role()]);
    all
}

/// Another alias is named by a stage variable.
fn alias_by_variable() -> Scenario {
    let mut spec = everything();
    let uri = invocation(&format!("{}:${{stageVariables.color}}", door::function_arn()));
    spec["api"] =
        json!({"openApi": {"inline": document(&json!({"uri": uri}))}, "stage": {"variables": {"color": "blue"}}});
    let green = Edit("/api/stage/variables/color", json!("green"));
    Scenario { given: Some(aliases), ..Scenario::of("an alias by a stage variable", spec, vec![green, Delete]) }
}

fn aliases(door: &mut Door) -> BoxFuture<'_, ()> {
    async {
        let client = aws_sdk_lambda::Client::new(&door.others);
        for alias in ["blue", "green"] {
            let alias = client.create_alias().function_name("hello").name(alias).function_version("$LATEST");
            alias.send().await.expect("an alias");
        }
    }
    .boxed()
}

/// Its policy cannot be read, and need not be.
fn function_of_another_account() -> Scenario {
    let theirs = door::function_arn().replace(door::ACCOUNT, "444455556666");
    let mut spec = everything();
    spec["api"]["routes"][0]["integration"]["lambda"]["functionArn"] = theirs.clone().into();
    spec["api"]["externallyPermittedFunctionArns"] = json!([theirs]);
    Scenario { stands: false, ..Scenario::of("a function of another account", spec, vec![Keep, Keep, Delete]) }
}

/// A role invokes the function.
fn role() -> Scenario {
    let mut spec = everything();
    let integration = json!({"uri": invocation(&door::function_arn()), "credentials": door::ROLE});
    spec["api"] = json!({"openApi": {"inline": document(&integration)}});
    Scenario { stands: false, passes: true, ..Scenario::of("a role", spec, vec![Keep, Keep]) }
}

fn invocation(function_arn: &str) -> String {
    format!("arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function_arn}/invocations")
}

/// A document with one Lambda proxy integration.
fn document(members: &Value) -> Value {
    let integration = with(json!({"type": "aws_proxy", "httpMethod": "POST"}), members.clone());
    let operation = json!({"responses": {}, "x-amazon-apigateway-integration": integration});
    json!({"openapi": "3.0.1", "info": {"title": "orders", "version": "1"}, "paths": {"/": {"get": operation}}})
}

fn with(mut spec: Value, more: Value) -> Value {
    if let (Value::Object(spec), Value::Object(more)) = (&mut spec, more) {
        spec.extend(more);
    }
    spec
}

/// Everything is created, with a Lambda function.
fn everything() -> Value {
    json!({
        "vpcEndpoint": {"create": {"subnetIds": door::PRIVATE_SUBNETS, "privateDns": "Enabled"}},
        "api": {"routes": [{"path": "/", "method": "GET", "integration": {"lambda": {"functionArn": door::function_arn()}}}]},
        "loadBalancer": {"create": {"subnetIds": door::PUBLIC_SUBNETS}},
        "rules": [{"paths": ["/prod/a"]}, {"paths": ["/prod/b"]}],
        "tags": {"team": "shop"},
    })
}

/// An endpoint and rules; the load balancer is somebody else's.
fn given() -> Value {
    json!({
        "vpcEndpoint": {"create": {"subnetIds": door::PRIVATE_SUBNETS, "securityGroupIds": [defaults::DEFAULT_GROUP]}},
        "api": {"routes": [{"integration": {"mock": {}}}]},
        "loadBalancer": {},
    })
}

fn given_listener(door: &mut Door) -> BoxFuture<'_, ()> {
    async {
        foreign_listener(door).await;
    }
    .boxed()
}

/// The spec names a listener of somebody else's.
async fn foreign_listener(door: &mut Door) {
    let balancer = door.load_balancer(Tags::new()).await;
    door.spec["loadBalancer"]["listenerArn"] = door.listener(&balancer, 80, Tags::new()).await.into();
}

fn given_api(door: &mut Door) -> BoxFuture<'_, ()> {
    async {
        let client = aws_sdk_apigateway::Client::new(&door.others);
        let endpoints = EndpointConfiguration::builder().types(EndpointType::Private).build();
        let api = client.create_rest_api().name("theirs").endpoint_configuration(endpoints).send().await;
        let api = api.expect("an API");
        let id = api.id().expect("an ID").to_owned();
        let root = api.root_resource_id().expect("a root");
        door.mock(&id, root).await;
        let manage = json!({"endpointAssociation": "Managed", "resourcePolicy": "Managed", "stage": "Managed"});
        door.spec["api"] = json!({"id": id, "manage": manage, "stage": {"name": "live", "description": "ours"}});
        foreign_listener(door).await;
    }
    .boxed()
}

/// The load balancer stays and lets go of the endpoint's group.
fn retained_load_balancer() -> Scenario {
    let mut spec = everything();
    spec["loadBalancer"]["create"]["deletionPolicy"] = "Retain".into();
    Scenario::of("load balancer retained", spec, vec![Delete])
}

/// Certificates come and go.
fn https() -> Scenario {
    let mut spec = everything();
    spec["loadBalancer"]["listener"] = json!({"protocol": "HTTPS", "certificateArns": [door::certificate_arn()]});
    let redirect = Edit("/loadBalancer/listener/redirectHttp", json!("Enabled"));
    let no_redirect = Edit("/loadBalancer/listener/redirectHttp", json!("Disabled"));
    Scenario::of("certificates", spec, vec![Drift(two_certificates), Drift(one_certificate), redirect, no_redirect])
}

fn two_certificates(door: &mut Door) -> BoxFuture<'_, ()> {
    let certificates = json!([door::certificate_arn(), door.second_certificate()]);
    door.spec["loadBalancer"]["listener"]["certificateArns"] = certificates;
    ready(()).boxed()
}

fn one_certificate(door: &mut Door) -> BoxFuture<'_, ()> {
    door.spec["loadBalancer"]["listener"]["certificateArns"] = json!([door::certificate_arn()]);
    ready(()).boxed()
}

/// One field after the other.
fn edits() -> Vec<Scenario> {
    let edit = |name, pointer, value: Value| Scenario::of(name, everything(), vec![Edit(pointer, value)]);
    vec![
        edit("fewer endpoint subnets", "/vpcEndpoint/create/subnetIds", json!([door::PRIVATE_SUBNETS[0]])),
        edit("other endpoint groups", "/vpcEndpoint/create/securityGroupIds", json!([defaults::DEFAULT_GROUP])),
        Scenario::of(
            "private DNS",
            everything(),
            vec![
                Edit("/vpcEndpoint/create/privateDns", json!("Disabled")),
                Edit("/vpcEndpoint/create/privateDns", json!("Enabled")),
            ],
        ),
        edit("an endpoint policy", "/vpcEndpoint/create/policy", endpoint_policy()),
        edit("other clients", "/loadBalancer/create/clientCidrs", json!(["10.0.0.0/8"])),
        edit("other load balancer subnets", "/loadBalancer/create/subnetIds", json!(door::PRIVATE_SUBNETS)),
        edit("load balancer groups", "/loadBalancer/create/securityGroupIds", json!([defaults::DEFAULT_GROUP])),
        edit("load balancer attributes", "/loadBalancer/create/attributes", json!({"idleTimeoutSeconds": 120})),
        edit("a listener's port", "/loadBalancer/listener", json!({"port": 8080})),
        edit("rules in another order", "/rules", json!([{"paths": ["/prod/b"]}, {"paths": ["/prod/a"]}])),
        edit(
            "rules changed",
            "/rules",
            json!([{"paths": ["/prod/a", "/prod/c"]}, {"paths": ["/prod/b"], "priority": 7}]),
        ),
        edit("one rule changed", "/rules", json!([{"paths": ["/prod/a", "/prod/c"]}, {"paths": ["/prod/b"]}])),
        edit("a rule less", "/rules", json!([{"paths": ["/prod/a"]}])),
        edit("a health check", "/targetGroup", json!({"healthCheck": {"path": "/ping"}})),
        edit("a deregistration delay", "/targetGroup", json!({"deregistrationDelaySeconds": 10})),
        edit("description of the API", "/api/description", json!("Orders")),
        edit("routes", "/api/routes", json!([{"integration": {"mock": {}}}])),
        edit("stage settings", "/api/stage", json!({"description": "Orders", "variables": {"a": "b"}})),
        edit("a stage renamed", "/api/stage", json!({"name": "live"})),
        Scenario::of(
            "deployments pruned",
            everything(),
            vec![
                Edit("/api/routes", json!([{"integration": {"mock": {}}}])),
                Edit("/api/routes", json!([{"integration": {"mock": {"body": "{}"}}}])),
            ],
        ),
        Scenario::of(
            "tracing",
            everything(),
            vec![
                Edit("/api/stage", json!({"tracing": "Active"})),
                Edit("/api/stage", json!({"name": "live", "tracing": "Active"})),
            ],
        ),
        edit("a security policy", "/api/securityPolicy", json!("TLS_1_2")),
        edit("tags", "/tags", json!({"cost": "1"})),
        Scenario::of(
            "no load balancer",
            everything(),
            vec![Edit("/vpcEndpoint/create/clientCidrs", json!(["10.20.0.0/16"])), Edit("/loadBalancer", Value::Null)],
        ),
    ]
}

fn endpoint_policy() -> Value {
    let statement = json!({"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"});
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

/// Others change something.
fn drifts() -> Vec<Scenario> {
    let drift = |name, deed| Scenario::of(name, everything(), vec![Drift(deed)]);
    vec![drift("permission removed", permission_removed), drift("a listener too many", second_listener)]
}

fn permission_removed(door: &mut Door) -> BoxFuture<'_, ()> {
    async {
        let (function_arn, statement_id) = (door::function_arn(), door.statement_id());
        let change = FunctionPermissionChange::Remove { function_arn, statement_id };
        door.prepare(Change::FunctionPermission(change)).await;
    }
    .boxed()
}

fn second_listener(door: &mut Door) -> BoxFuture<'_, ()> {
    async {
        let (balancer, tags) = (door.own_load_balancer(), door.tags("listener"));
        door.listener(&balancer, 8080, tags).await;
    }
    .boxed()
}

/// IPv4 alone, and both.
fn kinds_of_addresses() -> Scenario {
    let both = Edit("/loadBalancer/create/ipAddressType", json!("dualstack"));
    let one = Edit("/loadBalancer/create/ipAddressType", json!("ipv4"));
    Scenario { given: Some(ipv6), ..Scenario::of("kinds of addresses", everything(), vec![both, one]) }
}

fn ipv6(door: &mut Door) -> BoxFuture<'_, ()> {
    door.add_ipv6(&door::PUBLIC_SUBNETS).boxed()
}
