"""Least-privilege policies from the verbs of functions.yaml."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
Json = dict[str, Any]


def policy(rights: Json, events: Json, log_group: str) -> Json:
    """Return the policy document of one function: its rights, its event source, its own logs and traces."""
    statements = [_statement(verb, granted) for verb, granted in rights.items() if _actions(verb)]
    return {"Version": "2012-10-17", "Statement": [*_own(log_group), *_consume(events), *statements]}


def _statement(verb: str, granted: Any) -> Json:
    return {"Sid": _sid(verb), "Effect": "Allow", "Action": _actions(verb), "Resource": _resources(verb, granted)}


def _sid(verb: str) -> str:
    return "".join(part.capitalize() for part in verb.split("_"))


def _actions(verb: str) -> list[str]:
    return _verbs()[verb]["actions"]


@cache
def _verbs() -> dict[str, Json]:
    return yaml.safe_load((HERE / "rights.yaml").read_text())


def _resources(verb: str, granted: Any) -> list[Json]:
    """Return the ARNs that a verb's list stands for; only what has no name of its own is spelled out."""
    if verb in {"read", "write"}:
        return [arn for name in _flat(granted) for arn in _table(name)]
    if verb in {"send", "look_at"}:
        return [_arn(f"{_sid(name)}Queue") for name in granted]
    if verb in {"get_objects", "put_objects"}:
        return [{"Fn::Sub": f"${{{_sid(name)}Bucket.Arn}}/*"} for name in granted]
    return [_SINGLE[verb]]


def _flat(granted: list[Any]) -> list[str]:
    return [name for each in granted for name in (each if isinstance(each, list) else [each])]


def _table(name: str) -> list[Json]:
    table = f"{_sid(name)}Table"
    return [_arn(table), {"Fn::Sub": f"${{{table}.Arn}}/index/*"}]


def _arn(logical: str) -> Json:
    return {"Fn::GetAtt": [logical, "Arn"]}


_SINGLE: dict[str, Json] = {
    "manage_users": _arn("UserPool"),
    "carriers": {
        "Fn::Sub": "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${App}/${Stage}/carriers"
    },
    "flow_secrets": {
        "Fn::Sub": "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${App}/${Stage}/flow-secrets/*"
    },
    "post_to_connections": {
        "Fn::Sub": "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${WebsocketAPI}/live/*"
    },
}


def _own(log_group: str) -> list[Json]:
    """Return what every function needs: its log group, and traces, which have no resource to name."""
    return [
        {
            "Sid": "Logs",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": [{"Fn::GetAtt": [log_group, "Arn"]}],
        },
        {
            "Sid": "Traces",
            "Effect": "Allow",
            "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
            "Resource": "*",
        },
    ]


def _consume(events: Json) -> list[Json]:
    if "source" in events:
        actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
        queue = _arn(f"{_sid(events['source'].removesuffix('.fifo'))}Queue")
        return [{"Sid": "Source", "Effect": "Allow", "Action": actions, "Resource": [queue]}]
    if "stream" in events:
        actions = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
        stream = {"Fn::GetAtt": [f"{_sid(events['stream'])}Table", "StreamArn"]}
        return [
            {"Sid": "Source", "Effect": "Allow", "Action": actions, "Resource": [stream]},
            {"Sid": "Streams", "Effect": "Allow", "Action": ["dynamodb:ListStreams"], "Resource": "*"},
            {
                "Sid": "GivenUp",
                "Effect": "Allow",
                "Action": ["sqs:SendMessage"],
                "Resource": [_arn("StreamsDeadQueue")],
            },
        ]
    return []
