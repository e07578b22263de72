"""Builds regions.sqlite, the offline table of where numbers belong.

    python -m chalicelib.telephony.regions_build [--out FILE] [--areas CSV --source TEXT --licence TEXT]

phonenumbers holds the same data as Python modules, whose import takes four seconds and 200 MB: too much for a call's
first function. Run it again when phonenumbers is upgraded; a test compares the versions. With --areas the rows of a CSV
(prefix,zh,en – e.g. `861380013,北京市,Beijing`; English names smallest part first) replace those with the same prefix.
"""

import argparse
import csv
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chalicelib.telephony.regions import BUNDLED, Place, place_key

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE name (id INTEGER PRIMARY KEY, zh TEXT NOT NULL, en TEXT NOT NULL);
CREATE TABLE area (prefix INTEGER PRIMARY KEY, name INTEGER NOT NULL);
CREATE TABLE network (prefix INTEGER PRIMARY KEY, name INTEGER NOT NULL);
CREATE TABLE country (code TEXT PRIMARY KEY, zh TEXT NOT NULL, en TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE place (key TEXT PRIMARY KEY, zh TEXT NOT NULL, en TEXT NOT NULL) WITHOUT ROWID;
"""
SOURCE = "libphonenumber"
LICENCE = "Apache-2.0"
_PROVINCE = re.compile(r"^(.{2,8}?(?:省|自治区|市))(?=.)|^(内蒙古|广西|西藏|宁夏|新疆)")

Words = dict[str, str]


def build(file: Path = BUNDLED, own: Path | None = None, source: str = SOURCE, licence: str = LICENCE) -> None:
    """Write the table anew. own: a CSV of areas, of which source and licence are told."""
    import phonenumbers
    from phonenumbers.carrierdata import CARRIER_DATA
    from phonenumbers.geodata import GEOCODE_DATA
    from phonenumbers.geodata.locale import LOCALE_DATA

    areas: dict[str, Words] = {**GEOCODE_DATA, **(dict(_own(own)) if own else {})}
    countries = {code: (_word(words, "zh"), _word(words, "en")) for code, words in LOCALE_DATA.items()}
    file.unlink(missing_ok=True)
    table = sqlite3.connect(file)
    table.executescript(SCHEMA)
    names: dict[tuple[str, str], int] = {}
    table.executemany("INSERT INTO area VALUES (?, ?)", _rows(areas, names))
    table.executemany("INSERT INTO network VALUES (?, ?)", _rows(CARRIER_DATA, names))
    table.executemany("INSERT INTO name VALUES (?, ?, ?)", ((key, *words) for words, key in names.items()))
    table.executemany("INSERT INTO country VALUES (?, ?, ?)", ((code, *words) for code, words in countries.items()))
    places = {**{code: Place(key=code, zh=zh, en=en) for code, (zh, en) in countries.items()}, **_places(areas)}
    table.executemany("INSERT INTO place VALUES (?, ?, ?)", ((one.key, one.zh, one.en) for one in places.values()))
    version = phonenumbers.__version__
    told = f"{source} {version}" if source == SOURCE else f"{source} (+ {SOURCE} {version})"
    today = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH") or datetime.now(UTC).timestamp()), UTC)
    facts = {"phonenumbers": version, "source": told, "licence": licence, "made_on": today.date().isoformat()}
    table.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
    table.commit()
    table.execute("VACUUM")
    table.close()


def _own(file: Path) -> Iterator[tuple[str, Words]]:
    with file.open(newline="", encoding="utf-8-sig") as lines:
        for prefix, zh, en in csv.reader(lines):
            if prefix.isdigit():
                yield prefix, {"zh": zh.strip(), "en": en.strip()}


def _rows(data: dict[str, Words], names: dict[tuple[str, str], int]) -> Iterable[tuple[int, int]]:
    for prefix in sorted(data):
        words = (data[prefix].get("zh", ""), data[prefix].get("en", ""))
        yield int(prefix), names.setdefault(words, len(names))


def _places(areas: dict[str, Words]) -> dict[str, Place]:
    """Return the areas by their keys, and the provinces and states that they are part of."""
    found: dict[str, Place] = {}
    countries: dict[str, str] = {}
    for prefix in sorted(areas):
        zh, en = areas[prefix].get("zh", ""), areas[prefix].get("en", "")
        country = _country(prefix, countries)
        if not en or not country:
            continue
        key = place_key(country, en)
        if key not in found or not found[key].zh:
            found[key] = Place(key=key, zh=zh or en, en=en)
        whole = key.rpartition("/")[0]
        if "/" in whole and whole not in found:
            found[whole] = Place(key=whole, zh=_province(zh) or en.rpartition(",")[2].strip(),
                                 en=en.rpartition(",")[2].strip())  # fmt: skip
    return found


def _province(zh: str) -> str:
    found = _PROVINCE.match(zh)
    return (found[1] or found[2]) if found else ""


def _country(prefix: str, known: dict[str, str]) -> str:
    """Return the country of an area's prefix; by an example number where several share a country code."""
    import phonenumbers
    from phonenumbers.data import _COUNTRY_CODE_TO_REGION_CODE as REGIONS  # pyright: ignore[reportPrivateUsage]

    code = next(prefix[:size] for size in (1, 2, 3) if int(prefix[:size]) in REGIONS)
    regions = REGIONS[int(code)]
    if len(regions) == 1:
        return regions[0]
    key = prefix[:4] if code == "1" else prefix
    if key not in known:
        known[key] = _by_example(prefix, phonenumbers) or regions[0]
    return known[key]


def _by_example(prefix: str, phonenumbers: Any) -> str:
    for length in range(10, 14):
        number = phonenumbers.parse("+" + (prefix + "2345678902345")[: max(length, len(prefix) + 1)])
        region = phonenumbers.region_code_for_number(number)
        if region:
            return region
    return ""


def _word(words: dict[str, Any], language: str) -> str:
    # "*en" says: the same as in English.
    word = str(words.get(language, ""))
    return str(words.get(word[1:], "")) if word.startswith("*") else word


def main() -> None:
    """Read the command line."""
    options = argparse.ArgumentParser(description="Build the table of where numbers belong.")
    options.add_argument("--out", type=Path, default=BUNDLED)
    options.add_argument("--areas", type=Path)
    options.add_argument("--source", default=SOURCE)
    options.add_argument("--licence", default=LICENCE)
    given = options.parse_args()
    build(given.out, given.areas, given.source, given.licence)


if __name__ == "__main__":
    main()
