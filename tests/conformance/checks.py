"""Calls through botocore, each answer checked on the wire; paginators and waiters; errors."""

import json
import re
import urllib.request

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

import shapes
from members import Members

# botocore's names of services where they are not the signing names.
CLIENTS = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch", "tagging": "resourcegroupstaggingapi"}

# Errors that every operation may answer with ("Common errors" in the API References of the services).
COMMON_ERRORS = {
    "AccessDeniedException", "AccessDenied", "IncompleteSignature", "InternalFailure", "InvalidAction", "InvalidClientTokenId",
    "InvalidParameterCombination", "InvalidParameterValue", "MissingAction", "MissingParameter", "RequestExpired",
    "ServiceUnavailable", "Throttling", "ThrottlingException", "ValidationError", "ValidationException",
}

# Parameters that name something which is there already.
IDENTIFIER = re.compile(r"(Id|Ids|Arn|Arns|ARNList|FunctionName|RoleName|Bucket|apiKey|domainName|Resource|HostedZoneId)$")


class Conformance:
    """A simulator under test, and what was found so far."""

    def __init__(self, url):
        self.url = url
        with urllib.request.urlopen(f"{url}/_sim/operations") as answer:
            self.offered = {(service, name) for service, names in json.load(answer).items() for name in names}
        self.clients = {}
        self.checked = set()
        self.refusals = set()
        self.complaints = {}
        self.paginated = set()
        self.waited = set()
        self.members = Members()

    def client(self, service, key="test"):
        """A client of a service, by its signing name."""
        if (service, key) not in self.clients:
            config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
            made = boto3.client(
                CLIENTS.get(service, service), endpoint_url=self.url, region_name="us-east-1", config=config,
                aws_access_key_id=key, aws_secret_access_key="test",
            )
            made.meta.events.register("before-parse.*.*", self.look)
            made.meta.events.register("after-call.*.*", self.note)
            self.clients[service, key] = made
        return self.clients[service, key]

    def look(self, operation_model, response_dict, **_):
        """Checks an answer on its way to botocore's parser."""
        service = operation_model.service_model.signing_name
        body = response_dict["body"]
        if response_dict["status_code"] < 300 and isinstance(body, bytes):
            for complaint in shapes.complaints(operation_model, response_dict):
                self.complain(service, operation_model.name, complaint)

    def note(self, model, parsed, http_response, **_):
        """Counts the members of a successful answer."""
        if http_response.status_code < 300:
            self.members.note(model.service_model.signing_name, model.output_shape, parsed)

    def complain(self, service, operation, what):
        self.complaints.setdefault((service, operation), []).append(what)

    def call(self, service, operation, key="test", **arguments):
        """Calls an operation, which must succeed, and calls it again for something that is not there."""
        answer = self.answer(service, operation, key, **arguments)
        self.call_amiss(service, operation, key, arguments)
        return answer

    def answer(self, service, operation, key="test", **arguments):
        """Calls an operation, which must succeed and does not look whether what it is about is there."""
        try:
            answer = getattr(self.client(service, key), xform_name(operation))(**arguments)
        except ClientError as error:
            self.complain(service, operation, f"refused: {error}")
            raise
        self.checked.add((service, operation))
        return answer

    def call_amiss(self, service, operation, key, arguments):
        name = next((name for name in arguments if is_identifier(operation, name, arguments[name])), None)
        if name is None:
            return
        given = arguments[name]
        wrong = [altered(given[0])] if isinstance(given, list) else altered(given)
        try:
            getattr(self.client(service, key), xform_name(operation))(**{**arguments, name: wrong})
        except ClientError as error:
            self.check_error(service, operation, error.response["Error"])
            return
        # What is to go may be gone, and batches say of each what became of it.
        if not operation.startswith(("Delete", "Deregister", "Accept", "Reject", "GetResources", "TagResources", "UntagResources")):
            self.complain(service, operation, f"carried out though {name} is {wrong}")

    def refused(self, code, service, operation, **arguments):
        """The call is refused with this error code, which must be one that the operation may answer with."""
        try:
            getattr(self.client(service), xform_name(operation))(**arguments)
        except ClientError as error:
            self.check_error(service, operation, error.response["Error"])
            self.refusals.add((service, operation))
            if error.response["Error"]["Code"] != code:
                self.complain(service, operation, f"refused with {error.response['Error']} instead of {code}")
            return
        self.complain(service, operation, f"carried out instead of refused with {code}")

    def check_error(self, service, operation, error):
        """Code and message are there, and the code is one that the model lists; EC2 and S3 list theirs for the service as a whole."""
        code, modelled = error.get("Code"), self.client(service).meta.service_model.operation_model(operation).error_shapes
        if not code or not error.get("Message"):
            if code != "404":  # HEAD requests have no body to say more in
                self.complain(service, operation, f"an error without code or message: {error}")
            return
        codes = {shape.name for shape in modelled} | {shape.metadata.get("error", {}).get("code") for shape in modelled}
        if service not in ("ec2", "s3") and modelled and code not in codes | COMMON_ERRORS:
            self.complain(service, operation, f"refused with {code}, which is not among the modelled errors ({error['Message']})")

    def paginate(self, service, operation, size=1, **arguments):
        """Pages of botocore's paginator hold together what one call answers; there must be more than one page."""
        client = self.client(service)
        paginator = client.get_paginator(xform_name(operation))
        pages = paginator.paginate(**arguments, PaginationConfig={"PageSize": size})
        count = sum(1 for _ in pages)
        together = paginator.paginate(**arguments, PaginationConfig={"PageSize": size}).build_full_result()
        whole = paginator.paginate(**arguments).build_full_result()
        if together != whole:
            self.complain(service, operation, f"pages of {size} do not hold what one call answers")
        if count < 2:
            self.complain(service, operation, f"only {count} page of {size}")
        self.paginated.add((service, operation))

    def wait(self, service, waiter, **arguments):
        """Runs one of botocore's waiters; virtual time passes quickly."""
        patience = {"Delay": 0, "MaxAttempts": 100_000}
        self.client(service).get_waiter(waiter).wait(**arguments, WaiterConfig=patience)
        self.waited.add((service, waiter))

    def pass_time(self, seconds):
        """Puts the virtual clock forward."""
        body = json.dumps({"advanceSeconds": seconds}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/_sim/clock", data=body, method="PUT")).close()

    def check_complete(self, one_page, no_waiting, only_refused):
        """Every operation has a case, every paginator and every waiter for them was run, but for those excused by name."""
        for service, operation in sorted(only_refused.keys() - (self.refusals - self.checked)):
            self.complain(service, operation, "is not always refused, or has no case that is")
        for service, operation in sorted(self.offered - self.checked - only_refused.keys()):
            self.complain(service, operation, "no case in tests/conformance")
        for service in sorted({service for service, _ in self.offered}):
            client = self.client(service)
            names = {operation for of, operation in self.offered if of == service}
            for operation in sorted(names):
                needed = client.can_paginate(xform_name(operation)) and (service, operation) not in one_page
                if needed and (service, operation) not in self.paginated:
                    self.complain(service, operation, "its paginator was not run")
            waiters = client._get_waiter_config().get("waiters", {})
            for waiter, model in sorted(waiters.items()):
                name = xform_name(waiter)
                if model["operation"] in names and (service, name) not in self.waited | no_waiting.keys():
                    self.complain(service, model["operation"], f"the waiter {name} was not run")

    def sweep(self, unanswered):
        """Every member of the structures that were answered was in one of them, but for those excused by name."""
        for service in sorted({service for service, _ in self.offered}):
            model = self.client(service).meta.service_model
            operations = [model.operation_model(name) for of, name in sorted(self.offered) if of == service]
            for shape, member in sorted(self.members.missing(service, operations)):
                _, excused = unanswered.get(service, {}).get(shape, ("", ""))
                if member not in excused.split():
                    self.complain(service, "sweep", f"{shape}.{member} is in the model and in no answer: answer it, or say why not")

    def report(self):
        """Prints what is wrong, and the counts as the last line; whether nothing is."""
        for (service, operation), whats in sorted(self.complaints.items()):
            for what in dict.fromkeys(whats):
                print(f"FAILED {service} {operation}: {what}")
        passed = len(self.offered - self.complaints.keys())
        print(
            f"conformance: {passed} of {len(self.offered)} operations passed"
            f" ({len(self.paginated)} paginators, {len(self.waited)} waiters)"
        )
        return not self.complaints


def is_identifier(operation, name, value):
    """Whether a parameter names something that was there before the call."""
    text = value[0] if isinstance(value, list) and value else value
    if not isinstance(text, str) or not IDENTIFIER.search(name) or text == "*":
        return False
    made = operation.startswith("Create") and (name == "Bucket" or name in ("RoleName", "FunctionName", "domainName"))
    return not made


def altered(text):
    """An identifier of the same form that nothing has."""
    end = "1111" if text.endswith("0000") else "0000"
    return f"{text[:-4]}{end}" if len(text) > 4 else f"x{end}"
