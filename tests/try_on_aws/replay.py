"""Asks the simulator what a recording asked AWS, and prints every difference with the inferred rule that it contradicts."""

import json
import os
import re

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from browser import SimulatedBrowser, SimulatedTime
from locks import Locks, changed_api, changes_definition, is_refusal, without_status
from names import Names, differences
from recording import HIDDEN, Recording, plain
from trials.load_balancer import certificate
from wire import read, send, unasked

READS = re.compile(r"^(describe|get|list)_|^GET$")
# Virtual seconds for which the simulator may be asked again where AWS had come further in the same time.
BEHIND = 240
# The same while the simulator locks an API: it takes the documented 15 minutes for some updates.
LOCKED = 1200


class Replay:
    """A recording asked again."""

    def __init__(self, recording, url):
        self.exchanges, self.region = last_rounds(recording["exchanges"]), recording["about"]["region"]
        self.names, self.clock = Names(), SimulatedTime(url)
        self.differences, self.notes = [], []
        # Time stands still between the exchanges: how fast this program is makes no difference.
        self.clock.run_at(0)
        self.start = self.clock.now()
        self.browser = SimulatedBrowser(Recording(self.clock))
        self.sessions = {"caller": boto3.Session()}
        self.locks = Locks(self.sessions["caller"], self.region, self.clock)

    def run(self):
        for number, exchange in enumerate(self.exchanges):
            late = exchange["at"] - (self.clock.now() - self.start)
            if late > 0:
                self.clock.pause(late)
            self.report(number, exchange, self.compared(number, exchange))
        return self.differences

    def compared(self, number, exchange):
        """The differences of one exchange, and the names that it teaches."""
        recorded = {key: exchange[key] for key in ("answer", "error", "status") if key in exchange}
        api = self.names.translate(changed_api(exchange, recorded))
        if api and is_refusal(recorded) and not self.locks.is_locked(api):
            return self.unlocked(number, exchange, api)
        found, seen = self.settled(number, exchange, recorded)
        if api and accepted(seen):
            self.locks.changed(self.names.translate(changed_api(exchange, recorded)), changes_definition(exchange))
        return found

    def unlocked(self, number, exchange, api):
        """AWS locked the API, the simulator does not. The call is not made: what AWS refused must not be carried out here. It is a difference only
        if the simulator has not locked the API at all since it was changed."""
        if self.locks.seen.get(api):
            self.note(number, exchange, "AWS refused it while it updated the API; here the update is over, and the call is left out")
            return []
        return [("lock", "the API is being updated", "the API is not locked after this change")]

    def settled(self, number, exchange, recorded):
        """The differences that stay, and the answer. A state that AWS had reached by then the simulator may reach a little later."""
        ask = {"call": self.call, "request": self.request, "wire": self.wire}[exchange["kind"]]
        begin, locked = self.clock.now(), False
        while True:
            names, seen = self.names.copy(), ask(exchange)
            found = without_status(list(differences(recorded, seen, names)))
            waits = accepted(recorded) and is_refusal(seen)
            locked = locked or waits
            again = waits or (found and self.repeatable(exchange))
            if not again or self.clock.now() > begin + (LOCKED if waits or self.locks.any() else BEHIND):
                break
            self.clock.pause(10)
        if locked:
            waited = round(self.clock.now() - begin)
            self.note(number, exchange, f"AWS had updated the API by then; here it was accepted {waited} s later")
        self.names = names
        return found, seen

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
        return {"answer": self.browser.get(target["scheme"], target["name"], target["port"], target["path"], headers.pop("Host"), headers)}

    def wire(self, exchange):
        path, body = unasked(self.names.translate(exchange["request"]))
        session = self.sessions[exchange["identity"]]
        status, _, data = send(session, self.region, exchange["service"], exchange["method"], path, exchange["headers"], body)
        return {"status": status, "answer": read(data)}

    def note(self, number, exchange, what):
        self.notes.append(f"note: exchange {number}, trial {exchange['trial']}, {asked(exchange)}: {what}")

    def report(self, number, exchange, found):
        rules = ", ".join(exchange["rules"]) or "none that is inferred"
        for place, theirs, ours in found:
            self.differences.append(
                f"exchange {number}, trial {exchange['trial']}, {asked(exchange)}: {place}: AWS {theirs}, simulator {ours} (contradicts: {rules})"
            )


def accepted(answer):
    return "error" not in answer and answer.get("status", 200) < 300


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
    for line in replay.notes + found:
        print(line)
    print(f"{len(replay.exchanges)} exchanges replayed, {len(replay.notes)} notes on locks, {len(found)} differences")
    return 1 if found else 0
