//! REST APIs, their stages and deployments.

use aws_sim::Config;
use aws_sim::config::Durations;
use frontdoor::aws::{AwsError, Class, Pass};
use frontdoor::change::{Change, Output, PatchOperation, RestApiChange, StageChange, VpcEndpointChange};
use frontdoor::model::policy::canonical_policy;
use frontdoor::observed::ApiStatus;
use serde_json::{Value, json};

use crate::common::config;
use crate::lab::{ACCOUNT, Lab, document, policy, set};

#[tokio::test]
async fn an_api_comes_back_as_it_was_made() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    let id = lab.rest_api(&endpoint).await;
    let api = lab.observe().await.rest_apis.remove(0);
    assert!(api.private);
    assert_eq!(api.name, "shop-orders");
    assert_eq!(api.description.as_deref(), Some("Orders"));
    assert_eq!(api.vpc_endpoint_ids, set([&endpoint]));
    assert_eq!(canonical_policy(&api.policy.unwrap(), &id), canonical_policy(&policy(&endpoint), &id));
    assert_eq!(api.security_policy.as_deref(), Some("SecurityPolicy_TLS13_1_3_2025_09"));
    assert_eq!(api.endpoint_access_mode.as_deref(), Some("BASIC"));
    assert_eq!(api.tags, lab.tags("rest-api"));
    lab.step(Change::RestApi(RestApiChange::Delete { id: id.clone() })).await;
    lab.step(Change::RestApi(RestApiChange::Delete { id })).await;
}

#[tokio::test]
async fn a_deployment_remembers_its_content_across_restarts() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    let id = lab.rest_api(&endpoint).await;
    let first = lab.deploy(&id, &endpoint, "hash-1").await;
    let second = lab.deploy(&id, &endpoint, "hash-2").await;
    assert_ne!(first, second);
    lab.restart();
    let deployed = lab.observe().await.rest_apis.remove(0).stage("prod").cloned().unwrap().deployed;
    assert_eq!((deployed.deployment_id, deployed.content.as_deref()), (second, Some("hash-2")));
    let (api_id, name) = (id, "prod".to_owned());
    lab.step(Change::Stage(StageChange::Delete { api_id: api_id.clone(), name: name.clone() })).await;
    lab.step(Change::Stage(StageChange::Delete { api_id, name })).await;
}

#[tokio::test]
async fn an_overwriting_import_keeps_policy_and_endpoint() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    let id = lab.rest_api(&endpoint).await;
    let mut other = lab.endpoint_change(&lab.predicted.security_groups[0].id.clone());
    if let Change::VpcEndpoint(VpcEndpointChange::Create { client_token, private_dns, .. }) = &mut other {
        (*client_token, *private_dns) = ("another".to_owned(), false);
    }
    let other = lab.step(other).await;
    lab.deploy(&id, &other, "hash").await;
    let api = lab.observe().await.rest_apis.remove(0);
    assert_eq!(api.vpc_endpoint_ids, set([&other]));
    assert_eq!(canonical_policy(&api.policy.unwrap(), &id), canonical_policy(&policy(&other), &id));
    assert_eq!(api.tags, lab.tags("rest-api"));
}

/// A call that AWS refuses because it still updates the API, by both texts.
#[tokio::test]
async fn a_locked_api_is_told_by_its_class() {
    let mut lab = Lab::with(Config { untold_rest_api_updates: false, ..Config::default() });
    let endpoint = lab.any_endpoint().await;
    let id = lab.rest_api(&endpoint).await;
    assert_eq!(lab.predicted.rest_apis[0].status, ApiStatus::Updating);
    let operations = vec![PatchOperation { path: "/name", old: String::new(), new: "b".to_owned() }];
    let update = Change::RestApi(RestApiChange::Update { id: id.clone(), operations });
    let deploy = Change::Stage(StageChange::deploy(&id, "prod", "hash"));
    let delete = Change::RestApi(RestApiChange::Delete { id });
    for change in [&update, &deploy, &delete] {
        let error = lab.fails(change.clone()).await;
        assert_eq!(error.class, Class::Locked, "{error}");
        let mut snapshot = lab.predicted.clone();
        snapshot.rest_apis[0].status = ApiStatus::Available;
        assert!(change.lock(&mut snapshot));
        assert_eq!(snapshot.rest_apis[0].status, ApiStatus::Updating);
    }
    lab.wait(2).await;
    assert_eq!(lab.predicted.rest_apis[0].status, ApiStatus::Available);
    lab.step(update).await;
}

#[tokio::test]
async fn a_disabled_endpoint_is_seen_in_every_answer() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    let id = lab.rest_api(&endpoint).await;
    let disable = |old: &str, new: &str| {
        let (path, old, new) = ("/disableExecuteApiEndpoint", old.to_owned(), new.to_owned());
        Change::RestApi(RestApiChange::Update { id: id.clone(), operations: vec![PatchOperation { path, old, new }] })
    };
    lab.step(disable("false", "true")).await;
    assert!(lab.predicted.rest_apis[0].disable_execute_api_endpoint);
    lab.step(disable("true", "false")).await;
    assert!(!lab.predicted.rest_apis[0].disable_execute_api_endpoint);
}

#[tokio::test]
async fn an_update_of_the_security_policy_takes_its_time() {
    let mut lab = Lab::with(Config {
        untold_rest_api_updates: false,
        durations: Durations { rest_api_lock: [std::time::Duration::ZERO; 2], ..Durations::default() },
        ..Config::default()
    });
    let endpoint = lab.any_endpoint().await;
    let id = lab.rest_api(&endpoint).await;
    let operation = |path, old: &str, new: &str| PatchOperation { path, old: old.to_owned(), new: new.to_owned() };
    let operations = vec![
        operation("/securityPolicy", "SecurityPolicy_TLS13_1_3_2025_09", "SecurityPolicy_TLS13_1_2_2021_06"),
        operation("/name", "shop-orders", "orders"),
    ];
    lab.step(Change::RestApi(RestApiChange::Update { id, operations })).await;
    assert_eq!(lab.predicted.rest_apis[0].status, ApiStatus::Updating);
    assert_eq!(lab.predicted.rest_apis[0].name, "orders");
    let mut snapshot = lab.predicted.clone();
    lab.simulator.clock().advance(std::time::Duration::from_mins(30));
    let mark = lab.mark();
    lab.aws.refresh(&mut snapshot, &[frontdoor::node::Node::RestApi].into()).await.unwrap();
    assert_eq!(lab.calls_since(mark), ["GetRestApi"]);
    assert_eq!(snapshot.rest_apis[0].status, ApiStatus::Available);
}

/// Imports the lab's document with one operation's response of a type and one scheme, and tells what the API's name is then.
async fn import(
    lab: &Lab,
    id: &str,
    mut document: Value,
    accepted: &[&str],
) -> (Result<Vec<String>, AwsError>, Vec<String>) {
    document["info"]["title"] = json!("imported");
    let accepted_warnings = accepted.iter().map(|&it| it.to_owned()).collect();
    let mark = lab.mark();
    let change = RestApiChange::Put { id: id.to_owned(), document, content: "hash".to_owned(), accepted_warnings };
    let output = lab.aws.execute(&Change::RestApi(change)).await;
    let warnings = output.map(|output| match output {
        Output::RestApi(api) => api.import_warnings,
        other => panic!("{other:?}"),
    });
    (warnings, lab.calls_since(mark))
}

#[tokio::test]
async fn an_import_that_leaves_something_out_changes_nothing_unless_it_is_accepted() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    let id = lab.rest_api(&endpoint).await;
    let mut left_out = document(&endpoint);
    left_out["components"] = json!({"securitySchemes": {"oauth": {"type": "oauth2", "flows": {}}}});
    let warning = "Unsupported security definition type 'oauth2' for 'oauth'. Ignoring.";
    let (refused, calls) = import(&lab, &id, left_out.clone(), &[]).await;
    let error = refused.expect_err("a warning");
    assert_eq!((error.class, calls), (Class::Invalid, vec!["PutRestApi".to_owned()]), "{error}");
    assert!(error.message.contains(warning) && error.message.contains("spec.api.acceptedImportWarnings"), "{error}");
    assert_eq!(lab.observe().await.rest_apis[0].name, "shop-orders");
    let (taken, calls) =
        import(&lab, &id, left_out, &["Unsupported security definition type '*' for 'oauth'. Ignoring."]).await;
    assert_eq!((taken.unwrap(), calls), (vec![warning.to_owned()], vec!["PutRestApi".to_owned(); 2]));
    assert_eq!(lab.observe().await.rest_apis[0].name, "imported");
}

#[tokio::test]
async fn warnings_that_leave_nothing_out_are_told() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    let id = lab.rest_api(&endpoint).await;
    let mut text = document(&endpoint);
    text["paths"]["/"]["get"]["responses"]["200"]["content"] = json!({"text/plain": {"schema": {"type": "string"}}});
    let (taken, _) = import(&lab, &id, text, &[]).await;
    let warning = "Unsupported model type 'StringSchema' in 200 response to method 'GET /'. Ignoring.";
    assert_eq!(taken.unwrap(), [warning]);
    let (taken, calls) = import(&lab, &id, document(&endpoint), &[]).await;
    assert_eq!((taken.unwrap(), calls), (Vec::new(), vec!["PutRestApi".to_owned()]));
}

#[tokio::test]
async fn methods_that_ask_for_a_signature_are_told_of_a_given_api_behind_a_load_balancer() {
    let mut lab = Lab::new();
    let client = aws_sdk_apigateway::Client::new(&config(&lab.simulator, ACCOUNT));
    let api = client.create_rest_api().name("theirs").send().await.unwrap();
    let (id, root) = (api.id().unwrap(), api.root_resource_id().unwrap());
    let orders = client.create_resource().rest_api_id(id).parent_id(root).path_part("orders").send().await.unwrap();
    for (method, resource, authorization) in
        [("GET", root, "NONE"), ("POST", root, "AWS_IAM"), ("ANY", orders.id().unwrap(), "AWS_IAM")]
    {
        let method = client.put_method().rest_api_id(id).resource_id(resource).http_method(method);
        method.authorization_type(authorization).send().await.unwrap();
    }
    lab.wanted.rest_api_id = Some(id.to_owned());
    let found = lab.aws.lookup(&lab.wanted, &Pass::default()).await.unwrap();
    assert_eq!(found.signed_methods, Vec::<String>::new(), "nothing replaces the Host header");
    lab.wanted.behind_load_balancer = true;
    let found = lab.aws.lookup(&lab.wanted, &Pass::default()).await.unwrap();
    assert_eq!(found.signed_methods, ["ANY /orders", "POST /"]);
}
