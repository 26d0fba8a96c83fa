//! What a spec refers to.

use std::collections::BTreeSet;

use super::{Aws, AwsError, Pass};
use crate::intent::arn::elsewhere;
use crate::intent::{References, Wanted};
use crate::observed::{Listener, LoadBalancer, RestApi, TargetGroup, VpcEndpoint};

impl Aws {
    /// Looks up what a spec refers to. Endpoint addresses, stages, targets and a target group's tags are left for [`Aws::observe`].
    pub async fn lookup(&self, wanted: &Wanted, pass: &Pass) -> Result<References, AwsError> {
        let (caller, subnets, vpc_endpoint, rest_api, listener, target_group, certificates, functions) = tokio::try_join!(
            self.caller(),
            self.subnets(&wanted.subnet_ids),
            self.named_vpc_endpoint(wanted, pass),
            self.named_rest_api(wanted, pass),
            self.listener_of(wanted, pass),
            self.named_target_group(wanted, pass),
            self.certificates(&wanted.certificate_arns),
            self.function_policies(&wanted.function_arns, pass),
        )?;
        let functions = functions.into_keys().collect();
        Ok(References { caller, subnets, vpc_endpoint, rest_api, listener, target_group, certificates, functions })
    }

    /// An endpoint that is not among those of `execute-api` is asked for by itself: the user wants to know what it is instead.
    async fn named_vpc_endpoint(&self, wanted: &Wanted, pass: &Pass) -> Result<Option<VpcEndpoint>, AwsError> {
        let Some(id) = &wanted.vpc_endpoint_id else { return Ok(None) };
        let listed = self.all_vpc_endpoints(pass).await?.iter().find(|endpoint| endpoint.id == *id);
        match listed {
            Some(endpoint) => Ok(Some(endpoint.clone())),
            None => Ok(self.vpc_endpoints_by_id(&BTreeSet::from([id.clone()])).await?.pop()),
        }
    }

    async fn named_rest_api(&self, wanted: &Wanted, pass: &Pass) -> Result<Option<RestApi>, AwsError> {
        let Some(id) = &wanted.rest_api_id else { return Ok(None) };
        Ok(self.all_rest_apis(pass).await?.iter().find(|api| api.id == *id).cloned())
    }

    pub(super) async fn listener_of(
        &self,
        wanted: &Wanted,
        pass: &Pass,
    ) -> Result<Option<(Listener, LoadBalancer)>, AwsError> {
        match &wanted.listener_arn {
            // The service takes no ARN of another region.
            Some(arn) if elsewhere(arn, &self.caller().await?).is_none() => self.named_listener(arn, pass).await,
            _ => Ok(None),
        }
    }

    async fn named_target_group(&self, wanted: &Wanted, pass: &Pass) -> Result<Option<TargetGroup>, AwsError> {
        let Some(arn) = &wanted.target_group_arn else { return Ok(None) };
        Ok(self.all_target_groups(pass).await?.iter().find(|group| group.arn == *arn).cloned())
    }
}
