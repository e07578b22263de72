"""Put compiled modules into the code archive: Lambda cannot keep them, and compiling takes most of a cold start.

Only modules that the functions import are compiled, by the Python that the template names as runtime (its own version).
The compiled files are not checked against their sources, so no date has to match; the same sources give the same bytes.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

DATE = (1980, 1, 1, 0, 0, 0)
"""The date that Chalice gives to every entry, so that an archive depends on what is in it alone."""

PROGRAM = """
import importlib, pkgutil, py_compile, sys
from pathlib import Path

here = Path.cwd()
sys.path.insert(0, str(here))
import app, chalicelib
for each in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
    importlib.import_module(each.name)
files = {Path(module.__file__) for module in sys.modules.values() if getattr(module, "__file__", None)}
for file in sorted(file for file in files if file.suffix == ".py" and file.is_relative_to(here)):
    name = str(file.relative_to(here))
    print(py_compile.compile(
        str(file), dfile=name, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
    ))
"""


def add(archive: Path) -> int:
    """Add the compiled modules to an archive that has app.py and chalicelib; return how many."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(folder)
        files = [Path(line) for line in _run(folder).splitlines()]
        with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as opened:
            for file in files:
                entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), DATE)
                entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
                opened.writestr(entry, file.read_bytes())
    return len(files)


def _run(folder: Path) -> str:
    """Import and compile with the archive alone; the hash seed is fixed, since it orders what the compiler keeps."""
    command = [sys.executable, "-S", "-B", "-P", "-c", PROGRAM]
    ran = subprocess.run(command, cwd=folder, env={"PYTHONHASHSEED": "0"}, capture_output=True, text=True)
    if ran.returncode:
        raise SystemExit(f"the archive cannot be imported: {ran.stderr}")
    return ran.stdout
