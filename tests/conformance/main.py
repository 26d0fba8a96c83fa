"""`make conformance`: every operation of the simulator at AWS_ENDPOINT_URL, held against botocore's models. See README.md."""

import os
import sys

import balancing
import checks
import command_line
import gateway
import network
import others
import unanswered

# Lists that are never longer than a page, with the reason.
ONE_PAGE = {
    ("apigateway", "GetGatewayResponses"): "there is one for each type, in one answer",
    ("autoscaling", "DescribeAutoScalingGroups"): "there are none",
    ("autoscaling", "DescribeAutoScalingInstances"): "there are none",
    ("autoscaling", "DescribeLaunchConfigurations"): "there are none",
    ("batch", "DescribeComputeEnvironments"): "there are none",
    ("codebuild", "ListProjects"): "there are none",
    ("ec2", "DescribeDhcpOptions"): "there is one set",
    ("ec2", "DescribeInstances"): "there are none",
    ("ec2", "DescribeNatGateways"): "there are none",
    ("events", "ListRuleNamesByTarget"): "there are none",
    ("events", "ListRules"): "there are none",
    ("events", "ListTargetsByRule"): "there are no rules",
    ("iam", "ListAccountAliases"): "there are none",
    ("iam", "ListAttachedRolePolicies"): "there are none",
    ("iam", "ListInstanceProfilesForRole"): "there are none",
    ("iam", "ListRolePolicies"): "there are none",
    ("lambda", "ListEventSourceMappings"): "there are none",
    ("monitoring", "DescribeAlarms"): "there are none",
    ("monitoring", "GetMetricData"): "there is one result for each query",
    ("monitoring", "ListMetrics"): "there are none",
    ("route53", "ListHealthChecks"): "there are none",
    ("lambda", "ListVersionsByFunction"): "all versions of a function are in one answer",
    ("tagging", "GetTagKeys"): "few keys",
    ("tagging", "GetTagValues"): "few values",
}

# Waiters that cannot come to their end, with the reason.
NO_WAITING = {
    ("ec2", "instance_exists"): "there are none",
    ("ec2", "instance_running"): "there are none",
    ("ec2", "instance_stopped"): "there are none",
    ("ec2", "instance_terminated"): "there are none",
    ("ec2", "nat_gateway_available"): "there are none",
    ("ec2", "nat_gateway_deleted"): "there are none",
    ("monitoring", "alarm_exists"): "there are none",
    ("monitoring", "composite_alarm_exists"): "there are none",
    ("monitoring", "log_alarm_exists"): "there are none",
}

# Operations that can only be refused, with the reason.
ONLY_REFUSED = {
    ("events", "ListTargetsByRule"): "there are no rules",
    ("s3", "GetBucketCors"): "cannot be set",
    ("s3", "GetBucketLifecycleConfiguration"): "cannot be set",
    ("s3", "GetBucketReplication"): "cannot be set",
    ("s3", "GetBucketTagging"): "cannot be set",
    ("s3", "GetBucketWebsite"): "cannot be set",
    ("s3", "GetObjectLockConfiguration"): "cannot be set",
}


def main():
    commands_passed = command_line.run()
    conformance = checks.Conformance(os.environ["AWS_ENDPOINT_URL"])
    for scenario in (network, balancing, gateway, others):
        try:
            scenario.run(conformance)
        except Exception as error:  # the rest of a scenario rests on what failed; its operations are reported as unchecked
            conformance.complain(scenario.__name__, "scenario", f"{type(error).__name__}: {error}")
    conformance.check_complete(ONE_PAGE, NO_WAITING, ONLY_REFUSED)
    conformance.sweep(unanswered.UNANSWERED)
    return 0 if conformance.report() and commands_passed else 1


if __name__ == "__main__":
    sys.exit(main())
