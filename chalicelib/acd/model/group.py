"""A group: a queue with its members, and how its calls are treated."""

from typing import Annotated, Literal

import msgspec

from chalicelib.acd.model.recorded import RecordingControl
from chalicelib.acd.model.requirement import SkillRule
from chalicelib.directory.conditions import Conditions
from chalicelib.directory.model import Route
from chalicelib.kernel.records import Record

Method = Literal[
    "longest_idle", "level_longest_idle", "round_robin", "fewest_calls", "least_talk", "linear", "random", "weighted",
    "ring_all", "own",
]  # fmt: skip
"""Who of a group's ready agents gets its next call; `rules.lists.ready_sort` says what each means."""
Text = dict[str, str]
Formula = Annotated[str, msgspec.Meta(max_length=1_000)]
Memory = Literal["none", "last_agent", "owner"]
SurveyAsked = Literal["never", "every", "agent", "share"]
"""Which of a group's callers hear its survey: none, all, those whom the agent sends to it, a share of all."""


class PriorityRule(msgspec.Struct, frozen=True, kw_only=True):
    """Points of priority that a call gets when the conditions hold; those of all rules that do are added up."""

    when: Conditions
    points: Annotated[int, msgspec.Meta(ge=-100, le=100)]


class Group(Record, frozen=True, kw_only=True):
    """A group. Durations in seconds. Texts by locale (`zh-CN`, `en`).

    ageing_rate: points of priority that a waiting call gains per minute (0: priority is absolute). former_methods: what
    `method` was, with the last change at method_at (ms); kept by the service, whatever a client sends.

    greeting_prompt_id, music_prompt_id: prompts of the library, which go before greeting and music_url.
    service_level_min: percentage below which calls, new and waiting ones, go by service_level_route.
    queue_flow_id: a flow that runs while callers wait, instead of greeting, place, keys, longest wait and overflow.
    callback_key: with it a waiting caller asks to be called back; callback_tries: how often he is called at most,
    callback_retry_s apart.
    own_rule: of the method `own`: a formula that scores each ready agent, the highest is taken, or `python:<name>` of
    an installed entry point. skill_rules: what calls require of their agent. memory: whom a caller is kept for, for
    memory_s: the agent who served him last (within memory_days), or the owner of the customer. priority_rules,
    priority_formula: points that calls come with. show_listening: whether agents see that a supervisor listens (None:
    as the organisation has it); that he whispers or talks they always see. recording_pause_s: after which a pause of
    the recording ends by itself.
    survey_id: what callers are asked after the conversation, see SurveyAsked; survey_share: per cent of them, with
    `share`. survey_outbound: after calls out as well.
    """

    group_id: str
    name: str
    extension: str = ""
    method: Method = "longest_idle"
    former_methods: tuple[Method, ...] = ()
    method_at: int = 0
    ring_s: int = 20
    wrap_up_s: int = 30
    wrap_up_limit_s: int = 300
    max_wait_s: int | None = None
    timeout_route: Route | None = None
    max_waiting: int | None = None
    overflow_route: Route | None = None
    empty_route: Route | None = None
    leave_key: str | None = None
    leave_route: Route | None = None
    schedule_id: str | None = None
    closed_route: Route | None = None
    greeting: Text = {}
    greeting_prompt_id: str | None = None
    music_url: str | None = None
    music_prompt_id: str | None = None
    announce_position: bool = True
    announce_every_s: int = 30
    announce_agent: bool = True
    record: bool = True
    recording_control: RecordingControl = "none"
    recording_pause_s: Annotated[int, msgspec.Meta(ge=10, le=900)] = 120
    show_listening: bool | None = None
    service_level_s: int = 20
    service_level_min: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = None
    service_level_route: Route | None = None
    ageing_rate: float = 1.0
    department_id: str | None = None
    voicemail_greeting: Text = {}
    queue_flow_id: str | None = None
    callback_key: str | None = None
    callback_tries: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    callback_retry_s: Annotated[int, msgspec.Meta(ge=30, le=86_400)] = 600
    own_rule: Formula = ""
    skill_rules: Annotated[tuple[SkillRule, ...], msgspec.Meta(max_length=20)] = ()
    memory: Memory = "none"
    memory_s: Annotated[int, msgspec.Meta(ge=1, le=600)] = 20
    memory_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 30
    priority_rules: Annotated[tuple[PriorityRule, ...], msgspec.Meta(max_length=20)] = ()
    priority_formula: Formula = ""
    survey_id: str | None = None
    survey_asked: SurveyAsked = "never"
    survey_share: Annotated[int, msgspec.Meta(ge=1, le=100)] = 100
    survey_outbound: bool = False


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """An agent's membership of a group.

    level: skill, 1–9, 9 best. priority: of the group for the agent, 1 first. position: his place in the linear order,
    1 first. weight: his share of the calls of a weighted group.
    """

    group_id: str
    username: str
    name: str = ""
    level: int = 5
    priority: int = 1
    position: int = 50
    weight: int = 10
    version: int = 0


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A waiting call in a group's list; ordered by `sort` (virtual enqueue time, then call id).

    A group's list of sets holds entries without a call: `sort` is what calls of the set require (see Requirement), and
    `enqueued_at` when a call of the group was last told to stand in it.
    """

    list: str
    sort: str
    call_id: str
    group_id: str
    enqueued_at: int


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """A ready agent in a group's list. Valid only while the agent is ready at this epoch. skills: see Agent."""

    list: str
    sort: str
    agent_id: str
    group_id: str
    epoch: int
    level: int
    skills: dict[str, int] = {}


class GroupStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot of a group's queue, at most 5 s old.

    longest_wait_since: instant at which the oldest waiting call was enqueued. order: ids of the first waiting calls,
    best first (so that a position needs no counting). pace: calls a minute that lately left the queue, pace_ms: known
    from so much waiting (see rules.estimating).
    """

    group_id: str
    waiting: int = 0
    longest_wait_since: int | None = None
    order: tuple[str, ...] = ()
    pace: float = 0.0
    pace_ms: int = 0
    at: int = 0
    version: int = 0
