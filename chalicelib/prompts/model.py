"""A prompt: a name, and per language either audio or words that the carrier speaks."""

from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from chalicelib.kernel.records import Record

Locale = Literal["zh-CN", "en"]
LOCALES: Final[tuple[Locale, Locale]] = ("zh-CN", "en")

RATE: Final = 8_000
SECONDS_LIMIT: Final = 600
HEADER_LIMIT: Final = 64 * 1024
SIZE_LIMIT: Final = RATE * 2 * SECONDS_LIMIT + HEADER_LIMIT
"""Bytes of a file: ten minutes of mono 16-bit at 8 kHz, and what may stand around it."""
TEXT_LIMIT: Final = 2_000

PromptId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$", max_length=64)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", max_length=64)]
Text = Annotated[str, Meta(min_length=1, max_length=TEXT_LIMIT)]
FileName = Annotated[str, Meta(max_length=200)]


class Audio(msgspec.Struct, frozen=True, kw_only=True, tag="audio", tag_field="kind"):
    """A WAV file in the bucket: mono, 8 kHz, 16-bit. key: where, with its hash. name: of the file that was given.

    size: bytes. at: when it was put in (ms), by whom.
    """

    key: str
    sha256: str
    seconds: float
    size: int
    name: str = ""
    at: int = 0
    by: str = ""


class Spoken(msgspec.Struct, frozen=True, tag="spoken", tag_field="kind"):
    """Words that the carrier speaks; `{variable}` takes its value from the call."""

    text: Text


Content: TypeAlias = Audio | Spoken


class Prompt(Record, frozen=True, kw_only=True):
    """A prompt of the library. note: for its readers. updated_at: ms."""

    prompt_id: str
    name: str
    note: str = ""
    contents: dict[Locale, Content] = {}
    updated_at: int = 0
    updated_by: str = ""


class PromptUser(msgspec.Struct, frozen=True):
    """Who uses a prompt."""

    kind: Literal["flow", "group", "survey"]
    id: str
    name: str
