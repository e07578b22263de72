"""Builds regions.sqlite, the offline table of where numbers belong: `python -m chalicelib.telephony.regions_build`.

phonenumbers holds the same data as Python modules, whose import takes four seconds and 200 MB: too much for a call's
first function. Run it again when phonenumbers is upgraded; a test compares the versions.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chalicelib.telephony.regions import FILE

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE name (id INTEGER PRIMARY KEY, zh TEXT NOT NULL, en TEXT NOT NULL);
CREATE TABLE area (prefix INTEGER PRIMARY KEY, name INTEGER NOT NULL);
CREATE TABLE network (prefix INTEGER PRIMARY KEY, name INTEGER NOT NULL);
CREATE TABLE country (code TEXT PRIMARY KEY, zh TEXT NOT NULL, en TEXT NOT NULL) WITHOUT ROWID;
"""


def build(file: Path = FILE) -> None:
    """Write the table anew."""
    import phonenumbers
    from phonenumbers.carrierdata import CARRIER_DATA
    from phonenumbers.geodata import GEOCODE_DATA
    from phonenumbers.geodata.locale import LOCALE_DATA

    file.unlink(missing_ok=True)
    table = sqlite3.connect(file)
    table.executescript(SCHEMA)
    names: dict[tuple[str, str], int] = {}
    table.executemany("INSERT INTO area VALUES (?, ?)", _rows(GEOCODE_DATA, names))
    table.executemany("INSERT INTO network VALUES (?, ?)", _rows(CARRIER_DATA, names))
    table.executemany("INSERT INTO name VALUES (?, ?, ?)", ((key, *words) for words, key in names.items()))
    countries = ((code, _word(words, "zh"), _word(words, "en")) for code, words in LOCALE_DATA.items())
    table.executemany("INSERT INTO country VALUES (?, ?, ?)", countries)
    table.execute("INSERT INTO meta VALUES ('phonenumbers', ?)", (phonenumbers.__version__,))
    table.commit()
    table.execute("VACUUM")
    table.close()


def _rows(data: dict[str, dict[str, str]], names: dict[tuple[str, str], int]) -> Iterable[tuple[int, int]]:
    for prefix in sorted(data):
        words = (data[prefix].get("zh", ""), data[prefix].get("en", ""))
        yield int(prefix), names.setdefault(words, len(names))


def _word(words: dict[str, Any], language: str) -> str:
    # "*en" says: the same as in English.
    word = str(words.get(language, ""))
    return str(words.get(word[1:], "")) if word.startswith("*") else word


if __name__ == "__main__":
    build()
