//! Listeners.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::operation::describe_listeners::builders::DescribeListenersFluentBuilder;
use aws_sdk_elasticloadbalancingv2::types::{self as sdk, ActionTypeEnum, ProtocolEnum};

use super::ELB_PAGE;
use crate::aws::error::existing;
use crate::aws::{Aws, AwsError, Pass};
use crate::model::Operation;
use crate::observed::{DefaultAction, Listener, LoadBalancer, MutualAuthentication};
use crate::tags::Tags;

impl Aws {
    /// Every listener of a load balancer, without tags; none when the load balancer is gone.
    pub(in crate::aws) async fn listeners_of(
        &self,
        load_balancer_arn: &str,
        pass: &Pass,
    ) -> Result<Vec<Listener>, AwsError> {
        let request = self.elb().describe_listeners().load_balancer_arn(load_balancer_arn).page_size(ELB_PAGE);
        pass.lists.listeners.get(load_balancer_arn.to_owned(), self.listeners(request)).await
    }

    /// A listener that a spec names, with its load balancer. Both are somebody else's to change, so some minutes old is new enough.
    pub(in crate::aws) async fn named_listener(
        &self,
        arn: &str,
        pass: &Pass,
    ) -> Result<Option<(Listener, LoadBalancer)>, AwsError> {
        if let Some(known) = self.cache().listeners.get(arn) {
            return Ok(Some(known));
        }
        let found = self.listeners(self.elb().describe_listeners().listener_arns(arn)).await?.into_iter().next();
        let Some(mut listener) = found else { return Ok(None) };
        // One call for all, which leftovers are looked for in as well.
        let balancers = self.all_load_balancers(pass).await?;
        let balancer = balancers.iter().find(|balancer| balancer.arn == listener.load_balancer_arn).cloned();
        let Some(mut balancer) = balancer else { return Ok(None) };
        let mut tags = self.elb_tags(&BTreeSet::from([listener.arn.clone(), balancer.arn.clone()]), pass).await?;
        listener.tags = tags.remove(&listener.arn).unwrap_or_default();
        balancer.tags = tags.remove(&balancer.arn).unwrap_or_default();
        self.cache().listeners.insert(arn.to_owned(), (listener.clone(), balancer.clone()));
        Ok(Some((listener, balancer)))
    }

    /// Certificates of an HTTPS listener beside the default one, which its own description holds.
    pub(in crate::aws) async fn extra_certificates(&self, listener: &Listener) -> Result<BTreeSet<String>, AwsError> {
        if listener.protocol != ProtocolEnum::Https.as_str() {
            return Ok(BTreeSet::new());
        }
        let request = self.elb().describe_listener_certificates().listener_arn(&listener.arn).page_size(ELB_PAGE);
        let read = request.into_paginator().items().send().try_collect();
        let certificates: Vec<_> =
            existing(self.call(Operation::DescribeListenerCertificates, read).await)?.unwrap_or_default();
        let extra = certificates.into_iter().filter(|certificate| certificate.is_default != Some(true));
        Ok(extra.filter_map(|certificate| certificate.certificate_arn).collect())
    }

    async fn listeners(&self, request: DescribeListenersFluentBuilder) -> Result<Vec<Listener>, AwsError> {
        let read = request.into_paginator().items().send().try_collect();
        let listeners = existing(self.call(Operation::DescribeListeners, read).await)?;
        Ok(listeners.into_iter().flatten().map(observed).collect())
    }
}

fn observed(listener: sdk::Listener) -> Listener {
    let certificate = listener.certificates.into_iter().flatten().find_map(|certificate| certificate.certificate_arn);
    Listener {
        arn: listener.listener_arn.unwrap_or_default(),
        load_balancer_arn: listener.load_balancer_arn.unwrap_or_default(),
        protocol: listener.protocol.map(|protocol| protocol.as_str().to_owned()).unwrap_or_default(),
        port: listener.port.unwrap_or_default(),
        default_certificate: certificate,
        extra_certificates: BTreeSet::new(),
        ssl_policy: listener.ssl_policy,
        mutual_authentication: listener.mutual_authentication.and_then(mutual_authentication),
        default_action: default_action(listener.default_actions.as_deref().unwrap_or_default()),
        tags: Tags::new(),
    }
}

fn mutual_authentication(attributes: sdk::MutualAuthenticationAttributes) -> Option<MutualAuthentication> {
    let mode = attributes.mode.filter(|mode| mode != "off")?;
    Some(MutualAuthentication {
        mode,
        trust_store_arn: attributes.trust_store_arn,
        ignores_expiry: attributes.ignore_client_certificate_expiry.unwrap_or_default(),
    })
}

fn default_action(actions: &[sdk::Action]) -> DefaultAction {
    let [action] = actions else { return DefaultAction::Other };
    let known = match action.r#type {
        Some(ActionTypeEnum::FixedResponse) => action.fixed_response_config.as_ref().and_then(not_found),
        Some(ActionTypeEnum::Redirect) => action.redirect_config.as_ref().and_then(redirect),
        _ => None,
    };
    known.unwrap_or(DefaultAction::Other)
}

fn not_found(fixed: &sdk::FixedResponseActionConfig) -> Option<DefaultAction> {
    let plain = fixed.status_code() == Some("404") && fixed.content_type() == Some("text/plain");
    plain.then(|| DefaultAction::NotFound(fixed.message_body().unwrap_or_default().to_owned()))
}

/// Host, path and query of a redirect stay unless it names others.
///
/// Source: Elastic Load Balancing API Reference, `RedirectActionConfig`.
fn redirect(to: &sdk::RedirectActionConfig) -> Option<DefaultAction> {
    let stays = |part: Option<&str>, same: &str| part.is_none_or(|part| part == same);
    let same = stays(to.host(), "#{host}") && stays(to.path(), "/#{path}") && stays(to.query(), "#{query}");
    let permanent = to.status_code() == Some(&sdk::RedirectActionStatusCodeEnum::Http301);
    let port = to.port().filter(|_| same && permanent && to.protocol() == Some("HTTPS"))?;
    port.parse().ok().map(DefaultAction::RedirectToHttps)
}
