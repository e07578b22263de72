"""CloudFormation's and Lambda's limits, checked before anybody waits for a deploy to fail."""

import zipfile
from pathlib import Path

from infrastructure.packaging.render import Template

TEMPLATE_BYTES = 1_000_000
RESOURCES = 500
PARAMETERS = 200
OUTPUTS = 200
CODE_ZIPPED_BYTES = 50_000_000
CODE_BYTES = 262_144_000
API_PATHS = 290
"""API Gateway allows 300 path resources; the root and the stage's own are counted as well."""


def check(template: Template, path: Path, code: Path | None) -> None:
    """Raise SystemExit that names every limit that is passed."""
    found = {
        "template bytes": (path.stat().st_size, TEMPLATE_BYTES),
        "resources": (len(template["Resources"]), RESOURCES),
        "parameters": (len(template["Parameters"]), PARAMETERS),
        "outputs": (len(template["Outputs"]), OUTPUTS),
        "API path resources": (_path_resources(template), API_PATHS),
    }
    if code:
        found["code bytes, zipped"] = (code.stat().st_size, CODE_ZIPPED_BYTES)
        found["code bytes"] = (_unzipped(code), CODE_BYTES)
    passed = [f"{what}: {is_now} of {most}" for what, (is_now, most) in found.items() if is_now > most]
    for what, (is_now, most) in found.items():
        print(f"{what}: {is_now} of {most}")
    if passed:
        raise SystemExit(f"over a limit: {'; '.join(passed)}")


def _path_resources(template: Template) -> int:
    """Count what API Gateway counts: every distinct prefix of every path."""
    paths: list[str] = list(template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"])
    prefixes = {
        tuple(parts[:depth]) for parts in (path.split("/") for path in paths) for depth in range(1, len(parts) + 1)
    }
    return len(prefixes)


def _unzipped(code: Path) -> int:
    with zipfile.ZipFile(code) as archive:
        return sum(entry.file_size for entry in archive.infolist())
