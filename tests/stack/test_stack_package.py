"""The code archive has everything that the functions import, and nothing of this machine helps them."""

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infrastructure.package import write

FOREIGN = {"infrastructure", "tests", "frontend", ".venv", ".local", "docs"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive as `make package` builds it."""
    folder = tmp_path_factory.mktemp("package")
    write(folder, with_code=True)
    return folder / "deployment.zip"


def test_archive_has_the_product_only(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        top = {name.partition("/")[0] for name in opened.namelist()}
    assert {"app.py", "chalicelib", "chalice"} <= top
    assert not top & FOREIGN


def test_every_module_of_the_product_is_compiled(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        names = set(opened.namelist())
    product = {name for name in names if name == "app.py" or (name.startswith("chalicelib/") and name.endswith(".py"))}
    assert {importlib.util.cache_from_source(name) for name in product} <= names


def test_application_is_imported_with_the_archive_alone(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    program = "import sys; sys.path.insert(0, '.'); import app"
    ran = subprocess.run([sys.executable, "-I", "-S", "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
