"""A loopback endpoint for the controller: signs its requests anew with the identity of a trial, sends them on to AWS, and records both sides."""

import json
import re
import threading
import urllib.parse
import xml.etree.ElementTree as xml
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

# Signing name to the service's name in boto3.
SERVICES = {"elasticloadbalancing": "elbv2"}
# Header fields that say what is asked; the rest says who asks, and when.
MEANINGFUL = ("content-type", "x-amz-target", "accept")
SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")


def send(session, region, service, method, path, headers, body):
    """Signs and sends a request to the service's own endpoint; status and body of the answer."""
    client = session.client(SERVICES.get(service, service), region_name=region)
    url = client.meta.endpoint_url + path
    request = AWSRequest(method=method, url=url, headers=headers, data=body)
    SigV4Auth(session.get_credentials().get_frozen_credentials(), service, client.meta.region_name if service != "iam" else "us-east-1").add_auth(request)
    prepared = request.prepare()
    pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=5, read=60))
    answer = pool.request(method, prepared.url, headers=dict(prepared.headers), body=prepared.body or None)
    return answer.status, answer.headers.get("content-type", "application/json"), answer.data


def asked(path, headers, body):
    """A request in a form in which names can be found: forms as pairs, documents as JSON, paths decoded."""
    text = body.decode()
    if "x-www-form-urlencoded" in headers.get("content-type", ""):
        content = {"form": urllib.parse.parse_qsl(text, keep_blank_values=True)}
    else:
        content = {"text": text}
    before, _, query = path.partition("?")
    return {"path": [urllib.parse.unquote(part) for part in before.split("/")], "query": urllib.parse.parse_qsl(query, keep_blank_values=True), **content}


def unasked(request):
    """The path and the body of a request in that form."""
    path = "/".join(urllib.parse.quote(part, safe="") for part in request["path"])
    query = urllib.parse.urlencode([tuple(pair) for pair in request["query"]])
    body = urllib.parse.urlencode([tuple(pair) for pair in request["form"]]) if "form" in request else request["text"]
    return path + (f"?{query}" if query else ""), body.encode()


def read(body):
    """The body of an answer as nested values: JSON, or XML whose lists are elements `member` or `item`."""
    text = body.decode(errors="replace")
    if text.lstrip().startswith("<"):
        return element(xml.fromstring(text))
    try:
        return json.loads(text) if text.strip() else None
    except ValueError:
        return text


def element(node):
    children = list(node)
    if not children:
        return node.text or ""
    names = [child.tag.rsplit("}", 1)[-1] for child in children]
    if set(names) <= {"member", "item"}:
        return [element(child) for child in children]
    return {name: element(child) for name, child in zip(names, children)}


class Wire:
    """The endpoint. `url` is what the controller takes for AWS."""

    def __init__(self, session, region, recording, identity):
        handler = type("Handler", (Handler,), {"session": session, "region": region, "recording": recording, "identity": identity, "lock": threading.Lock()})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()


class Handler(BaseHTTPRequestHandler):
    """One request of the controller."""

    protocol_version = "HTTP/1.1"

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        scope = SCOPE.search(self.headers.get("authorization", ""))
        if not scope:
            return self.answer(403, "text/plain", b"not signed")
        headers = {key: self.headers[key] for key in MEANINGFUL if key in self.headers}
        try:
            status, kind, data = send(self.session, self.region, scope[1], self.command, self.path, headers, body)
        except urllib3.exceptions.HTTPError as error:
            # The client sees a lost answer, as it would without this endpoint in between.
            self.log_error("%s", error)
            self.close_connection = True
            return None
        with self.lock:
            self.recording.add(
                kind="wire", identity=self.identity, service=scope[1], method=self.command, headers=headers,
                request=asked(self.path, headers, body), status=status, answer=read(data),
            )
        return self.answer(status, kind, data)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any

    def answer(self, status, kind, data):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass
