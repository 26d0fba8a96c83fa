//! Buckets that load balancers write their logs to (User Guide for Application Load Balancers, "Enable access logs for your Application Load
//! Balancer"; User Guide for Network Load Balancers, "Access logs").

use std::collections::BTreeMap;

use super::load_balancer::{Kind, LoadBalancer};
use crate::context::Context;
use crate::error::{Answer, AwsError};
use crate::iam::{Keys, Principal, Request};
use crate::services::s3::bucket_policy;
use crate::world::Region;

/// Kinds of logs: prefix of the attributes, and what the name of the object that is written at first says.
const LOGS: [(&str, &str); 3] =
    [("access_logs", "Access"), ("connection_logs", "Connection"), ("health_check_logs", "HealthCheck")];

fn refused(message: String) -> AwsError {
    AwsError::new("InvalidConfigurationRequest", message)
}

/// Whether the logs that a change switches on, or turns elsewhere, can be written. What stays as it is is not looked at again.
pub(super) fn check(ctx: &Context<'_>, balancer: &LoadBalancer, wanted: &BTreeMap<String, String>) -> Answer<()> {
    for (prefix, name) in LOGS {
        let of = |attributes: &BTreeMap<String, String>, part: &str| {
            attributes.get(&format!("{prefix}.s3.{part}")).cloned().unwrap_or_default()
        };
        let settings = |attributes| ["enabled", "bucket", "prefix"].map(|part| of(attributes, part));
        let [enabled, bucket, folder] = settings(wanted);
        if enabled == "true" && settings(wanted) != settings(&balancer.attributes) {
            check_bucket(ctx, balancer, &bucket, &key(ctx.here, &folder, name))?;
        }
    }
    Ok(())
}

/// The object that proves that logs can be written.
fn key(region: &Region, folder: &str, name: &str) -> String {
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    format!("{folder}AWSLogs/{}/ELB{name}LogTestFile", region.account)
}

/// The bucket is in the load balancer's region, in whichever account, and its policy lets the service write.
///
/// Inferred (log-bucket-refusals): a bucket that is missing or elsewhere is refused in the words for one that is closed, which users report.
/// Buckets that let in the accounts that some regions had before 2022 are refused here: the guide has replaced them.
fn check_bucket(ctx: &Context<'_>, balancer: &LoadBalancer, bucket: &str, key: &str) -> Answer<()> {
    if bucket.is_empty() {
        return Err(refused("The S3 bucket name must be specified to enable logs".to_owned()));
    }
    let elsewhere = ctx.world.regions.values().map(|region| &**region).filter(|region| region.name == ctx.here.name);
    let mut owners = std::iter::once(&*ctx.here).chain(elsewhere);
    let owner = owners.find(|region| region.s3.buckets.contains_key(bucket));
    if owner.is_some_and(|region| writes(ctx.here, region, balancer, bucket, key)) {
        return Ok(());
    }
    Err(refused(format!("Access Denied for bucket: {bucket}. Please check S3bucket permission")))
}

/// Whether the policy lets the service that delivers the load balancer's logs put an object there.
fn writes(here: &Region, owner: &Region, balancer: &LoadBalancer, bucket: &str, key: &str) -> bool {
    let service = match balancer.kind {
        Kind::Application => "logdelivery.elasticloadbalancing.amazonaws.com",
        Kind::Network => "delivery.logs.amazonaws.com",
    };
    let keys = Keys::default()
        .with("aws:SourceAccount", &here.account)
        .with("aws:SourceArn", &balancer.arn)
        .with("s3:x-amz-acl", "bucket-owner-full-control");
    let resource = format!("arn:{}:s3:::{bucket}/{key}", here.partition());
    let principal = Principal::Service(service.to_owned());
    let request = Request { principal: &principal, action: "s3:PutObject", resource: &resource, keys: &keys };
    bucket_policy::allows(owner, bucket, &request)
}
