"""The main job: one manifest, applied to a real API server, answered with 200 through the load balancer, deleted without a rest."""

import io
import json
import os
import pathlib
import subprocess
import zipfile

from account import TAG, attempt
from botocore.exceptions import ClientError
from trials.shared import controller_session, private_subnets, public_subnets
from wire import Wire

HANDLER = 'def handler(event, context):\n    return {"statusCode": 200, "body": "Hello from Lambda!"}\n'


def function(w):
    """A function that answers 200, with a role of its own; its ARN."""
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]}
    role = w.iam.create_role(RoleName=f"{w.run}-function", AssumeRolePolicyDocument=json.dumps(trust), Tags=w.tags())["Role"]["Arn"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        # A fixed date: the same bytes in every run.
        content.writestr(zipfile.ZipInfo("index.py", (2026, 1, 1, 0, 0, 0)), HANDLER)
    create = lambda: attempt(
        w.functions.create_function, FunctionName=w.run, Runtime="python3.13", Handler="index.handler", Role=role,
        Code={"ZipFile": archive.getvalue()}, Tags=w.tag_map(),
    )[0]
    # Lambda refuses a role that it cannot assume yet.
    made = w.must(create, "the function is created", 180, every=10)
    state = lambda: w.functions.get_function_configuration(FunctionName=w.run).get("State", "Active")
    w.must(lambda: state() == "Active", "the function is active", 180)
    return made["FunctionArn"]


def manifest(w):
    """Scenario A as a user would write it, and the tag by which a clean-up finds what the controller made."""
    spec = {
        "region": w.region,
        "tags": {TAG: w.run},
        "vpcEndpoint": {"create": {"subnetIds": private_subnets(w)}},
        "api": {"routes": [{"path": "/", "method": "GET", "integration": {"lambda": {"functionArn": function(w)}}}], "stage": {"name": "test"}},
        "loadBalancer": {"create": {"subnetIds": public_subnets(w)}, "listener": {"protocol": "HTTP", "port": 80}},
    }
    metadata = {"name": w.run, "namespace": "default"}
    return {"apiVersion": "privateapi.dev/v1alpha1", "kind": "PrivateApiFrontDoor", "metadata": metadata, "spec": spec}


class Controller:
    """An API server, etcd and the controller under the shipped policy, and one front door: applied at the start, deleted at the end."""

    def __init__(self, program, w, work):
        path = pathlib.Path(work) / "manifest.json"
        path.write_text(json.dumps(manifest(w)))
        arguments = [program, "front-door", "--manifest", str(path), "--cluster-id", w.run, "--folder", str(pathlib.Path(work) / "cluster")]
        self.wire = Wire(controller_session(w), w.region, w.recording, "role")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        environment |= {"AWS_ENDPOINT_URL": self.wire.url, "AWS_REGION": w.region, "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def line(self, word):
        """What it prints after this word; the lines before are shown."""
        for line in self.process.stdout:
            print("    " + line.rstrip(), flush=True)
            if line.startswith(word + " "):
                return line.split(maxsplit=1)[1].strip()
        raise AssertionError(f"the controller ended before it said {word!r}")

    def end(self):
        """Has the front door deleted and everything stopped; waits for it."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()


def left_over(w):
    """What the controller has made and not deleted: resources with the ownership tag of this run."""
    key = "privateapi.dev/cluster"
    found = [g["GroupId"] for g in w.ec2.describe_security_groups(Filters=[{"Name": f"tag:{key}", "Values": [w.run]}])["SecurityGroups"]]
    endpoints = w.ec2.describe_vpc_endpoints(Filters=[{"Name": f"tag:{key}", "Values": [w.run]}])["VpcEndpoints"]
    found += [e["VpcEndpointId"] for e in endpoints if e["State"].lower() not in ("deleted", "deleting")]
    found += [a["id"] for a in w.apigateway.get_rest_apis(limit=500)["items"] if a.get("tags", {}).get(key) == w.run]
    for arn in balancing(w):
        described = w.elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"]
        found += [d["ResourceArn"] for d in described if {"Key": key, "Value": w.run} in d["Tags"]]
    return found


def balancing(w):
    """ARNs of all load balancers and target groups."""
    balancers = w.elbv2.describe_load_balancers()["LoadBalancers"]
    return [b["LoadBalancerArn"] for b in balancers] + [g["TargetGroupArn"] for g in w.elbv2.describe_target_groups()["TargetGroups"]]


def run(w, program, work):
    """Applies, asks, deletes; fails unless the answer is 200 and nothing is left."""
    controller = Controller(program, w, work)
    w.clock.run_at(60)
    try:
        name = controller.line("ready").removeprefix("http://").partition("/")
        # A name in DNS that was just made may not be known everywhere.
        answer = w.must(lambda: ok(w.browser.get("http", name[0], 80, "/" + name[2])), "the front door answers 200", 300, every=10)
        w.recording.observe("GET through the front door", f"{answer['status']} {answer['body']}")
        controller.end()
        controller.line("gone")
    finally:
        controller.end()
        controller.process.wait()
        controller.wire.close()
        w.clock.run_at(1)
    rest = w.until(lambda: not left_over(w) and "nothing", "nothing is left", 120) or left_over(w)
    w.recording.observe("left over by the controller", rest)
    assert rest == "nothing", rest
    policy = permissions(w)
    w.recording.observe("statements left in the function's policy", policy)
    assert not policy, policy


def ok(answer):
    return answer if answer["status"] == 200 else None


def permissions(w):
    """The controller takes away the permission that it gave the API."""
    try:
        return len(json.loads(w.functions.get_policy(FunctionName=w.run)["Policy"])["Statement"])
    except ClientError:
        return 0
