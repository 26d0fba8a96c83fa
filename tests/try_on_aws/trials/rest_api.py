"""How long API Gateway locks an API, and what it answers meanwhile."""

from account import attempt
from trials import trial
from trials.shared import available, definition, endpoint, once, policy, status_of

SECURITY = "SecurityPolicy_TLS13_1_3_2025_09"


def create(w, name, **more):
    return w.apigateway.create_rest_api(
        **{"name": f"{w.run}-{name}", "endpointConfiguration": {"types": ["PRIVATE"], "vpcEndpointIds": [endpoint(w)]}, "policy": policy(w),
           "securityPolicy": SECURITY, "endpointAccessMode": "BASIC", "tags": w.tag_map(), **more}
    )["id"]


def timed(w, api, what):
    """Observes how long the API takes to be AVAILABLE, asked every two seconds."""
    start = w.clock.now()
    w.must(lambda: status_of(w, api) == "AVAILABLE", f"API {api} is AVAILABLE", 1800, every=2)
    w.recording.observe(f"seconds from {what} to AVAILABLE", round(w.clock.now() - start))


def refusal(w, what, function, **arguments):
    _, code, text = attempt(function, **arguments)
    w.recording.observe(f"{what}", "carried out" if code is None else f"{code}: {text}")


@once
def served(w):
    """An API with TLS 1.3, deployed to the stage `prod`."""
    api = create(w, "served")
    available(w, api)
    w.apigateway.put_rest_api(restApiId=api, mode="overwrite", body=definition(w, f"{w.run}-served"))
    available(w, api)
    w.apigateway.create_deployment(restApiId=api, stageName="prod")
    return api


@trial(2, "update-lock", "how long is an API locked after a create or a put, and with which words?",
       rules=["lock-after-the-answer", "lock-answer-of-put", "lock-causes", "lock-duration", "lock-of-a-creation"])
def lock(w):
    api = create(w, "locked")
    refusal(w, "CreateDeployment right after CreateRestApi", w.apigateway.create_deployment, restApiId=api)
    timed(w, api, "CreateRestApi")
    w.apigateway.put_rest_api(restApiId=api, mode="overwrite", body=definition(w, f"{w.run}-locked"))
    # The name that it has: refused or not, the API stays the same.
    change = [{"op": "replace", "path": "/name", "value": f"{w.run}-locked"}]
    refusal(w, "UpdateRestApi right after PutRestApi", w.apigateway.update_rest_api, restApiId=api, patchOperations=change)
    refusal(w, "PutRestApi right after PutRestApi", w.apigateway.put_rest_api, restApiId=api, mode="overwrite", body=definition(w, f"{w.run}-locked"))
    refusal(w, "CreateDeployment right after PutRestApi", w.apigateway.create_deployment, restApiId=api, stageName="prod")
    timed(w, api, "PutRestApi")
