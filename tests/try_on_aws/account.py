"""The account that the trials run in: recorded clients, the tag on everything made, the time limit."""

import os
import time
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# Every resource that a trial makes carries this tag; its value is the run. `clean` deletes by it.
TAG = "private-api-front-door-trial"
SERVICES = ("sts", "ec2", "elbv2", "apigateway", "lambda", "iam", "acm")


class OutOfTime(Exception):
    """The time limit of the run is over."""


class Client:
    """A boto3 client whose every call and answer is recorded."""

    def __init__(self, service, session, region, recording, identity="caller"):
        # One attempt only: an answer that the SDK would hide by trying again is what a trial wants to see.
        config = Config(retries={"total_max_attempts": 1}, read_timeout=60, connect_timeout=5)
        self._client = session.client(service, region_name=region, config=config)
        self._service, self._recording, self._identity = service, recording, identity

    def __getattr__(self, operation):
        def call(**arguments):
            try:
                answer = getattr(self._client, operation)(**arguments)
            except ClientError as error:
                self._recording.call(self._identity, self._service, operation, arguments, error=error.response["Error"])
                raise
            answer.pop("ResponseMetadata", None)
            self._recording.call(self._identity, self._service, operation, arguments, answer=answer)
            return answer

        return call


class Account:
    """Clients, what the trials share, and how long the run may still take."""

    def __init__(self, recording, browser, clock, minutes):
        self.session = boto3.Session()
        self.region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or self.session.region_name
        if not self.region:
            raise SystemExit("AWS_REGION is not set: set it to the region to try")
        self.recording, self.browser, self.clock = recording, browser, clock
        self.run = f"try-{uuid.uuid4().hex[:8]}"
        self.end = clock.now() + 60 * minutes
        self.clients(self.session, "caller", into=self)
        caller = self.sts.get_caller_identity()
        self.number, self.partition = caller["Account"], caller["Arn"].split(":")[1]
        recording.hide(self.number, "111122223333")

    def clients(self, session, identity, into):
        """Recorded clients of another identity, as attributes of `into`."""
        for service in SERVICES:
            name = {"lambda": "functions"}.get(service, service)
            setattr(into, name, Client(service, session, self.region, self.recording, identity))
        return into

    def tags(self, name=None):
        """Tags as EC2, Elastic Load Balancing, IAM and ACM take them."""
        return [{"Key": key, "Value": value} for key, value in self.tag_map(name).items()]

    def tag_map(self, name=None):
        """Tags as API Gateway and Lambda take them."""
        return {TAG: self.run} | ({"Name": name} if name else {})

    def specification(self, kind, name=None):
        """Tags as EC2 takes them on creation."""
        return [{"ResourceType": kind, "Tags": self.tags(name)}]

    def until(self, look, what, seconds=600, every=5):
        """Asks until `look` answers something true, which it returns; None after `seconds`."""
        end = self.clock.now() + seconds
        self.recording.poll(what)
        try:
            return self.polled(look, what, end, every)
        finally:
            self.recording.poll(None)

    def polled(self, look, what, end, every):
        while True:
            self.recording.round()
            seen = look()
            if seen:
                return seen
            if self.clock.now() > self.end:
                raise OutOfTime(f"the time limit of the run is over while waiting for: {what}")
            if self.clock.now() > end:
                return None
            self.clock.pause(every)

    def must(self, look, what, seconds=900, every=5):
        """The same where the trial cannot go on without it."""
        seen = self.until(look, what, seconds, every)
        if not seen:
            raise AssertionError(f"not within {seconds} s: {what}")
        return seen


class RealTime:
    """The clock of a run on AWS."""

    now = staticmethod(time.monotonic)
    pause = staticmethod(time.sleep)

    def run_at(self, speed):
        """Real time has one speed."""


def attempt(function, **arguments):
    """The answer, or None and the error: (answer, code, text)."""
    try:
        return function(**arguments), None, None
    except ClientError as error:
        return None, error.response["Error"]["Code"], error.response["Error"]["Message"]
