"""Load balancer, endpoint and API together: TLS, Host, STRICT, ports."""

import datetime

from account import attempt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from trials import trial
from trials.rest_api import served
from trials.shared import api_host, available, balancer, controller_session, endpoint_targets, forward, health, listener, target_group

TLS_LISTENER = "ELBSecurityPolicy-TLS13-1-2-2021-06"


def told(answer):
    """An answer in a line: who answered, and how."""
    kind = answer["headers"].get("x-amzn-errortype", answer["headers"].get("server", ""))
    return " ".join(filter(None, (str(answer["status"]), kind, answer["body"].strip()[:120])))


def certificate():
    """A self-signed certificate and its key, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "trial.example.com")])
    now = datetime.datetime.now(datetime.timezone.utc)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=30))
    built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName("trial.example.com")]), critical=False)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return built.sign(key, hashes.SHA256()).public_bytes(pem), private


def imported(w):
    body, key = certificate()
    return w.acm.import_certificate(Certificate=body, PrivateKey=key, Tags=w.tags())["CertificateArn"]


@trial(1, "default-tls", "does a TLS 1.3 API work behind an HTTP listener and behind a TLS 1.3 listener?", rules=["tls-without-server-name"])
def tls(w):
    api, targets, alb = served(w), endpoint_targets(w), balancer(w)
    forward(w, alb["listener"], 10, "/prod/*", targets, api_host(w, api))
    w.recording.observe("targets behind HTTP:80", health(w, targets))
    w.recording.observe("GET through HTTP:80", told(w.browser.get("http", alb["name"], 80, "/prod/")))
    more = {"SslPolicy": TLS_LISTENER, "Certificates": [{"CertificateArn": imported(w)}]}
    secure = listener(w, alb["arn"], "HTTPS", 443, **more)
    forward(w, secure, 10, "/prod/*", targets, api_host(w, api))
    w.recording.observe(f"targets with a listener of {TLS_LISTENER}", health(w, targets))
    w.recording.observe("GET through HTTPS:443", told(w.browser.get("https", alb["name"], 443, "/prod/")))


@trial(5, "refusals", "what do an unknown Host, a missing stage, large header fields and STRICT answer?",
       rules=["header-size-answer", "header-size-place", "missing-stage-answer", "out-of-service-answer", "strict-answer", "strict-given-up"])
def refusals(w):
    api, targets, alb = served(w), endpoint_targets(w), balancer(w)
    forward(w, alb["listener"], 20, "/unknown-host/*", targets, api_host(w, "a0a0a0a0a0"))
    forward(w, alb["listener"], 21, "/no-stage/*", targets, api_host(w, api))
    forward(w, alb["listener"], 22, "/no-rewrite/*", targets)
    for path in ("/unknown-host/", "/no-stage/", "/no-rewrite/"):
        w.recording.observe(f"GET {path}", told(w.browser.get("http", alb["name"], 80, path)))
    for size in (7_000, 9_000):
        large = w.browser.get("http", alb["name"], 80, "/prod/", fields={"X-Large": "x" * size})
        w.recording.observe(f"GET with {size} bytes in a header field", told(large))
    access_modes(w, api, alb)


def access_modes(w, api, alb):
    """STRICT and back: what clients get, and whether it takes a deployment."""
    ask = lambda: w.browser.get("http", alb["name"], 80, "/prod/")
    changed, answers = lambda: ask()["status"] != 200, lambda: ask()["status"] == 200
    mode(w, api, "STRICT")
    available(w, api, 3600)
    seen = w.until(changed, "STRICT refuses without a deployment", 300, every=30)
    w.recording.observe("STRICT takes effect without a deployment", bool(seen))
    w.apigateway.create_deployment(restApiId=api, stageName="prod")
    w.until(changed, "STRICT refuses", 1800, every=30)
    w.recording.observe("GET of an API with STRICT", told(ask()))
    mode(w, api, "BASIC")
    start = w.clock.now()
    w.recording.observe("GET while STRICT is given up", told(ask()))
    available(w, api, 3600)
    w.apigateway.create_deployment(restApiId=api, stageName="prod")
    w.until(answers, "BASIC answers", 3600, every=30)
    w.recording.observe("seconds until BASIC answered again", round(w.clock.now() - start))


def mode(w, api, name):
    w.apigateway.update_rest_api(restApiId=api, patchOperations=[{"op": "replace", "path": "/endpointAccessMode", "value": name}])


@trial(6, "ping", "what does /ping on the endpoint's address answer?", rules=["ping-answer"])
def ping(w):
    targets, alb = endpoint_targets(w), balancer(w)
    forward(w, alb["listener"], 30, "/ping", targets)
    w.recording.observe("GET /ping without a rewrite", told(w.browser.get("http", alb["name"], 80, "/ping")))
    checked = target_group(w, "ping", HealthCheckPath="/ping", Matcher={"HttpCode": "200"})
    forward(w, alb["listener"], 31, "/ping-checked", checked)
    w.recording.observe("targets whose health check asks for /ping and expects 200", health(w, checked))


@trial(4, "host-with-port", "do host conditions on port 8080 compare with the port?", rules=["host-condition-port"])
def hosts_and_ports(w):
    alb, name = balancer(w), "trial.example.com"
    other = listener(w, alb["arn"], "HTTP", 8080)
    conditions = {"values": {"Values": [name]}, "regex with an optional port": {"RegexValues": ["^trial\\.example\\.com(:8080)?$"]}}
    for priority, (what, config) in enumerate(conditions.items(), start=10):
        answer = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": what}}
        rule = w.elbv2.create_rule(
            ListenerArn=other, Priority=priority, Tags=w.tags(), Conditions=[{"Field": "host-header", "HostHeaderConfig": config}], Actions=[answer]
        )["Rules"][0]["RuleArn"]
        for host in (name, f"{name}:8080"):
            w.recording.observe(f"Host {host}, {what}", told(w.browser.get("http", alb["name"], 8080, "/", host)))
        w.elbv2.delete_rule(RuleArn=rule)


@trial(3, "tags-at-creation", "may the shipped policy tag a listener rule that it creates, and untag an API?",
       rules=["tags-of-listeners-and-rules", "untag-is-a-change"])
def tags_of_rules(w):
    """The rule is created by a role that has the shipped policy and nothing else."""
    alb, role = balancer(w), w.clients(controller_session(w), "role", into=type("Role", (), {})())
    tags = [{"Key": f"privateapi.dev/{key}", "Value": value} for key, value in
            {"cluster": w.run, "owner": "trial/trial", "resource": "rule/0"}.items()]
    _, code, text = attempt(
        role.elbv2.create_rule, ListenerArn=alb["listener"], Priority=50, Tags=tags + w.tags(),
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/tagged"]}}],
        Actions=[{"Type": "forward", "TargetGroupArn": endpoint_targets(w)}],
    )
    w.recording.observe("CreateRule with tags", "carried out" if code is None else f"{code}: {text}")
    own = {"privateapi.dev/cluster": w.run, "privateapi.dev/owner": "trial/trial", "privateapi.dev/resource": "api", "extra": "tag"}
    api = w.apigateway.create_rest_api(name=f"{w.run}-tagged", tags=w.tag_map() | own)["id"]
    arn = f"arn:{w.partition}:apigateway:{w.region}::/restapis/{api}"
    _, code, text = attempt(role.apigateway.untag_resource, resourceArn=arn, tagKeys=["extra"])
    w.recording.observe("UntagResource of an API", "carried out" if code is None else f"{code}: {text}")
    # It looks like the controller's own.
    w.apigateway.delete_rest_api(restApiId=api)
