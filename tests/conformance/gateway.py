"""API Gateway."""

import json
from functools import partial

import network

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d-4e5f-4000-8000-000000000001"
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:hello"
URI = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
POLICY = json.dumps({
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}],
})
BODY = json.dumps({
    "openapi": "3.0.1", "info": {"title": "imported", "version": "1"},
    "paths": {"/pets/{id}": {"get": {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {"200": {"description": "ok"}},
        "x-amazon-apigateway-integration": {"type": "mock", "requestTemplates": {"application/json": '{"statusCode": 200}'}},
    }}},
})


def run(c):
    gw = partial(c.call, "apigateway")
    api, root, vpc_endpoint = rest_apis(c, gw)
    method(c, gw, api, root)
    parts(c, gw, api)
    stages(c, gw, api)
    keys(c, gw, api)
    domain_names(c, gw, api, vpc_endpoint)
    tags(gw, api)
    remove(c, gw, api)


def replace(path, value):
    return [{"op": "replace", "path": path, "value": value}]


def rest_apis(c, gw):
    endpoint = network.endpoint(partial(c.call, "ec2"), network.VPC, network.PUBLIC, PrivateDnsEnabled=False)
    made = gw(
        "CreateRestApi", name="conformance", description="d", version="1", policy=POLICY, tags={"team": "blue"},
        endpointConfiguration={"types": ["PRIVATE"], "vpcEndpointIds": [endpoint]}, binaryMediaTypes=["image/png"],
        minimumCompressionSize=100, securityPolicy="SecurityPolicy_TLS13_1_3_2025_09", endpointAccessMode="BASIC",
    )
    api = made["id"]
    # AWS locks a private API for up to a minute after its endpoints were associated.
    c.pass_time(70)
    imported = gw("ImportRestApi", body=BODY.encode())["id"]
    gw("PutRestApi", restApiId=imported, mode="overwrite", body=BODY.encode())
    gw("GetRestApi", restApiId=api)
    gw("GetRestApis")
    c.paginate("apigateway", "GetRestApis")
    gw("UpdateRestApi", restApiId=api, patchOperations=replace("/description", "new"))
    c.refused("BadRequestException", "apigateway", "UpdateRestApi", restApiId=api, patchOperations=replace("/nonsense", "x"))
    return api, made["rootResourceId"], endpoint


def method(c, gw, api, root):
    resource = gw("CreateResource", restApiId=api, parentId=root, pathPart="{id}")["id"]
    at = {"restApiId": api, "resourceId": resource, "httpMethod": "GET"}
    gw("GetResource", restApiId=api, resourceId=resource)
    gw("GetResources", restApiId=api, embed=["methods"])
    c.paginate("apigateway", "GetResources", restApiId=api)
    gw("UpdateResource", restApiId=api, resourceId=resource, patchOperations=replace("/pathPart", "{name}"))
    gw("PutMethod", **at, authorizationType="NONE", requestParameters={"method.request.path.name": True}, operationName="get")
    gw("GetMethod", **at)
    gw("UpdateMethod", **at, patchOperations=replace("/apiKeyRequired", "true"))
    gw("PutMethodResponse", **at, statusCode="200", responseModels={"application/json": "Empty"})
    gw("GetMethodResponse", **at, statusCode="200")
    parameter = [{"op": "add", "path": "/responseParameters/method.response.header.x-a", "value": "false"}]
    gw("UpdateMethodResponse", **at, statusCode="200", patchOperations=parameter)
    gw("PutIntegration", **at, type="AWS", integrationHttpMethod="POST", uri=URI, requestTemplates={"application/json": "{}"})
    gw("GetIntegration", **at)
    gw("UpdateIntegration", **at, patchOperations=replace("/timeoutInMillis", "1000"))
    gw("PutIntegrationResponse", **at, statusCode="200", responseTemplates={"application/json": ""})
    gw("GetIntegrationResponse", **at, statusCode="200")
    gw("UpdateIntegrationResponse", **at, statusCode="200", patchOperations=replace("/selectionPattern", "-"))
    gw("DeleteIntegrationResponse", **at, statusCode="200")
    gw("DeleteMethodResponse", **at, statusCode="200")
    gw("DeleteIntegration", **at)
    gw("DeleteMethod", **at)
    gw("DeleteResource", restApiId=api, resourceId=resource)
    at["resourceId"] = root
    gw("PutMethod", **at, authorizationType="NONE")
    gw("PutIntegration", **at, type="AWS_PROXY", integrationHttpMethod="POST", uri=URI)


def parts(c, gw, api):
    gw("CreateModel", restApiId=api, name="Pet", contentType="application/json", schema="{}")
    gw("GetModel", restApiId=api, modelName="Pet")
    gw("GetModels", restApiId=api)
    c.paginate("apigateway", "GetModels", restApiId=api)
    gw("UpdateModel", restApiId=api, modelName="Pet", patchOperations=replace("/description", "d"))
    gw("DeleteModel", restApiId=api, modelName="Pet")
    authorizers = [
        gw("CreateAuthorizer", restApiId=api, name=name, type="TOKEN", authorizerUri=URI, identitySource="method.request.header.a")["id"]
        for name in ("one", "two")
    ]
    gw("GetAuthorizer", restApiId=api, authorizerId=authorizers[0])
    gw("GetAuthorizers", restApiId=api)
    c.paginate("apigateway", "GetAuthorizers", restApiId=api)
    gw("UpdateAuthorizer", restApiId=api, authorizerId=authorizers[0], patchOperations=replace("/name", "three"))
    gw("DeleteAuthorizer", restApiId=api, authorizerId=authorizers[0])
    validators = [gw("CreateRequestValidator", restApiId=api, name=name, validateRequestBody=True)["id"] for name in ("one", "two")]
    gw("GetRequestValidator", restApiId=api, requestValidatorId=validators[0])
    gw("GetRequestValidators", restApiId=api)
    c.paginate("apigateway", "GetRequestValidators", restApiId=api)
    gw("UpdateRequestValidator", restApiId=api, requestValidatorId=validators[0], patchOperations=replace("/name", "three"))
    gw("DeleteRequestValidator", restApiId=api, requestValidatorId=validators[0])
    gw("PutGatewayResponse", restApiId=api, responseType="DEFAULT_4XX", statusCode="400", responseTemplates={"application/json": "{}"})
    gw("GetGatewayResponse", restApiId=api, responseType="DEFAULT_4XX")
    gw("GetGatewayResponses", restApiId=api)
    gw("UpdateGatewayResponse", restApiId=api, responseType="DEFAULT_4XX", patchOperations=replace("/statusCode", "402"))
    gw("DeleteGatewayResponse", restApiId=api, responseType="DEFAULT_4XX")


def stages(c, gw, api):
    first, second = (gw("CreateDeployment", restApiId=api, description="d")["id"] for _ in range(2))
    gw("GetDeployment", restApiId=api, deploymentId=first, embed=["apisummary"])
    gw("GetDeployments", restApiId=api)
    c.paginate("apigateway", "GetDeployments", restApiId=api)
    gw("UpdateDeployment", restApiId=api, deploymentId=first, patchOperations=replace("/description", "new"))
    gw("CreateStage", restApiId=api, stageName="test", deploymentId=first, variables={"a": "b"}, tags={"team": "blue"}, tracingEnabled=True)
    gw("GetStage", restApiId=api, stageName="test")
    gw("GetStages", restApiId=api)
    changes = replace("/*/*/throttling/burstLimit", "10") + replace("/variables/c", "d") + replace("/deploymentId", second)
    gw("UpdateStage", restApiId=api, stageName="test", patchOperations=changes)
    gw("GetStage", restApiId=api, stageName="test")
    gw("FlushStageCache", restApiId=api, stageName="test")
    gw("FlushStageAuthorizersCache", restApiId=api, stageName="test")
    gw("GetExport", restApiId=api, stageName="test", exportType="oas30", accepts="application/json")
    c.refused("BadRequestException", "apigateway", "DeleteDeployment", restApiId=api, deploymentId=second)
    gw("DeleteDeployment", restApiId=api, deploymentId=first)


def keys(c, gw, api):
    made = [gw("CreateApiKey", name=name, enabled=True, tags={"a": "b"})["id"] for name in ("one", "two")]
    gw("GetApiKey", apiKey=made[0], includeValue=True)
    gw("GetApiKeys", includeValues=True)
    c.paginate("apigateway", "GetApiKeys")
    gw("UpdateApiKey", apiKey=made[0], patchOperations=replace("/description", "d"))
    plans = [
        gw("CreateUsagePlan", name=name, throttle={"rateLimit": 5, "burstLimit": 5}, quota={"limit": 9, "period": "DAY"}, tags={"a": "b"},
           apiStages=[{"apiId": api, "stage": "test"}] if name == "one" else [])["id"]
        for name in ("one", "two")
    ]
    gw("GetUsagePlan", usagePlanId=plans[0])
    gw("GetUsagePlans")
    c.paginate("apigateway", "GetUsagePlans")
    gw("UpdateUsagePlan", usagePlanId=plans[0], patchOperations=replace("/name", "new"))
    for key in made:
        gw("CreateUsagePlanKey", usagePlanId=plans[0], keyId=key, keyType="API_KEY")
    gw("GetUsagePlanKey", usagePlanId=plans[0], keyId=made[0])
    gw("GetUsagePlanKeys", usagePlanId=plans[0])
    c.paginate("apigateway", "GetUsagePlanKeys", usagePlanId=plans[0])
    gw("DeleteUsagePlanKey", usagePlanId=plans[0], keyId=made[0])
    gw("DeleteApiKey", apiKey=made[0])
    gw("DeleteUsagePlan", usagePlanId=plans[1])


def domain_names(c, gw, api, vpc_endpoint):
    private = gw(
        "CreateDomainName", domainName="private.example.com", certificateArn=CERTIFICATE, policy=POLICY,
        endpointConfiguration={"types": ["PRIVATE"]}, tags={"a": "b"},
    )
    regional = {"endpointConfiguration": {"types": ["REGIONAL"]}, "securityPolicy": "TLS_1_2"}
    gw("CreateDomainName", domainName="api.example.com", regionalCertificateArn=CERTIFICATE, **regional)
    gw("GetDomainName", domainName="api.example.com")
    gw("GetDomainNames")
    c.paginate("apigateway", "GetDomainNames")
    gw("UpdateDomainName", domainName="api.example.com", patchOperations=replace("/securityPolicy", "TLS_1_0"))
    for path in ("one", "two"):
        gw("CreateBasePathMapping", domainName="api.example.com", basePath=path, restApiId=api, stage="test")
    gw("GetBasePathMapping", domainName="api.example.com", basePath="one")
    gw("GetBasePathMappings", domainName="api.example.com")
    c.paginate("apigateway", "GetBasePathMappings", domainName="api.example.com")
    gw("UpdateBasePathMapping", domainName="api.example.com", basePath="one", patchOperations=replace("/basePath", "three"))
    for path in ("two", "three"):
        gw("DeleteBasePathMapping", domainName="api.example.com", basePath=path)
    associate = partial(
        gw, "CreateDomainNameAccessAssociation", domainNameArn=private["domainNameArn"], accessAssociationSourceType="VPCE",
        accessAssociationSource=vpc_endpoint,
    )
    made = associate()["domainNameAccessAssociationArn"]
    gw("GetDomainNameAccessAssociations")
    gw("DeleteDomainNameAccessAssociation", domainNameAccessAssociationArn=made)
    gw("RejectDomainNameAccessAssociation", domainNameAccessAssociationArn=associate()["domainNameAccessAssociationArn"], domainNameArn=private["domainNameArn"])
    gw("DeleteDomainName", domainName="api.example.com")


def tags(gw, api):
    for arn in (f"arn:aws:apigateway:us-east-1::/restapis/{api}", f"arn:aws:apigateway:us-east-1::/restapis/{api}/stages/test"):
        gw("TagResource", resourceArn=arn, tags={"a": "b"})
        assert gw("GetTags", resourceArn=arn)["tags"]["a"] == "b"
        gw("UntagResource", resourceArn=arn, tagKeys=["a"])


def remove(c, gw, api):
    gw("GetAccount")
    gw("UpdateAccount", patchOperations=replace("/cloudwatchRoleArn", "arn:aws:iam::111122223333:role/logs"))
    gw("DeleteStage", restApiId=api, stageName="test")
    gw("DeleteRestApi", restApiId=api)
