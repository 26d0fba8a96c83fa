//! Changes of listeners.

use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, Certificate, FixedResponseActionConfig, MutualAuthenticationAttributes, ProtocolEnum,
    RedirectActionConfig, RedirectActionStatusCodeEnum,
};

use super::load_balancer::elb_tags;
use super::{created, done, gone};
use crate::aws::{Aws, AwsError};
use crate::change::{ListenerChange, ListenerSettings, Output};
use crate::model::Operation;
use crate::observed::{DefaultAction, MutualAuthentication};
use crate::tags::Tags;

impl Aws {
    pub(super) async fn change_listener(
        &self,
        operation: Operation,
        change: &ListenerChange,
    ) -> Result<Output, AwsError> {
        match change {
            ListenerChange::Create { load_balancer_arn, settings, tags } => {
                self.create_listener(operation, load_balancer_arn, settings, tags).await
            }
            ListenerChange::Modify { arn, settings } => self.modify_listener(operation, arn, settings).await,
            ListenerChange::AddCertificate { arn, certificate_arn } => {
                let request = self.elb().add_listener_certificates().listener_arn(arn);
                done(self.call(operation, request.certificates(certificate(certificate_arn)).send()).await)
            }
            ListenerChange::RemoveCertificate { arn, certificate_arn } => {
                let request = self.elb().remove_listener_certificates().listener_arn(arn);
                done(self.call(operation, request.certificates(certificate(certificate_arn)).send()).await)
            }
            ListenerChange::Delete { arn } => {
                gone(self.call(operation, self.elb().delete_listener().listener_arn(arn).send()).await)
            }
        }
    }

    async fn create_listener(
        &self,
        operation: Operation,
        load_balancer_arn: &str,
        settings: &ListenerSettings,
        tags: &Tags,
    ) -> Result<Output, AwsError> {
        let request = self
            .elb()
            .create_listener()
            .load_balancer_arn(load_balancer_arn)
            .protocol(ProtocolEnum::from(settings.protocol.as_str()))
            .port(settings.port)
            .set_certificates(settings.default_certificate.as_ref().map(|arn| vec![certificate(arn)]))
            .set_ssl_policy(settings.ssl_policy.clone())
            .set_mutual_authentication(settings.mutual_authentication.as_ref().map(mutual_authentication))
            .set_default_actions(default_action(&settings.default_action).map(|action| vec![action]))
            .set_tags(Some(elb_tags(tags)));
        let listeners = self.call(operation, request.send()).await?.listeners.unwrap_or_default();
        created(operation, listeners.into_iter().find_map(|listener| listener.listener_arn))
    }

    async fn modify_listener(
        &self,
        operation: Operation,
        arn: &str,
        settings: &ListenerSettings,
    ) -> Result<Output, AwsError> {
        let request = self
            .elb()
            .modify_listener()
            .listener_arn(arn)
            .protocol(ProtocolEnum::from(settings.protocol.as_str()))
            .port(settings.port)
            .set_certificates(settings.default_certificate.as_ref().map(|arn| vec![certificate(arn)]))
            .set_ssl_policy(settings.ssl_policy.clone())
            .set_mutual_authentication(mutual_authentication_now(settings))
            .set_default_actions(default_action(&settings.default_action).map(|action| vec![action]));
        done(self.call(operation, request.send()).await)
    }
}

fn certificate(arn: &str) -> Certificate {
    Certificate::builder().certificate_arn(arn).build()
}

fn mutual_authentication(wanted: &MutualAuthentication) -> MutualAuthenticationAttributes {
    let attributes = MutualAuthenticationAttributes::builder().mode(&wanted.mode);
    let verifies = wanted.trust_store_arn.is_some();
    attributes
        .set_trust_store_arn(wanted.trust_store_arn.clone())
        .set_ignore_client_certificate_expiry(verifies.then_some(wanted.ignores_expiry))
        .build()
}

/// What is not named stays: an HTTPS listener that had it on is told that it is off.
fn mutual_authentication_now(settings: &ListenerSettings) -> Option<MutualAuthenticationAttributes> {
    let off = || MutualAuthenticationAttributes::builder().mode("off").build();
    let https = settings.protocol == ProtocolEnum::Https.as_str();
    settings.mutual_authentication.as_ref().map(mutual_authentication).or_else(|| https.then(off))
}

/// Nothing is sent for an action that is none of ours.
fn default_action(action: &DefaultAction) -> Option<Action> {
    let action = match action {
        DefaultAction::NotFound(body) => {
            let answer =
                FixedResponseActionConfig::builder().status_code("404").content_type("text/plain").message_body(body);
            Action::builder().r#type(ActionTypeEnum::FixedResponse).fixed_response_config(answer.build())
        }
        DefaultAction::RedirectToHttps(port) => {
            let to = RedirectActionConfig::builder().protocol("HTTPS").port(port.to_string());
            let to = to.status_code(RedirectActionStatusCodeEnum::Http301);
            Action::builder().r#type(ActionTypeEnum::Redirect).redirect_config(to.build())
        }
        DefaultAction::Other => return None,
    };
    Some(action.build())
}
