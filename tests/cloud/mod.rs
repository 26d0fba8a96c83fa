//! A small cloud in memory: it executes steps by AWS's rules and lets states advance.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test support")]

mod balancing;
mod execute;
mod gateway;
mod network;
mod pass;
mod time;
mod traffic;

use std::collections::{BTreeMap, BTreeSet};

use frontdoor::function_tags;
use frontdoor::intent::{References, Wanted};
use frontdoor::observed::{FunctionPolicy, Snapshot};
use frontdoor::tags::{Owner, Tags};
use serde_json::Value;

#[allow(unused_imports, reason = "the golden tests use the rest")]
pub use pass::Crash;
#[allow(unused_imports, reason = "the golden tests use the rest")]
pub use traffic::{Answer, Request};

use crate::fixture;

/// The cloud.
#[derive(Debug, Clone)]
pub struct Cloud {
    /// Everything there is, ours and others'.
    pub all: Snapshot,
    /// Who acts.
    pub owner: Owner,
    /// What stages serve, by API and stage.
    pub deployed: BTreeMap<(String, String), Value>,
    /// Documents that were imported, by API.
    pub documents: BTreeMap<String, Value>,
    /// Security groups that network interfaces of deleted load balancers are still in, and for how long.
    pub lingering: BTreeMap<String, u32>,
    /// Endpoints by client token.
    pub tokens: BTreeMap<String, String>,
    /// Addresses that network interfaces were given, by endpoint and subnet.
    pub pinned: BTreeMap<(String, String), String>,
    /// APIs of others that an object was given aspects of.
    pub adopted: BTreeSet<String>,
    /// Definitions that were written and wait for AWS, by API: what a process remembers between two passes.
    pub written: BTreeMap<String, String>,
    /// Whether AWS locks APIs while it updates them.
    pub locks: bool,
    /// How many changing calls were made.
    pub calls: usize,
    next: u32,
}

/// Why a step was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Something that is on its way out still depends on it: try later.
    Busy(String),
    /// AWS still updates the API, which the answer to the change before did not tell.
    Locked,
    /// The step should not have been planned.
    Wrong(String),
}

pub fn wrong<T>(message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Wrong(message.into()))
}

impl Cloud {
    /// A cloud with others' resources, some of them with tags much like ours.
    pub fn new() -> Self {
        let mut all = Snapshot::default();
        for (index, tags) in foreign_tags().into_iter().enumerate() {
            let name = format!("foreign-{index}");
            let (listener, balancer) = fixture::balancer(&name, tags.clone());
            let endpoint = fixture::endpoint(&format!("vpce-0a1b2c3d4e5f6000{index}"), tags.clone());
            let mut group = fixture::target_group(&name, tags.clone());
            group.load_balancer_arns.insert(balancer.arn.clone());
            group.targets = endpoint.addresses.values().map(|address| (address.clone(), time::healthy())).collect();
            all.rests(index, &listener.arn, &group.arn, &tags);
            all.rest_apis.push(fixture::api(&format!("foreign00{index}"), &[&endpoint.id], tags.clone()));
            all.security_groups.push(network::foreign_group(&format!("sg-foreign-{index}"), &tags));
            all.vpc_endpoints.push(endpoint);
            all.target_groups.push(group);
            all.listeners.push(listener);
            all.load_balancers.push(balancer);
        }
        for function in [fixture::HELLO, fixture::OTHER_FUNCTION, fixture::HELLO_LIVE] {
            all.function_policies.insert(function.to_owned(), gateway::foreign_statement());
        }
        let (deployed, documents) = (BTreeMap::new(), BTreeMap::new());
        let (lingering, tokens) = (BTreeMap::new(), BTreeMap::new());
        Self {
            all,
            owner: fixture::owner(),
            deployed,
            documents,
            lingering,
            tokens,
            pinned: BTreeMap::new(),
            adopted: BTreeSet::new(),
            written: BTreeMap::new(),
            locks: true,
            calls: 0,
            next: 100,
        }
    }

    /// A new identifier.
    fn id(&mut self, prefix: &str) -> String {
        self.next += 1;
        format!("{prefix}-{:08x}", self.next)
    }

    /// Whether tags prove that a resource is ours.
    fn owns(&self, tags: &Tags) -> bool {
        self.owner.owns(tags)
    }

    /// What the lookup finds.
    pub fn references(&self, wanted: &Wanted) -> References {
        let all = &self.all;
        let listener = wanted.listener_arn.as_ref().and_then(|arn| all.listeners.iter().find(|it| it.arn == *arn));
        let balancer = listener.and_then(|listener| {
            let balancer = all.load_balancers.iter().find(|it| it.arn == listener.load_balancer_arn)?;
            Some((listener.clone(), balancer.clone()))
        });
        References {
            vpc_endpoint: all.vpc_endpoints.iter().find(|it| Some(&it.id) == wanted.vpc_endpoint_id.as_ref()).cloned(),
            rest_api: all.rest_apis.iter().find(|it| Some(&it.id) == wanted.rest_api_id.as_ref()).cloned(),
            listener: balancer,
            target_group: all
                .target_groups
                .iter()
                .find(|it| Some(&it.arn) == wanted.target_group_arn.as_ref())
                .cloned(),
            private_dns_endpoints: all.vpc_endpoints.iter().filter(|it| it.private_dns).cloned().collect(),
            ..fixture::references()
        }
    }

    /// What is observed: ours and what the spec names, nothing that only memory could know.
    pub fn observe(&self, wanted: &Wanted) -> Snapshot {
        let mut seen = self.all.clone();
        let named = |id: &String, by: &Option<String>| by.as_ref() == Some(id);
        let on: BTreeSet<String> = seen
            .listeners
            .iter()
            .filter(|it| named(&it.arn, &wanted.listener_arn))
            .map(|it| it.load_balancer_arn.clone())
            .collect();
        seen.security_groups.retain(|it| self.owns(&it.tags));
        seen.associable_endpoint_ids =
            seen.vpc_endpoints.iter().filter(|it| it.is_associable()).map(|it| it.id.clone()).collect();
        seen.vpc_endpoints.retain(|it| self.owns(&it.tags) || named(&it.id, &wanted.vpc_endpoint_id));
        seen.rest_apis.retain(|it| self.owns(&it.tags) || named(&it.id, &wanted.rest_api_id));
        seen.rest_apis.iter_mut().for_each(|api| api.definition = None);
        let own = seen.rest_apis.iter().filter(|it| self.owns(&it.tags));
        let remembered: BTreeSet<String> =
            own.flat_map(|it| function_tags::decode(&it.tags, "aws", fixture::REGION)).collect();
        seen.function_policies.retain(|arn, _| wanted.function_arns.contains(arn) || remembered.contains(arn));
        seen.external_policies.retain(|arn, _| wanted.function_arns.contains(arn));
        seen.target_groups.retain(|it| self.owns(&it.tags) || named(&it.arn, &wanted.target_group_arn));
        seen.load_balancers.retain(|it| self.owns(&it.tags) || on.contains(&it.arn));
        seen.listeners.retain(|it| self.owns(&it.tags) || named(&it.arn, &wanted.listener_arn));
        let heard: BTreeSet<&String> = seen.listeners.iter().map(|it| &it.arn).collect();
        seen.rules.retain(|it| self.owns(&it.tags) || heard.contains(&it.listener_arn));
        seen
    }

    /// What is not ours.
    pub fn foreign(&self) -> Snapshot {
        let mut others = self.all.clone();
        others.security_groups.retain(|it| !self.owns(&it.tags));
        others.vpc_endpoints.retain(|it| !self.owns(&it.tags));
        others.rest_apis.retain(|it| !self.owns(&it.tags));
        others.target_groups.retain(|it| !self.owns(&it.tags));
        others.load_balancers.retain(|it| !self.owns(&it.tags));
        others.listeners.retain(|it| !self.owns(&it.tags));
        others.rules.retain(|it| !self.owns(&it.tags));
        let ours = frontdoor::names::statement_id(&self.owner);
        others.function_policies.values_mut().for_each(|policy| drop(policy.statements.remove(&ours)));
        others
    }

    /// What is ours.
    pub fn ours(&self) -> Snapshot {
        let mut ours = self.observe(&Wanted::default());
        ours.associable_endpoint_ids.clear();
        ours.function_policies = self.all.function_policies.clone();
        let statement = frontdoor::names::statement_id(&self.owner);
        ours.function_policies.values_mut().for_each(|policy| policy.statements.retain(|id, _| *id == statement));
        ours.function_policies.retain(|_, policy: &mut FunctionPolicy| !policy.statements.is_empty());
        ours
    }
}

/// Tags of others: none, another cluster, another object, names that begin or end alike.
fn foreign_tags() -> Vec<Tags> {
    let ours = fixture::owner();
    let owner = |cluster: &str, namespace: &str, name: &str| Owner {
        cluster: cluster.to_owned(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    };
    let others = [
        owner("cluster-10", &ours.namespace, &ours.name),
        owner(&ours.cluster, &ours.namespace, "orders2"),
        owner(&ours.cluster, "my-shop", &ours.name),
    ];
    let mut tags = vec![Tags::new()];
    tags.extend(others.iter().map(|other| other.tags("rule", &Tags::new())));
    let mut half = ours.tags("vpc-endpoint", &Tags::new());
    half.remove(frontdoor::tags::CLUSTER);
    tags.push(half);
    tags
}

trait Furnish {
    fn rests(&mut self, index: usize, listener_arn: &str, target_group_arn: &str, tags: &Tags);
}

impl Furnish for Snapshot {
    /// Two rules of others on a listener.
    fn rests(&mut self, index: usize, listener_arn: &str, target_group_arn: &str, tags: &Tags) {
        for priority in [3, 10] {
            self.rules.push(balancing::foreign_rule(index, priority, listener_arn, target_group_arn, tags));
        }
    }
}
