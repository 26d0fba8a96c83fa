//! IAM denies one read: everything that does not rely on it is done, nothing is done twice, and the status names the missing action.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use aws_sim::gates::fault::{Fault, Kind};

use crate::crash::create;
use crate::golden::{self, Case};
use crate::watched::{Example, Watched};

/// Longer than any wait for another pass.
const LONGEST_WAIT: Duration = Duration::from_mins(12);

/// Reads, and the changing operations of the undisturbed run that are not done as often as there, as long as one of those is denied.
type Row<'a> = (&'a [&'a str], &'a [&'a str]);

/// Everything that the undisturbed run does.
const EVERYTHING: &[&str] = &["*"];

/// What is done where each read of an undisturbed run is denied in turn, and once it is not any more.
async fn deny_each(name: &str, case: Case, expected: &[Row<'_>]) {
    let example = Example::of(name, case).await;
    let mut found = BTreeMap::new();
    for (number, operation) in example.reads.iter().filter(|read| *read != "GetCallerIdentity").enumerate() {
        let when = format!("{name} without {operation}");
        let life = example.base.copy(3 + number as u64);
        let deny = Fault::on(Kind::Deny, operation);
        let watched = Watched::start(life, example.to.as_ref(), |life| life.cloud.simulator.order_fault(deny)).await;
        if !watched.is_done(example.to.as_ref()) {
            check_told(&watched, operation, &when);
        }
        example.check_calls(&watched, &when);
        let missing: BTreeSet<String> = example.missing(&watched).into_keys().collect();
        watched.life.cloud.simulator.clear_faults();
        watched.work_for(LONGEST_WAIT).await;
        watched.settle().await;
        example.check_end(&watched, &when).await;
        found.insert(operation.clone(), missing);
    }
    let everything: BTreeSet<String> = example.done.keys().cloned().collect();
    let missing = |of: &[&str]| match of {
        EVERYTHING => everything.clone(),
        some => some.iter().map(|it| (*it).to_owned()).collect(),
    };
    let rows = expected.iter().flat_map(|(reads, of)| reads.iter().map(|read| ((*read).to_owned(), missing(of))));
    assert_eq!(found, rows.collect(), "{name}");
}

/// The status names the read, what is missing and what to do, and never both stalls and works.
fn check_told(watched: &Watched, operation: &str, when: &str) {
    let (status, reason, message) = watched.condition("Ready");
    assert_ne!(status, "True", "{when}");
    assert_eq!(reason, "AccessDenied", "{when}: {message}");
    for part in
        [&format!(":{operation}: "), "the controller's AWS identity lacks ", "allow it in the identity's IAM policy"]
    {
        assert!(message.contains(part), "{when}: {part} in {message}");
    }
    let both = ["Stalled", "Reconciling"].map(|kind| watched.condition(kind).0);
    assert!(both.iter().filter(|status| *status == "True").count() == 1, "{when}: {both:?}");
}

#[tokio::test]
async fn a_create_goes_on_without_any_read_that_is_not_essential() {
    let expected: &[Row<'_>] = &[
        (&["DescribeSubnets", "DescribeVpcEndpoints", "GetRestApis"], EVERYTHING),
        (&["DescribeCertificate", "DescribeTargetHealth"], &[]),
        (&["DescribeNetworkInterfaces"], &["CreateRule", "RegisterTargets"]),
        (
            &["DescribeLoadBalancers", "DescribeTargetGroups"],
            &[
                "CreateListener",
                "CreateLoadBalancer",
                "CreateRule",
                "CreateTargetGroup",
                "ModifyTargetGroupAttributes",
                "RegisterTargets",
            ],
        ),
        (
            &["DescribeSecurityGroups"],
            &[
                "AddPermission",
                "AuthorizeSecurityGroupEgress",
                "AuthorizeSecurityGroupIngress",
                "CreateDeployment",
                "CreateListener",
                "CreateLoadBalancer",
                "CreateRestApi",
                "CreateRule",
                "CreateSecurityGroup",
                "CreateVpcEndpoint",
                "PutRestApi",
                "RegisterTargets",
                "RevokeSecurityGroupEgress",
                "TagResource",
            ],
        ),
        (&["GetPolicy"], &["AddPermission", "CreateDeployment", "CreateRule", "PutRestApi", "TagResource"]),
        (&["GetRestApi"], &["CreateDeployment", "CreateRule", "TagResource"]),
    ];
    deny_each("unread-create", create("alb-https-custom-host"), expected).await;
}

#[tokio::test]
async fn a_deletion_goes_on_without_any_read_that_is_not_essential() {
    let case = Case { from: Some(golden::example("alb-https-custom-host")), to: None };
    let expected: &[Row<'_>] = &[
        // What leads to the rest goes first.
        (
            &[
                "DescribeVpcEndpoints",
                "GetRestApis",
                "DescribeListeners",
                "DescribeLoadBalancers",
                "DescribeRules",
                "DescribeTags",
                "DescribeTargetGroups",
            ],
            EVERYTHING,
        ),
        (
            &[
                "DescribeListenerCertificates",
                "DescribeLoadBalancerAttributes",
                "DescribeNetworkInterfaces",
                "DescribeTargetGroupAttributes",
                "DescribeTargetHealth",
                "GetDeployment",
                "GetStages",
                "GetUsagePlans",
            ],
            &[],
        ),
        (
            &["DescribeSecurityGroups"],
            &["DeleteSecurityGroup", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"],
        ),
        (&["GetPolicy"], &["DeleteRestApi", "RemovePermission"]),
    ];
    deny_each("unread-delete", case, expected).await;
}

#[tokio::test]
async fn a_change_goes_on_without_any_read_that_is_not_essential() {
    let expected: &[Row<'_>] = &[
        (
            &["DescribeSubnets", "DescribeVpcEndpoints", "GetRestApis", "GetDeployment", "GetPolicy", "GetStages"],
            EVERYTHING,
        ),
        // Deletes come after everything that should be is known to be.
        (
            &[
                "DescribeListeners",
                "DescribeLoadBalancers",
                "DescribeNetworkInterfaces",
                "DescribeRules",
                "DescribeSecurityGroups",
                "DescribeTags",
                "DescribeTargetGroups",
                "DescribeTargetHealth",
            ],
            &["DeleteStage"],
        ),
        (&["GetRestApi"], &["CreateDeployment", "DeleteStage", "TagResource"]),
        (&["DescribeLoadBalancerAttributes", "DescribeTargetGroupAttributes", "GetUsagePlans"], &[]),
    ];
    deny_each("unread-change", golden::case("change-stage-renamed"), expected).await;
}

#[tokio::test]
async fn an_endpoint_is_replaced_without_any_read_that_is_not_essential() {
    // The API is opened to the new endpoint and closed to the old one; the second half waits for the targets.
    let second_half: &[&str] = &[
        "CreateDeployment",
        "DeleteDeployment",
        "DeleteVpcEndpoints",
        "DeregisterTargets",
        "ModifyVpcEndpoint",
        "PutRestApi",
        "RegisterTargets",
    ];
    let expected: &[Row<'_>] = &[
        (
            &[
                "DescribeNetworkInterfaces",
                "DescribeSecurityGroups",
                "DescribeSubnets",
                "DescribeVpcEndpoints",
                "GetRestApis",
            ],
            EVERYTHING,
        ),
        (
            &[
                "DescribeListeners",
                "DescribeLoadBalancers",
                "DescribeRules",
                "DescribeTags",
                "DescribeTargetGroups",
                "DescribeTargetHealth",
                "GetDeployment",
                "GetRestApi",
                "GetStages",
            ],
            second_half,
        ),
        (&["GetDeployments"], &["DeleteDeployment"]),
        (&["DescribeLoadBalancerAttributes", "DescribeTargetGroupAttributes", "DescribeVpcAttribute"], &[]),
    ];
    deny_each("unread-replace", golden::case("change-endpoint-replaced-beside-itself"), expected).await;
}
