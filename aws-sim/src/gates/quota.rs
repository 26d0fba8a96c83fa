//! Request rates: token buckets with the figures AWS publishes.
//!
//! Sources: EC2 API Reference, "Request throttling" (each operation has a bucket of its own); ELB, "API throttling" (a bucket for each
//! group of operations); API Gateway Developer Guide, "Quotas for creating, deploying and managing an API" (fixed rates of some
//! operations, and one bucket for all).

use std::collections::HashMap;

use serde_json::Value;

use crate::clock::Timestamp;
use crate::protocol::route::Routed;
use crate::services::Effect;
use crate::services::ec2::select::fits;

/// A bucket: its name in the service, how many tokens it holds, how many a second come back.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Limit<'a> {
    bucket: &'a str,
    burst: f64,
    rate: f64,
}

/// Operations of API Gateway with a rate of their own.
const API_GATEWAY: &[(&str, f64, f64)] = &[
    ("CreateApiKey", 5.0, 5.0),
    ("CreateDeployment", 1.0, 1.0 / 5.0),
    ("CreateDocumentationVersion", 1.0, 1.0 / 20.0),
    ("CreateDomainName", 1.0, 1.0 / 30.0),
    ("CreateResource", 5.0, 5.0),
    ("CreateRestApi", 1.0, 1.0 / 3.0),
    ("CreateVpcLink", 1.0, 1.0 / 15.0),
    ("DeleteApiKey", 5.0, 5.0),
    ("DeleteDomainName", 1.0, 1.0 / 30.0),
    ("DeleteResource", 5.0, 5.0),
    ("DeleteRestApi", 1.0, 1.0 / 30.0),
    ("DeleteVpcLink", 1.0, 1.0 / 30.0),
    ("GetResources", 5.0, 2.5),
    ("ImportRestApi", 1.0, 1.0 / 3.0),
    ("PutRestApi", 1.0, 1.0),
    ("UpdateAccount", 1.0, 1.0 / 20.0),
    ("UpdateDomainName", 1.0, 1.0 / 30.0),
    ("UpdateUsagePlan", 1.0, 1.0 / 20.0),
];

fn limits(routed: &Routed) -> Vec<Limit<'_>> {
    let operation = routed.operation.name;
    match routed.service.name {
        "ec2" => vec![ec2(routed)],
        "elasticloadbalancing" => vec![load_balancing(operation)],
        "apigateway" => {
            let own = API_GATEWAY.iter().filter(|(name, ..)| *name == operation);
            let own = own.map(|(name, burst, rate)| Limit { bucket: name, burst: *burst, rate: *rate });
            own.chain([Limit { bucket: "all", burst: 40.0, rate: 10.0 }]).collect()
        }
        _ => Vec::new(),
    }
}

/// EC2's operations with a bucket of another size than their kind has ("Uncategorized actions" on the same page).
const EC2: &[(&str, f64, f64)] = &[
    ("AcceptVpcEndpointConnections", 10.0, 1.0),
    ("CreateNetworkInterface", 100.0, 5.0),
    ("CreateTags", 100.0, 10.0),
    ("CreateVpcEndpoint", 4.0, 0.3),
    ("CreateVpcEndpointServiceConfiguration", 10.0, 1.0),
    ("DeleteNetworkInterface", 100.0, 5.0),
    ("DeleteTags", 100.0, 10.0),
    ("DeleteVpcEndpointServiceConfigurations", 10.0, 1.0),
    ("DeleteVpcEndpoints", 4.0, 0.3),
    ("ModifyVpcEndpoint", 4.0, 0.3),
    ("ModifyVpcEndpointServiceConfiguration", 10.0, 1.0),
    ("RejectVpcEndpointConnections", 10.0, 1.0),
];

/// Reads that are throttled harder when they are neither filtered nor paginated (same page).
const UNBOUNDED_READS: [&str; 7] = [
    "DescribeInstances",
    "DescribeInstanceStatus",
    "DescribeNetworkInterfaces",
    "DescribeSecurityGroups",
    "DescribeSnapshots",
    "DescribeSpotInstanceRequests",
    "DescribeVolumes",
];

fn ec2(routed: &Routed) -> Limit<'_> {
    let bucket = routed.operation.name;
    let own = EC2.iter().find(|(name, ..)| *name == bucket).map(|(_, burst, rate)| (*burst, *rate));
    let (burst, rate) = own.unwrap_or(match routed.operation.effect {
        Effect::Write => (50.0, 5.0),
        Effect::Read if UNBOUNDED_READS.contains(&bucket) && is_unbounded(&routed.input.tree) => (50.0, 10.0),
        Effect::Read => (100.0, 20.0),
    });
    Limit { bucket, burst, rate }
}

/// Neither filtered nor paginated. Inferred (identifiers-are-a-filter): a read that names what it wants counts as filtered.
fn is_unbounded(tree: &Value) -> bool {
    tree.as_object().is_none_or(serde_json::Map::is_empty)
}

/// Groups of operations that share a bucket ("Request token bucket sizes and refill rates"). The same page still speaks of one bucket for all
/// operations of 40 tokens and 10 a second. Inferred (elb-buckets): the table of groups is right.
fn load_balancing(operation: &str) -> Limit<'static> {
    let (bucket, burst, rate) = match operation {
        "CreateLoadBalancer" | "SetSubnets" => ("intensive", 10.0, 0.2),
        "RegisterTargets" | "DeregisterTargets" => ("targets", 20.0, 4.0),
        name if name.contains("TrustStore") && (name.starts_with("Describe") || name.starts_with("Get")) => {
            ("trust-store-reads", 40.0, 10.0)
        }
        name if name.contains("TrustStore") => ("trust-stores", 10.0, 0.2),
        name if name.starts_with("Describe") => ("describe", 200.0, 50.0),
        _ => ("modify", 20.0, 3.0),
    };
    Limit { bucket, burst, rate }
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Timestamp,
}

/// The buckets of all accounts and regions.
#[derive(Clone, Debug, Default)]
pub struct Quotas {
    /// Which buckets count, as `service:bucket` with `*` and `?`: `*` for all, `apigateway:DeleteRestApi` for one.
    pub enabled: Vec<String>,
    buckets: HashMap<String, Bucket>,
}

impl Quotas {
    /// Full buckets, of which these count.
    #[must_use]
    pub fn new(enabled: &[String]) -> Self {
        Self { enabled: enabled.to_vec(), buckets: HashMap::new() }
    }

    /// Takes a token for a call; if there is none, says in how many seconds there is.
    pub(crate) fn take(&mut self, account: &str, region: &str, routed: &Routed, now: Timestamp) -> Result<(), u64> {
        if self.enabled.is_empty() {
            return Ok(());
        }
        for limit in limits(routed) {
            let name = format!("{}:{}", routed.service.name, limit.bucket);
            if !self.enabled.iter().any(|pattern| fits(pattern, &name)) {
                continue;
            }
            let key = format!("{account}/{region}/{name}");
            let bucket = self.buckets.entry(key).or_insert(Bucket { tokens: limit.burst, at: now });
            let returned = now.since(bucket.at).as_secs_f64() * limit.rate;
            *bucket = Bucket { tokens: (bucket.tokens + returned).min(limit.burst), at: now };
            if bucket.tokens < 1.0 {
                return Err(seconds((1.0 - bucket.tokens) / limit.rate));
            }
            bucket.tokens -= 1.0;
        }
        Ok(())
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number of seconds, below an hour"
)]
fn seconds(wait: f64) -> u64 {
    wait.ceil().clamp(1.0, 3600.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::input::Input;
    use crate::services;

    fn limit_of(service: &str, operation: &str, input: Value) -> Option<(String, f64, f64)> {
        let service = services::by_name(service)?;
        let operation = service.operations.iter().find(|known| known.name == operation)?;
        let input = Input { tree: input, ..Input::default() };
        let routed = Routed { service, operation, input };
        limits(&routed).first().map(|limit| (limit.bucket.to_owned(), limit.burst, limit.rate))
    }

    /// The figures of the three pages.
    #[test]
    fn buckets_have_the_published_sizes() {
        let none = || serde_json::json!({});
        let filtered = || serde_json::json!({"Filter": [{"Name": "vpc-id", "Value": ["vpc-1"]}]});
        for (service, operation, input, bucket, burst, rate) in [
            ("ec2", "DescribeNetworkInterfaces", none(), "DescribeNetworkInterfaces", 50.0, 10.0),
            ("ec2", "DescribeNetworkInterfaces", filtered(), "DescribeNetworkInterfaces", 100.0, 20.0),
            ("ec2", "DescribeSecurityGroups", none(), "DescribeSecurityGroups", 50.0, 10.0),
            ("ec2", "DescribeSubnets", none(), "DescribeSubnets", 100.0, 20.0),
            ("ec2", "DescribeVpcEndpoints", none(), "DescribeVpcEndpoints", 100.0, 20.0),
            ("ec2", "CreateVpcEndpoint", none(), "CreateVpcEndpoint", 4.0, 0.3),
            ("ec2", "AcceptVpcEndpointConnections", none(), "AcceptVpcEndpointConnections", 10.0, 1.0),
            (
                "ec2",
                "ModifyVpcEndpointServiceConfiguration",
                none(),
                "ModifyVpcEndpointServiceConfiguration",
                10.0,
                1.0,
            ),
            ("ec2", "CreateTags", none(), "CreateTags", 100.0, 10.0),
            ("ec2", "DeleteTags", none(), "DeleteTags", 100.0, 10.0),
            ("ec2", "CreateSecurityGroup", none(), "CreateSecurityGroup", 50.0, 5.0),
            ("elasticloadbalancing", "CreateLoadBalancer", none(), "intensive", 10.0, 0.2),
            ("elasticloadbalancing", "SetSubnets", none(), "intensive", 10.0, 0.2),
            ("elasticloadbalancing", "CreateListener", none(), "modify", 20.0, 3.0),
            ("elasticloadbalancing", "AddTags", none(), "modify", 20.0, 3.0),
            ("elasticloadbalancing", "RegisterTargets", none(), "targets", 20.0, 4.0),
            ("elasticloadbalancing", "CreateTrustStore", none(), "trust-stores", 10.0, 0.2),
            ("elasticloadbalancing", "AddTrustStoreRevocations", none(), "trust-stores", 10.0, 0.2),
            ("elasticloadbalancing", "DescribeTrustStores", none(), "trust-store-reads", 40.0, 10.0),
            ("elasticloadbalancing", "DescribeRules", none(), "describe", 200.0, 50.0),
            ("apigateway", "CreateDeployment", none(), "CreateDeployment", 1.0, 0.2),
            ("apigateway", "UpdateRestApi", none(), "all", 40.0, 10.0),
        ] {
            assert_eq!(limit_of(service, operation, input), Some((bucket.to_owned(), burst, rate)), "{operation}");
        }
    }
}
