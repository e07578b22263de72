"""A template or archive over a limit is refused with the limit's name."""

import json
from pathlib import Path
from typing import Any

import pytest

from infrastructure.packaging import limits


def template(paths: int) -> dict[str, Any]:
    """Return a template with so many paths of one level."""
    definition = {"paths": {f"/{number}": {} for number in range(paths)}}
    api = {"Type": "AWS::Serverless::Api", "Properties": {"DefinitionBody": definition}}
    return {"Resources": {"RestAPI": api}, "Parameters": {}, "Outputs": {}}


def written(folder: Path, content: dict[str, Any], size: int = 0) -> Path:
    """Write the template, padded to a size."""
    path = folder / "template.json"
    path.write_text(json.dumps(content).ljust(size))
    return path


def test_small_template_passes(tmp_path: Path) -> None:
    content = template(3)
    limits.check(content, written(tmp_path, content), None)


def test_too_many_paths_are_refused(tmp_path: Path) -> None:
    content = template(limits.API_PATHS)
    with pytest.raises(SystemExit, match="API path resources"):
        limits.check(content, written(tmp_path, content), None)


def test_too_large_template_is_refused(tmp_path: Path) -> None:
    content = template(1)
    with pytest.raises(SystemExit, match="template bytes"):
        limits.check(content, written(tmp_path, content, limits.TEMPLATE_BYTES + 1), None)
