//! What a spec refers to.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::try_join_all;

use super::{Aws, AwsError, Pass};
use crate::api::{Management, SubnetSelector};
use crate::intent::arn::elsewhere;
use crate::intent::{References, Subnet, VpcDns, Wanted};
use crate::observed::{Listener, LoadBalancer, RestApi, TargetGroup, Unread, VpcEndpoint};

/// What is looked up of networks.
#[derive(Default)]
struct Networks {
    subnets: BTreeMap<String, Subnet>,
    security_groups: BTreeMap<String, String>,
    selected: BTreeMap<SubnetSelector, BTreeSet<String>>,
    vpc_dns: BTreeMap<String, VpcDns>,
    private_dns_endpoints: Vec<VpcEndpoint>,
}

impl Aws {
    /// Looks up what a spec refers to. Endpoint addresses, targets and a target group's tags are left for [`Aws::observe`].
    pub async fn lookup(&self, wanted: &Wanted, pass: &Pass) -> Result<References, AwsError> {
        let (caller, networks, vpc_endpoint, rest_api, signed_methods, listener, target_group, certificates, functions) =
            tokio::try_join!(
                self.caller(),
                self.networks(wanted, pass),
                self.named_vpc_endpoint(wanted, pass),
                self.named_rest_api(wanted, pass),
                self.signed_methods_of(wanted, pass),
                self.listener_of(wanted, pass),
                self.named_target_group(wanted, pass),
                self.certificates(&wanted.certificate_arns, pass),
                self.function_policies(&wanted.function_arns, pass),
            )?;
        let unread: BTreeSet<Unread> = pass.unread().into_keys().collect();
        let unread_functions = unread.iter().filter_map(|it| match it {
            Unread::FunctionPolicy(arn) => Some(arn.clone()),
            _ => None,
        });
        let functions = functions.into_keys().chain(unread_functions).collect();
        let Networks { subnets, security_groups, selected, vpc_dns, private_dns_endpoints } = networks;
        Ok(References {
            caller,
            subnets,
            selected,
            security_groups,
            vpc_dns,
            private_dns_endpoints,
            vpc_endpoint,
            rest_api,
            signed_methods,
            listener,
            target_group,
            certificates,
            functions,
            unread,
        })
    }

    /// Subnets, and where private DNS is wanted what decides whether their VPC can have it.
    async fn networks(&self, wanted: &Wanted, pass: &Pass) -> Result<Networks, AwsError> {
        let (mut subnets, chosen, security_groups) = tokio::try_join!(
            self.subnets(&wanted.subnet_ids, wanted.ipv6),
            self.selected_subnets(&wanted.subnet_selectors),
            async {
                let vpcs = self.security_group_vpcs(&wanted.security_group_ids).await;
                Ok(pass.unless_denied(Unread::GivenSecurityGroups, vpcs)?.unwrap_or_default())
            },
        )?;
        let selected = chosen.iter().map(|(selector, found)| (selector.clone(), found.keys().cloned().collect()));
        let selected = selected.collect();
        subnets.extend(chosen.into_values().flatten());
        let mut networks = Networks { subnets, security_groups, selected, ..Networks::default() };
        if wanted.private_dns {
            let holds = |endpoint: &&VpcEndpoint| endpoint.private_dns;
            networks.private_dns_endpoints =
                self.all_vpc_endpoints(pass).await?.iter().filter(holds).cloned().collect();
            let vpc_ids: BTreeSet<&String> = networks.subnets.values().map(|subnet| &subnet.vpc_id).collect();
            let settings = vpc_ids.into_iter().map(|id| async {
                let dns = pass.unless_denied(Unread::VpcDns, self.vpc_dns(id).await)?;
                Ok(dns.map(|dns| (id.clone(), dns)))
            });
            networks.vpc_dns = try_join_all(settings).await?.into_iter().flatten().collect();
        }
        Ok(networks)
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

    /// Behind a load balancer the Host header is replaced, which is part of what clients sign.
    async fn signed_methods_of(&self, wanted: &Wanted, pass: &Pass) -> Result<Vec<String>, AwsError> {
        if !wanted.behind_load_balancer {
            return Ok(Vec::new());
        }
        let Some(api) = self.listed_rest_api(wanted, pass).await? else { return Ok(Vec::new()) };
        Ok(pass.unless_denied(Unread::Methods, self.signed_methods(&api.id).await)?.unwrap_or_default())
    }

    /// The API that the spec names, without stages.
    async fn listed_rest_api<'a>(&self, wanted: &Wanted, pass: &'a Pass) -> Result<Option<&'a RestApi>, AwsError> {
        let Some(id) = &wanted.rest_api_id else { return Ok(None) };
        Ok(self.all_rest_apis(pass).await?.iter().find(|api| api.id == *id))
    }

    async fn named_rest_api(&self, wanted: &Wanted, pass: &Pass) -> Result<Option<RestApi>, AwsError> {
        let Some(mut api) = self.listed_rest_api(wanted, pass).await?.cloned() else { return Ok(None) };
        api.stages = self.stages(&api, wanted.stage == Management::Managed, pass).await?;
        Ok(Some(api))
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
