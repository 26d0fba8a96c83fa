"""The AWS CLI against the simulator: listings in pages, waiters, tags, files, errors."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import network


def aws(*arguments, fails=False):
    """Runs a command of the CLI; what it answers, or what it complains of."""
    program = pathlib.Path(sys.executable).with_name("aws")
    environment = {
        "PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"], "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "777788889999", "AWS_SECRET_ACCESS_KEY": "test", "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_MAX_ATTEMPTS": "1",
    }
    # The program's first line names a path that may be too long for the kernel: Python is asked to run it.
    command = [sys.executable, program, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    if fails:
        assert done.returncode, f"aws {' '.join(arguments)} was carried out: {done.stdout}"
        return done.stderr
    assert not done.returncode, f"aws {' '.join(arguments)}: {done.stderr}"
    return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stdout


def pages():
    """`--page-size` is the service's affair, `--max-items` and its token are the CLI's own."""
    for service, listing, name in (("ec2", "describe-subnets", "Subnets"), ("elbv2", "describe-account-limits", "Limits")):
        whole = aws(service, listing)[name]
        # With Elastic Load Balancing, `--page-size` means the parameter of the operation and turns the CLI's pages off.
        size = ("--page-size", "5") if service == "ec2" else ()
        first = aws(service, listing, *size, "--max-items", "4")
        rest = aws(service, listing, *size, "--starting-token", first["NextToken"])
        assert len(first[name]) == 4 and "NextToken" not in rest, first
        assert first[name] + rest[name] == whole, f"the pages of {listing} are not the whole"


def waiters_and_tags():
    vpc = aws(
        "ec2", "create-vpc", "--cidr-block", "10.70.0.0/16",
        "--tag-specifications", "ResourceType=vpc,Tags=[{Key=Name,Value=cli}]",
    )["Vpc"]["VpcId"]
    aws("ec2", "wait", "vpc-available", "--vpc-ids", vpc)
    aws("ec2", "create-tags", "--resources", vpc, "--tags", "Key=team,Value=blue")
    tags = aws("ec2", "describe-tags", "--filters", f"Name=resource-id,Values={vpc}", "--query", "Tags[].[Key,Value]")
    assert sorted(tags) == [["Name", "cli"], ["team", "blue"]], tags
    balancer = aws(
        "elbv2", "create-load-balancer", "--name", "cli", "--subnets", *network.PUBLIC, "--tags", "Key=team,Value=blue",
    )["LoadBalancers"][0]["LoadBalancerArn"]
    aws("elbv2", "wait", "load-balancer-available", "--load-balancer-arns", balancer)
    aws("elbv2", "remove-tags", "--resource-arns", balancer, "--tag-keys", "team")
    (described,) = aws("elbv2", "describe-tags", "--resource-arns", balancer)["TagDescriptions"]
    assert described["Tags"] == [], described


def files():
    """The CLI's own copy command, which goes another way than the plain operations."""
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("hello")
        file.flush()
        aws("s3", "mb", "s3://cli-files")
        aws("s3", "cp", file.name, "s3://cli-files/folder/hello.txt")
    assert aws("s3", "cp", "s3://cli-files/folder/hello.txt", "-") == "hello"


def errors():
    complaint = aws("ec2", "describe-vpcs", "--vpc-ids", "vpc-00000000000000000", fails=True)
    assert "(InvalidVpcID.NotFound)" in complaint, complaint


def run():
    """Runs all of it; whether nothing failed."""
    failed = 0
    for check in (pages, waiters_and_tags, files, errors):
        try:
            check()
        except (AssertionError, KeyError, ValueError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f"FAILED AWS CLI, {check.__name__}: {error}")
    print(f"AWS CLI: {4 - failed} of 4 checks passed")
    return not failed
