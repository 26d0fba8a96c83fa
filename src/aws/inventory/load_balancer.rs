//! Load balancers.

use aws_sdk_elasticloadbalancingv2::types::{self as sdk, LoadBalancerStateEnum as State};

use super::ELB_PAGE;
use crate::aws::error::existing;
use crate::aws::{Aws, AwsError, Pass};
use crate::model::Operation;
use crate::observed::{Attributes, LoadBalancer, LoadBalancerState};
use crate::tags::Tags;

impl Aws {
    /// Every load balancer of the region, without tags.
    pub(in crate::aws) async fn all_load_balancers<'a>(&self, pass: &'a Pass) -> Result<&'a [LoadBalancer], AwsError> {
        let read = || async {
            let request = self.elb().describe_load_balancers().page_size(ELB_PAGE);
            let balancers = request.into_paginator().items().send().try_collect();
            let balancers: Vec<_> = self.call(Operation::DescribeLoadBalancers, balancers).await?;
            Ok(balancers.into_iter().map(|balancer| observed(balancer, Tags::new())).collect())
        };
        pass.lists.load_balancers.get_or_try_init(read).await.map(Vec::as_slice)
    }

    /// Attributes; those AWS gives when the load balancer is gone.
    pub(in crate::aws) async fn load_balancer_attributes(&self, arn: &str) -> Result<Attributes, AwsError> {
        let request = self.elb().describe_load_balancer_attributes().load_balancer_arn(arn);
        let answer = self.call(Operation::DescribeLoadBalancerAttributes, request.send()).await;
        let pairs = existing(answer)?.and_then(|answer| answer.attributes).unwrap_or_default();
        let pairs = pairs.into_iter().filter_map(|it| Some((it.key?, it.value.unwrap_or_default())));
        Ok(Attributes::of(pairs))
    }

    /// One load balancer, without tags.
    pub(in crate::aws) async fn load_balancer(&self, arn: &str) -> Result<Option<LoadBalancer>, AwsError> {
        let request = self.elb().describe_load_balancers().load_balancer_arns(arn);
        let answer = existing(self.call(Operation::DescribeLoadBalancers, request.send()).await)?;
        let balancers = answer.and_then(|answer| answer.load_balancers).unwrap_or_default();
        Ok(balancers.into_iter().next().map(|balancer| observed(balancer, Tags::new())))
    }
}

/// A load balancer as Elastic Load Balancing tells it, with the tags it is known to have.
pub(in crate::aws) fn observed(balancer: sdk::LoadBalancer, tags: Tags) -> LoadBalancer {
    LoadBalancer {
        arn: balancer.load_balancer_arn.unwrap_or_default(),
        name: balancer.load_balancer_name.unwrap_or_default(),
        kind: balancer.r#type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        scheme: balancer.scheme.map(|scheme| scheme.as_str().to_owned()).unwrap_or_default(),
        dns_name: balancer.dns_name.unwrap_or_default(),
        vpc_id: balancer.vpc_id.unwrap_or_default(),
        subnet_ids: balancer.availability_zones.into_iter().flatten().filter_map(|zone| zone.subnet_id).collect(),
        security_group_ids: balancer.security_groups.into_iter().flatten().collect(),
        ip_address_type: balancer.ip_address_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        attributes: Attributes::default(),
        state: state(balancer.state),
        tags,
    }
}

fn state(state: Option<sdk::LoadBalancerState>) -> LoadBalancerState {
    let Some(state) = state else { return LoadBalancerState::Provisioning };
    match state.code {
        Some(State::Active) => LoadBalancerState::Active,
        Some(State::ActiveImpaired) => LoadBalancerState::ActiveImpaired,
        Some(State::Failed) => LoadBalancerState::Failed(state.reason.unwrap_or_default()),
        _ => LoadBalancerState::Provisioning,
    }
}
