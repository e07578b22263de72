"""The laptop's demo data: made whole, twice is once, and what somebody changed stays."""

import importlib

import boto3
import msgspec
import pytest

from chalicelib.directory import service as directory
from chalicelib.directory import tables as directory_tables
from chalicelib.identity import service as identity
from chalicelib.identity import tables as identity_tables
from chalicelib.ivr import service as flows
from infrastructure.local import demo, seed

STEPS = [hook.partition(":")[2] for hook in seed.HOOKS if hook.startswith("infrastructure.local.demo:")]


def run() -> None:
    for step in STEPS:
        getattr(demo, step)()


def rows() -> dict[str, int]:
    """Return how many items each table holds."""
    client = boto3.client("dynamodb")
    names = client.list_tables()["TableNames"]
    return {name: client.scan(TableName=name, Select="COUNT")["Count"] for name in names}


@pytest.fixture
def seeded(tables):  # noqa: ARG001
    run()


def test_every_hook_exists():
    for hook in seed.HOOKS:
        module, _, function = hook.partition(":")
        assert callable(getattr(importlib.import_module(module), function))


def test_the_demo_is_whole(seeded):
    assert seeded is None
    for account in seed.ACCOUNTS:
        who = identity.principal(account.username)
        assert who is not None, account.username
        assert "self.read" in who.permissions
    agent1 = identity.find_user("agent1")
    assert agent1 is not None
    assert (agent1.extension, agent1.pinyin, agent1.department_id) == ("1001", "lijing", "sales")
    decision = directory.route_inbound("+861055550100", "+8613800138000", 1_800_000_000_000)
    assert (decision.kind, decision.route.kind, decision.route.id) == ("route", "flow", "demo")
    counted = rows()
    assert counted["zhiyin-local-customers"] == 35
    assert counted["zhiyin-local-groups"] == 2
    assert counted["zhiyin-local-memberships"] == 8
    assert [version.version for version in flows.versions("demo")] == [1]


def test_twice_is_once_and_changes_stay(seeded):
    assert seeded is None
    before = rows()
    agent1 = identity_tables.users.read("agent1")
    identity_tables.users.update(msgspec.structs.replace(agent1, name="改名"))
    trunk = directory_tables.trunk_numbers.read("+861055550100")
    directory_tables.trunk_numbers.update(msgspec.structs.replace(trunk, name="新名"))
    run()
    assert rows() == before
    assert identity_tables.users.read("agent1").name == "改名"
    assert directory_tables.trunk_numbers.read("+861055550100").name == "新名"
