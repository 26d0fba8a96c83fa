//! Usage plans.

use aws_sdk_apigateway::types as sdk;

use crate::aws::{Aws, AwsError};
use crate::model::Operation;
use crate::observed::UsagePlan;

/// Most that a page holds.
const PAGE: i32 = 500;

impl Aws {
    /// Every usage plan of the region.
    pub(in crate::aws) async fn all_usage_plans(&self) -> Result<Vec<UsagePlan>, AwsError> {
        let request = self.apigateway().get_usage_plans().limit(PAGE);
        let plans: Vec<sdk::UsagePlan> =
            self.call(Operation::GetUsagePlans, request.into_paginator().items().send().try_collect()).await?;
        let mut plans: Vec<UsagePlan> = plans.into_iter().map(observed).collect();
        plans.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(plans)
    }
}

fn observed(plan: sdk::UsagePlan) -> UsagePlan {
    let stages = plan.api_stages.into_iter().flatten();
    UsagePlan {
        id: plan.id.unwrap_or_default(),
        name: plan.name.unwrap_or_default(),
        stages: stages.map(|it| (it.api_id.unwrap_or_default(), it.stage.unwrap_or_default())).collect(),
    }
}
