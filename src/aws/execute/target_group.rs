//! Changes of target groups.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_elasticloadbalancingv2::types::{
    Matcher, ProtocolEnum, TargetDescription, TargetGroupAttribute, TargetGroupIpAddressTypeEnum, TargetTypeEnum,
};

use super::load_balancer::elb_tags;
use super::{created, done, gone};
use crate::aws::cache::TARGET_GROUP;
use crate::aws::{Aws, AwsError};
use crate::change::{Output, TargetGroupChange};
use crate::model::Operation;
use crate::observed::HealthCheck;

/// Port of the `execute-api` endpoint.
const HTTPS: i32 = 443;

impl Aws {
    pub(super) async fn change_target_group(
        &self,
        operation: Operation,
        change: &TargetGroupChange,
    ) -> Result<Output, AwsError> {
        match change {
            TargetGroupChange::Create { tags, .. } => {
                self.cache().created(tags, TARGET_GROUP);
                self.create_target_group(operation, change).await
            }
            TargetGroupChange::Modify { arn, health_check } => {
                self.modify_target_group(operation, arn, health_check).await
            }
            TargetGroupChange::ModifyAttributes { arn, attributes } => {
                let request = self.elb().modify_target_group_attributes().target_group_arn(arn);
                let request = request.set_attributes(Some(sdk_attributes(attributes)));
                done(self.call(operation, request.send()).await)
            }
            TargetGroupChange::Register { arn, addresses } => {
                let request = self.elb().register_targets().target_group_arn(arn).set_targets(Some(targets(addresses)));
                done(self.call(operation, request.send()).await)
            }
            TargetGroupChange::Deregister { arn, addresses } => {
                let request =
                    self.elb().deregister_targets().target_group_arn(arn).set_targets(Some(targets(addresses)));
                done(self.call(operation, request.send()).await)
            }
            TargetGroupChange::Delete { arn } => {
                gone(self.call(operation, self.elb().delete_target_group().target_group_arn(arn).send()).await)
            }
        }
    }

    async fn create_target_group(&self, operation: Operation, change: &TargetGroupChange) -> Result<Output, AwsError> {
        let TargetGroupChange::Create { name, vpc_id, health_check, tags } = change else { return Ok(Output::Done) };
        let request = self
            .elb()
            .create_target_group()
            .name(name)
            .target_type(TargetTypeEnum::Ip)
            .ip_address_type(TargetGroupIpAddressTypeEnum::Ipv4)
            .protocol(ProtocolEnum::Https)
            .protocol_version("HTTP1")
            .port(HTTPS)
            .vpc_id(vpc_id)
            // The default for an Application Load Balancer is HTTP, which the endpoint does not speak.
            .health_check_protocol(ProtocolEnum::from(health_check.protocol.as_str()))
            .health_check_port(&health_check.port)
            .health_check_path(&health_check.path)
            .health_check_interval_seconds(health_check.interval_seconds)
            .health_check_timeout_seconds(health_check.timeout_seconds)
            .healthy_threshold_count(health_check.healthy_threshold_count)
            .unhealthy_threshold_count(health_check.unhealthy_threshold_count)
            .matcher(matcher(&health_check.success_codes))
            .set_tags(Some(elb_tags(tags)));
        let groups = self.call(operation, request.send()).await?.target_groups.unwrap_or_default();
        let arn = groups.into_iter().find_map(|group| group.target_group_arn);
        created(operation, arn)
    }

    async fn modify_target_group(
        &self,
        operation: Operation,
        arn: &str,
        health_check: &HealthCheck,
    ) -> Result<Output, AwsError> {
        let request = self
            .elb()
            .modify_target_group()
            .target_group_arn(arn)
            .health_check_protocol(ProtocolEnum::from(health_check.protocol.as_str()))
            .health_check_port(&health_check.port)
            .health_check_path(&health_check.path)
            .health_check_interval_seconds(health_check.interval_seconds)
            .health_check_timeout_seconds(health_check.timeout_seconds)
            .healthy_threshold_count(health_check.healthy_threshold_count)
            .unhealthy_threshold_count(health_check.unhealthy_threshold_count)
            .matcher(matcher(&health_check.success_codes));
        done(self.call(operation, request.send()).await)
    }
}

fn sdk_attributes(attributes: &BTreeMap<&'static str, String>) -> Vec<TargetGroupAttribute> {
    let attribute = |(key, value): (&&str, &String)| TargetGroupAttribute::builder().key(*key).value(value).build();
    attributes.iter().map(attribute).collect()
}

fn matcher(success_codes: &str) -> Matcher {
    Matcher::builder().http_code(success_codes).build()
}

/// Without a port: the group's own holds.
fn targets(addresses: &BTreeSet<String>) -> Vec<TargetDescription> {
    addresses.iter().map(|address| TargetDescription::builder().id(address).build()).collect()
}
