//! Everything that AWS has for one object.
//!
//! | read | how often in a pass that changes nothing |
//! | --- | --- |
//! | `DescribeVpcEndpoints`, `GetRestApis` | once |
//! | `DescribeNetworkInterfaces` | once for each interface: its address never changes |
//! | `GetStages` | once for each API |
//! | `DescribeTargetGroups`, `DescribeTags` | once, where there is a load balancer |
//! | `DescribeTargetHealth`, `DescribeRules` | once for each target group, each listener |
//! | `DescribeTargetGroupAttributes`, `DescribeLoadBalancerAttributes` | once for each that is created |
//! | `DescribeListenerCertificates` | once for each HTTPS listener that is created |
//! | `DescribeLoadBalancers`, `DescribeListeners` | once, where the load balancer is created |
//! | `DescribeSecurityGroups` | once, where one is created |
//! | `GetPolicy` | once for each function, version or alias; where it has none, `GetFunctionConfiguration` once for each version or alias |
//! | `GetUsagePlans` | not at all: only where a stage is to go |
//! | `DescribeCertificate`, `DescribeVpcAttribute` | not in every pass: hourly for each |
//! | `GetResources` | every five minutes, where the spec names an API behind a load balancer |
//!
//! Of objects that were as they should be the lists of a region, and what is shared of the rest, are read once for all of them: see `src/aws/lists.rs`.
//!
//! A read of this table that IAM denies leaves out what it is about ([`Unread`]) and stops nothing else, but for the first line, without which nothing can be
//! planned: the lists of endpoints and of APIs.
//!
//! What an object once was seen to have none of is not looked for again in every pass, only hourly: a spec that was changed while no controller
//! ran may have left something behind.

mod balancing;
mod candidates;

use std::collections::BTreeMap;

use futures::future::try_join_all;

use super::cache::SECURITY_GROUP;
use super::{Aws, AwsError, Pass};
use crate::api::Management;
use crate::function_tags::decode;
use crate::intent::Wanted;
use crate::node::Node;
use crate::observed::{FunctionPolicy, RestApi, SecurityGroup, Snapshot, Stage, Unread, UsagePlan, VpcEndpoint};
use crate::tags::Owner;
use candidates::Balancing;

impl Aws {
    /// Observes what tags prove to be the object's own, what its spec names, and every rule on the listeners concerned.
    pub async fn observe(&self, owner: &Owner, wanted: &Wanted, pass: &Pass) -> Result<Snapshot, AwsError> {
        let (security_groups, vpc_endpoints, rest_apis, function_policies, external_policies, balancing) = tokio::try_join!(
            async {
                let groups = self.own_security_groups(owner, wanted).await;
                Ok(pass.unless_denied(Unread::SecurityGroups, groups)?.unwrap_or_default())
            },
            self.concerned_vpc_endpoints(owner, wanted, pass),
            self.concerned_rest_apis(owner, wanted, pass),
            self.concerned_functions(owner, wanted, pass),
            self.external_policies(&wanted.function_arns),
            async {
                let balancing = self.balancing(owner, wanted, pass).await;
                Ok(pass.unless_denied(Unread::LoadBalancing, balancing)?.unwrap_or_default())
            },
        )?;
        let usage_plans = self.concerned_usage_plans(owner, wanted, &rest_apis).await;
        let usage_plans = pass.unless_denied(Unread::UsagePlans, usage_plans)?.unwrap_or_default();
        let associable = self.all_vpc_endpoints(pass).await?.iter().filter(|endpoint| endpoint.is_associable());
        let associable_endpoint_ids = associable.map(|endpoint| endpoint.id.clone()).collect();
        let Balancing { target_groups, load_balancers, listeners, rules } = balancing;
        Ok(Snapshot {
            security_groups,
            vpc_endpoints,
            associable_endpoint_ids,
            rest_apis,
            function_policies,
            external_policies,
            target_groups,
            load_balancers,
            listeners,
            rules,
            usage_plans,
            unread: pass.unread(),
        })
    }

    /// Usage plans, where a stage of this object is to go that one of them may hold.
    async fn concerned_usage_plans(
        &self,
        owner: &Owner,
        wanted: &Wanted,
        rest_apis: &[RestApi],
    ) -> Result<Vec<UsagePlan>, AwsError> {
        let stages = rest_apis.iter().filter(|api| owner.owns(&api.tags)).flat_map(|api| &api.stages);
        let goes = |stage: &&Stage| match &wanted.kept_stage {
            Some(kept) => stage.name != *kept && stage.deployed.content.is_some(),
            None => true,
        };
        let mut others = stages.filter(goes);
        if others.next().is_none() {
            return Ok(Vec::new());
        }
        self.all_usage_plans().await
    }

    /// ID of the object's API, the oldest if there are several.
    pub async fn own_rest_api_id(&self, owner: &Owner, pass: &Pass) -> Result<Option<String>, AwsError> {
        let mut apis = self.all_rest_apis(pass).await?.iter();
        Ok(apis.find(|api| owner.owns_as(&api.tags, Node::RestApi.resource())).map(|api| api.id.clone()))
    }

    /// Policies of the functions of the spec, and of those that the object's APIs were once allowed to invoke.
    async fn concerned_functions(
        &self,
        owner: &Owner,
        wanted: &Wanted,
        pass: &Pass,
    ) -> Result<BTreeMap<String, FunctionPolicy>, AwsError> {
        let caller = self.caller().await?;
        let own = self.all_rest_apis(pass).await?.iter().filter(|api| owner.owns(&api.tags));
        let former = own.flat_map(|api| decode(&api.tags, &caller.partition, &caller.region));
        let arns = wanted.function_arns.iter().cloned().chain(former).collect();
        self.function_policies(&arns, pass).await
    }

    async fn own_security_groups(&self, owner: &Owner, wanted: &Wanted) -> Result<Vec<SecurityGroup>, AwsError> {
        let managed = wanted.managed.iter().any(|node| matches!(node, Node::SecurityGroup(_)));
        if !managed && self.cache().is_absent(owner, SECURITY_GROUP) {
            return Ok(Vec::new());
        }
        let mut groups = self.security_groups_of(owner).await?;
        // The filters are not trusted with the proof of ownership.
        groups.retain(|group| owner.owns(&group.tags));
        groups.sort_by(|a, b| a.id.cmp(&b.id));
        if groups.is_empty() {
            self.cache().set_absent(owner, SECURITY_GROUP);
        }
        Ok(groups)
    }

    async fn concerned_vpc_endpoints(
        &self,
        owner: &Owner,
        wanted: &Wanted,
        pass: &Pass,
    ) -> Result<Vec<VpcEndpoint>, AwsError> {
        let named = |endpoint: &&VpcEndpoint| {
            wanted.vpc_endpoint_id.as_deref() == Some(&endpoint.id) || owner.owns(&endpoint.tags)
        };
        let mut endpoints: Vec<VpcEndpoint> =
            self.all_vpc_endpoints(pass).await?.iter().filter(named).cloned().collect();
        pass.unless_denied(Unread::NetworkInterfaces, self.read_addresses(&mut endpoints).await)?;
        Ok(endpoints)
    }

    async fn concerned_rest_apis(&self, owner: &Owner, wanted: &Wanted, pass: &Pass) -> Result<Vec<RestApi>, AwsError> {
        let named = |api: &&RestApi| wanted.rest_api_id.as_deref() == Some(&api.id) || owner.owns(&api.tags);
        let apis = self.all_rest_apis(pass).await?.iter().filter(named).cloned();
        let with_stages = apis.map(|mut api| async {
            let ours = owner.owns(&api.tags) || wanted.stage == Management::Managed;
            let stages = self.stages(&api, ours, pass).await;
            api.stages = pass.unless_denied(Unread::Stages(api.id.clone()), stages)?.unwrap_or_default();
            Ok(api)
        });
        try_join_all(with_stages).await
    }
}
