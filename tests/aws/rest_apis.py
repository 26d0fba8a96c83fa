"""Private REST APIs: definition, policy, deployments, stages, tags."""

import json

from lane import check, refused, same, until

API = "API Gateway API Reference, "


def document(w):
    allow = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    allow["Condition"] = {"StringEquals": {"aws:SourceVpce": w.endpoint}}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow]})


def got(w):
    return w.apigateway.get_rest_api(restApiId=w.api)


def available(w):
    """AWS locks an API while it updates it, and need not say so in the answer to the change."""
    until(w, lambda: got(w)["apiStatus"] == "AVAILABLE", "REST API available")


def arn(w, rest=""):
    return f"arn:aws:apigateway:{w.region}::/restapis/{w.api}{rest}"


@check("CreateRestApi: private", API + "CreateRestApi, endpointConfiguration")
def create(w):
    made = w.apigateway.create_rest_api(
        name=w.mark, description="first", tags={"lane": w.mark},
        endpointConfiguration={"types": ["PRIVATE"], "vpcEndpointIds": [w.endpoint]}, policy=document(w),
    )
    w.api = made["id"]
    w.later(w.apigateway.delete_rest_api, restApiId=w.api)
    api = got(w)
    same((api["name"], api["tags"], api["endpointConfiguration"]["types"]), (w.mark, {"lane": w.mark}, ["PRIVATE"]))
    same(api["endpointConfiguration"]["vpcEndpointIds"], [w.endpoint])
    w.root = api["rootResourceId"]


@check("GetRestApi: policy", "API Gateway Developer Guide, resource policies: an abbreviated resource is completed with region, account and API")
def policy(w):
    text = got(w)["policy"].replace('\\"', '"').replace("\\/", "/")
    (statement,) = json.loads(text)["Statement"]
    resource = statement["Resource"]
    assert resource.startswith("arn:aws:execute-api:") and f":{w.api}/" in resource, resource


@check("GetRestApis: pages", API + "GetRestApis, limit and position")
def pages(w):
    pages = w.apigateway.get_paginator("get_rest_apis").paginate(PaginationConfig={"PageSize": 1})
    assert w.api in [api["id"] for page in pages for api in page["items"]]


@check("GetRestApi: unknown", API + "GetRestApi, NotFoundException")
def unknown(w):
    refused("NotFoundException", w.apigateway.get_rest_api, restApiId="0000000000")


@check("UpdateRestApi", API + "patch operations")
def update(w):
    available(w)
    w.apigateway.update_rest_api(restApiId=w.api, patchOperations=[{"op": "replace", "path": "/description", "value": "second"}])
    same(got(w)["description"], "second")


@check("UpdateRestApi: wrong path", API + "patch operations, BadRequestException")
def wrong_patch(w):
    refused("BadRequestException", w.apigateway.update_rest_api, restApiId=w.api, patchOperations=[{"op": "replace", "path": "/nothing", "value": "1"}])


@check("CreateDeployment: without methods", "API Gateway: BadRequestException, the REST API doesn't contain any methods")
def empty(w):
    refused("BadRequestException", w.apigateway.create_deployment, restApiId=w.api)


@check("PutRestApi", API + "PutRestApi, mode overwrite")
def overwrite(w):
    available(w)
    mock = {"type": "mock", "requestTemplates": {"application/json": '{"statusCode": 200}'}, "responses": {"default": {"statusCode": "200"}}}
    method = {"responses": {"200": {"description": "ok"}}, "x-amazon-apigateway-integration": mock}
    definition = {"openapi": "3.0.1", "info": {"title": w.mark, "version": "1"}, "paths": {"/pets": {"get": method}}}
    # Developer Guide, import: an overwritten API has the policy that the document brings, and a private one cannot be deployed without.
    definition["x-amazon-apigateway-policy"] = json.loads(document(w))
    w.apigateway.put_rest_api(restApiId=w.api, mode="overwrite", failOnWarnings=True, body=json.dumps(definition).encode())
    found = w.apigateway.get_resources(restApiId=w.api, embed=["methods"])["items"]
    by_path = {resource["path"]: resource for resource in found}
    same(sorted(by_path), ["/", "/pets"])
    same(by_path["/pets"]["resourceMethods"]["GET"]["methodIntegration"]["type"], "MOCK")


def serve(w, part="served"):
    """A resource with a method that answers by itself."""
    root = next(item["id"] for item in w.apigateway.get_resources(restApiId=w.api)["items"] if item["path"] == "/")
    made = w.apigateway.create_resource(restApiId=w.api, parentId=root, pathPart=part)
    where = {"restApiId": w.api, "resourceId": made["id"], "httpMethod": "GET"}
    w.apigateway.put_method(**where, authorizationType="NONE")
    w.apigateway.put_integration(**where, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    w.apigateway.put_method_response(**where, statusCode="200")
    w.apigateway.put_integration_response(**where, statusCode="200", selectionPattern="")
    return made, where


@check("CreateResource, PutMethod, PutIntegration", API + "PutIntegration")
def resources(w):
    made, where = serve(w, "more")
    same(made["path"], "/more")
    same(w.apigateway.get_method(**where)["methodIntegration"]["type"], "MOCK")
    w.apigateway.delete_resource(restApiId=w.api, resourceId=made["id"])
    refused("NotFoundException", w.apigateway.get_resource, restApiId=w.api, resourceId=made["id"])


@check("CreateDeployment with a stage", API + "CreateDeployment, stageName")
def deploy(w):
    available(w)
    serve(w)
    w.deployment = w.apigateway.create_deployment(restApiId=w.api, stageName="live", description="one", variables={"a": "1"})["id"]
    stage = w.apigateway.get_stage(restApiId=w.api, stageName="live")
    same((stage["deploymentId"], stage["variables"]), (w.deployment, {"a": "1"}))
    same(w.apigateway.get_deployment(restApiId=w.api, deploymentId=w.deployment)["description"], "one")


@check("GetDeployments and GetStages", API + "GetDeployments")
def lists(w):
    assert w.deployment in [item["id"] for item in w.apigateway.get_deployments(restApiId=w.api)["items"]]
    same([item["stageName"] for item in w.apigateway.get_stages(restApiId=w.api)["item"]], ["live"])


@check("UpdateStage", API + "UpdateStage, patch operations")
def update_stage(w):
    second = w.apigateway.create_deployment(restApiId=w.api)["id"]
    operations = [
        {"op": "replace", "path": "/deploymentId", "value": second},
        {"op": "replace", "path": "/variables/b", "value": "2"},
        {"op": "replace", "path": "/*/*/throttling/burstLimit", "value": "7"},
    ]
    w.apigateway.update_stage(restApiId=w.api, stageName="live", patchOperations=operations)
    stage = w.apigateway.get_stage(restApiId=w.api, stageName="live")
    same((stage["deploymentId"], stage["variables"].get("b")), (second, "2"))
    same(stage["methodSettings"]["*/*"]["throttlingBurstLimit"], 7)
    w.apigateway.delete_deployment(restApiId=w.api, deploymentId=w.deployment)
    w.deployment = second


@check("DeleteDeployment: a stage has it", "API Gateway: BadRequestException, active stages pointing to this deployment must be moved or deleted")
def deployed(w):
    refused("BadRequestException", w.apigateway.delete_deployment, restApiId=w.api, deploymentId=w.deployment)


@check("CreateStage: name taken", API + "CreateStage, ConflictException")
def stage_again(w):
    refused("ConflictException", w.apigateway.create_stage, restApiId=w.api, stageName="live", deploymentId=w.deployment)


@check("CreateStage and DeleteStage", API + "DeleteStage")
def stages(w):
    w.apigateway.create_stage(restApiId=w.api, stageName="next", deploymentId=w.deployment, tags={"a": "1"})
    same(w.apigateway.get_stage(restApiId=w.api, stageName="next")["tags"], {"a": "1"})
    w.apigateway.delete_stage(restApiId=w.api, stageName="next")
    refused("NotFoundException", w.apigateway.get_stage, restApiId=w.api, stageName="next")


@check("TagResource and UntagResource: an API's", API + "TagResource")
def tag_api(w):
    w.apigateway.tag_resource(resourceArn=arn(w), tags={"more": "1"})
    same(got(w)["tags"], {"lane": w.mark, "more": "1"})
    w.apigateway.untag_resource(resourceArn=arn(w), tagKeys=["more"])
    same(w.apigateway.get_tags(resourceArn=arn(w))["tags"], {"lane": w.mark})


@check("TagResource: a stage's", API + "TagResource")
def tag_stage(w):
    w.apigateway.tag_resource(resourceArn=arn(w, "/stages/live"), tags={"lane": w.mark})
    same(w.apigateway.get_stage(restApiId=w.api, stageName="live")["tags"], {"lane": w.mark})
