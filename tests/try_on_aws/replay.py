"""Asks the simulator what a recording asked AWS, and prints every difference with the inferred rule that it contradicts."""

import json
import os
import re

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from browser import SimulatedBrowser, SimulatedTime
from names import Names, differences
from recording import HIDDEN, Recording, plain
from trials.load_balancer import certificate
from wire import read, send, unasked

READS = re.compile(r"^(describe|get|list)_|^GET$")
# Virtual seconds for which the simulator may be asked again where AWS had come further in the same time.
BEHIND = 240


class Replay:
    """A recording asked again."""

    def __init__(self, recording, url):
        self.exchanges, self.region = last_rounds(recording["exchanges"]), recording["about"]["region"]
        # Two runs of the simulator draw other times for which an API is locked, which says nothing about a rule.
        self.by_draw = recording["about"]["simulator"]
        self.names, self.clock, self.differences = Names(), SimulatedTime(url), []
        self.start = self.clock.now()
        self.browser = SimulatedBrowser(Recording(self.clock))
        self.sessions = {"caller": boto3.Session()}

    def run(self):
        for number, exchange in enumerate(self.exchanges):
            late = exchange["at"] - (self.clock.now() - self.start)
            if late > 0:
                self.clock.pause(late)
            self.report(number, exchange, self.compared(exchange))
        return self.differences

    def compared(self, exchange):
        """The differences of one exchange. A state that AWS had reached by then the simulator may reach a little later."""
        ask = {"call": self.call, "request": self.request, "wire": self.wire}[exchange["kind"]]
        recorded = {key: exchange[key] for key in ("answer", "error", "status") if key in exchange}
        end = self.clock.now() + BEHIND
        while True:
            names, seen = self.names.copy(), ask(exchange)
            found = list(differences(recorded, seen, names))
            again = self.repeatable(exchange) or (accepted(recorded) and is_locked(seen))
            if self.by_draw:
                locked = is_locked(recorded) != is_locked(seen)
                found = [] if locked else [one for one in found if not one[0].endswith("apiStatus")]
            if not found or not again or self.clock.now() > end:
                self.names = names
                return found
            self.clock.pause(10)

    def repeatable(self, exchange):
        if exchange["kind"] == "wire":
            action = dict(exchange["request"].get("form", [])).get("Action", "")
            target = exchange["headers"].get("x-amz-target", "")
            return exchange["method"] == "GET" or bool(re.search(r"(^|\.)(Describe|Get|List)", action or target))
        return exchange["kind"] == "request" or bool(READS.match(exchange["operation"]))

    def call(self, exchange):
        session = self.sessions.get(exchange["identity"], self.sessions["caller"])
        client = session.client(exchange["service"], region_name=self.region, config=Config(retries={"total_max_attempts": 1}))
        try:
            answer = getattr(client, exchange["operation"])(**self.arguments(exchange))
        except ClientError as error:
            return {"error": plain(error.response["Error"])}
        answer.pop("ResponseMetadata", None)
        if exchange["operation"] == "assume_role":
            keys = answer["Credentials"]
            self.sessions["role"] = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], self.region)
        return {"answer": plain(answer)}

    def arguments(self, exchange):
        """What was asked, with the names of the replay; secrets were not recorded and are made anew."""
        arguments = self.names.translate(exchange["arguments"])
        if arguments.get("PrivateKey") == HIDDEN:
            arguments["Certificate"], arguments["PrivateKey"] = certificate()
        return arguments

    def request(self, exchange):
        target, headers = self.names.translate(exchange["target"]), self.names.translate(exchange["headers"])
        return {"answer": self.browser.get(target["scheme"], target["name"], target["port"], target["path"], headers["Host"])}

    def wire(self, exchange):
        path, body = unasked(self.names.translate(exchange["request"]))
        session = self.sessions[exchange["identity"]]
        status, _, data = send(session, self.region, exchange["service"], exchange["method"], path, exchange["headers"], body)
        return {"status": status, "answer": read(data)}

    def report(self, number, exchange, found):
        rules = ", ".join(exchange["rules"]) or "none that is inferred"
        for place, theirs, ours in found:
            self.differences.append(
                f"exchange {number}, trial {exchange['trial']}, {asked(exchange)}: {place}: AWS {theirs}, simulator {ours} (contradicts: {rules})"
            )


def accepted(answer):
    return "error" not in answer and answer.get("status", 200) < 300


def is_locked(answer):
    """Whether the API is still being updated: how long that takes is drawn, there and here."""
    return any(text in json.dumps(answer) for text in ("the apiStatus is UPDATING", "already an update in progress"))


def asked(exchange):
    """What an exchange asked, for people."""
    if exchange["kind"] == "wire":
        form = dict(exchange["request"].get("form", []))
        return form.get("Action") or f"{exchange['service']} {exchange['method']} {'/'.join(exchange['request']['path'])}"
    return exchange.get("operation") or f"GET {exchange['target']['path']}"


def last_rounds(exchanges):
    """Without the rounds of polls before the last: how often somebody had to ask is no answer."""
    last = {}
    for exchange in exchanges:
        if "poll" in exchange:
            last[exchange["poll"]["number"]] = exchange["poll"]["round"]
    return [e for e in exchanges if "poll" not in e or e["kind"] == "wire" or e["poll"]["round"] == last[e["poll"]["number"]]]


def run(path):
    """Prints what is different; the exit status."""
    replay = Replay(json.loads(path.read_text()), os.environ["AWS_ENDPOINT_URL"])
    found = replay.run()
    for line in found:
        print(line)
    print(f"{len(replay.exchanges)} exchanges replayed, {len(found)} differences")
    return 1 if found else 0
