"""Deploy the template into the emulator, again only when it changed, and write down what was made."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from infrastructure.local.settings import APP, REGION, STACK_NAME, STAGE, Settings
from infrastructure.local.template import localise
from infrastructure.supervision import PROJECT

BUCKET = f"{STACK_NAME}-templates"
FORMAT = 2
"""Counts changes of what `deployed.json` holds, so that an older file is written anew."""
WAIT = {"Delay": 1, "MaxAttempts": 120}
Outputs = dict[str, Any]


def client(settings: Settings, service: str) -> Any:
    """Return a boto3 client of the emulator's service."""
    return boto3.client(  # pyright: ignore[reportCallIssue]
        service,  # pyright: ignore[reportArgumentType]
        endpoint_url=settings.emulator_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"max_attempts": 3, "mode": "standard"}, read_timeout=60),
    )


def deploy(settings: Settings) -> Outputs:
    """Bring the stack to the present template and return what `deployed.json` says."""
    body = json.dumps(localise(render(), settings), sort_keys=True)
    digest = hashlib.sha256(f"{FORMAT}{body}".encode()).hexdigest()
    if _is_current(settings, digest):
        return read(settings)
    _apply(settings, body)
    _fill_gaps(settings, json.loads(body))
    outputs = _describe(settings) | {"digest": digest}
    _write(settings.outputs_file, outputs)
    return outputs


def read(settings: Settings) -> Outputs:
    """Return what the last deploy made: rest_api, websocket_api, outputs, environment; empty before the first."""
    if not settings.outputs_file.exists():
        return {}
    return json.loads(settings.outputs_file.read_text())


def render() -> dict[str, Any]:
    """Render the template in a process of its own, since it imports the application."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "infrastructure.package", "--without-code", "--out", folder]
        made = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, env=_clean_environment())
        if made.returncode:
            raise RuntimeError(f"the template cannot be rendered:\n{made.stdout}{made.stderr}")
        return json.loads((Path(folder) / "template.json").read_text())


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ZHIYIN_"))}


def _is_current(settings: Settings, digest: str) -> bool:
    if read(settings).get("digest") != digest:
        return False
    return _status(client(settings, "cloudformation")).endswith(("CREATE_COMPLETE", "UPDATE_COMPLETE"))


def _status(cloudformation: Any) -> str:
    """Return the stack's status, or an empty string if there is none."""
    try:
        return cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]["StackStatus"]
    except ClientError:
        return ""


def _apply(settings: Settings, body: str) -> None:
    cloudformation = client(settings, "cloudformation")
    request = {
        "StackName": STACK_NAME,
        "TemplateURL": _upload(settings, body),
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in _parameters(settings).items()
        ],
        "Capabilities": ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    exists = _status(cloudformation) not in {"", "DELETE_COMPLETE"}
    try:
        (cloudformation.update_stack if exists else cloudformation.create_stack)(**request)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise
    _wait(cloudformation, "stack_update_complete" if exists else "stack_create_complete")


def _wait(cloudformation: Any, what: str) -> None:
    try:
        cloudformation.get_waiter(what).wait(StackName=STACK_NAME, WaiterConfig=WAIT)
    except Exception as error:
        events = cloudformation.describe_stack_events(StackName=STACK_NAME)["StackEvents"]
        failed = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"
            for event in events
            if "FAILED" in event["ResourceStatus"]
        ]
        raise RuntimeError("the deploy failed:\n" + "\n".join(failed)) from error


def _parameters(settings: Settings) -> dict[str, str]:
    return {"App": APP, "Stage": STAGE, "PublicUrl": settings.public_url, "WithCloudFront": "false"}


def _upload(settings: Settings, body: str) -> str:
    s3 = client(settings, "s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="template.json", Body=body.encode())
    return f"{settings.emulator_url}/{BUCKET}/template.json"


def _describe(settings: Settings) -> Outputs:
    stack = client(settings, "cloudformation").describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    return {
        "rest_api": outputs["RestAPIId"],
        "websocket_api": outputs.get("WebsocketAPIId", ""),
        "outputs": outputs,
        "functions": _functions(settings),
    }


def _fill_gaps(settings: Settings, template: dict[str, Any]) -> None:
    """Do what the emulator's CloudFormation leaves out: expiry of items, and error bodies in the deployed stage."""
    rest_api = client(settings, "cloudformation").describe_stack_resource(
        StackName=STACK_NAME, LogicalResourceId="RestAPI"
    )["StackResourceDetail"]["PhysicalResourceId"]
    client(settings, "apigateway").create_deployment(restApiId=rest_api, stageName="live")
    dynamodb = client(settings, "dynamodb")
    for table in (
        each["Properties"] for each in template["Resources"].values() if each["Type"] == "AWS::DynamoDB::Table"
    ):
        if "TimeToLiveSpecification" in table:
            name = table["TableName"]["Fn::Sub"].replace("${App}", APP).replace("${Stage}", STAGE)
            _expire(dynamodb, name, table["TimeToLiveSpecification"])


def _expire(dynamodb: Any, table: str, specification: dict[str, Any]) -> None:
    present = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if present["TimeToLiveStatus"] == "DISABLED":
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)


def _functions(settings: Settings) -> dict[str, Any]:
    """Return, by full name, what the runner must know of each function, with references resolved."""
    iam = client(settings, "iam")
    pages = client(settings, "lambda").get_paginator("list_functions").paginate()
    return {
        each["FunctionName"]: {
            "handler": each["Handler"],
            "timeout_s": each["Timeout"],
            "memory_mb": each["MemorySize"],
            "environment": each["Environment"]["Variables"],
            "policy": _policy(iam, each["Role"]),
        }
        for page in pages
        for each in page["Functions"]
    }


def _policy(iam: Any, role: str) -> list[dict[str, Any]]:
    """Return the statements of a role's own policy."""
    document = iam.get_role_policy(RoleName=role.rpartition("/")[2], PolicyName="own")["PolicyDocument"]
    return document["Statement"]


def _write(path: Path, content: Outputs) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(content, indent=1, sort_keys=True))
    draft.replace(path)
