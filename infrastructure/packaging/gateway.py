"""Write the gateway hosts' template for CloudFormation: `python -m infrastructure.packaging.gateway`.

CloudFormation reads neither YAML's anchors nor its merge keys; here both are written out.
"""

import argparse
import json
from pathlib import Path

from infrastructure.packaging.render import Template, load

PROJECT = Path(__file__).resolve().parents[2]
SOURCE = PROJECT / "infrastructure" / "cloud-gateway" / "template.yaml"
CODE = (
    "infrastructure/__init__.py",
    "infrastructure/supervision",
    "infrastructure/voice",
    "infrastructure/cloud-gateway",
    "docs/gateway.md",
    "docs/gateway.zh-CN.md",
)
"""What a host gets of the project."""
LIMIT_BYTES = 51_200
"""The longest template that is deployed without a bucket."""


def template() -> Template:
    """Return the template with everything written out."""
    return load(SOURCE)


def write(folder: Path) -> Path:
    """Write gateway.json into `folder` and return its path. Errors: ValueError when it is too long."""
    text = json.dumps(template(), separators=(",", ":"))
    if len(text.encode()) > LIMIT_BYTES:
        raise ValueError(f"the template has {len(text.encode())} bytes, more than {LIMIT_BYTES}")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "gateway.json"
    path.write_text(text)
    return path


def main() -> None:
    """Command line: where to write; --code: print what a host gets instead."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PROJECT / "dist")
    parser.add_argument("--code", action="store_true")
    asked = parser.parse_args()
    print(*CODE) if asked.code else print(f"template: {write(asked.out)}")


if __name__ == "__main__":
    main()
