"""The table of functions (functions.yaml) and how it is applied to the template."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from infrastructure.packaging import rights
from infrastructure.packaging.render import Template

HERE = Path(__file__).parent
API, VOICE = "api", "voice"
LOGICAL_OF_API = "APIHandler"
"""Chalice's own name of the function behind the REST API."""
STREAM_RETRIES = 10
STREAM_MAX_AGE_S = 3600


@dataclass(frozen=True, kw_only=True)
class Function:
    """One row of functions.yaml."""

    name: str
    memory: int
    timeout: int
    concurrency: str = ""
    events: dict[str, Any] = field(default_factory=dict[str, Any])
    rights: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def logical(self) -> str:
        """Return the logical id: `on_dispatch` is OnDispatch."""
        return LOGICAL_OF_API if self.name == API else "VoiceHandler" if self.name == VOICE else camel(self.name)


def camel(name: str) -> str:
    """Return a name in CloudFormation's way: `call_index` and `dispatch.fifo` become CallIndex and Dispatch."""
    return "".join(part.capitalize() for part in name.removesuffix(".fifo").split("_"))


def table() -> list[Function]:
    """Return the rows of functions.yaml."""
    rows: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "functions.yaml").read_text())
    return [Function(name=name, **row) for name, row in rows.items()]


def apply(template: Template, *, complete: bool) -> None:
    """Give every function of the template its row; fail when code has more (or, if `complete`, less) than the table."""
    resources = template["Resources"]
    _add_voice(resources)
    rows = {row.logical: row for row in table()}
    made = of(template)
    if made - set(rows) or (complete and made != set(rows)):
        raise SystemExit(f"functions.yaml and app.py differ: {sorted(made ^ set(rows))}")
    for logical in made:
        _configure(resources, rows[logical])


def of(template: Template) -> set[str]:
    """Return the logical ids of the template's functions."""
    return {name for name, each in template["Resources"].items() if each["Type"] == "AWS::Serverless::Function"}


def _add_voice(resources: Template) -> None:
    """Deploy the API's code a second time, so that a heavy report never delays a call."""
    api = resources[LOGICAL_OF_API]
    resources["VoiceHandler"] = {
        "Type": api["Type"],
        "Properties": {**api["Properties"], "Role": {"Fn::GetAtt": ["VoiceHandlerRole", "Arn"]}},
    }
    role = resources["ApiHandlerRole"]
    resources["VoiceHandlerRole"] = {"Type": role["Type"], "Properties": dict(role["Properties"])}
    permission = resources["APIHandlerInvokePermission"]
    resources["VoiceHandlerInvokePermission"] = {
        "Type": permission["Type"],
        "Properties": {**permission["Properties"], "FunctionName": {"Ref": "VoiceHandler"}},
    }


def _configure(resources: Template, row: Function) -> None:
    function = resources[row.logical]["Properties"]
    full_name = {"Fn::Sub": f"${{App}}-${{Stage}}-{row.name}"}
    group = f"{row.logical}Logs"
    resources[group] = {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "LogGroupName": {"Fn::Sub": f"/aws/lambda/${{App}}-${{Stage}}-{row.name}"},
            "RetentionInDays": {"Ref": "LogRetentionDays"},
        },
    }
    function.update(
        FunctionName=full_name,
        MemorySize=row.memory,
        Timeout=row.timeout,
        LoggingConfig={"LogGroup": {"Ref": group}},
        Tags={"app": {"Ref": "App"}, "stage": {"Ref": "Stage"}},
    )
    if row.concurrency:
        kept = {"Fn::If": [f"Keeps{row.concurrency}", {"Ref": row.concurrency}, {"Ref": "AWS::NoValue"}]}
        function["ReservedConcurrentExecutions"] = kept
    if row.events:
        for event in function["Events"].values():
            event["Properties"] = _source(row.events)
    role = resources[function["Role"]["Fn::GetAtt"][0]]["Properties"]
    role["Policies"] = [{"PolicyName": "own", "PolicyDocument": rights.policy(row.rights, row.events, group)}]


def _source(events: dict[str, Any]) -> dict[str, Any]:
    if "source" in events:
        return {
            "Queue": {"Fn::GetAtt": [f"{camel(events['source'])}Queue", "Arn"]},
            "BatchSize": events["batch"],
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            **({"MaximumBatchingWindowInSeconds": events["window"]} if "window" in events else {}),
        }
    return {
        "Stream": {"Fn::GetAtt": [f"{camel(events['stream'])}Table", "StreamArn"]},
        "StartingPosition": "TRIM_HORIZON",
        "BatchSize": events["batch"],
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": STREAM_RETRIES,
        "MaximumRecordAgeInSeconds": STREAM_MAX_AGE_S,
        "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": {"Fn::GetAtt": ["StreamsDeadQueue", "Arn"]}}},
    }
