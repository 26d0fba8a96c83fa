"""Comparing two answers: what AWS makes up (IDs, ARNs, addresses) may differ, if it differs in the same way everywhere."""

import base64
import json
import re

from recording import HIDDEN

# What AWS makes up: a recorded and a replayed one of these are the same thing under two names.
MADE_UP = re.compile(
    r"^(arn:.*|[a-z-]+-[0-9a-f]{8,}.*|[a-z0-9]{10}|[a-z0-9]{6}|A[RI][OD]A[A-Z0-9]+.*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|Z[A-Z0-9]{8,}|\d+\.\d+\.\d+\.\d+(/\d+)?|[\w.-]+\.(amazonaws\.com|compute\.internal)|com\.amazonaws\.vpce\..*|[0-9a-f]{40,}|[A-Za-z0-9+/=_-]{43,})$"
)
# Fields that say when, or how much there was at the moment.
VOLATILE = re.compile(
    r"(?i)(time|date|timestamp|expiration|nextToken|nextMarker|position|modified|CodeSize|CodeSha256|RevisionId|AvailableIpAddressCount"
    r"|ZoneId|MacAddress|LogGroup|requestId|createdAt|serial|issuedAt|notBefore|notAfter|importedAt)$"
)
# States on the way to another: how far AWS was at that moment says nothing about a rule.
UNDER_WAY = {"pending", "provisioning", "initial", "updating", "deleting", "draining", "unused", "inprogress", "in progress"}
ABSENT = object()


class Names:
    """Which made-up name of the recording is which in the replay."""

    def __init__(self, known=()):
        self.known = dict(known)

    def copy(self):
        return Names(self.known)

    def learn(self, recorded, seen):
        """Takes two made-up names for the same thing; False if the recorded one was another before."""
        return self.known.setdefault(recorded, seen) == seen

    def translate(self, value):
        if isinstance(value, dict):
            if set(value) == {"base64"}:
                return self.binary(base64.b64decode(value["base64"]))
            return {key: self.translate(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.translate(inner) for inner in value]
        return self.text(value) if isinstance(value, str) else value

    def binary(self, content):
        """Documents hold names, archives do not."""
        try:
            return self.text(content.decode()).encode()
        except UnicodeDecodeError:
            return content

    def within(self, text):
        """Names that are whole words of a text, the longest first."""
        found = (name for name in self.known if len(name) >= 9 and name in text and re.search(whole(name), text))
        return sorted(found, key=len, reverse=True)

    def text(self, text):
        """Names within texts, too: policies and documents hold them. The longest first, since some are parts of others; all in one pass, since
        a name of the replay may be another thing's in the recording."""
        if text in self.known:
            return self.known[text]
        within = self.within(text)
        return re.sub("|".join(map(whole, within)), lambda found: self.known[found[0]], text) if within else text


def whole(name):
    """The pattern of a name that is no part of a longer one."""
    return f"(?<![0-9A-Za-z]){re.escape(name)}(?![0-9A-Za-z])"


def differences(recorded, seen, names, place=""):
    """Places where the answers differ, with both values. What one of them does not have differs, too."""
    if isinstance(recorded, dict) and isinstance(seen, dict):
        if under_way(recorded):
            return
        for key in sorted(recorded.keys() | seen.keys()):
            if not VOLATILE.search(key):
                yield from differences(recorded.get(key, ABSENT), seen.get(key, ABSENT), names, f"{place}.{key}".lstrip("."))
    elif isinstance(recorded, list) and isinstance(seen, list) and len(recorded) == len(seen):
        rest = list(seen)
        for index, theirs in enumerate(recorded):
            yield from differences(theirs, rest.pop(likeliest(theirs, rest, names)), names, f"{place}[{index}]")
    elif isinstance(recorded, str) and isinstance(seen, str):
        if not same(recorded, seen, names):
            yield place, short(recorded), short(seen)
    elif recorded != seen:
        yield place, short(recorded), short(seen)


def same(recorded, seen, names):
    if recorded == HIDDEN or recorded.lower() in UNDER_WAY:
        return True
    new = recorded not in names.known and alike(recorded, seen)
    if new and all(names.known[part] in seen for part in names.within(recorded)):
        return names.learn(recorded, seen)
    return names.text(recorded) == seen


def likeliest(theirs, candidates, names):
    """The place of the candidate that differs least: lists of AWS have no order."""
    if len(candidates) == 1 or not isinstance(theirs, (dict, list)):
        return candidates.index(names.translate(theirs)) if names.translate(theirs) in candidates else 0
    counts = [sum(1 for _ in differences(theirs, ours, names.copy())) for ours in candidates]
    return counts.index(min(counts))


def under_way(answer):
    """A target's health on its way, say: its reason and description belong to it."""
    return any(isinstance(answer.get(key), str) and answer[key].lower() in UNDER_WAY for key in ("State", "apiStatus")) and len(answer) <= 3


def alike(recorded, seen):
    """Both are made-up names of the same form."""
    form = lambda text: re.sub(r"[0-9a-zA-Z]{6,}|\d+", "#", text)
    return bool(MADE_UP.match(recorded) and MADE_UP.match(seen)) and (form(recorded) == form(seen) or len(recorded) == len(seen))


def short(value):
    text = json.dumps(value) if value is not ABSENT else "nothing"
    return text if len(text) <= 160 else text[:157] + "..."
