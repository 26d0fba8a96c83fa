//! Polling: reads again only what is waited for.

use std::collections::{BTreeMap, BTreeSet};

use super::{Aws, AwsError, Pass};
use crate::node::Node;
use crate::observed::{ApiStatus, EndpointState, LoadBalancerState, Snapshot, Unread, VpcEndpoint};

impl Aws {
    /// Reads again the state of these nodes, one call for each kind. Nodes whose state never takes time are skipped. What IAM denies stays as
    /// it was known last, and is noted.
    pub async fn refresh(&self, snapshot: &mut Snapshot, nodes: &BTreeSet<Node>) -> Result<(), AwsError> {
        let pass = Pass::default();
        if nodes.iter().any(|node| matches!(node, Node::SecurityGroup(_))) {
            pass.unless_denied(Unread::SecurityGroups, self.refresh_security_groups(snapshot).await)?;
        }
        for node in nodes {
            match node {
                Node::VpcEndpoint => self.refresh_vpc_endpoints(snapshot, &pass).await?,
                Node::RestApi => _ = pass.unless_denied(Unread::RestApi, self.refresh_rest_apis(snapshot).await)?,
                Node::TargetGroup => {
                    pass.unless_denied(Unread::Targets, self.refresh_target_groups(snapshot).await)?;
                }
                Node::LoadBalancer => {
                    pass.unless_denied(Unread::LoadBalancing, self.refresh_load_balancers(snapshot).await)?;
                }
                Node::SecurityGroup(_)
                | Node::FunctionPermission(_)
                | Node::Stage
                | Node::Listener
                | Node::RedirectListener
                | Node::Rule(_) => {}
            }
        }
        snapshot.unread.extend(pass.unread());
        Ok(())
    }

    async fn refresh_security_groups(&self, snapshot: &mut Snapshot) -> Result<(), AwsError> {
        let ids: BTreeSet<String> = snapshot.security_groups.iter().map(|group| group.id.clone()).collect();
        if !ids.is_empty() {
            snapshot.security_groups = self.security_groups_by_id(&ids).await?;
            snapshot.security_groups.sort_by(|a, b| a.id.cmp(&b.id));
        }
        Ok(())
    }

    /// The addresses are read again once they can be used and only when they are not those known already.
    async fn refresh_vpc_endpoints(&self, snapshot: &mut Snapshot, pass: &Pass) -> Result<(), AwsError> {
        let ids: BTreeSet<String> = snapshot.vpc_endpoints.iter().map(|endpoint| endpoint.id.clone()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let fresh = self.vpc_endpoints_by_id(&ids).await?;
        let mut fresh: BTreeMap<String, VpcEndpoint> =
            fresh.into_iter().map(|endpoint| (endpoint.id.clone(), endpoint)).collect();
        snapshot.vpc_endpoints.retain_mut(|endpoint| match fresh.remove(&endpoint.id) {
            Some(mut now) => {
                now.addresses = std::mem::take(&mut endpoint.addresses);
                now.addresses.retain(|id, _| now.network_interface_ids.contains(id));
                now.placements = std::mem::take(&mut endpoint.placements);
                *endpoint = now;
                true
            }
            // One that was just created is not listed everywhere yet.
            None => endpoint.state == EndpointState::Pending,
        });
        let unknown = |endpoint: &VpcEndpoint| {
            endpoint.state == EndpointState::Available
                && endpoint.addresses.len() < endpoint.network_interface_ids.len()
        };
        if snapshot.vpc_endpoints.iter().any(unknown) {
            let read = self.read_addresses(&mut snapshot.vpc_endpoints).await;
            pass.unless_denied(Unread::NetworkInterfaces, read)?;
        }
        Ok(())
    }

    async fn refresh_rest_apis(&self, snapshot: &mut Snapshot) -> Result<(), AwsError> {
        for api in snapshot.rest_apis.iter_mut().filter(|api| api.status == ApiStatus::Updating) {
            if let Some(mut fresh) = self.rest_api(&api.id).await? {
                fresh.stages = std::mem::take(&mut api.stages);
                fresh.retired = std::mem::take(&mut api.retired);
                fresh.definition = api.definition.take();
                fresh.import_warnings = std::mem::take(&mut api.import_warnings);
                fresh.long_update = api.long_update.take();
                *api = fresh;
            }
        }
        Ok(())
    }

    async fn refresh_target_groups(&self, snapshot: &mut Snapshot) -> Result<(), AwsError> {
        for group in &mut snapshot.target_groups {
            if let Some(targets) = self.targets(&group.arn).await? {
                group.targets = targets;
            }
        }
        Ok(())
    }

    async fn refresh_load_balancers(&self, snapshot: &mut Snapshot) -> Result<(), AwsError> {
        for balancer in snapshot.load_balancers.iter_mut().filter(|it| it.state == LoadBalancerState::Provisioning) {
            if let Some(mut fresh) = self.load_balancer(&balancer.arn).await? {
                fresh.tags = std::mem::take(&mut balancer.tags);
                fresh.attributes = std::mem::take(&mut balancer.attributes);
                *balancer = fresh;
            }
        }
        Ok(())
    }
}
