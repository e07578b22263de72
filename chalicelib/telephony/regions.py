"""Where numbers belong, from a small read-only table beside this file (made by regions_build)."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

FILE = Path(__file__).with_name("regions.sqlite")
LONGEST_PREFIX = 12

Table = Literal["area", "network"]
Language = Literal["zh", "en"]


@cache
def _table() -> Any:
    import sqlite3

    # immutable: Lambda's file system takes no lock file. SQLite serialises the threads of a local server.
    return sqlite3.connect(f"file:{FILE}?immutable=1", uri=True, check_same_thread=False)


def name_of(digits: str, table: Table, language: Language) -> str:
    """Return the name for the longest known prefix of an international number without its plus sign, or ""."""
    prefixes = [int(digits[:length]) for length in range(1, min(len(digits), LONGEST_PREFIX) + 1)]
    places = ",".join("?" * len(prefixes))
    found = _table().execute(
        f"SELECT {language} FROM {table} JOIN name ON name.id = {table}.name"
        f" WHERE prefix IN ({places}) AND {language} != '' ORDER BY prefix DESC LIMIT 1",
        prefixes,
    )
    row = found.fetchone()
    return str(row[0]) if row else ""


def country_name(code: str, language: Language) -> str:
    """Return the name of a country by its ISO code, or ""."""
    row = _table().execute(f"SELECT {language} FROM country WHERE code = ?", (code,)).fetchone()
    return str(row[0]) if row else ""


def data_version() -> str:
    """Return the version of phonenumbers from which the table was made."""
    return str(_table().execute("SELECT value FROM meta WHERE key = 'phonenumbers'").fetchone()[0])
