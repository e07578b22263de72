"""The published JSON Schema (draft 2020-12) of flow documents, made from the types. `python -m chalicelib.ivr.schema`
prints it; docs/flow.schema.json is that output."""

import json
from typing import Any

import msgspec

from chalicelib.ivr.model import Document

SCHEMA_ID = "urn:zhiyin:schema:flow:1"


def flow_schema() -> dict[str, Any]:
    """Return the schema as plain data."""
    (root,), components = msgspec.json.schema_components([Document], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Zhiyin call flow",
        **root,
        "$defs": components,
    }


def schema_text() -> str:
    """Return the schema as the published file holds it."""
    return json.dumps(flow_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
