"""Render the product into one CloudFormation template and one code archive: `python -m infrastructure.package`.

The same template is deployed by `aws cloudformation deploy` (docs/deployment.md) and, with the few changes of
local/template.py, into the laptop's emulator.
"""

import argparse
import json
import shutil
from pathlib import Path

from infrastructure.packaging import alarms, api, compiled, functions, limits
from infrastructure.packaging.render import Template, render

PROJECT = Path(__file__).resolve().parents[1]
DESCRIPTION = "Zhiyin: a complete call centre"


def build(project: Path, *, with_code: bool) -> tuple[Template, Path | None]:
    """Return the finished template and the code archive (None without code)."""
    template, code = render(project, with_code=with_code)
    functions.apply(template, complete=with_code)
    api.apply(template)
    alarms.apply(template)
    template["Description"] = DESCRIPTION
    template["Outputs"] = {name: each for name, each in template["Outputs"].items() if not _is_noise(name)}
    return template, code


def _is_noise(output: str) -> bool:
    """Tell whether an output is one of Chalice's handler names and ARNs, which nothing reads."""
    return output.endswith(("HandlerArn", "HandlerName"))


def write(folder: Path, *, with_code: bool) -> Path:
    """Write template.json (and deployment.zip) into `folder`, check their limits and return the template's path."""
    template, code = build(PROJECT, with_code=with_code)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "template.json"
    path.write_text(json.dumps(template, indent=1, sort_keys=True))
    if code:
        code = Path(shutil.copyfile(code, folder / "deployment.zip"))
        print(f"compiled modules: {compiled.add(code)}")
    limits.check(template, path, code)
    return path


def main() -> None:
    """Command line: where to write, and whether to build the code archive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PROJECT / "dist")
    parser.add_argument("--without-code", action="store_true", help="render the template only")
    given = parser.parse_args()
    print(f"template: {write(given.out, with_code=not given.without_code)}")


if __name__ == "__main__":
    main()
