"""Where numbers belong, from a small read-only table beside this file (made by regions_build).

Another table may take its place: ZHIYIN_REGIONS_FILE names it (a file in a Lambda layer, say).
"""

import re
from functools import cache
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

import msgspec

from chalicelib.kernel.config import config

BUNDLED = Path(__file__).with_name("regions.sqlite")
LONGEST_PREFIX = 12
PLACES_LIMIT = 50

Table = Literal["area", "network"]
Language = Literal["zh", "en"]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A country, province or city. key: `CN`, `CN/guangdong`, `CN/guangdong/shenzhen`; it outlives translations."""

    key: str
    zh: str
    en: str


class TableFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Where the table comes from. made_on: YYYY-MM-DD."""

    source: str
    licence: str
    made_on: str


@cache
def _table() -> Any:
    import sqlite3

    # immutable: Lambda's file system takes no lock file. SQLite serialises the threads of a local server.
    file = config().regions_file or BUNDLED
    return sqlite3.connect(f"file:{file}?immutable=1", uri=True, check_same_thread=False)


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


def place_key(country: str, area: str) -> str:
    """Return the key of an area by its English name, the smallest part first: `Shenzhen, Guangdong`."""
    parts = (_slug(part) for part in reversed(area.split(",")))
    return "/".join([country, *(part for part in parts if part)])


def _slug(text: str) -> str:
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def find_places(text: str, limit: int = PLACES_LIMIT) -> list[Place]:
    """Return places whose name in either language, or key, has the text in it: the biggest and shortest first."""
    wanted = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found = _table().execute(
        "SELECT key, zh, en FROM place"
        " WHERE zh LIKE ?1 ESCAPE '\\' OR en LIKE ?1 ESCAPE '\\' OR key LIKE ?1 ESCAPE '\\'"
        " ORDER BY key != 'CN', substr(key, 1, 2) != 'CN', length(key) - length(replace(key, '/', '')), length(en), key"
        " LIMIT ?2",
        (f"%{wanted}%", limit),
    )
    return [Place(key=key, zh=zh, en=en) for key, zh, en in found]


def places_of(keys: list[str]) -> list[Place]:
    """Return the places with these keys, those that there are."""
    found = _table().execute(
        f"SELECT key, zh, en FROM place WHERE key IN ({','.join('?' * len(keys))}) ORDER BY key", keys
    )
    return [Place(key=key, zh=zh, en=en) for key, zh, en in found]


def table_facts() -> TableFacts:
    """Return where the table comes from."""
    return TableFacts(source=_meta("source"), licence=_meta("licence"), made_on=_meta("made_on"))


def data_version() -> str:
    """Return the version of phonenumbers from which the table was made."""
    return _meta("phonenumbers")


def _meta(key: str) -> str:
    return str(_table().execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0])
