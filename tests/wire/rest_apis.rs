//! REST APIs, their stages and deployments.

use frontdoor::change::{Change, PatchOperation, RestApiChange, StageChange, VpcEndpointChange};
use frontdoor::model::policy::canonical_policy;
use frontdoor::observed::ApiStatus;

use crate::lab::{Lab, policy, set};

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

#[tokio::test]
async fn an_update_of_the_security_policy_takes_its_time() {
    let mut lab = Lab::new();
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
