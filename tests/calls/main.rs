//! Counts the AWS calls of a front door's life, and holds them against the figures that the README promises.
//!
//! `make bench-calls` prints the tables.

#[path = "../common/mod.rs"]
mod common;
mod life;
mod table;

use life::{Given, Life};
use table::Table;

/// Calls at most.
struct Budget {
    changing: usize,
    reads: usize,
}

/// Lives a front door from nothing to nothing and prints what it called.
async fn live(title: &str, spec: serde_json::Value, given: Given, create: Budget, quiet_reads: usize) {
    let mut life = Life::new(spec, given).await;
    let created = life.keep_until_converged().await;
    let quiet = life.keep_until_converged().await;
    let deleted = life.delete().await;
    let table = Table::new(title, vec![("create", created), ("no-op pass", quiet), ("delete", deleted)]);
    table.print();
    assert!(table.changing("create") <= create.changing, "{title}: create makes too many changing calls\n{table}");
    assert!(table.reads("create") <= create.reads, "{title}: create makes too many reads\n{table}");
    assert_eq!(table.changing("no-op pass"), 0, "{title}: a no-op pass changes something\n{table}");
    assert!(table.reads("no-op pass") <= quiet_reads, "{title}: a no-op pass makes too many reads\n{table}");
    assert!(table.is_each_once("no-op pass"), "{title}: a no-op pass asks twice\n{table}");
}

#[tokio::test]
async fn a_front_door_behind_a_given_listener() {
    let given = Given::listener().await;
    let spec = serde_json::json!({
        "vpcEndpoint": {"create": {"subnetIds": life::PRIVATE_SUBNETS, "securityGroupIds": [given.security_group_id]}},
        "api": {"routes": [{"path": "/", "method": "GET", "integration": {"mock": {"statusCode": 200}}}]},
        "loadBalancer": {"listenerArn": given.listener_arn},
    });
    live(
        "endpoint, API, stage, target group, rule; security groups, load balancer and listener given",
        spec,
        given,
        Budget { changing: 10, reads: 16 },
        8,
    )
    .await;
}

#[tokio::test]
async fn an_api_behind_what_another_front_door_made() {
    let given = Given::shared_endpoint().await;
    let spec = serde_json::json!({
        "vpcEndpoint": {"id": given.vpc_endpoint_id},
        "api": {"routes": [{"path": "/", "method": "GET", "integration": {"lambda": {"functionArn": life::function_arn()}}}]},
        "loadBalancer": {"listenerArn": given.listener_arn},
        "targetGroup": {"arn": given.target_group_arn},
        "rules": [{"paths": ["/orders/*"]}],
    });
    live(
        "API, stage, Lambda permission, rule; endpoint, target group and listener given",
        spec,
        given,
        Budget { changing: 6, reads: 16 },
        9,
    )
    .await;
}

#[tokio::test]
async fn everything_created() {
    let spec = serde_json::json!({
        "vpcEndpoint": {"create": {"subnetIds": life::PRIVATE_SUBNETS, "privateDns": "Enabled"}},
        "api": {"routes": [{"path": "/", "method": "GET", "integration": {"lambda": {"functionArn": life::function_arn()}}}], "stage": {"name": "test"}},
        "loadBalancer": {"create": {"subnetIds": life::PUBLIC_SUBNETS}},
    });
    live("everything of scenario A created", spec, Given::nothing(), Budget { changing: 16, reads: 18 }, 12).await;
}
