//! VPCs.

use aws_sdk_ec2::types::{AttributeBooleanValue, VpcAttributeName};

use crate::aws::{Aws, AwsError};
use crate::intent::VpcDns;
use crate::model::Operation;

impl Aws {
    /// DNS settings of a VPC. Those that allow private DNS are remembered for an hour.
    pub(in crate::aws) async fn vpc_dns(&self, vpc_id: &str) -> Result<VpcDns, AwsError> {
        if let Some(known) = self.cache().vpc_dns.get(vpc_id) {
            return Ok(known);
        }
        let ask = async |attribute: VpcAttributeName| {
            let request = self.ec2().describe_vpc_attribute().vpc_id(vpc_id).attribute(attribute);
            self.call(Operation::DescribeVpcAttribute, request.send()).await
        };
        let (support, hostnames) =
            tokio::try_join!(ask(VpcAttributeName::EnableDnsSupport), ask(VpcAttributeName::EnableDnsHostnames))?;
        let on = |value: Option<AttributeBooleanValue>| value.and_then(|it| it.value).unwrap_or_default();
        let dns = VpcDns { support: on(support.enable_dns_support), hostnames: on(hostnames.enable_dns_hostnames) };
        if dns.support && dns.hostnames {
            self.cache().vpc_dns.insert(vpc_id.to_owned(), dns);
        }
        Ok(dns)
    }
}
