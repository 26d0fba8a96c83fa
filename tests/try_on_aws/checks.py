"""What a run against the simulator cannot show by itself: that a difference is found, and that a clean-up works after an interruption."""

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
from trials import shared
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
    differences_are_found(json.loads(text), endpoint)
    print("a changed answer is told with the rule that it contradicts: ok")
    print(f"interruptions up to the creation number {interrupted_runs_are_cleaned(endpoint)} are cleaned up: ok")
