"""Each function mounts what it serves and imports no more: asked of app.py in a process of its own."""

import json
import os
import subprocess
import sys

import pytest
import yaml

from chalicelib import mounting
from infrastructure.supervision import PROJECT

FUNCTIONS = PROJECT / "infrastructure/packaging/functions.yaml"
ASK = """
import json, sys, app
ours = [name for name in sys.modules if name.startswith("chalicelib")]
print(json.dumps({"routes": list(app.app.routes), "modules": ours}))
"""
SOME_API, SOME_VOICE = "/api/calls/{call_id}", "/voice/inbound"
API_ALONE = {"chalicelib.crm.routes", "chalicelib.identity.routes", "chalicelib.reference"}


def imported_as(function: str) -> tuple[set[str], set[str]]:
    """Return the routes and our modules in a process of a function."""
    environment = {**os.environ, "AWS_LAMBDA_FUNCTION_NAME": function, "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return set(found["routes"]), set(found["modules"])


@pytest.mark.parametrize("function", ["", "zhiyin-production-somebody-renamed-it"])
def test_a_process_that_is_no_known_function_mounts_everything(function: str) -> None:
    routes, modules = imported_as(function)
    assert {SOME_API, SOME_VOICE} <= routes
    assert modules >= API_ALONE


def test_the_api_answers_no_webhooks() -> None:
    routes, modules = imported_as("zhiyin-production-api")
    assert SOME_API in routes
    assert not any(route.startswith("/voice") for route in routes)
    assert modules >= API_ALONE


def test_the_voice_function_answers_webhooks_alone() -> None:
    routes, modules = imported_as("zhiyin-production-voice")
    assert SOME_VOICE in routes
    assert all(route.startswith("/voice") for route in routes)
    assert not modules & API_ALONE


@pytest.mark.parametrize("name", ["on_dispatch", "websocket_message", "authorizer", "sweep", "reconcile_recordings"])
def test_a_worker_answers_nothing_and_has_its_trigger_at_hand(name: str) -> None:
    routes, modules = imported_as(f"zhiyin-production-{name}")
    assert routes == set()
    assert not modules & API_ALONE
    assert mounting.WORKERS[name] in modules


def test_every_function_is_known() -> None:
    assert {*mounting.WORKERS, "api", "voice"} == set(yaml.safe_load(FUNCTIONS.read_text()))


def test_each_trigger_is_imported_from_where_its_function_prepares() -> None:
    source = (PROJECT / "app.py").read_text()
    for name, module in mounting.WORKERS.items():
        body = source.partition(f"def {name}(")[2].partition("\n\n\n")[0]
        package, _, last = module.rpartition(".")
        assert f"from {package} import {last}" in body or f"from {module} import" in body, name
