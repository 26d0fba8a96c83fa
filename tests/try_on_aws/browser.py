"""Requests to a load balancer: over the internet, or to the socket that stands for the listener in the simulator."""

import datetime
import json
import os
import ssl

import urllib3

urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
# Header fields by which one who answers can be told; others (dates, lengths, IDs) differ from one answer to the next.
TELLING = ("server", "x-amzn-errortype", "content-type")


class Browser:
    """A client on the internet. Certificates are not verified: a load balancer's own name has none."""

    def __init__(self, recording):
        self.recording = recording
        self.pool = urllib3.PoolManager(cert_reqs=ssl.CERT_NONE, assert_hostname=False, retries=False, timeout=urllib3.Timeout(30))

    def get(self, scheme, name, port, path, host=None, fields=()):
        """Status, telling header fields and body of a GET with these header fields; status 0 and the reason where no answer comes."""
        headers = {"Host": host or name, "User-Agent": "private-api-front-door-trial", **dict(fields)}
        try:
            answer = self.pool.request("GET", self.address(scheme, name, port) + path, headers=headers)
            told = {key.lower(): value for key, value in answer.headers.items() if key.lower() in TELLING}
            seen = {"status": answer.status, "headers": told, "body": answer.data.decode(errors="replace")[:2000]}
        except urllib3.exceptions.HTTPError as error:
            seen = {"status": 0, "headers": {}, "body": type(error).__name__}
        target = {"scheme": scheme, "name": name, "port": port, "path": path}
        self.recording.request(target, headers, seen)
        return seen

    def address(self, scheme, name, port):
        return f"{scheme}://{name}:{port}"


class SimulatedBrowser(Browser):
    """The same in the simulator, which directs a listener to a socket of its own on loopback."""

    def address(self, scheme, name, port):
        sockets = json.loads(urllib3.request("GET", os.environ["AWS_ENDPOINT_URL"] + "/_sim/sockets").data)
        found = [socket["address"] for socket in sockets if socket["dnsName"] == name and socket["port"] == port]
        return f"{scheme}://{found[0] if found else '127.0.0.1:1'}"


class SimulatedTime:
    """The simulator's virtual clock: a pause takes no time."""

    def __init__(self, url):
        self.url = url

    def now(self):
        clock = json.loads(urllib3.request("GET", self.url + "/_sim/clock").data)
        return datetime.datetime.fromisoformat(clock["now"].replace("Z", "+00:00")).timestamp()

    def pause(self, seconds):
        self.set(advanceSeconds=seconds)

    def run_at(self, speed):
        """Virtual seconds in a real one: what another program waits for shall not take as long as on AWS."""
        self.set(speed=speed)

    def set(self, **what):
        urllib3.request("PUT", self.url + "/_sim/clock", body=json.dumps(what))


def is_simulator(url):
    """Whether the endpoint that the environment names is the project's simulator."""
    try:
        return bool(url) and urllib3.request("GET", url + "/_sim/", retries=False, timeout=5).status == 200
    except urllib3.exceptions.HTTPError:
        return False
