"""Deploys an API to a stage that is not there yet. Arguments: ID of the API, name of the stage. Prints whether it deployed."""

import sys

import boto3

api, stage = sys.argv[1:]
client = boto3.client("apigateway")
if any(there["stageName"] == stage for there in client.get_stages(restApiId=api)["item"]):
    print("there")
else:
    client.create_deployment(restApiId=api, stageName=stage, variables={"color": "blue"})
    print("deployed")
