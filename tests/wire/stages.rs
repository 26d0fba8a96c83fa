//! Stages: their settings, what they serve, and the deployments that had their time.

use std::collections::{BTreeMap, BTreeSet};

use frontdoor::api::{AccessLogs, LoggingLevel, Toggle, Tracing};
use frontdoor::aws::Class;
use frontdoor::change::{Change, RestApiChange, StageChange};
use frontdoor::observed::{Cache, StageSettings, Throttling};

use crate::lab::{Lab, policy, set};

fn everything() -> StageSettings {
    StageSettings {
        description: Some("Orders".to_owned()),
        variables: BTreeMap::from([("table".to_owned(), "orders".to_owned())]),
        access_logs: Some(AccessLogs {
            destination_arn: "arn:aws:logs:eu-west-1:222233334444:log-group:orders".to_owned(),
            format: "$context.requestId".to_owned(),
        }),
        throttling: Some(Throttling { rate_limit: "100".to_owned(), burst_limit: "50".to_owned() }),
        metrics: Toggle::Enabled,
        logging_level: LoggingLevel::Error,
        data_trace: Toggle::Enabled,
        tracing: Tracing::Active,
        cache: Some(Cache {
            size_gigabytes: "1.6".to_owned(),
            ttl_seconds: 60,
            encryption: Toggle::Enabled,
            methods: Toggle::Enabled,
        }),
        canary: None,
        method_overrides: BTreeSet::new(),
    }
}

fn update(api_id: &str, deployment_id: Option<&str>, old: StageSettings, new: StageSettings) -> Change {
    Change::Stage(StageChange::Update {
        api_id: api_id.to_owned(),
        name: "prod".to_owned(),
        deployment_id: deployment_id.map(str::to_owned),
        old: Box::new(old),
        new: Box::new(new),
    })
}

#[tokio::test]
async fn settings_come_and_go_in_one_call_each() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    let id = lab.rest_api(&endpoint).await;
    lab.deploy(&id, &endpoint, "hash").await;
    let new = everything;
    let refusal = lab.fails(update(&id, None, StageSettings::default(), new())).await.to_string();
    assert!(refusal.contains("CloudWatch Logs role ARN must be set in account settings"), "{refusal}");
    lab.allow_logs();
    lab.step(update(&id, None, StageSettings::default(), new())).await;
    lab.step(update(&id, None, new(), StageSettings::default())).await;
}

#[tokio::test]
async fn a_stage_goes_back_to_an_earlier_deployment_and_old_ones_are_known() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    let id = lab.rest_api(&endpoint).await;
    let first = lab.deploy(&id, &endpoint, "hash-1").await;
    let second = lab.deploy(&id, &endpoint, "hash-2").await;
    lab.deploy(&id, &endpoint, "hash-3").await;
    assert_eq!(lab.predicted.rest_apis[0].retired, set([&first]));
    let prune = |deployment_id: &str| {
        Change::Stage(StageChange::Prune { api_id: id.clone(), deployment_id: deployment_id.to_owned() })
    };
    lab.step(prune(&first)).await;
    lab.step(prune(&first)).await;
    let back = update(&id, Some(&second), StageSettings::default(), StageSettings::default());
    lab.aws.execute(&back).await.unwrap();
    let deployed = lab.observe().await.rest_apis.remove(0).stage("prod").cloned().unwrap().deployed;
    assert_eq!((deployed.deployment_id.as_str(), deployed.content.as_deref()), (second.as_str(), Some("hash-2")));
    let gone = update(&id, Some(&first), StageSettings::default(), StageSettings::default());
    assert_eq!(lab.fails(gone).await.class, Class::Invalid);
}

#[tokio::test]
async fn an_api_of_others_lets_an_endpoint_in_and_out() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    let id = lab.rest_api(&endpoint).await;
    let elsewhere = "vpce-0a1b2c3d4e5f60099";
    let change = |associate: &[&str], dissociate: &[&str], admitted: &str| {
        let ids = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect();
        Change::RestApi(RestApiChange::Admit {
            id: id.clone(),
            associate: ids(associate),
            dissociate: ids(dissociate),
            policy: Some(policy(admitted).to_string()),
        })
    };
    lab.step(change(&[], &[&endpoint], elsewhere)).await;
    assert!(lab.predicted.rest_apis[0].vpc_endpoint_ids.is_empty());
    lab.step(change(&[&endpoint], &[], &endpoint)).await;
    assert_eq!(lab.predicted.rest_apis[0].vpc_endpoint_ids, set([&endpoint]));
}

#[tokio::test]
async fn a_document_that_cannot_be_imported_is_refused_in_api_gateways_words() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    let id = lab.rest_api(&endpoint).await;
    let document =
        serde_json::json!({"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {"orders": {}}});
    let error = lab
        .fails(Change::RestApi(RestApiChange::Put {
            id,
            document,
            content: "hash".to_owned(),
            accepted_warnings: [].into(),
        }))
        .await;
    assert_eq!(error.class, Class::Invalid);
    assert!(error.message.contains("Resource path must start with /"), "{error}");
}
