//! Everything that exists: for each account and region one [`Region`], made with the default world on its first call.

pub mod defaults;

use std::collections::HashMap;

use crate::clock::Timestamp;
use crate::context::Caller;
use crate::services::{acm, apigateway, ec2, elbv2, iam, lambda, route53, s3};

/// All accounts and regions.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// State by account and region.
    pub regions: HashMap<(String, String), Box<Region>>,
    /// Temporary credentials by access key ID.
    pub sessions: HashMap<String, Session>,
}

/// Temporary credentials.
#[derive(Clone, Debug)]
pub struct Session {
    /// Whose they are.
    pub caller: Caller,
    /// The token that goes with them.
    pub token: String,
    /// When they end.
    pub expires: Timestamp,
}

/// State of one account in one region. Each service owns its part.
#[derive(Clone, Debug, Default)]
pub struct Region {
    /// Account number.
    pub account: String,
    /// Name, such as `us-east-1`.
    pub name: String,
    /// EC2's part.
    pub ec2: ec2::State,
    /// Elastic Load Balancing's part.
    pub elbv2: elbv2::State,
    /// IAM's part; IAM is global and keeps it in the region its calls are signed for.
    pub iam: iam::State,
    /// Route 53's part, in the region its calls are signed for.
    pub route53: route53::State,
    /// Certificate Manager's part.
    pub acm: acm::State,
    /// API Gateway's part.
    pub apigateway: apigateway::State,
    /// Lambda's part.
    pub lambda: lambda::State,
    /// S3's part.
    pub s3: s3::State,
    /// The data plane's counters.
    pub dataplane: crate::dataplane::State,
}

impl Region {
    /// An account's region with the default world in it.
    #[must_use]
    pub fn new(account: &str, name: &str) -> Self {
        let mut region = Self { account: account.to_owned(), name: name.to_owned(), ..Self::default() };
        defaults::fill(&mut region);
        region
    }

    /// The partition's part of an ARN (AWS General Reference, "ARNs").
    #[must_use]
    pub fn partition(&self) -> &'static str {
        match &self.name {
            name if name.starts_with("cn-") => "aws-cn",
            name if name.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        }
    }

    /// End of the partition's host names.
    #[must_use]
    pub fn dns_suffix(&self) -> &'static str {
        if self.name.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
    }

    /// `arn:<partition>:<service>:<region>:<account>:<resource>`.
    #[must_use]
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:{}:{service}:{}:{}:{resource}", self.partition(), self.name, self.account)
    }

    /// Ends what time has ended: deletions that are through.
    pub fn settle(&mut self, now: Timestamp) {
        self.ec2.settle(now);
    }
}
