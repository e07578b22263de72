"""What documents are made of: names, texts, prompts, and what every node has. Plain data."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.prompts.model import LOCALES as LOCALES
from chalicelib.prompts.model import Locale

TEXT_LIMIT = 2_000
KEYS = frozenset("0123456789*#")
READ_ONLY = frozenset({"caller", "dialled"})

LOCALE_OF: dict[str, Locale] = {"zh-CN": "zh-CN", "en": "en"}
Outcome = Annotated[str, Meta(pattern=r"^[a-z0-9_*#-]{1,40}$", max_length=40)]
NodeId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$", max_length=64)]
Variable = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$", max_length=40)]
Value = Annotated[str, Meta(max_length=500)]
Text = Annotated[str, Meta(max_length=TEXT_LIMIT)]
Url = Annotated[str, Meta(pattern=r"^https?://\S+$", max_length=2_000)]
Id = Annotated[str, Meta(min_length=1, max_length=128)]
Clock = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
Coordinate = Annotated[int, Meta(ge=-1_000_000, le=1_000_000)]
Place = Annotated[list[Coordinate], Meta(min_length=2, max_length=2)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the document; fields that nobody knows are refused, since a typing error would be silent."""


class FlowPrompt(Part, frozen=True, kw_only=True):
    """Something the caller hears, per language: an audio file, else spoken text (`{variable}` takes its value).

    prompt_id: a prompt of the library, as it is when it is heard; texts and audio stand in for languages that it lacks.
    language: says it in this language whatever the caller's is (a greeting in both languages is two prompts).
    """

    prompt_id: Id | None = None
    texts: dict[Locale, Text] = {}
    audio: dict[Locale, Url] = {}
    language: Locale | None = None


Prompts = Annotated[list[FlowPrompt], Meta(max_length=10)]


class NodeBase(Part, tag_field="kind", frozen=True, kw_only=True):
    """What all nodes have. label: for the reader. edges: outcome → next node.

    at: where an editor shows the node, [x, y] in pixels; absent until somebody moved it. It means nothing to a call.
    """

    label: Annotated[str, Meta(max_length=200)] = ""
    edges: dict[Outcome, NodeId] = {}
    at: Place | msgspec.UnsetType = msgspec.UNSET
