"""`make conformance`: every operation of the simulator at AWS_ENDPOINT_URL, held against botocore's models. See README.md."""

import os
import sys

import balancing
import checks
import command_line
import gateway
import network
import others

# Lists that are never longer than a page, with the reason.
ONE_PAGE = {
    ("apigateway", "GetGatewayResponses"): "there is one for each type, in one answer",
    ("lambda", "ListVersionsByFunction"): "all versions of a function are in one answer",
    ("tagging", "GetTagKeys"): "few keys",
    ("tagging", "GetTagValues"): "few values",
}

# Waiters that cannot come to their end, with the reason.
NO_WAITING = {
    ("ec2", "network_interface_available"): "all interfaces belong to an endpoint or a load balancer, so they are in use",
}


def main():
    commands_passed = command_line.run()
    conformance = checks.Conformance(os.environ["AWS_ENDPOINT_URL"])
    for scenario in (network, balancing, gateway, others):
        try:
            scenario.run(conformance)
        except Exception as error:  # the rest of a scenario rests on what failed; its operations are reported as unchecked
            conformance.complain(scenario.__name__, "scenario", f"{type(error).__name__}: {error}")
    conformance.check_complete(ONE_PAGE, NO_WAITING)
    return 0 if conformance.report() and commands_passed else 1


if __name__ == "__main__":
    sys.exit(main())
