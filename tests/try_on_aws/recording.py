"""What was asked and what was answered, without account numbers and secrets."""

import base64
import datetime
import json

# Values that a recording must not hold, by the name of their field.
SECRET = {"Credentials", "PrivateKey", "SecretAccessKey", "SessionToken"}
HIDDEN = "(not recorded)"


class Recording:
    """Exchanges in the order in which they took place."""

    def __init__(self, clock):
        self.clock, self.start = clock, clock.now()
        self.exchanges, self.observations, self.numbers = [], [], {}
        self.trial, self.rules = None, []
        self.polls, self.polling, self.rounds = 0, None, 0

    def hide(self, number, example):
        """This account number is written as an example number."""
        self.numbers[number] = example

    def begin(self, trial, rules):
        """What comes next belongs to this trial and can contradict these rules."""
        self.trial, self.rules = trial, list(rules)

    def poll(self, what):
        """What comes next asks again and again for this; None ends it."""
        self.polls += what is not None
        self.polling, self.rounds = what, 0

    def round(self):
        """It asks once more."""
        self.rounds += 1

    def call(self, identity, service, operation, arguments, answer=None, error=None):
        result = {"error": plain(error)} if error else {"answer": plain(answer)}
        self.add(kind="call", identity=identity, service=service, operation=operation, arguments=plain(arguments), **result)

    def request(self, target, headers, answer):
        self.add(kind="request", target=target, headers=headers, answer=answer)

    def observe(self, what, value):
        """A result for people: the answer to what the trial asks."""
        self.observations.append({"trial": self.trial, "what": what, "seen": plain(value)})
        print(f"    {what}: {value}", flush=True)

    def add(self, **exchange):
        at = round(self.clock.now() - self.start, 1)
        poll = {"poll": {"number": self.polls, "what": self.polling, "round": self.rounds}} if self.polling else {}
        self.exchanges.append({"trial": self.trial, "rules": self.rules, "at": at, **poll, **exchange})

    def write(self, path, about):
        content = {"about": about, "observations": self.observations, "exchanges": self.exchanges}
        text = json.dumps(content, indent=1, sort_keys=True)
        for number, example in self.numbers.items():
            text = text.replace(number, example)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")


def plain(value):
    """A value as JSON has it, with the secrets left out."""
    if isinstance(value, dict):
        return {key: HIDDEN if key in SECRET else plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if hasattr(value, "read"):
        return HIDDEN
    return value
