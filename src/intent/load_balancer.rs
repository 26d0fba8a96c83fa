//! `spec.loadBalancer`, checked.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::arn::elsewhere;
use super::subnets::chosen;
use super::{CreateLoadBalancer, ListenerIntent, Problem, References, cidrs, security_groups};
use crate::api::{
    IpAddressType, ListenerProtocol, LoadBalancer, LoadBalancerAttributes, LoadBalancerCreate, LoadBalancerScheme,
    MutualAuthentication, MutualAuthenticationMode, Toggle, XForwardedFor,
};
use crate::observed::{Attributes, DELETION_PROTECTION, LoadBalancer as Found, MutualAuthentication as Mutual};

/// TLS policy of an HTTPS listener where the user names none. The load balancer speaks TLS 1.3 to its targets only with such a policy.
///
/// Source: Elastic Load Balancing, "Security policies for your Application Load Balancer".
const DEFAULT_SSL_POLICY: &str = "ELBSecurityPolicy-TLS13-1-2-2021-06";
/// Tag that the AWS Load Balancer Controller puts on what it owns; it deletes rules that it does not know.
const OTHER_CONTROLLER: &str = "elbv2.k8s.aws/cluster";

pub(super) fn resolve(
    wanted: &LoadBalancer,
    vpc_id: &str,
    found: &References,
    problems: &mut Vec<Problem>,
) -> Option<ListenerIntent> {
    match (&wanted.create, &wanted.listener_arn) {
        (Some(create), None) => {
            let subnet_ids = subnets(create, vpc_id, found, problems);
            security_groups::check("spec.loadBalancer.create", &create.security_group_ids, vpc_id, found, problems);
            let ipv6 = create.ip_address_type != IpAddressType::Ipv4;
            cidrs::check("spec.loadBalancer.create.clientCidrs", &create.client_cidrs, ipv6, problems);
            security_groups::check_managed(
                "spec.loadBalancer.create",
                &create.security_group_ids,
                &create.client_cidrs,
                problems,
            );
            trust_store(wanted, found, problems);
            Some(ListenerIntent::Create(Box::new(to_create(wanted, create, subnet_ids))))
        }
        (None, Some(arn)) => existing(arn, vpc_id, found, problems),
        _ => {
            problems.push(Problem::new("spec.loadBalancer", "exactly one of create or listenerArn must be set"));
            None
        }
    }
}

fn subnets(create: &LoadBalancerCreate, vpc_id: &str, found: &References, problems: &mut Vec<Problem>) -> Vec<String> {
    let subnets =
        chosen("spec.loadBalancer.create", &create.subnet_ids, create.subnet_selector.as_ref(), found, problems);
    let ids: Vec<String> = subnets.ids().cloned().collect();
    if ids.len() == 1 {
        let message = "a load balancer needs subnets in two Availability Zones or more: name another";
        problems.push(Problem::new(subnets.field(), message));
    }
    if create.ip_address_type != IpAddressType::Ipv4 {
        subnets.need_ipv6(found, problems);
    }
    if create.ip_address_type == IpAddressType::DualstackWithoutPublicIpv4
        && create.scheme == LoadBalancerScheme::Internal
    {
        let message = "an internal load balancer has no public addresses: use dualstack";
        problems.push(Problem::new("spec.loadBalancer.create.ipAddressType", message));
    }
    let vpc = subnets.vpc(found, problems).filter(|vpc| !vpc_id.is_empty() && vpc != vpc_id);
    if let Some(vpc) = vpc {
        let message =
            format!("the load balancer's subnets are in {vpc}, the endpoint in {vpc_id}: both must be in one VPC");
        problems.push(Problem::new(subnets.field(), message));
    }
    ids
}

fn clients(create: &LoadBalancerCreate) -> BTreeSet<IpNet> {
    if create.client_cidrs.is_empty() {
        cidrs::everybody(create.ip_address_type != IpAddressType::Ipv4)
    } else {
        cidrs::canonical(&create.client_cidrs)
    }
}

fn trust_store(wanted: &LoadBalancer, found: &References, problems: &mut Vec<Problem>) {
    let mutual = wanted.listener.as_ref().and_then(|listener| listener.mutual_authentication.as_ref());
    let arn = mutual.and_then(|mutual| mutual.trust_store_arn.as_ref());
    if let Some(message) = arn.and_then(|arn| elsewhere(arn, &found.caller)) {
        problems.push(Problem::new("spec.loadBalancer.listener.mutualAuthentication.trustStoreArn", message));
    }
}

fn to_create(wanted: &LoadBalancer, create: &LoadBalancerCreate, subnet_ids: Vec<String>) -> CreateLoadBalancer {
    let listener = wanted.listener.clone().unwrap_or_default();
    let https = listener.protocol == ListenerProtocol::Https;
    let port = listener.port.unwrap_or(if https { 443 } else { 80 });
    let ssl_policy = https.then(|| listener.ssl_policy.unwrap_or_else(|| DEFAULT_SSL_POLICY.to_owned()));
    CreateLoadBalancer {
        scheme: create.scheme,
        subnet_ids,
        security_groups: security_groups::chosen(&create.security_group_ids),
        client_cidrs: clients(create),
        protocol: listener.protocol,
        port: i32::from(port),
        certificate_arns: listener.certificate_arns.unwrap_or_default(),
        ssl_policy,
        mutual_authentication: listener.mutual_authentication.map(mutual_authentication),
        redirect_http: listener.redirect_http == Toggle::Enabled,
        ip_address_type: create.ip_address_type,
        attributes: create.attributes.as_ref().map(attributes).unwrap_or_default(),
        keeps_deletion_protection: create.attributes.as_ref().is_some_and(|it| it.deletion_protection.is_some()),
    }
}

fn mutual_authentication(wanted: MutualAuthentication) -> Mutual {
    let mode = match wanted.mode {
        MutualAuthenticationMode::Passthrough => "passthrough",
        MutualAuthenticationMode::Verify => "verify",
    };
    Mutual { mode: mode.to_owned(), trust_store_arn: wanted.trust_store_arn, ignores_expiry: false }
}

fn attributes(wanted: &LoadBalancerAttributes) -> Attributes {
    let switch = |key, switch: Toggle| (key, (switch == Toggle::Enabled).to_string());
    let forwarded = match wanted.x_forwarded_for {
        XForwardedFor::Append => "append",
        XForwardedFor::Preserve => "preserve",
        XForwardedFor::Remove => "remove",
    };
    let logs = wanted.access_logs.as_ref();
    Attributes::of([
        ("access_logs.s3.bucket", logs.map(|logs| logs.bucket.clone()).unwrap_or_default()),
        ("access_logs.s3.prefix", logs.map(|logs| logs.prefix.clone()).unwrap_or_default()),
        ("access_logs.s3.enabled", logs.is_some().to_string()),
        switch(DELETION_PROTECTION, wanted.deletion_protection.unwrap_or_default()),
        ("idle_timeout.timeout_seconds", wanted.idle_timeout_seconds.to_string()),
        switch("routing.http.drop_invalid_header_fields.enabled", wanted.drop_invalid_header_fields),
        switch("routing.http.preserve_host_header.enabled", wanted.preserve_host_header),
        switch("routing.http.xff_client_port.enabled", wanted.xff_client_port),
        ("routing.http.xff_header_processing.mode", forwarded.to_owned()),
        switch("routing.http2.enabled", wanted.http2),
    ])
}

fn existing(arn: &str, vpc_id: &str, found: &References, problems: &mut Vec<Problem>) -> Option<ListenerIntent> {
    let field = "spec.loadBalancer.listenerArn";
    if let Some(place) = elsewhere(arn, &found.caller) {
        problems.push(Problem::new(field, place));
        return None;
    }
    let Some((listener, balancer)) = &found.listener else {
        problems.push(Problem::new(field, format!("listener {arn} does not exist in {}", found.place())));
        return None;
    };
    let mut refuse = |message: String| problems.push(Problem::new(field, message));
    let Found { name, kind, vpc_id: balancer_vpc, tags, .. } = balancer;
    if kind != "application" {
        refuse(format!(
            "load balancer {name} is a {kind} load balancer: rules with a Host rewrite need an application load balancer"
        ));
    }
    if !vpc_id.is_empty() && balancer_vpc != vpc_id {
        refuse(format!("load balancer {name} is in {balancer_vpc}, the endpoint in {vpc_id}: both must be in one VPC"));
    }
    if let Some(cluster) = tags.get(OTHER_CONTROLLER) {
        refuse(format!(
            "load balancer {name} belongs to the AWS Load Balancer Controller of cluster {cluster} ({OTHER_CONTROLLER}), which deletes rules it does not know: use another load balancer"
        ));
    }
    Some(ListenerIntent::Existing {
        listener_arn: listener.arn.clone(),
        load_balancer_arn: balancer.arn.clone(),
        security_group_ids: balancer.security_group_ids.iter().cloned().collect(),
        port: listener.port,
    })
}
