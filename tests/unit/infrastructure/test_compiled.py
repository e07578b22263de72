"""Compiled modules in the code archive: of what is imported, used without their sources' dates, the same every time."""

import importlib.util
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infrastructure.packaging import compiled

SOURCES = {
    "app.py": "import library\n",
    "library.py": "NAMES = frozenset({'b', 'a', 'c'})\n",
    "unused.py": "raise RuntimeError\n",
    "chalicelib/__init__.py": "",
    "chalicelib/later.py": "def work() -> None: ...\n",
}


def archive_of(path: Path, sources: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in sources.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return path


def test_what_is_imported_is_compiled_and_twice_the_same(tmp_path: Path) -> None:
    first, second = (archive_of(tmp_path / name, SOURCES) for name in ("first.zip", "second.zip"))
    assert (compiled.add(first), compiled.add(second)) == (4, 4)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        names = {importlib.util.source_from_cache(name) for name in archive.namelist() if name.endswith(".pyc")}
    assert names == set(SOURCES) - {"unused.py"}


def test_they_are_used_whatever_the_date_of_the_source(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "code.zip", SOURCES)
    compiled.add(archive)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    (tmp_path / "library.py").write_text("raise RuntimeError('the source was compiled')\n")
    program = "import sys; sys.path.insert(0, '.'); import app"
    subprocess.run([sys.executable, "-I", "-S", "-B", "-c", program], cwd=tmp_path, check=True)


def test_an_archive_that_does_not_import_is_refused(tmp_path: Path) -> None:
    archive = archive_of(tmp_path / "code.zip", {**SOURCES, "app.py": "import missing\n"})
    with pytest.raises(SystemExit, match="missing"):
        compiled.add(archive)
