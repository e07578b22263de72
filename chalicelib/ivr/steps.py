"""What goes into the interpreter and what comes out: facts, inputs, state, actions, visits. All storable as JSON."""

from typing import Literal, TypeAlias

import msgspec

from chalicelib.ivr.base import Locale
from chalicelib.telephony.model import Prompt


class FlowContext(msgspec.Struct, frozen=True, kw_only=True):
    """The facts that a flow may ask about.

    now: ms since the epoch. caller, dialled: E.164 (or the carrier's word for a withheld number). open_schedules:
    schedule id → open now (`model.schedules_of` tells which are asked for; an absent one counts as closed). holidays:
    schedules that have a holiday today. country, places: where the number belongs (ISO 3166; in both languages). grade:
    the customer's. screening: what the lists say (black, white, none). variables: data that the call already carries;
    they override the document's.
    """

    now: int
    caller: str = ""
    dialled: str = ""
    open_schedules: dict[str, bool] = {}
    holidays: tuple[str, ...] = ()
    country: str = ""
    places: tuple[str, ...] = ()
    grade: int = 0
    screening: str = "none"
    variables: dict[str, str] = {}


class Digits(msgspec.Struct, frozen=True, tag="digits"):
    """Keys that the caller pressed (without the finishing key)."""

    keys: str


class Timeout(msgspec.Struct, frozen=True, tag="timeout"):
    """The caller pressed nothing in time."""


class Done(msgspec.Struct, frozen=True, tag="done"):
    """What was asked for is over: words were said, a handed-over call came back regularly."""


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A hand-over did not work. reason: busy, no_answer, unreachable, invalid_number, out_of_service, timeout, full,
    empty, closed, left, failed."""

    reason: str = "failed"


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """What a node asked for beyond the flow is known. outcome: the node's. values: variables that it sets."""

    outcome: str
    values: dict[str, str] = {}


Input: TypeAlias = Digits | Timeout | Done | Failed | Answered

Missed: TypeAlias = Literal["", "timeout", "invalid"]
Awaiting: TypeAlias = Literal["enter", "input", "outcome", "answer", "over"]


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """A flow that waits for the one that it called: where, on which version, with which variables.

    fallback: the group that takes the call when a flow without its own cannot go on.
    """

    flow_id: str
    version: int
    node: str
    attempts: dict[str, int] = {}
    variables: dict[str, str] = {}
    fallback: str = ""


class FlowState(msgspec.Struct, frozen=True, kw_only=True):
    """Where a call stands in its flow; the caller of the interpreter stores it and hands it back.

    flow_id, version, node: in the innermost flow; frames: the flows that called it, the outermost first. awaiting:
    `enter` (words are being said, then the node begins), `input` (keys), `outcome` (the call was handed over), `answer`
    (something is asked beyond the flow; asked_at: since when, 0 while nobody has begun), `over`. attempts: failed
    attempts by node. steps: nodes visited so far.
    """

    flow_id: str = ""
    version: int = 0
    node: str = ""
    awaiting: Awaiting = "enter"
    attempts: dict[str, int] = {}
    language: Locale = "zh-CN"
    variables: dict[str, str] = {}
    steps: int = 0
    frames: tuple[Frame, ...] = ()
    asked_at: int = 0
    facts: FlowContext = FlowContext(now=0)


class Speak(msgspec.Struct, frozen=True, tag="speak"):
    """Say the prompts. As a step's only action: then resume with Done."""

    prompts: tuple[Prompt, ...]


class Gather(msgspec.Struct, frozen=True, tag="gather"):
    """Say the prompts while listening to keys, then resume with Digits or Timeout. finish_on_key: "" for none."""

    prompts: tuple[Prompt, ...]
    num_digits: int
    timeout_s: int
    finish_on_key: str


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """Find out what the node at which the call stands asks for beyond the flow, then resume with Answered."""


class ToQueue(msgspec.Struct, frozen=True, tag="to_queue"):
    """Hand the call to a group's queue."""

    group_id: str
    priority: int = 0


class ToAgent(msgspec.Struct, frozen=True, tag="to_agent"):
    """Hand the call to one agent."""

    agent_id: str


class ToExtension(msgspec.Struct, frozen=True, tag="to_extension"):
    """Ring an extension."""

    extension: str


class ToOutside(msgspec.Struct, frozen=True, tag="to_outside"):
    """Connect the caller with an outside number (E.164)."""

    number: str


class ToVoicemail(msgspec.Struct, frozen=True, tag="to_voicemail"):
    """Take a message for a group or an agent. greeting: empty for the mailbox's own."""

    group_id: str | None
    agent_id: str | None
    greeting: tuple[Prompt, ...] = ()


class ToSurvey(msgspec.Struct, frozen=True, tag="to_survey"):
    """Ask the caller the questions of a survey, then resume with Done."""

    survey_id: str


class HangUp(msgspec.Struct, frozen=True, tag="hang_up"):
    """Say the message and end the call."""

    message: tuple[Prompt, ...] = ()


Action: TypeAlias = Speak | Gather | Ask | ToQueue | ToAgent | ToExtension | ToOutside | ToVoicemail | ToSurvey | HangUp


class Visit(msgspec.Struct, frozen=True):
    """A node that the call came through. outcome: the way it left by, "" while it waits there.

    label: the node's own. digits: what the caller keyed there, right or wrong. flow_id, version: of which flow it is.
    arrived: he comes to the node with this visit (one that waits is visited again when it is left). missed: the attempt
    of which this tells came to nothing.
    """

    node: str
    kind: str
    outcome: str = ""
    label: str = ""
    digits: str = ""
    flow_id: str = ""
    version: int = 0
    arrived: bool = False
    missed: Missed = ""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What happens next.

    actions: [Speak] then at most one of the others; the last one says what to wait for. problem: what went wrong
    with the flow itself, "" if nothing did (to be logged and shown to the administrator; the caller is taken care of).
    """

    state: FlowState
    actions: tuple[Action, ...]
    visits: tuple[Visit, ...] = ()
    problem: str = ""
