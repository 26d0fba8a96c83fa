//! Everything observed for one front door.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ExternalPolicy, FunctionPolicy, Listener, LoadBalancer, RestApi, Rule, SecurityGroup, TargetGroup, Unread,
    UsagePlan, VpcEndpoint,
};
use crate::change::TagService;
use crate::node::GroupRole;
use crate::tags::{Owner, Tags};

/// What AWS has for one front door: what its tags prove to be its own, what its spec names, and the rules beside its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Security groups of this object.
    pub security_groups: Vec<SecurityGroup>,
    /// Endpoints of this object, and the one its spec names.
    pub vpc_endpoints: Vec<VpcEndpoint>,
    /// IDs of all `execute-api` endpoints of the region, whoever's they are, that an API can be associated with.
    pub associable_endpoint_ids: BTreeSet<String>,
    /// APIs of this object, and the one its spec names, oldest first.
    pub rest_apis: Vec<RestApi>,
    /// Policies of the functions of this account and region that the spec or an API's tags name, by function ARN with version or alias; a function that
    /// does not exist is not in it.
    pub function_policies: BTreeMap<String, FunctionPolicy>,
    /// Policies of the functions of other accounts and regions that the spec names, by function ARN with version or alias.
    pub external_policies: BTreeMap<String, ExternalPolicy>,
    /// Target groups of this object, and the one its spec names.
    pub target_groups: Vec<TargetGroup>,
    /// Load balancers of this object, and that of the listener its spec names.
    pub load_balancers: Vec<LoadBalancer>,
    /// Listeners on those load balancers that are this object's, and the one its spec names.
    pub listeners: Vec<Listener>,
    /// Every rule on those listeners.
    pub rules: Vec<Rule>,
    /// Usage plans; asked for only where a stage of this object is to go.
    pub usage_plans: Vec<UsagePlan>,
    /// What AWS does not let the controller read, with its refusal and what to do about it. What it is about is unknown, not absent.
    pub unread: BTreeMap<Unread, String>,
}

impl Snapshot {
    /// The managed security group of a role.
    #[must_use]
    pub fn security_group(&self, owner: &Owner, role: GroupRole) -> Option<&SecurityGroup> {
        self.security_groups.iter().find(|group| owner.owns_as(&group.tags, role.resource()))
    }

    /// Everything with tags: whose they are, ID or ARN, the tags.
    pub fn tagged(&self) -> impl Iterator<Item = (TagService, &str, &Tags)> {
        let groups = self.security_groups.iter().map(|it| (TagService::Ec2, it.id.as_str(), &it.tags));
        let endpoints = self.vpc_endpoints.iter().map(|it| (TagService::Ec2, it.id.as_str(), &it.tags));
        let gateway = TagService::ApiGateway;
        let apis = self.rest_apis.iter().map(move |it| (gateway, it.id.as_str(), &it.tags));
        let stages = self.rest_apis.iter().flat_map(|it| &it.stages);
        let stages = stages.map(move |it| (gateway, it.path.as_str(), &it.tags));
        let targets = self.target_groups.iter().map(|it| (TagService::LoadBalancing, it.arn.as_str(), &it.tags));
        let balancers = self.load_balancers.iter().map(|it| (TagService::LoadBalancing, it.arn.as_str(), &it.tags));
        let listeners = self.listeners.iter().map(|it| (TagService::LoadBalancing, it.arn.as_str(), &it.tags));
        let rules = self.rules.iter().map(|it| (TagService::LoadBalancing, it.arn.as_str(), &it.tags));
        groups.chain(endpoints).chain(apis).chain(stages).chain(targets).chain(balancers).chain(listeners).chain(rules)
    }

    /// The same, to be changed.
    pub fn tagged_mut(&mut self) -> impl Iterator<Item = (TagService, &str, &mut Tags)> {
        let groups = self.security_groups.iter_mut().map(|it| (TagService::Ec2, it.id.as_str(), &mut it.tags));
        let endpoints = self.vpc_endpoints.iter_mut().map(|it| (TagService::Ec2, it.id.as_str(), &mut it.tags));
        let apis = self.rest_apis.iter_mut().flat_map(|it| {
            let stages = it.stages.iter_mut().map(|stage| (stage.path.as_str(), &mut stage.tags));
            std::iter::once((it.id.as_str(), &mut it.tags)).chain(stages)
        });
        let apis = apis.map(|(id, tags)| (TagService::ApiGateway, id, tags));
        let balancing = TagService::LoadBalancing;
        let targets = self.target_groups.iter_mut().map(move |it| (balancing, it.arn.as_str(), &mut it.tags));
        let balancers = self.load_balancers.iter_mut().map(move |it| (balancing, it.arn.as_str(), &mut it.tags));
        let listeners = self.listeners.iter_mut().map(move |it| (balancing, it.arn.as_str(), &mut it.tags));
        let rules = self.rules.iter_mut().map(move |it| (balancing, it.arn.as_str(), &mut it.tags));
        groups.chain(endpoints).chain(apis).chain(targets).chain(balancers).chain(listeners).chain(rules)
    }
}
