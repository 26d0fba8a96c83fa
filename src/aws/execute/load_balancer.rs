//! Changes of load balancers.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types::{
    IpAddressType, LoadBalancerAttribute, LoadBalancerSchemeEnum, LoadBalancerTypeEnum, Tag,
};

use super::{done, gone, list};
use crate::aws::cache::LOAD_BALANCER;
use crate::aws::inventory::load_balancer::observed;
use crate::aws::{Aws, AwsError};
use crate::change::{LoadBalancerChange, Output};
use crate::model::Operation;
use crate::tags::Tags;

impl Aws {
    pub(super) async fn change_load_balancer(
        &self,
        operation: Operation,
        change: &LoadBalancerChange,
    ) -> Result<Output, AwsError> {
        match change {
            LoadBalancerChange::Create { tags, .. } => {
                self.cache().created(tags, LOAD_BALANCER);
                self.create_load_balancer(operation, change).await
            }
            LoadBalancerChange::ModifyAttributes { arn, attributes } => {
                let request = self.elb().modify_load_balancer_attributes().load_balancer_arn(arn);
                let request = request.set_attributes(Some(sdk_attributes(attributes)));
                done(self.call(operation, request.send()).await)
            }
            LoadBalancerChange::SetIpAddressType { arn, ip_address_type } => {
                let request = self.elb().set_ip_address_type().load_balancer_arn(arn);
                done(self.call(operation, request.ip_address_type(IpAddressType::from(*ip_address_type)).send()).await)
            }
            LoadBalancerChange::SetSubnets { arn, ip_address_type, subnet_ids } => {
                let request = self.elb().set_subnets().load_balancer_arn(arn).set_subnets(list(subnet_ids));
                let request = request.set_ip_address_type(ip_address_type.map(IpAddressType::from));
                done(self.call(operation, request.send()).await)
            }
            LoadBalancerChange::SetSecurityGroups { arn, security_group_ids } => {
                let request = self.elb().set_security_groups().load_balancer_arn(arn);
                done(self.call(operation, request.set_security_groups(list(security_group_ids)).send()).await)
            }
            LoadBalancerChange::Delete { arn } => {
                gone(self.call(operation, self.elb().delete_load_balancer().load_balancer_arn(arn).send()).await)
            }
        }
    }

    async fn create_load_balancer(
        &self,
        operation: Operation,
        change: &LoadBalancerChange,
    ) -> Result<Output, AwsError> {
        let LoadBalancerChange::Create { name, scheme, subnet_ids, security_group_ids, ip_address_type, tags } = change
        else {
            return Ok(Output::Done);
        };
        let request = self
            .elb()
            .create_load_balancer()
            .name(name)
            .r#type(LoadBalancerTypeEnum::Application)
            .scheme(LoadBalancerSchemeEnum::from(*scheme))
            .ip_address_type(IpAddressType::from(*ip_address_type))
            .set_subnets(list(subnet_ids))
            .set_security_groups(list(security_group_ids))
            .set_tags(Some(elb_tags(tags)));
        let balancers = self.call(operation, request.send()).await?.load_balancers.unwrap_or_default();
        let balancer = balancers.into_iter().next().map(|balancer| observed(balancer, tags.clone()));
        let balancer = balancer.ok_or_else(|| AwsError::incomplete(operation, "the load balancer"))?;
        Ok(Output::LoadBalancer(Box::new(balancer)))
    }
}

fn sdk_attributes(attributes: &BTreeMap<&'static str, String>) -> Vec<LoadBalancerAttribute> {
    let attribute = |(key, value): (&&str, &String)| LoadBalancerAttribute::builder().key(*key).value(value).build();
    attributes.iter().map(attribute).collect()
}

pub(super) fn elb_tags(tags: &Tags) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| Tag::builder().key(key).value(value).build();
    tags.iter().map(tag).collect()
}
