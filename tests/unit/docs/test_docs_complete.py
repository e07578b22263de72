"""Whatever the product has is documented, and nothing is documented that it has not."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from chalicelib import reference
from chalicelib.identity.permissions import BUILTIN, CATALOGUE
from chalicelib.kernel.config import Config

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
CLOUD = ROOT / "infrastructure" / "cloud"


def _text(name: str) -> str:
    return (DOCS / name).read_text()


def _first_cells(text: str) -> list[str]:
    """Return the code words in the first cells of tables."""
    return [name for line in re.findall(r"^\| ([^|]*)\|", text, re.M) for name in re.findall(r"`([^`]+)`", line)]


class _Template(yaml.SafeLoader):
    """CloudFormation, its tags as plain values."""


def _plain(loader: _Template, _tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]


_Template.add_multi_constructor("!", _plain)


def _resources(pattern: str, kind: str) -> list[dict[str, Any]]:
    found = [yaml.load(file.read_text(), _Template)["Resources"] for file in sorted(CLOUD.glob(pattern))]
    return [each["Properties"] for part in found for each in part.values() if each["Type"] == kind]


def _keys(schema: list[dict[str, str]]) -> list[str]:
    return [part["AttributeName"] for part in schema]


def _tables() -> dict[str, dict[str, Any]]:
    return {each["TableName"].rpartition("-")[2]: each for each in _resources("tables*.yaml", "AWS::DynamoDB::Table")}


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    """The committed document."""
    return json.loads(_text("openapi.json"))


def test_the_committed_document_is_that_of_the_routes() -> None:
    from infrastructure.openapi import text

    assert _text("openapi.json") == text(), "run `make openapi`"


def test_the_document_is_valid(openapi: dict[str, Any]) -> None:
    validate(openapi)


def test_every_operation_names_a_known_permission(openapi: dict[str, Any]) -> None:
    named = {operation["x-permission"] for methods in openapi["paths"].values() for operation in methods.values()}
    assert named <= {permission.name for permission in CATALOGUE} | {"public"}


def test_operations_have_names_of_their_own(openapi: dict[str, Any]) -> None:
    ids = [operation["operationId"] for methods in openapi["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


def test_the_page_shows_every_operation_and_executes_nothing(openapi: dict[str, Any]) -> None:
    hostile = json.loads(json.dumps(openapi).replace("Read the live wall", "<script>alert(1)</script>"))
    page = reference.page(hostile)
    assert page.count("<summary><b>") == sum(len(methods) for methods in openapi["paths"].values())
    assert "<script" not in page


def test_every_permission_with_its_roles() -> None:
    text = _text("permissions.md")
    for permission in CATALOGUE:
        roles = ", ".join(role.role_id for role in BUILTIN.values() if permission.name in role.permissions)
        label = permission.label
        assert f"| `{permission.name}` | {label.en} | {label.zh_cn} | {roles} |" in text
    for role in BUILTIN.values():
        assert f"| `{role.role_id}` | {role.name.en} | {role.name.zh_cn} | `{role.scope}` |" in text
    dotted = {name for name in _first_cells(text) if "." in name}
    assert dotted == {permission.name for permission in CATALOGUE}


def test_every_variable() -> None:
    fields = {f"ZHIYIN_{name.upper()}" for name in Config.__struct_fields__}
    assert fields == set(_first_cells(_text("configuration.md")))


@pytest.mark.parametrize("name", sorted(_tables()))
def test_every_table_with_its_keys_and_indexes(name: str) -> None:
    found = re.search(rf"^### {name}\n(.*?)(?=^##|\Z)", _text("data.md"), re.M | re.S)
    assert found, f"docs/data.md has no section for {name}"
    section, table = " ".join(found[1].split()), _tables()[name]
    assert section.startswith("Key " + ", ".join(f"`{key}`" for key in _keys(table["KeySchema"])))
    for index in table.get("GlobalSecondaryIndexes", []):
        keys = ", ".join(f"`{key}`" for key in _keys(index["KeySchema"]))
        assert f"`{index['IndexName']}` ({keys}" in section
    assert ("TTL" in section) == ("TimeToLiveSpecification" in table)
    assert ("Stream to" in section) == ("StreamSpecification" in table)


def test_no_table_that_is_not_there() -> None:
    assert set(re.findall(r"^### (\w+)$", _text("data.md"), re.M)) == set(_tables())


def _event_types() -> Iterator[str]:
    """Yield the types in calls of `record("…")` and `event(at, "…")`."""
    for file in (ROOT / "chalicelib").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                place = {"record": 0, "event": 1}.get(called)
                if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
                    yield str(node.args[place].value)  # type: ignore[attr-defined]


def test_every_event_type() -> None:
    assert set(_first_cells(_text("events.md"))) == set(_event_types())


def test_every_function_and_dead_letter_queue() -> None:
    functions = yaml.safe_load((ROOT / "infrastructure" / "packaging" / "functions.yaml").read_text())
    queues = [each["QueueName"] for each in _resources("queues.yaml", "AWS::SQS::Queue")]
    dead = {name.removeprefix("${App}-${Stage}-").removesuffix(".fifo") for name in queues if "dead" in name}
    named = set(_first_cells(_text("operations.md")))
    assert named == set(functions) | dead


def _headings(path: Path) -> list[tuple[int, bool]]:
    """Return the levels of a file's headings and whether a picture, figure or table follows."""
    parts = re.split(r"^(#+) .*$", path.read_text(), flags=re.M)[1:]
    return [
        (len(level), bool(re.search(r"!\[|```|^\|", body, re.M)))
        for level, body in zip(parts[::2], parts[1::2], strict=True)
    ]


PAIRS = [
    ("README.md", "README.zh-CN.md"),
    ("docs/user-guide.en.md", "docs/user-guide.zh-CN.md"),
    ("docs/admin-guide.en.md", "docs/admin-guide.zh-CN.md"),
]


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_both_languages_have_the_same_sections(english: str, chinese: str) -> None:
    assert _headings(ROOT / english) == _headings(ROOT / chinese)


@pytest.mark.parametrize(("english", "chinese"), PAIRS)
def test_both_languages_name_the_same_keys_links_and_commands(english: str, chinese: str) -> None:
    def said(path: str) -> set[str]:
        text = (ROOT / path).read_text()
        return {
            *re.findall(r"Alt\+[A-Z]", text),
            *re.findall(r"\]\((docs/[^)]*)\)", text),
            *re.findall(r"make \w+", text),
        }

    different = {link for link in said(english) ^ said(chinese) if "-guide." not in link}
    assert different == set()


def test_the_guides_name_the_shortcuts_of_the_page() -> None:
    keys = set(re.findall(r"'([A-Z])'", (ROOT / "frontend/src/bar/keys.ts").read_text()))
    for name in ("user-guide.en.md", "user-guide.zh-CN.md"):
        assert set(re.findall(r"Alt\+([A-Z])", _text(name))) == keys


def _links() -> list[tuple[Path, str]]:
    files = [ROOT / "README.md", ROOT / "README.zh-CN.md", *DOCS.rglob("*.md")]
    found = [(file, link) for file in files for link in re.findall(r"\]\(([^)#]+)\)", file.read_text())]
    return [(file, link) for file, link in found if "://" not in link]


@pytest.mark.parametrize(("file", "link"), _links(), ids=str)
def test_links_lead_somewhere(file: Path, link: str) -> None:
    assert (file.parent / link).exists()


def test_every_library_that_ships_has_its_line() -> None:
    shipped = re.findall(r"^([a-z0-9-]+)", (ROOT / "requirements.txt").read_text(), re.M)
    text = "".join(file.read_text() for file in (DOCS / "decisions").glob("*-libraries.md"))
    assert [name for name in shipped if f"| {name} |" not in text] == []
