"""API Gateway's lock on an API that it updates. How long it lasts is AWS's to choose, and differs from one run to the next: whether a call met
it says nothing about a rule. That AWS locks an API where the simulator never does, or that it says so in other words, does."""

import json

import urllib3

# AWS's two texts, by a part of each.
TEXTS = ("the apiStatus is UPDATING", "already an update in progress")
# Seconds within which the simulator's lock has begun after the answer to a change (`rest_api_lock_delay` of its durations).
BEGUN = 3
STATUSES = {'"AVAILABLE"', '"UPDATING"'}
CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
READS = ("get_", "test_invoke_")


def is_refusal(answer):
    """Whether a change was refused because the API is being updated."""
    refused = "error" in answer or answer.get("status", 200) >= 400
    return refused and any(text in json.dumps(answer) for text in TEXTS)


def without_status(found):
    """Differences but those between being updated and not."""
    return [one for one in found if not (one[0].endswith("apiStatus") and set(one[1:]) <= STATUSES)]


def changed_api(exchange, answer):
    """The ID of the API that an exchange changes or would change, as it was recorded; None if it changes none."""
    if exchange.get("service") != "apigateway":
        return None
    if exchange["kind"] == "wire":
        path = exchange["request"]["path"] + [""]
        if exchange["method"] not in CHANGES or path[1] != "restapis":
            return None
        return path[2] or created(answer)
    if exchange["kind"] != "call" or exchange["operation"].startswith(READS):
        return None
    if exchange["operation"] == "create_rest_api":
        return created(answer)
    return exchange["arguments"].get("restApiId")


def changes_definition(exchange):
    """Whether it is a change of an API itself."""
    if exchange["kind"] == "wire":
        return len([part for part in exchange["request"]["path"] if part]) <= 2
    return exchange["operation"] in ("create_rest_api", "import_rest_api", "put_rest_api", "update_rest_api")


def created(answer):
    inner = answer.get("answer")
    return inner.get("id") if isinstance(inner, dict) else None


class Locks:
    """The simulator's locks in a replay."""

    def __init__(self, session, region, clock):
        self.client = session.client("apigateway", region_name=region)
        self.clock = clock
        # By API, in the replay's names: whether the simulator has locked it since its last change.
        self.seen = {}

    def is_locked(self, api):
        try:
            return self.client.get_rest_api(restApiId=api).get("apiStatus") == "UPDATING"
        except self.client.exceptions.ClientError:
            return False

    def any(self):
        """Whether the simulator locks any API of the replay."""
        return any([self.is_locked(api) for api in self.seen])

    def changed(self, api, definition):
        """After a change of an API: waits until a lock has begun, if one is to come. `definition` says whether the change was of the API itself,
        rather than of its deployments and stages, which lock nothing."""
        locked = self.is_locked(api)
        if definition and not locked:
            self.clock.pause(BEGUN)
            locked = self.is_locked(api)
        self.seen[api] = locked or (not definition and self.seen.get(api, False))
