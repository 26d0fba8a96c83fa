//! Logs of stages, and the role that they are written with.

use serde_json::Value;

use crate::deployment::deployed;
use crate::{Aws, patch};

const ROLE: &str = "arn:aws:iam::111122223333:role/r";
const OTHER_ROLE: &str = "arn:aws:iam::444455556666:role/r";

#[test]
fn logs_to_cloudwatch_need_the_accounts_role() {
    let aws = Aws::new();
    let stage = format!("/restapis/{}/stages/test", deployed(&aws));
    let group = "arn:aws:logs:us-east-1:111122223333:log-group:orders";
    let stream = "arn:aws:firehose:us-east-1:111122223333:deliverystream/amazon-apigateway-orders";
    let needs = [
        ("replace", "/accessLogSettings/destinationArn", group),
        ("replace", "/*/*/logging/loglevel", "INFO"),
        ("replace", "/~1orders/GET/logging/loglevel", "ERROR"),
        ("replace", "/*/*/logging/dataTrace", "true"),
    ];
    for operation in needs {
        let refusal = aws.refused("apigateway", "PATCH", &stage, &patch(&[operation]));
        let expected = "CloudWatch Logs role ARN must be set in account settings to enable logging";
        assert_eq!((refusal.0.as_str(), refusal.1.as_str()), ("BadRequestException", expected), "{operation:?}");
    }
    for operation in [
        ("replace", "/accessLogSettings/destinationArn", stream),
        ("replace", "/*/*/logging/loglevel", "OFF"),
        ("replace", "/*/*/metrics/enabled", "true"),
        ("replace", "/accessLogSettings/format", "$context.requestId"),
    ] {
        aws.api("PATCH", &stage, &patch(&[operation]));
    }
    aws.api("PATCH", "/account", &patch(&[("replace", "/cloudwatchRoleArn", ROLE)]));
    for operation in needs {
        aws.api("PATCH", &stage, &patch(&[operation]));
    }
}

#[test]
fn the_accounts_role_is_a_role_of_the_account() {
    let aws = Aws::new();
    for (arn, code) in [(OTHER_ROLE, "AccessDeniedException"), ("role/r", "BadRequestException")] {
        let change = patch(&[("replace", "/cloudwatchRoleArn", arn)]);
        assert_eq!(aws.refused("apigateway", "PATCH", "/account", &change).0, code, "{arn}");
    }
    assert!(aws.api("GET", "/account", &Value::Null).get("cloudwatchRoleArn").is_none());
}
