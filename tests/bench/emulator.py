"""The AWS emulator alone, with the template's tables, on a port and a directory of its own."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infrastructure.local import deploy, parts
from infrastructure.local.settings import APP, STAGE, Settings
from infrastructure.local.waiting import eventually
from tests.bench.environment import on_emulator

DEFINITION = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode", "StreamSpecification")


@contextmanager
def emulator() -> Generator[Settings]:
    """Start it, make the tables, turn this process's product code to it; afterwards nothing is left."""
    home = Path(tempfile.mkdtemp(prefix="zhiyin-bench-"))
    port = _free_port()
    given = Settings(home=home, port=0, emulator_port=port, simulator_port=0, runner_port=0, workers=0)
    part = parts.emulator(given)
    log = (home / "emulator.log").open("wb")
    environment = {**parts.inherited(), **part.environment, "PERSIST_STATE": "0"}
    process = subprocess.Popen(part.command, env=environment, stdout=log, stderr=log)
    try:
        eventually(part.answers, "the emulator answers")
        _make_tables(given)
        with on_emulator(given.aws_environment()):
            yield given
    finally:
        process.terminate()
        process.wait(20)
        log.close()
        shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def table_definitions() -> list[dict[str, Any]]:
    """Return what create_table takes for every table of the template as it goes to AWS."""
    resources = deploy.render()["Resources"].values()
    tables = [each["Properties"] for each in resources if each["Type"] == "AWS::DynamoDB::Table"]
    return [_definition(properties) for properties in tables]


def _definition(properties: dict[str, Any]) -> dict[str, Any]:
    given = {name: properties[name] for name in DEFINITION if name in properties}
    if "StreamSpecification" in given:
        given["StreamSpecification"] = {"StreamEnabled": True, **given["StreamSpecification"]}
    name = properties["TableName"]["Fn::Sub"].replace("${App}", APP).replace("${Stage}", STAGE)
    return {"TableName": name, **given}


def _make_tables(given: Settings) -> None:
    dynamodb = deploy.client(given, "dynamodb")
    for definition in table_definitions():
        dynamodb.create_table(**definition)


def put_all(given: Settings, table: str, items: list[dict[str, Any]]) -> None:
    """Write many items (DynamoDB form) quickly."""
    dynamodb = deploy.client(given, "dynamodb")
    name = f"{APP}-{STAGE}-{table}"
    batches = [items[start : start + 25] for start in range(0, len(items), 25)]

    def write(batch: list[dict[str, Any]]) -> None:
        left: Any = {name: [{"PutRequest": {"Item": item}} for item in batch]}
        while left:
            left = dynamodb.batch_write_item(RequestItems=left).get("UnprocessedItems")
            if left:
                time.sleep(0.05)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, batches))
