"""Runs checks of AWS's control plane, in order, against the endpoint that the standard environment names.

A check is a function with a name and the page of AWS's documentation that it rests on. What a target is known not to do is listed in
`unsupported.json` by check and reason and is skipped; every other failure fails the run. Checks share what earlier ones made through
`World`: a check whose prerequisite was skipped has to be listed too.
"""

import json
import os
import pathlib
import time
import traceback
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CHECKS = []


def check(name, source):
    """Adds a check; its function gets the world and raises if AWS would have answered otherwise."""

    def add(function):
        CHECKS.append((name, source, function))
        return function

    return add


class World:
    """Clients, and what the checks have made so far."""

    def __init__(self):
        self.region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
        self.patience = float(os.environ.get("AWS_TEST_PATIENCE", "30"))
        self.mark = f"lane-{uuid.uuid4().hex[:8]}"
        self.cleanups = []
        config = Config(retries={"total_max_attempts": 4, "mode": "standard"}, read_timeout=60, connect_timeout=5)
        for service in ("sts", "ec2", "elbv2", "apigateway"):
            setattr(self, service, boto3.client(service, region_name=self.region, config=config))

    def tags(self):
        return [{"Key": "lane", "Value": self.mark}]

    def later(self, function, **arguments):
        """Deletes at the end, last made first, whatever the checks did; what is gone by then is fine."""
        self.cleanups.append((function, arguments))

    def clean(self):
        """What is left over: nothing, unless AWS refuses for longer than the lane waits."""
        left = []
        for function, arguments in reversed(self.cleanups):
            end = time.monotonic() + self.patience
            while True:
                try:
                    function(**arguments)
                    break
                except ClientError as error:
                    code = error.response["Error"]["Code"]
                    if "NotFound" in code:
                        break
                    if time.monotonic() > end:
                        left.append(f"{arguments}: {code}")
                        break
                    time.sleep(0.5)
        return left


def same(seen, expected, what=""):
    assert seen == expected, f"{what}: {seen!r} instead of {expected!r}"


def refused(code, function, **arguments):
    """The call is refused with this error code."""
    try:
        answer = function(**arguments)
    except ClientError as error:
        same(error.response["Error"]["Code"], code, "error code")
        return
    answer.pop("ResponseMetadata", None)
    raise AssertionError(f"carried out instead of refused with {code}: {answer}")


def until(world, look, what):
    """Waits until `look` answers something true, which it returns."""
    end = time.monotonic() + world.patience
    while True:
        seen = look()
        if seen:
            return seen
        assert time.monotonic() < end, f"not in {world.patience:.0f} s: {what}"
        time.sleep(0.2)


def unsupported(target):
    lists = json.loads((pathlib.Path(__file__).parent / "unsupported.json").read_text())
    assert target in lists, f"no such target: {target}; unsupported.json has {', '.join(lists)}"
    return lists[target]


def run(target):
    """Runs all checks; the number of failures."""
    world, known = World(), unsupported(target)
    again = bool(os.environ.get("AWS_TEST_KNOWN"))
    counts = {"ok": 0, "skipped": 0, "FAILED": 0}
    for name in sorted(known.keys() - {name for name, _, _ in CHECKS}):
        counts["FAILED"] += 1
        print(f"FAILED   {name}: listed in unsupported.json, but there is no such check")
    try:
        for name, source, function in CHECKS:
            result, why = "ok", ""
            if name in known and not again:
                result, why = "skipped", known[name]
            else:
                try:
                    function(world)
                except Exception as error:  # whatever a target does wrong is that check's failure
                    where = traceback.extract_tb(error.__traceback__)[-1].lineno
                    result, why = "FAILED", f"{type(error).__name__}: {error} (line {where}; AWS: {source})"
            counts[result] += 1
            print(f"{result:8} {name}{': ' if why else ''}{' '.join(why.split())}", flush=True)
    finally:
        left = world.clean()
    for what in left:
        print(f"left over: {what}")
    print(f"{target}: {counts['ok']} ok, {counts['skipped']} skipped by name, {counts['FAILED']} failed")
    return counts["FAILED"]
