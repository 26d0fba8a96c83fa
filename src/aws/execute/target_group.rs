//! Changes of target groups.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::types::{
    Matcher, ProtocolEnum, TargetDescription, TargetGroupIpAddressTypeEnum, TargetTypeEnum,
};

use super::load_balancer::elb_tags;
use super::{created, done, gone};
use crate::aws::cache::TARGET_GROUP;
use crate::aws::{Aws, AwsError};
use crate::change::{Output, TargetGroupChange};

/// Port of the `execute-api` endpoint.
const HTTPS: i32 = 443;

impl Aws {
    pub(super) async fn change_target_group(
        &self,
        operation: &'static str,
        change: &TargetGroupChange,
    ) -> Result<Output, AwsError> {
        match change {
            TargetGroupChange::Create { tags, .. } => {
                self.cache().created(tags, TARGET_GROUP);
                self.create_target_group(operation, change).await
            }
            TargetGroupChange::Modify { arn, success_codes } => {
                let request = self.elb().modify_target_group().target_group_arn(arn).matcher(matcher(success_codes));
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

    async fn create_target_group(
        &self,
        operation: &'static str,
        change: &TargetGroupChange,
    ) -> Result<Output, AwsError> {
        let TargetGroupChange::Create { name, vpc_id, success_codes, tags } = change else { return Ok(Output::Done) };
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
            .health_check_protocol(ProtocolEnum::Https)
            .matcher(matcher(success_codes))
            .set_tags(Some(elb_tags(tags)));
        let groups = self.call(operation, request.send()).await?.target_groups.unwrap_or_default();
        created(operation, groups.into_iter().find_map(|group| group.target_group_arn))
    }
}

fn matcher(success_codes: &str) -> Matcher {
    Matcher::builder().http_code(success_codes).build()
}

/// Without a port: the group's own holds.
fn targets(addresses: &BTreeSet<String>) -> Vec<TargetDescription> {
    addresses.iter().map(|address| TargetDescription::builder().id(address).build()).collect()
}
