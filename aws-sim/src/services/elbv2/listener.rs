//! Listeners.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::action::{self, Action};
use super::load_balancer::{self, Kind, LoadBalancer};
use super::mutual_authentication::MutualAuthentication;
use super::rule::Rule;
use super::select::{invalid, page};
use super::tag::{self, Tag};
use super::{State, account, attribute, listener_certificate};
use crate::context::Context;
use crate::error::{Answer, AwsError};

/// A listener.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Its ARN.
    pub arn: String,
    /// The load balancer it belongs to.
    pub load_balancer: String,
    /// HTTP, HTTPS, TCP, TLS, UDP or `TCP_UDP`.
    pub protocol: String,
    /// Its port.
    pub port: u16,
    /// ARNs of its certificates, the default one first.
    pub certificates: Vec<String>,
    /// Name of its security policy, with HTTPS and TLS.
    pub ssl_policy: Option<String>,
    /// ARN of its default rule, which holds the default actions.
    pub default_rule: String,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
    /// What it asks of its clients, with HTTPS.
    pub mutual_authentication: Option<MutualAuthentication>,
    /// ALPN policy, with TLS.
    pub alpn_policy: Vec<String>,
}

impl Listener {
    fn is_encrypted(&self) -> bool {
        matches!(self.protocol.as_str(), "HTTPS" | "TLS")
    }

    fn render(&self, state: &State) -> Value {
        let actions = state.rules.get(&self.default_rule).map(|rule| action::render(&rule.actions));
        let certificates: Value =
            self.certificates.iter().take(1).map(|arn| json!({ "CertificateArn": arn })).collect();
        json!({
            "ListenerArn": self.arn, "LoadBalancerArn": self.load_balancer, "Port": self.port, "Protocol": self.protocol,
            "Certificates": if self.is_encrypted() { certificates } else { Value::Null }, "SslPolicy": self.ssl_policy,
            "DefaultActions": actions, "MutualAuthentication": self.mutual_authentication.as_ref().map(MutualAuthentication::render),
            "AlpnPolicy": if self.alpn_policy.is_empty() { Value::Null } else { json!(self.alpn_policy) },
        })
    }
}

/// ARN of the load balancer that a listener belongs to.
#[must_use]
pub fn load_balancer_of(listener: &str) -> String {
    listener.rsplit_once('/').map_or(listener, |(start, _)| start).replace(":listener/", ":loadbalancer/")
}

pub(super) fn not_found(arn: &str) -> AwsError {
    AwsError::new("ListenerNotFound", format!("Listener '{arn}' not found"))
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Certificate {
    pub(super) certificate_arn: String,
    pub(super) is_default: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateListenerRequest {
    load_balancer_arn: String,
    protocol: Option<String>,
    port: Option<u16>,
    ssl_policy: Option<String>,
    #[serde(default)]
    certificates: Vec<Certificate>,
    default_actions: Vec<Action>,
    #[serde(default)]
    alpn_policy: Vec<String>,
    #[serde(default)]
    tags: Vec<Tag>,
    mutual_authentication: Option<MutualAuthentication>,
}

/// What a listener of this kind of load balancer may speak.
fn check_protocol(balancer: &LoadBalancer, protocol: &str) -> Answer<()> {
    let offered: &[&str] =
        if balancer.kind == Kind::Application { &["HTTPS", "HTTP"] } else { &["TLS", "TCP", "UDP", "TCP_UDP"] };
    if offered.contains(&protocol) {
        Ok(())
    } else {
        Err(invalid(format!("Protocol '{protocol}' must be one of '{}'", offered.join(", "))))
    }
}

/// Certificates and security policy fit the protocol (API Reference, `CreateListener`).
fn check_encryption(ctx: &Context<'_>, listener: &Listener) -> Answer<()> {
    if !listener.is_encrypted() {
        return if listener.certificates.is_empty() && listener.ssl_policy.is_none() {
            Ok(())
        } else {
            Err(invalid(format!(
                "Certificates and security policies cannot be specified for {} listeners",
                listener.protocol
            )))
        };
    }
    let [certificate] = &listener.certificates[..] else {
        return Err(if listener.certificates.is_empty() {
            invalid(format!("A certificate must be specified for {} listeners", listener.protocol))
        } else {
            AwsError::new("TooManyCertificates", "Up to one certificate can be specified at a time")
        });
    };
    listener_certificate::check(ctx, certificate)?;
    match listener.ssl_policy.as_deref() {
        Some(policy) if !account::is_ssl_policy(policy) => {
            Err(AwsError::new("SSLPolicyNotFound", format!("SSL policy '{policy}' not found")))
        }
        _ => Ok(()),
    }
}

pub(super) fn create(ctx: &mut Context<'_>, request: CreateListenerRequest) -> Answer<Value> {
    let arn = &request.load_balancer_arn;
    let balancer = ctx.here.elbv2.load_balancers.get(arn).cloned().ok_or_else(|| load_balancer::not_found(arn))?;
    let protocol = request.protocol.ok_or_else(|| invalid("A listener protocol must be specified"))?;
    check_protocol(&balancer, &protocol)?;
    let id = ctx.ids.hex16();
    let arn = format!("{}/{id}", balancer.arn.replace(":loadbalancer/", ":listener/"));
    let mut listener = Listener {
        load_balancer: balancer.arn.clone(),
        port: request.port.filter(|port| *port > 0).ok_or_else(|| invalid("A listener port must be specified"))?,
        certificates: request.certificates.into_iter().map(|certificate| certificate.certificate_arn).collect(),
        ssl_policy: request.ssl_policy,
        default_rule: format!("{}/{}", arn.replace(":listener/", ":listener-rule/"), ctx.ids.hex16()),
        attributes: attribute::listener_defaults(&protocol),
        mutual_authentication: mutual_authentication(ctx, request.mutual_authentication, &protocol)?,
        alpn_policy: request.alpn_policy,
        protocol,
        arn,
    };
    check_encryption(ctx, &listener)?;
    default_policy(&mut listener);
    let actions = action::checked(ctx.here, &balancer, request.default_actions)?;
    if let Some(existing) = same_port(&ctx.here.elbv2, &listener, &actions)? {
        return Ok(json!({ "Listeners": [existing] }));
    }
    // User Guide, "Quotas": 50 listeners a load balancer.
    if ctx.here.elbv2.listeners_of(&balancer.arn).len() >= 50 {
        return Err(AwsError::new(
            "TooManyListeners",
            "The maximum number of listeners on the load balancer has been reached",
        ));
    }
    let tags = tag::merged(&request.tags, super::Tags::new())?;
    let state = &mut ctx.here.elbv2;
    put_default_rule(state, &listener, actions);
    state.put_tags(&listener.arn, tags);
    let answer = json!({ "Listeners": [listener.render(state)] });
    state.listeners.insert(listener.arn.clone(), listener);
    Ok(answer)
}

fn mutual_authentication(
    ctx: &Context<'_>,
    asked: Option<MutualAuthentication>,
    protocol: &str,
) -> Answer<Option<MutualAuthentication>> {
    asked.map(|asked| asked.checked(ctx, protocol)).transpose()
}

/// API Reference, `CreateListener`: the policy of an encrypted listener made without one by API.
fn default_policy(listener: &mut Listener) {
    if listener.is_encrypted() {
        listener.ssl_policy.get_or_insert_with(|| "ELBSecurityPolicy-2016-08".to_owned());
        if listener.protocol == "HTTPS" {
            listener.mutual_authentication.get_or_insert_with(MutualAuthentication::off);
        }
    } else {
        listener.ssl_policy = None;
    }
}

fn put_default_rule(state: &mut State, listener: &Listener, actions: Vec<Action>) {
    state.put_rule(Rule {
        arn: listener.default_rule.clone(),
        listener: listener.arn.clone(),
        priority: None,
        conditions: Vec::new(),
        actions,
        transforms: Vec::new(),
    });
}

/// The listener on this port, if it has the same settings (API Reference: `CreateListener` is idempotent).
fn same_port(state: &State, wanted: &Listener, actions: &[Action]) -> Answer<Option<Value>> {
    let present = state.listeners_of(&wanted.load_balancer).into_iter().find(|listener| listener.port == wanted.port);
    let Some(present) = present else { return Ok(None) };
    let same_actions = state.rules.get(&present.default_rule).is_some_and(|rule| rule.actions == actions);
    let same = |a: &Listener, b: &Listener| {
        a.protocol == b.protocol && a.ssl_policy == b.ssl_policy && a.certificates.first() == b.certificates.first()
    };
    if same_actions && same(present, wanted) {
        return Ok(Some(present.render(state)));
    }
    let message = format!("A listener already exists on this port for this load balancer '{}'", wanted.load_balancer);
    Err(AwsError::new("DuplicateListener", message))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ModifyListenerRequest {
    listener_arn: String,
    port: Option<u16>,
    protocol: Option<String>,
    ssl_policy: Option<String>,
    #[serde(default)]
    certificates: Vec<Certificate>,
    #[serde(default)]
    default_actions: Vec<Action>,
    #[serde(default)]
    alpn_policy: Vec<String>,
    mutual_authentication: Option<MutualAuthentication>,
}

/// API Reference, `ModifyListener`: what is not named stays; leaving HTTPS or TLS drops certificate and policy.
pub(super) fn modify(ctx: &mut Context<'_>, request: ModifyListenerRequest) -> Answer<Value> {
    let arn = &request.listener_arn;
    let mut listener = ctx.here.elbv2.listeners.get(arn).cloned().ok_or_else(|| not_found(arn))?;
    let balancer = &listener.load_balancer;
    let balancer =
        ctx.here.elbv2.load_balancers.get(balancer).cloned().ok_or_else(|| load_balancer::not_found(balancer))?;
    if let Some(protocol) = request.protocol.filter(|protocol| *protocol != listener.protocol) {
        check_protocol(&balancer, &protocol)?;
        listener.attributes = attribute::listener_defaults(&protocol);
        listener.protocol = protocol;
        if !listener.is_encrypted() {
            (listener.certificates, listener.ssl_policy, listener.mutual_authentication) = (Vec::new(), None, None);
        }
    }
    if let Some(port) = request.port.filter(|port| *port != listener.port) {
        if ctx.here.elbv2.listeners_of(&balancer.arn).iter().any(|other| other.port == port) {
            let message = format!("A listener already exists on this port for this load balancer '{}'", balancer.arn);
            return Err(AwsError::new("DuplicateListener", message));
        }
        listener.port = port;
    }
    let extra: Vec<String> = listener.certificates.iter().skip(1).cloned().collect();
    if let [first, ..] = &request.certificates[..] {
        listener.certificates = vec![first.certificate_arn.clone()];
    }
    listener.certificates.truncate(1);
    listener.ssl_policy = request.ssl_policy.or(listener.ssl_policy);
    let mutual = mutual_authentication(ctx, request.mutual_authentication, &listener.protocol)?;
    listener.mutual_authentication = mutual.or(listener.mutual_authentication);
    if !request.alpn_policy.is_empty() {
        listener.alpn_policy = request.alpn_policy;
    }
    check_encryption(ctx, &listener)?;
    default_policy(&mut listener);
    listener.certificates.extend(extra);
    if !request.default_actions.is_empty() {
        let actions = action::checked(ctx.here, &balancer, request.default_actions)?;
        put_default_rule(&mut ctx.here.elbv2, &listener, actions);
    }
    let answer = json!({ "Listeners": [listener.render(&ctx.here.elbv2)] });
    ctx.here.elbv2.listeners.insert(listener.arn.clone(), listener);
    Ok(answer)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeListenersRequest {
    load_balancer_arn: Option<String>,
    #[serde(default)]
    listener_arns: Vec<String>,
    marker: Option<String>,
    page_size: Option<usize>,
}

pub(super) fn describe(ctx: &mut Context<'_>, request: DescribeListenersRequest) -> Answer<Value> {
    let state = &ctx.here.elbv2;
    let found: Vec<&Listener> = match (&request.load_balancer_arn, &request.listener_arns[..]) {
        (Some(_), [_, ..]) => {
            return Err(invalid("A load balancer ARN and listener ARNs cannot be specified at the same time"));
        }
        (None, []) => return Err(invalid("You must specify either listener ARNs or a load balancer ARN")),
        (Some(balancer), []) if state.load_balancers.contains_key(balancer) => state.listeners_of(balancer),
        (Some(balancer), []) => return Err(load_balancer::not_found(balancer)),
        (None, arns) => {
            let find = |arn: &String| {
                state
                    .listeners
                    .get(arn)
                    .ok_or_else(|| AwsError::new("ListenerNotFound", "One or more listeners not found"))
            };
            arns.iter().map(find).collect::<Answer<_>>()?
        }
    };
    let found = found.into_iter().map(|listener| (listener.arn.clone(), listener)).collect();
    let (page, next) = page(found, request.marker.as_deref(), request.page_size)?;
    let rendered: Vec<Value> = page.into_iter().map(|listener| listener.render(state)).collect();
    Ok(json!({ "Listeners": rendered, "NextMarker": next }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DeleteListenerRequest {
    listener_arn: String,
}

pub(super) fn delete(ctx: &mut Context<'_>, request: DeleteListenerRequest) -> Answer<()> {
    let arn = &request.listener_arn;
    if !ctx.here.elbv2.listeners.contains_key(arn) {
        return Err(not_found(arn));
    }
    remove(&mut ctx.here.elbv2, arn);
    Ok(())
}

/// Takes a listener away with its rules.
pub(super) fn remove(state: &mut State, arn: &str) {
    let rules: Vec<String> = state.rules_of(arn).into_iter().map(|rule| rule.arn.clone()).collect();
    for rule in rules {
        state.drop_rule(&rule);
        state.tags.remove(&rule);
    }
    state.listeners.remove(arn);
    state.tags.remove(arn);
}
