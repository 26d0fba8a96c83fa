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

fn ec2(routed: &Routed) -> Limit<'_> {
    let bucket = routed.operation.name;
    let (burst, rate) = match (bucket, routed.operation.effect) {
        // Seen by users, not published: openshift/hypershift#9012.
        ("CreateVpcEndpoint" | "ModifyVpcEndpoint" | "DeleteVpcEndpoints", _) => (4.0, 0.3),
        (_, Effect::Write) => (50.0, 5.0),
        _ if is_unbounded(&routed.input.tree) => (50.0, 10.0),
        _ => (100.0, 20.0),
    };
    Limit { bucket, burst, rate }
}

/// Neither filtered nor paginated, nor asked for by identifier: such reads are throttled harder.
fn is_unbounded(tree: &Value) -> bool {
    tree.as_object().is_none_or(serde_json::Map::is_empty)
}

fn load_balancing(operation: &str) -> Limit<'static> {
    match operation {
        name if name.starts_with("Describe") => Limit { bucket: "describe", burst: 200.0, rate: 50.0 },
        "RegisterTargets" | "DeregisterTargets" => Limit { bucket: "targets", burst: 20.0, rate: 4.0 },
        _ => Limit { bucket: "modify", burst: 20.0, rate: 3.0 },
    }
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
