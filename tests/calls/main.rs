//! Counts the AWS calls of a front door's life, and holds them against the figures that `docs/aws-calls.md` promises.
//!
//! `make bench-calls` prints the tables.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod changed;
#[path = "../common/mod.rs"]
mod common;
mod document;
mod drift;
mod life;
mod table;

use life::{Given, Life};
use serde_json::{Value, json};
use table::Table;

/// Where the figures stand.
const DOCUMENT: &str = "docs/aws-calls.md";
/// How its figures come about.
const ABOUT: &str =
    "Counted by `make bench-calls`; `make generated` writes this page, and `make test` fails where a figure differs.";

/// Calls at most. Reads include those that ask whether AWS has finished an update of the API.
struct Budget {
    changing: usize,
    reads: usize,
    quiet_reads: usize,
}

/// Lives a front door from nothing to nothing and counts what it called.
async fn live(title: &'static str, spec: Value, given: Given, budget: Budget) -> Table {
    let mut life = Life::new(spec, given);
    let created = life.keep_until_converged().await;
    let quiet = life.keep_until_converged().await;
    let deleted = life.delete().await;
    let table = Table::new(title, vec![("create", created), ("no-op pass", quiet), ("delete", deleted)]);
    assert!(table.changing("create") <= budget.changing, "{title}: create makes too many changing calls\n{table}");
    assert!(table.reads("create") <= budget.reads, "{title}: create makes too many reads\n{table}");
    assert_eq!(table.changing("no-op pass"), 0, "{title}: a no-op pass changes something\n{table}");
    assert!(table.reads("no-op pass") <= budget.quiet_reads, "{title}: a no-op pass makes too many reads\n{table}");
    assert!(table.is_each_once("no-op pass"), "{title}: a no-op pass asks twice\n{table}");
    table
}

async fn behind_a_given_listener() -> Table {
    let given = Given::listener().await;
    let spec = json!({
        "vpcEndpoint": {"create": {"subnetIds": life::PRIVATE_SUBNETS, "securityGroupIds": [given.security_group_id]}},
        "api": {"routes": [{"path": "/", "method": "GET", "integration": {"mock": {"statusCode": 200}}}]},
        "loadBalancer": {"listenerArn": given.listener_arn},
    });
    let title = "Endpoint, API, stage, target group and rule; security groups, load balancer and listener given";
    live(title, spec, given, Budget { changing: 10, reads: 21, quiet_reads: 8 }).await
}

async fn behind_another_front_door() -> Table {
    let given = Given::shared_endpoint().await;
    let spec = json!({
        "vpcEndpoint": {"id": given.vpc_endpoint_id},
        "api": {"routes": [{"path": "/", "method": "GET", "integration": {"lambda": {"functionArn": life::function_arn()}}}]},
        "loadBalancer": {"listenerArn": given.listener_arn},
        "targetGroup": {"arn": given.target_group_arn},
        "rules": [{"paths": ["/orders/*"]}],
    });
    let title = "API, stage, Lambda permission and rule; endpoint, target group and listener given";
    live(title, spec, given, Budget { changing: 6, reads: 21, quiet_reads: 9 }).await
}

async fn everything_created(title: &'static str, integration: Value, budget: Budget) -> Table {
    let spec = json!({
        "vpcEndpoint": {"create": {"subnetIds": life::PRIVATE_SUBNETS, "privateDns": "Enabled"}},
        "api": {
            "routes": [{"path": "/", "method": "GET", "integration": integration}],
            "stage": {"name": "test"},
        },
        "loadBalancer": {"create": {"subnetIds": life::PUBLIC_SUBNETS}},
    });
    live(title, spec, Given::nothing(), budget).await
}

#[tokio::test]
async fn figures_hold_and_are_documented() {
    let lambda = json!({"lambda": {"functionArn": life::function_arn()}});
    let function = "Everything created, with a Lambda function";
    let tables = [
        behind_a_given_listener().await,
        behind_another_front_door().await,
        everything_created(
            "Everything created",
            json!({"mock": {}}),
            Budget { changing: 17, reads: 23, quiet_reads: 12 },
        )
        .await,
        everything_created(function, lambda, Budget { changing: 18, reads: 24, quiet_reads: 13 }).await,
    ];
    let summary = table::summary(&tables);
    let changed = table::rows("One field of the spec changed", &changed::rows().await);
    let drift = table::rows("Drift corrected, in a pass that was requested", &drift::rows().await);
    let details: String = [changed, drift].into_iter().chain(tables.iter().map(ToString::to_string)).collect();
    println!("{summary}\n{details}");
    let document = format!("# AWS calls\n\n{ABOUT}\n\n{summary}{details}");
    document::hold(DOCUMENT, &document);
}
