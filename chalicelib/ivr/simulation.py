"""A simulated call as its user sees it: what he sets, what he does, what he is told (IVR-9)."""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from chalicelib.ivr.base import Value, Variable
from chalicelib.ivr.steps import Visit

DRAFT = 0
"""The version by which the document that is being edited is known."""


class SimulationSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the simulated call is like. caller, dialled: as people write them; `anonymous` for a withheld number.

    at: its instant (ms); else `local` by the clock of `time_zone`; else now. grade: the customer's. variables: what the
    call carries.
    """

    caller: Annotated[str, Meta(max_length=40)] = ""
    dialled: Annotated[str, Meta(max_length=40)] = ""
    at: Annotated[int, Meta(ge=0, le=4_102_444_800_000)] | None = None
    local: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$")] | None = None
    time_zone: Annotated[str, Meta(max_length=64)] = "Asia/Shanghai"
    grade: Annotated[int, Meta(ge=0, le=9)] = 0
    variables: Annotated[dict[Variable, Value], Meta(max_length=100)] = {}


class Keys(msgspec.Struct, frozen=True, tag_field="does", tag="keys"):
    """The caller presses keys."""

    keys: Annotated[str, Meta(max_length=100)]


class Words(msgspec.Struct, frozen=True, tag_field="does", tag="words"):
    """The caller speaks. Flows listen to keys alone, so that is silence to them."""

    text: Annotated[str, Meta(max_length=500)]


class Silence(msgspec.Struct, frozen=True, tag_field="does", tag="silence"):
    """The caller does nothing."""


class Hears(msgspec.Struct, frozen=True, tag_field="does", tag="hears"):
    """The caller hears the words to their end."""


class Leaves(msgspec.Struct, frozen=True, tag_field="does", tag="leaves"):
    """The caller hangs up."""


class Outcome(msgspec.Struct, frozen=True, tag_field="does", tag="outcome"):
    """What was asked for or handed over ends so. values: variables that an answer sets."""

    outcome: Annotated[str, Meta(max_length=40)]
    values: Annotated[dict[Variable, Value], Meta(max_length=50)] = {}


Doing: TypeAlias = Keys | Words | Silence | Hears | Leaves | Outcome


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the caller hears: words in a language, or the address of a recording."""

    text: str = ""
    audio: str = ""
    language: str = ""


class Listening(msgspec.Struct, frozen=True, kw_only=True):
    """How keys are waited for. finish_on_key: "" for none."""

    num_digits: int
    timeout_s: int
    finish_on_key: str


class Simulated(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a simulated call.

    state: to be sent back with what happens next. node, flow_id, version: where the call stands (version 0: the
    document itself). awaiting: `input` keys, `outcome` of a hand-over, `answer` to a question, `enter` the end of
    words, `over`. heard: in order. visits: nodes on the way here. action, target: to whom the call is handed over.
    outcomes: what may come of it. sets: variables that an answer is known to set. hung_up: the caller did. not_heard:
    he spoke, and nothing listens. changed: the document is another than that of the step before. problem: of the flow
    itself.
    """

    state: str
    node: str
    flow_id: str = ""
    version: int = DRAFT
    awaiting: Literal["enter", "input", "outcome", "answer", "over"]
    heard: list[Heard] = []
    visits: list[Visit] = []
    language: str = ""
    variables: dict[str, str] = {}
    listening: Listening | None = None
    action: str = ""
    target: str = ""
    outcomes: list[str] = []
    sets: list[str] = []
    hung_up: bool = False
    not_heard: bool = False
    changed: bool = False
    problem: str = ""
