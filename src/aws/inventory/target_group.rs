//! Target groups and their targets.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::{self as sdk, TargetHealthStateEnum as State};

use super::ELB_PAGE;
use crate::aws::error::existing;
use crate::aws::{Aws, AwsError, Pass};
use crate::model::Operation;
use crate::observed::{Attributes, HealthCheck, TargetGroup, TargetHealth, TargetState};

impl Aws {
    /// Every target group of the region, without targets and tags.
    pub(in crate::aws) async fn all_target_groups<'a>(&self, pass: &'a Pass) -> Result<&'a [TargetGroup], AwsError> {
        let read = || async {
            let request = self.elb().describe_target_groups().page_size(ELB_PAGE);
            let groups = request.into_paginator().items().send().try_collect();
            let groups: Vec<_> = self.call(Operation::DescribeTargetGroups, groups).await?;
            Ok(groups.into_iter().map(observed).collect())
        };
        pass.lists.target_groups.get_or_try_init(read).await.map(Vec::as_slice)
    }

    /// Targets by address; none when the group is gone.
    pub(in crate::aws) async fn targets(&self, arn: &str) -> Result<Option<BTreeMap<String, TargetHealth>>, AwsError> {
        let request = self.elb().describe_target_health().target_group_arn(arn);
        let answer = existing(self.call(Operation::DescribeTargetHealth, request.send()).await)?;
        Ok(answer.map(|answer| by_address(answer.target_health_descriptions.unwrap_or_default())))
    }

    /// The same, asked for once by all who have the same lists.
    pub(in crate::aws) async fn shared_targets(
        &self,
        arn: &str,
        pass: &Pass,
    ) -> Result<Option<BTreeMap<String, TargetHealth>>, AwsError> {
        pass.lists.targets.get(arn.to_owned(), self.targets(arn)).await
    }

    /// Attributes; those AWS gives when the group is gone.
    pub(in crate::aws) async fn target_group_attributes(&self, arn: &str) -> Result<Attributes, AwsError> {
        let request = self.elb().describe_target_group_attributes().target_group_arn(arn);
        let answer = self.call(Operation::DescribeTargetGroupAttributes, request.send()).await;
        let pairs = existing(answer)?.and_then(|answer| answer.attributes).unwrap_or_default();
        let pairs = pairs.into_iter().filter_map(|it| Some((it.key?, it.value.unwrap_or_default())));
        Ok(Attributes::of(pairs))
    }
}

fn observed(group: sdk::TargetGroup) -> TargetGroup {
    TargetGroup {
        arn: group.target_group_arn.unwrap_or_default(),
        name: group.target_group_name.unwrap_or_default(),
        vpc_id: group.vpc_id.unwrap_or_default(),
        target_type: group.target_type.as_ref().map(|it| it.as_str().to_owned()).unwrap_or_default(),
        protocol: group.protocol.as_ref().map(|it| it.as_str().to_owned()).unwrap_or_default(),
        protocol_version: group.protocol_version.unwrap_or_default(),
        port: group.port.unwrap_or_default(),
        health_check: HealthCheck {
            protocol: group.health_check_protocol.map(|it| it.as_str().to_owned()).unwrap_or_default(),
            port: group.health_check_port.unwrap_or_default(),
            path: group.health_check_path.unwrap_or_default(),
            interval_seconds: group.health_check_interval_seconds.unwrap_or_default(),
            timeout_seconds: group.health_check_timeout_seconds.unwrap_or_default(),
            healthy_threshold_count: group.healthy_threshold_count.unwrap_or_default(),
            unhealthy_threshold_count: group.unhealthy_threshold_count.unwrap_or_default(),
            success_codes: group.matcher.and_then(|matcher| matcher.http_code).unwrap_or_default(),
        },
        attributes: Attributes::default(),
        load_balancer_arns: group.load_balancer_arns.into_iter().flatten().collect(),
        targets: BTreeMap::new(),
        tags: BTreeMap::new(),
    }
}

/// An address may stand in it twice, on two ports: the one that stays counts.
fn by_address(descriptions: Vec<sdk::TargetHealthDescription>) -> BTreeMap<String, TargetHealth> {
    let mut targets: BTreeMap<String, TargetHealth> = BTreeMap::new();
    for description in descriptions {
        let Some(address) = description.target.and_then(|target| target.id) else { continue };
        let health = health(description.target_health);
        if health.state != TargetState::Draining || !targets.contains_key(&address) {
            targets.insert(address, health);
        }
    }
    targets
}

fn health(health: Option<sdk::TargetHealth>) -> TargetHealth {
    let Some(health) = health else { return TargetHealth { state: TargetState::Unavailable, reason: None } };
    let state = match health.state {
        Some(State::Initial) => TargetState::Initial,
        Some(State::Healthy) => TargetState::Healthy,
        Some(State::Unhealthy) => TargetState::Unhealthy,
        Some(State::Unused) => TargetState::Unused,
        Some(State::Draining | State::UnhealthyDraining) => TargetState::Draining,
        _ => TargetState::Unavailable,
    };
    TargetHealth {
        state,
        reason: health.description.or_else(|| health.reason.map(|reason| reason.as_str().to_owned())),
    }
}
