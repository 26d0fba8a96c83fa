"""`make test-clients`: playbooks and policies on the simulator at AWS_ENDPOINT_URL. Argument: the folder of virtual environments."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import urllib.request

import boto3

REGION = "ap-northeast-1"
HERE = pathlib.Path(__file__).parent

# What the clients themselves do wrong, or cannot do here, by task or policy, with the reason.
FAILS = {
    "target info": "it asks for instances, and there are none",
}
CHANGES = {
    "API": "api_gateway always says changed; what it finds it neither puts nor deploys",
    "domain name": "api_gateway_domain compares the certificate of a regional name with the one of edge-optimized names",
    "lambda execute": "an invocation counts as a change",
    "sts": "new credentials count as a change",
}


class Trial:
    """One simulator, and what was found wrong."""

    def __init__(self, work):
        self.work, self.url = pathlib.Path(work), os.environ["AWS_ENDPOINT_URL"]
        self.files = self.work / "files"
        shutil.rmtree(self.files, ignore_errors=True)
        self.files.mkdir(parents=True)
        self.complaints, self.steps = [], 0
        # Excuses that were needed; one that is not must go.
        self.failed, self.changed = set(), set()
        self.environment = {
            **os.environ, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test", "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "WORK": str(self.files), "ANSIBLE_HOME": str(self.work / "home"), "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
            "ANSIBLE_LOCALHOST_WARNING": "False", "ANSIBLE_NOCOLOR": "1",
        }

    def complain(self, step, what):
        self.complaints.append(f"FAILED {step}: {what}")
        print(self.complaints[-1], flush=True)

    def state(self):
        """What exists, by account, region and type."""
        with urllib.request.urlopen(f"{self.url}/_sim/state") as answer:
            return json.load(answer)

    def play(self, playbook, *variables):
        """Runs a playbook: results of its tasks by name."""
        program = [sys.executable, self.work / "ansible/bin/ansible-playbook", "-i", "inventory", playbook]
        options = [option for variable in variables for option in ("-e", variable)]
        done = subprocess.run(
            [*program, *options], cwd=HERE / "ansible", env=self.environment, capture_output=True, text=True, timeout=900,
        )
        try:
            plays = json.loads(done.stdout[done.stdout.index("{"):])["plays"]
        except ValueError:
            self.complain(playbook, f"{done.stdout[-400:]} {done.stderr[-400:]}")
            return {}
        return {
            task["task"]["name"] or task["task"]["id"]: task["hosts"].get("localhost", {})
            for play in plays for task in play["tasks"]
        }

    def expect(self, step, tasks, changes):
        """No task failed but those excused, and tasks changed something as `changes` says: any, none, or these at least."""
        self.steps += 1
        before = len(self.complaints)
        if not tasks:
            self.complain(step, "no task was run")
        for name, result in tasks.items():
            if result.get("failed") and name in FAILS:
                self.failed.add(name)
            elif result.get("failed"):
                self.complain(step, f"{name}: {result.get('msg', '')} {json.dumps(result)[:600]}")
        changed = {name for name, result in tasks.items() if result.get("changed")}
        if changes is None:
            self.changed |= changed & CHANGES.keys()
        if changes is None and changed - CHANGES.keys():
            self.complain(step, f"changed again: {', '.join(sorted(changed - CHANGES.keys()))}")
        if changes and changes - changed:
            self.complain(step, f"not changed: {', '.join(sorted(changes - changed))}")
        print(f"{'passed' if len(self.complaints) == before else 'FAILED'} {step}: {len(tasks)} tasks, {len(changed)} changed", flush=True)

    def custodian(self, step, policies):
        """Runs policies, each of which must come to its end but for those excused: how many resources each found."""
        self.steps += 1
        out = self.work / "policies" / policies
        shutil.rmtree(out, ignore_errors=True)
        program = [self.work / "c7n/bin/python", self.work / "c7n/bin/custodian"]
        options = ["run", "--cache-period", "0", "-s", out, "--region", REGION, HERE / "c7n" / policies]
        done = subprocess.run([*program, *options], env=self.environment, capture_output=True, text=True, timeout=900)
        before, names = len(self.complaints), [path.parent.name for path in sorted(out.glob("*/metadata.json"))]
        for name in names:
            log = (out / name / "custodian-run.log").read_text()
            if "ERROR" in log and name in FAILS:
                self.failed.add(name)
            elif "ERROR" in log:
                self.complain(step, f"{name}: {log[-600:]}")
        if not names:
            self.complain(step, done.stderr[-600:])
        found = {}
        for name in names:
            resources = out / name / "resources.json"
            found[name] = len(json.loads(resources.read_text())) if resources.exists() else 0
        print(f"{'passed' if len(self.complaints) == before else 'FAILED'} {step}: {len(names)} policies", flush=True)
        return found


    def check_excuses(self):
        """An excuse that nothing needs any more hides what breaks later."""
        for name in sorted(FAILS.keys() - self.failed):
            self.complain("excuses", f"{name} does not fail: take it out of FAILS")
        for name in sorted(CHANGES.keys() - self.changed):
            self.complain("excuses", f"{name} changes nothing the second time: take it out of CHANGES")


# Policies that must find something in what the playbook made.
FINDING = (
    "alb-listener", "alb-subnet", "alb-sg", "alb-vpc", "alb-target", "tg", "vpce", "rest", "stage", "eni", "vpc", "subnet", "igw",
    "rtb", "acm", "zone", "rrset", "account", "bucket", "sg-unused", "rest-integration",
)


def main():
    trial = Trial(sys.argv[1])
    client = boto3.client(
        "ec2", endpoint_url=trial.url, region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test",
    )
    client.describe_vpcs()
    at_first = trial.state()
    trial.expect("create", trial.play("site.yml"), {"endpoint", "API", "target group", "ALB", "alias"})
    trial.expect("again", trial.play("site.yml"), None)
    more = trial.play("site.yml", "idle=120", "extra_rule=true", "matcher=200")
    trial.expect("change", more, {"ALB", "target group"})
    trial.expect("more modules", trial.play("extras.yml"), {"route table", "eni", "public zone"})
    trial.expect("more modules again", trial.play("extras.yml"), None)
    found = trial.custodian("policies", "policies.yml")
    for name in (name for name in FINDING if not found.get(name)):
        trial.complain("policies", f"{name} found nothing")
    trial.expect("domain name", trial.play("domain.yml"), {"API", "domain name"})
    trial.expect("domain name again", trial.play("domain.yml"), None)
    trial.expect("delete domain name", trial.play("domain.yml", "state=absent"), {"domain name"})
    trial.expect("delete more", trial.play("extras-absent.yml"), {"route table", "eni", "public zone"})
    trial.expect("delete", trial.play("absent.yml"), {"load balancer", "endpoint"})
    trial.custodian("policies that delete", "delete.yml")
    waiting = {"advanceSeconds": 3600}
    body = json.dumps(waiting).encode()
    urllib.request.urlopen(urllib.request.Request(f"{trial.url}/_sim/clock", data=body, method="PUT")).close()
    left = {
        kind: sorted(set(ids) - set(at_first["111122223333"][REGION].get(kind, [])))
        for kind, ids in trial.state()["111122223333"][REGION].items()
    }
    left = {kind: ids for kind, ids in left.items() if ids}
    if left:
        trial.complain("nothing is left", left)
    trial.check_excuses()
    print(f"clients: {trial.steps} steps, {len(trial.complaints)} complaints; excused: {len(FAILS)} failures, {len(CHANGES)} changes")
    return 1 if trial.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
