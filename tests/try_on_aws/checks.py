"""What a run against the simulator cannot show by itself: that the trials fit the simulator's table of inferred rules, that a difference is found,
and that a clean-up works after an interruption."""

import copy
import json
import os
import pathlib
import sys

import cleanup
import urllib3
from account import Account, ClientError
from browser import SimulatedBrowser, SimulatedTime
from recording import Recording
from replay import Replay
from trials import TRIALS, shared
from trials.load_balancer import imported
from trials.rest_api import served


def first(exchanges, operation, part):
    return next(exchange for exchange in exchanges if exchange.get("operation") == operation and part in exchange)


def differences_are_found(recording, url):
    """What AWS might answer otherwise in the trial of the lock is told with the rule that it contradicts, and nothing else is."""
    altered = copy.deepcopy(recording)
    altered["exchanges"] = [e for e in altered["exchanges"] if e["trial"] in ("8", "2")]
    refused = next(e for e in altered["exchanges"] if "error" in e)
    refused["error"]["Message"] = "something else"
    created = first(altered["exchanges"], "create_vpc", "answer")
    created["answer"]["Vpc"]["State"] = "elsewhere"
    found = Replay(altered, url).run()
    assert len(found) == 2, found
    assert any("something else" in line and ", ".join(refused["rules"]) in line for line in found), found
    assert any("Vpc.State" in line and '"elsewhere"' in line for line in found), found


LOCKED = {"error": {"Code": "BadRequestException", "Message": "There is already an update in progress. Please wait until the current update finishes before making another request."}}


def refused(exchange, **more):
    """An exchange as it would have been with the API locked."""
    return {key: value for key, value in copy.deepcopy(exchange).items() if key != "answer"} | LOCKED | more


def lock_times_are_notes(recording, url):
    """A change that only AWS, or only the simulator, refuses because the API is being updated is no difference."""
    altered = copy.deepcopy(recording)
    exchanges = altered["exchanges"] = [e for e in altered["exchanges"] if e["trial"] in ("8", "2")]
    # The one after PutRestApi: before, the API has no methods, and is refused anyway.
    early = first(exchanges[::-1], "create_deployment", "error")
    del early["error"]
    early["answer"] = {"id": "a1b2c3", "createdDate": "2026-01-01T00:00:00+00:00"}
    put = first(exchanges, "put_rest_api", "answer")
    # Long after the simulator's lock.
    exchanges.append(refused(put, at=exchanges[-1]["at"] + 600))
    replay = Replay(altered, url)
    found = replay.run()
    assert not found, found
    assert any("create_deployment" in note and "accepted" in note for note in replay.notes), replay.notes
    assert any("put_rest_api" in note and "left out" in note for note in replay.notes), replay.notes


def a_lock_unknown_to_the_simulator_is_found(url):
    """AWS locks an API after a change after which the simulator does not: that contradicts a rule."""
    clock = SimulatedTime(url)
    recording = Recording(clock)
    w = Account(recording, SimulatedBrowser(recording), clock, minutes=600)
    recording.begin("2", ["lock-of-a-creation"])
    api = w.apigateway.create_rest_api(name="regional", tags=w.tag_map())["id"]
    created = recording.exchanges[-1]
    exchanges = recording.exchanges + [refused(created, operation="put_rest_api", arguments={"restApiId": api, "body": "{}"})]
    found = Replay({"about": {"region": w.region}, "exchanges": exchanges}, url).run()
    assert len(found) == 1 and "not locked" in found[0] and "lock-of-a-creation" in found[0], found


def table_and_trials_agree(url):
    """What `make try-on-aws` runs are the numbered trials of the simulator's table, each with the rules that the table says it settles."""
    table = json.loads(urllib3.request("GET", url + "/_sim/inferred").data)
    listed = {entry["number"]: (entry["trial"], {rule["name"] for rule in entry["rules"]}) for entry in table if entry["number"] is not None}
    run = {number: (name, set(rules)) for number, name, _, rules, _ in TRIALS}
    assert listed == run, [(number, listed.get(number), run.get(number)) for number in listed.keys() | run.keys() if listed.get(number) != run.get(number)]


def no_secrets(text):
    assert "PRIVATE KEY" not in text and "SecretAccessKey\": \"(not" not in text.replace('"(not recorded)"', ""), "a secret is in the recording"


def state(url):
    return json.loads(urllib3.request("GET", url + "/_sim/state?added=true").data)


def interrupted_runs_are_cleaned(url):
    """Stopped at any call that makes something, a run is cleaned up to nothing by its tag alone."""
    clock = SimulatedTime(url)
    stop = 1
    while True:
        recording = Recording(clock)
        w = Account(recording, SimulatedBrowser(recording), clock, minutes=600)
        finished = stopped_after(stop, w)
        left = cleanup.clean(Account(recording, SimulatedBrowser(recording), clock, minutes=600))
        assert not left, (stop, left)
        rest = {kind: ids for regions in state(url).values() for kinds in regions.values() for kind, ids in kinds.items() if ids}
        assert not rest, (stop, rest)
        if finished:
            return stop
        stop += 3


class Stopped(Exception):
    """Stands for an interruption."""


def stopped_after(count, w):
    """Makes what the trials share, and stops after so many calls that make something; True if it came to the end."""
    made = 0
    inner = w.recording.call

    def counted(identity, service, operation, *rest, **more):
        nonlocal made
        inner(identity, service, operation, *rest, **more)
        made += operation.startswith(("create_", "import_"))
        if made >= count:
            raise Stopped

    w.recording.call = counted
    try:
        served(w), shared.endpoint_targets(w), shared.balancer(w), imported(w)
    except Stopped:
        return False
    finally:
        w.recording.call = inner
    return True


if __name__ == "__main__":
    text = pathlib.Path(sys.argv[1]).read_text()
    no_secrets(text)
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    table_and_trials_agree(endpoint)
    print("trials and the table of inferred rules agree: ok")
    differences_are_found(json.loads(text), endpoint)
    print("a changed answer is told with the rule that it contradicts: ok")
    lock_times_are_notes(json.loads(text), endpoint)
    a_lock_unknown_to_the_simulator_is_found(endpoint)
    print("how long an API is locked is a note, a lock where the simulator has none is told: ok")
    print(f"interruptions up to the creation number {interrupted_runs_are_cleaned(endpoint)} are cleaned up: ok")
