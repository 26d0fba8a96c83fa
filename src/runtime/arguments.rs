//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::duration::parse_duration;

/// Makes private API Gateway REST APIs reachable through an Application Load Balancer.
#[derive(Debug, Parser)]
#[command(name = "frontdoor", version)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// A sub-command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the controller
    Run(RunArguments),
    /// Print the CustomResourceDefinition as YAML
    Crd,
    /// Show what the controller would do for each front door of a manifest; changes nothing and needs no cluster. Exit status: 0 nothing
    /// to do, 2 changes, 1 error in any of them
    Plan(PlanArguments),
    /// Print the least IAM policy that the controller's AWS identity needs, as JSON
    IamPolicy(IamPolicyArguments),
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Only objects of this namespace [default: all namespaces]
    #[arg(long, env = "FRONTDOOR_WATCH_NAMESPACE")]
    pub watch_namespace: Option<String>,
    /// ID of the cluster in ownership tags; set it where the cluster may be rebuilt, and never change it [default: the UID of the namespace
    /// kube-system]
    #[arg(long, env = "FRONTDOOR_CLUSTER_ID")]
    pub cluster_id: Option<String>,
    /// Time until AWS is first read again while a change is under way; later waits grow up to seven times. A request that AWS refuses is sent again after three
    /// times this, then after waits that double up to the resync interval
    #[arg(long, env = "FRONTDOOR_POLL_INTERVAL", default_value = "20s", value_parser = parse_duration)]
    pub poll_interval: Duration,
    /// Time between two full passes over an object that is up to date, varied at random by a tenth
    #[arg(long, env = "FRONTDOOR_RESYNC_INTERVAL", default_value = "10m", value_parser = parse_duration)]
    pub resync_interval: Duration,
    /// Format of log lines; RUST_LOG sets which are written
    #[arg(long, env = "FRONTDOOR_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// Format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Text for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub struct PlanArguments {
    /// The manifest, YAML or JSON; `-` for standard input. It may hold several documents and lists; other kinds and empty documents are skipped and
    /// named
    #[arg(short, long)]
    pub filename: PathBuf,
    /// ID of the cluster in ownership tags, as `run --cluster-id` has it: without it the plan is that of a manifest that was never applied
    #[arg(long, env = "FRONTDOOR_CLUSTER_ID")]
    pub cluster_id: Option<String>,
    /// Namespace of the object where the manifest names none
    #[arg(short, long, default_value = "default")]
    pub namespace: String,
}

/// Arguments of `iam-policy`.
#[derive(Debug, Args)]
pub struct IamPolicyArguments {
    /// Partition of the ARNs: aws, aws-cn, aws-us-gov [default: all]
    #[arg(long)]
    pub partition: Option<String>,
    /// Only in this region [default: all]
    #[arg(long)]
    pub region: Option<String>,
    /// Only in this account; Lambda functions and certificates of other accounts are left out [default: all]
    #[arg(long)]
    pub account: Option<String>,
    /// Only resources of the cluster with this ID, as `run --cluster-id` has it [default: of all clusters]
    #[arg(long, env = "FRONTDOOR_CLUSTER_ID")]
    pub cluster_id: Option<String>,
    /// ID of an existing REST API that a spec names in `api.id` with `api.manage`; may be repeated, `*` for any [default: none]
    #[arg(long = "managed-api", value_name = "API_ID")]
    pub managed_apis: Vec<String>,
    /// ARN of a role that specs name as credentials of integrations or authorizers, for API Gateway to assume; may be repeated [default: none]
    #[arg(long = "pass-role", value_name = "ARN", value_parser = parse_role)]
    pub passed_roles: Vec<String>,
}

/// An ARN of an IAM role, as it stands in a policy: `*` may stand for parts of it.
fn parse_role(text: &str) -> Result<String, String> {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    match fields[..] {
        ["arn", _, "iam", "", account, role]
            if !account.is_empty() && role.strip_prefix("role/").is_some_and(|name| !name.is_empty()) =>
        {
            Ok(text.to_owned())
        }
        _ => Err("it is not the ARN of a role: write arn:aws:iam::111122223333:role/<name>".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_roles_are_passed() {
        for (text, good) in [
            ("arn:aws:iam::111122223333:role/invoke", true),
            ("arn:aws-cn:iam::111122223333:role/teams/shop/*", true),
            ("arn:aws:iam::111122223333:role/", false),
            ("arn:aws:iam::111122223333:user/ann", false),
            ("arn:aws:iam:eu-west-1:111122223333:role/invoke", false),
            ("invoke", false),
        ] {
            assert_eq!(parse_role(text).is_ok(), good, "{text}");
        }
    }
}
