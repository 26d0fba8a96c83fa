//! Tags of what exists already.

use std::collections::BTreeMap;

use frontdoor::change::{Change, TagService, TagsChange};
use frontdoor::tags::own_keys;

use crate::lab::{Lab, set};

/// Changes a tag, takes one away, and at last those that prove ownership.
async fn changes(lab: &mut Lab, service: TagService, resources: &[&String]) {
    let resources = || resources.iter().map(|it| (*it).clone()).collect();
    let tags =
        BTreeMap::from([("team".to_owned(), "other".to_owned()), ("cost/centre".to_owned(), "1 + 2".to_owned())]);
    lab.step(Change::Tags(TagsChange::Add { service, resources: resources(), tags })).await;
    lab.step(Change::Tags(TagsChange::Remove { service, resources: resources(), keys: set(["team"]) })).await;
    lab.step(Change::Tags(TagsChange::Remove { service, resources: resources(), keys: set(["team"]) })).await;
    lab.aws
        .execute(&Change::Tags(TagsChange::Remove { service, resources: resources(), keys: own_keys() }))
        .await
        .unwrap();
    let seen = lab.observe().await;
    let known: std::collections::BTreeSet<String> = resources();
    assert!(seen.tagged().all(|(_, id, _)| !known.contains(id)), "it is ours no longer");
}

#[tokio::test]
async fn endpoint_and_groups_are_tagged_in_one_call() {
    let mut lab = Lab::new();
    let group = lab.security_group("endpoint-security-group").await;
    let endpoint = lab.vpc_endpoint(&group).await;
    changes(&mut lab, TagService::Ec2, &[&group, &endpoint]).await;
}

#[tokio::test]
async fn load_balancing_is_tagged_in_one_call() {
    let mut lab = Lab::new();
    let group = lab.security_group("load-balancer-security-group").await;
    let balancer = lab.load_balancer(&group).await;
    let listener = lab.listener(&balancer).await;
    let target_group = lab.target_group().await;
    let rule = lab.rule(&listener, &target_group, 1).await;
    changes(&mut lab, TagService::LoadBalancing, &[&balancer, &listener, &target_group, &rule]).await;
}

#[tokio::test]
async fn an_api_is_tagged() {
    let mut lab = Lab::new();
    let endpoint = lab.any_endpoint().await;
    let api = lab.rest_api(&endpoint).await;
    changes(&mut lab, TagService::ApiGateway, &[&api]).await;
}
