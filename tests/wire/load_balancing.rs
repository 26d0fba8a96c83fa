//! Target groups, load balancers, listeners and rules.

use std::collections::{BTreeMap, BTreeSet};

use aws_sim::world::defaults;
use frontdoor::aws::{Class, Pass};
use frontdoor::change::{Change, ListenerChange, ListenerSettings, LoadBalancerChange, RuleChange, TargetGroupChange};
use frontdoor::intent::Wanted;
use frontdoor::observed::{
    DEREGISTRATION_DELAY, DefaultAction, LoadBalancerState, MutualAuthentication, QueryString, RuleConditions,
    RuleTransforms,
};

use crate::common::REGION;
use crate::lab::{ACCOUNT, Lab, health_check, http, owner, set, subnets, transforms};

/// A load balancer with a listener and a target group.
async fn with_listener() -> (Lab, String, String) {
    let mut lab = Lab::new();
    let group = lab.security_group("load-balancer-security-group").await;
    let balancer = lab.load_balancer(&group).await;
    let listener = lab.listener(&balancer).await;
    let target_group = lab.target_group().await;
    (lab, listener, target_group)
}

#[tokio::test]
async fn a_target_group_comes_back_as_it_was_made() {
    let mut lab = Lab::new();
    let arn = lab.target_group().await;
    let addresses = set(["10.0.11.10", "10.0.12.10"]);
    lab.step(Change::TargetGroup(TargetGroupChange::Register { arn: arn.clone(), addresses })).await;
    lab.step(Change::TargetGroup(TargetGroupChange::Deregister { arn: arn.clone(), addresses: set(["10.0.11.10"]) }))
        .await;
    let modify = TargetGroupChange::Modify { arn: arn.clone(), health_check: health_check("200") };
    lab.step(Change::TargetGroup(modify)).await;
    let attributes = BTreeMap::from([(DEREGISTRATION_DELAY, "30".to_owned())]);
    lab.step(Change::TargetGroup(TargetGroupChange::ModifyAttributes { arn: arn.clone(), attributes })).await;
    lab.restart();
    assert_eq!(lab.observe().await.target_groups[0].attributes.get(DEREGISTRATION_DELAY), Some("30"));
    lab.step(Change::TargetGroup(TargetGroupChange::Delete { arn: arn.clone() })).await;
    lab.step(Change::TargetGroup(TargetGroupChange::Delete { arn })).await;
}

#[tokio::test]
async fn a_load_balancer_becomes_active_and_is_modified() {
    let mut lab = Lab::new();
    let group = lab.security_group("load-balancer-security-group").await;
    let other = lab.security_group("other").await;
    let arn = lab.load_balancer(&group).await;
    assert_eq!(lab.predicted.load_balancers[0].state, LoadBalancerState::Provisioning);
    lab.wait(5).await;
    assert_eq!(lab.predicted.load_balancers[0].state, LoadBalancerState::Active);
    let change = LoadBalancerChange::SetSecurityGroups { arn: arn.clone(), security_group_ids: set([&other]) };
    lab.step(Change::LoadBalancer(change)).await;
    let subnet_ids = subnets(["public-a", "private-b"]);
    lab.simulator.with_region(ACCOUNT, REGION, |region, _| {
        for (number, id) in subnet_ids.iter().enumerate() {
            let range = format!("2001:db8:0:{number}::/64").parse().unwrap();
            region.ec2.subnets.get_mut(id).unwrap().ipv6 = Some(range);
        }
    });
    let change = LoadBalancerChange::SetSubnets { arn: arn.clone(), ip_address_type: Some("dualstack"), subnet_ids };
    lab.step(Change::LoadBalancer(change)).await;
    let set = |key: &'static str, value: &str| {
        let attributes = BTreeMap::from([(key, value.to_owned())]);
        Change::LoadBalancer(LoadBalancerChange::ModifyAttributes { arn: arn.clone(), attributes })
    };
    lab.step(set("idle_timeout.timeout_seconds", "120")).await;
    lab.step(set("deletion_protection.enabled", "true")).await;
    lab.restart();
    assert_eq!(lab.observe().await.load_balancers[0].attributes.get("idle_timeout.timeout_seconds"), Some("120"));
    let error = lab.fails(Change::LoadBalancer(LoadBalancerChange::Delete { arn: arn.clone() })).await;
    assert!(
        error.class == Class::Invalid
            && error.message.contains("disable it (aws elbv2 modify-load-balancer-attributes"),
        "{error}"
    );
    lab.step(set("deletion_protection.enabled", "false")).await;
    lab.step(Change::LoadBalancer(LoadBalancerChange::Delete { arn: arn.clone() })).await;
    lab.step(Change::LoadBalancer(LoadBalancerChange::Delete { arn })).await;
}

#[tokio::test]
async fn a_listener_comes_back_as_it_was_made() {
    let (mut lab, arn, _) = with_listener().await;
    let certificate = format!("arn:aws:acm:{REGION}:{ACCOUNT}:certificate/{}", defaults::CERTIFICATE);
    let mut settings = http(443);
    settings.protocol = "HTTPS".to_owned();
    settings.default_certificate = Some(certificate);
    settings.ssl_policy = Some("ELBSecurityPolicy-TLS13-1-2-2021-06".to_owned());
    lab.step(Change::Listener(ListenerChange::Modify { arn: arn.clone(), settings: settings.clone() })).await;
    let passthrough =
        MutualAuthentication { mode: "passthrough".to_owned(), trust_store_arn: None, ignores_expiry: false };
    let mutual = ListenerSettings { mutual_authentication: Some(passthrough), ..settings.clone() };
    lab.step(Change::Listener(ListenerChange::Modify { arn: arn.clone(), settings: mutual })).await;
    lab.step(Change::Listener(ListenerChange::Modify { arn: arn.clone(), settings })).await;
    let load_balancer_arn = lab.predicted.load_balancers[0].arn.clone();
    let settings = ListenerSettings { default_action: DefaultAction::RedirectToHttps(443), ..http(80) };
    let tags = lab.tags("redirect-listener");
    let redirect = lab.step(Change::Listener(ListenerChange::Create { load_balancer_arn, settings, tags })).await;
    lab.step(Change::Listener(ListenerChange::Modify { arn: redirect.clone(), settings: http(80) })).await;
    lab.step(Change::Listener(ListenerChange::Delete { arn: redirect })).await;
    let certificate_arn = second_certificate(&lab);
    let add = ListenerChange::AddCertificate { arn: arn.clone(), certificate_arn: certificate_arn.clone() };
    lab.step(Change::Listener(add)).await;
    lab.restart();
    assert_eq!(lab.observe().await.listeners[0].extra_certificates, BTreeSet::from([certificate_arn.clone()]));
    lab.step(Change::Listener(ListenerChange::RemoveCertificate { arn: arn.clone(), certificate_arn })).await;
    lab.step(Change::Listener(ListenerChange::Delete { arn: arn.clone() })).await;
    lab.step(Change::Listener(ListenerChange::Delete { arn })).await;
}

#[tokio::test]
async fn a_certificate_is_looked_up_once_and_one_of_another_region_not_at_all() {
    let lab = Lab::new();
    let arn = format!("arn:aws:acm:{REGION}:{ACCOUNT}:certificate/{}", defaults::CERTIFICATE);
    let arns = [arn.clone(), arn.replace(REGION, "us-east-1"), format!("{}f", &arn[..arn.len() - 1])];
    let wanted = Wanted { certificate_arns: arns.into(), ..Wanted::default() };
    for calls in [2, 1] {
        let mark = lab.mark();
        let found = lab.aws.lookup(&wanted, &Pass::default()).await.unwrap();
        assert_eq!(found.certificates.keys().collect::<Vec<_>>(), [&arn]);
        assert_eq!(found.certificates[&arn].status, "ISSUED");
        assert!(found.certificates[&arn].names.contains("*.example.com"));
        let asked = lab.calls_since(mark).into_iter().filter(|call| call == "DescribeCertificate").count();
        assert_eq!(asked, calls);
    }
}

fn second_certificate(lab: &Lab) -> String {
    lab.simulator.with_region(ACCOUNT, REGION, |region, _| {
        let (arn, certificate) = region.acm.certificates.iter().next().expect("the default world has one");
        let (second, certificate) = (format!("{}2", &arn[..arn.len() - 1]), certificate.clone());
        region.acm.certificates.insert(second.clone(), certificate);
        second
    })
}

#[tokio::test]
async fn a_rule_comes_back_as_it_was_made() {
    let (mut lab, listener, target_group) = with_listener().await;
    let arn = lab.rule(&listener, &target_group, 10).await;
    let modify = |conditions, transforms| {
        Change::Rule(RuleChange::Modify {
            arn: arn.clone(),
            conditions,
            transforms,
            target_group_arn: target_group.clone(),
        })
    };
    let paths = RuleConditions { paths: set(["/orders", "/orders/*"]), ..RuleConditions::default() };
    lab.step(modify(paths.clone(), transforms("other.example.com", None))).await;
    lab.step(modify(paths, RuleTransforms::default())).await;
    lab.step(modify(of_every_kind(), transforms("other.example.com", None))).await;
    let regexes = RuleConditions {
        host_regexes: set(["^api-[0-9]+"]),
        path_regexes: set(["^/v[0-9]/", "^/x"]),
        ..RuleConditions::default()
    };
    lab.step(modify(regexes, transforms("other.example.com", None))).await;
    let error = lab.fails(lab.rule_change(&listener, &target_group, 10)).await;
    assert_eq!(error.class, Class::Conflict, "{error}");
    lab.step(Change::Rule(RuleChange::SetPriorities { priorities: BTreeMap::from([(arn.clone(), 20)]) })).await;
    lab.step(Change::Rule(RuleChange::Delete { arn: arn.clone() })).await;
    lab.step(Change::Rule(RuleChange::Delete { arn })).await;
}

fn of_every_kind() -> RuleConditions {
    RuleConditions {
        methods: set(["GET"]),
        headers: BTreeMap::from([("x-a".to_owned(), set(["1"])), ("x-b".to_owned(), set(["2"]))]),
        query_strings: BTreeSet::from([QueryString { key: Some("v".to_owned()), value: "1".to_owned() }]),
        source_cidrs: set(["10.0.0.0/8"]),
        ..RuleConditions::default()
    }
}

#[tokio::test]
async fn a_target_group_in_use_cannot_be_deleted_yet() {
    let (mut lab, listener, target_group) = with_listener().await;
    lab.rule(&listener, &target_group, 10).await;
    let error = lab.fails(Change::TargetGroup(TargetGroupChange::Delete { arn: target_group })).await;
    assert_eq!(error.class, Class::InUse, "{error}");
}

#[tokio::test]
async fn rules_of_others_are_seen_but_not_owned_and_their_tags_not_read_again() {
    let (mut lab, listener, target_group) = with_listener().await;
    lab.rule(&listener, &target_group, 10).await;
    let mut foreign = lab.rule_change(&listener, &target_group, 20);
    if let Change::Rule(RuleChange::Create { tags, .. }) = &mut foreign {
        *tags = owner("other").tags("rule", &BTreeMap::new());
    }
    lab.aws.execute(&foreign).await.unwrap();
    for _ in 0..2 {
        let rules = lab.observe().await.rules;
        assert_eq!(
            rules.iter().map(|rule| (rule.priority, lab.owner.owns(&rule.tags))).collect::<Vec<_>>(),
            [(10, true), (20, false)]
        );
    }
}

#[tokio::test]
async fn a_named_listener_is_used_and_a_rule_on_the_one_named_before_is_found() {
    let (mut lab, first, target_group) = with_listener().await;
    let balancer = lab.predicted.load_balancers[0].arn.clone();
    let settings = http(8080);
    let tags = BTreeMap::new();
    let second = ListenerChange::Create { load_balancer_arn: balancer, settings, tags };
    let frontdoor::change::Output::Id(second) = lab.aws.execute(&Change::Listener(second)).await.unwrap() else {
        panic!("a listener was made");
    };
    // Another object, whose rule stands on the first listener while its spec already names the second one.
    lab.owner = owner("other");
    let mine = lab.tags("rule");
    let group = lab.predicted.target_groups[0].arn.clone();
    let mut rule = lab.rule_change(&first, &target_group, 30);
    if let Change::Rule(RuleChange::Create { tags, .. }) = &mut rule {
        *tags = mine;
    }
    lab.aws.execute(&rule).await.unwrap();
    let wanted = Wanted { listener_arn: Some(second.clone()), target_group_arn: Some(group), ..Wanted::default() };
    let found = lab.aws.lookup(&wanted, &Pass::default()).await.unwrap();
    assert_eq!(found.listener.map(|(listener, _)| listener.arn), Some(second.clone()));
    let observed = lab.aws.observe(&lab.owner, &wanted, &Pass::default()).await.unwrap();
    assert_eq!(observed.listeners.iter().map(|listener| &listener.arn).collect::<Vec<_>>(), [&second]);
    assert_eq!(
        observed.rules.iter().map(|rule| (rule.priority, &rule.listener_arn)).collect::<Vec<_>>(),
        [(30, &first)]
    );
}
