"""Check what a function asks of AWS against its policy, since the emulator allows everything.

A call that AWS would refuse is written to the log and to `refused.jsonl` of the stack; it is carried out all the same,
so that a missing line in packaging/functions.yaml does not stop other work. Tests fail on that file.
"""

import fnmatch
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

Statements = list[dict[str, Any]]
FILE = "refused.jsonl"
CHECKED = {"ssm", "cognito-idp", "sqs", "s3"}
OPEN = {"InitiateAuth", "RespondToAuthChallenge", "RevokeToken", "GlobalSignOut", "ChangePassword", "GetUser"}
"""Operations of the user pool that carry a user's token or nothing, and no AWS identity."""
ACTIONS = {
    "HeadObject": "GetObject",
    "ListObjectsV2": "ListBucket",
    "SendMessageBatch": "SendMessage",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
}
"""Operations that AWS checks under another name."""


def watch(policies: dict[str, Statements], folder: Path) -> None:
    """Check every AWS call of this process from now on against the policy of the function that is running."""
    call: Callable[..., Any] = BaseClient._make_api_call  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    told: set[tuple[str, str, str]] = set()

    def checked(self: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
        service = self.meta.service_model.service_name
        for action, resource in needed(service, operation, parameters) if function in policies else ():
            if (function, action, resource) not in told and not allowed(policies[function], action, resource):
                told.add((function, action, resource))
                _tell(folder, function=function, action=action, resource=resource)
        return call(self, operation, parameters)

    BaseClient._make_api_call = checked  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]


def needed(service: str, operation: str, parameters: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Return the (action, resource) pairs that AWS would check; the resource is the ARN's part after the account."""
    if service == "dynamodb":
        yield from _table_rights(operation, parameters)
    elif service == "apigatewaymanagementapi":
        api = os.environ["ZHIYIN_WEBSOCKET_ENDPOINT"].split("/")[-2]
        yield "execute-api:ManageConnections", f"{api}/live/POST/@connections/{parameters['ConnectionId']}"
    elif service in CHECKED and operation not in OPEN:
        yield f"{service}:{ACTIONS.get(operation, operation)}", _resource(service, parameters)


def allowed(statements: Statements, action: str, resource: str) -> bool:
    """Tell whether a statement allows the action on the resource."""
    return any(
        action in _listed(statement["Action"]) and _covers(pattern, resource)
        for statement in statements
        for pattern in _listed(statement["Resource"])
    )


def _table_rights(operation: str, parameters: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for entry in parameters.get("TransactItems", []):
        for kind, item in entry.items():
            yield f"dynamodb:{_transaction_action(kind)}", f"table/{item['TableName']}"
    if operation.startswith("Transact"):
        return
    for table in parameters.get("RequestItems", {}):
        yield f"dynamodb:{operation}", f"table/{table}"
    if "TableName" in parameters:
        index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
        yield f"dynamodb:{operation}", f"table/{parameters['TableName']}{index}"


def _transaction_action(kind: str) -> str:
    return "ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item"


def _resource(service: str, parameters: dict[str, Any]) -> str:
    if service == "sqs":
        return parameters["QueueUrl"].rpartition("/")[2]
    if service == "s3":
        return parameters["Bucket"] + (f"/{parameters['Key']}" if "Key" in parameters else "")
    if service == "ssm":
        return "parameter" + parameters["Name"]
    return "userpool/" + parameters.get("UserPoolId", "")


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _covers(pattern: str, resource: str) -> bool:
    """Compare without the ARN's head (partition, service, region, account), which no policy of ours leaves open."""
    return pattern == "*" or fnmatch.fnmatchcase(resource, pattern.split(":", 5)[-1])


def _tell(folder: Path, **refused: str) -> None:
    line = json.dumps(refused, sort_keys=True)
    print(f"AWS would refuse (packaging/functions.yaml): {line}", flush=True)
    with (folder / FILE).open("a") as file:
        file.write(line + "\n")
