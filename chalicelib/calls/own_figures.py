"""An agent's own figures of the day (AGT-8): a fold of the events of his states, so it says what a report will say."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby

import msgspec
from msgspec.structs import replace

from chalicelib.acd.model.agent import Agent, AgentState
from chalicelib.acd.model.events import Event
from chalicelib.acd.service import own, stage
from chalicelib.calls import records
from chalicelib.kernel.principal import Principal
from chalicelib.survey import service as surveys


class OwnFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Since an instant (ms): calls that he was in; seconds in each state, and not ready by reason ("" for none).

    surveys: callers who judged him; survey_average: of their scores, None without any."""

    since: int
    calls: int
    ready_s: int
    talk_s: int
    wrap_up_s: int
    not_ready_s: int
    not_ready_reasons: dict[str, int]
    surveys: int = 0
    survey_average: float | None = None


def own_figures(who: Principal, since: int) -> OwnFigures:
    """Return the user's figures from an instant (ms) until now."""
    figures = fold(records.agent_events(who.username, since), own(who), since, stage().clock())
    judged, average = surveys.own(who.username, since)
    return replace(figures, surveys=judged, survey_average=average)


def fold(events: Iterable[Event], agent: Agent, since: int, now: int) -> OwnFigures:
    """Return the figures that events of an agent's states tell. agent: as he is now."""
    spent, reasons = Counter[str](), Counter[str]()
    calls = set[str]()
    at, state, reason = since, None, ""
    for instant, group in groupby(sorted(_states(events), key=lambda one: one.at), key=lambda one: one.at):
        moves = list(group)
        before = state if state is not None else _beginning(moves)
        last = _last(moves, before)
        _spend(spent, reasons, before, reason, instant - at)
        at, state, reason = instant, last.to, str(last.data.get("reason") or "")
        if last.to == AgentState.ON_CALL:
            calls.add(str(last.data.get("call_id")))
    _spend(spent, reasons, agent.state.value if state is None else state, reason or agent.reason, now - at)
    return OwnFigures(
        since=since, calls=len(calls),
        ready_s=spent[AgentState.READY] // 1000, talk_s=spent[AgentState.ON_CALL] // 1000,
        wrap_up_s=spent[AgentState.WRAP_UP] // 1000, not_ready_s=spent[AgentState.NOT_READY] // 1000,
        not_ready_reasons={code: ms // 1000 for code, ms in sorted(reasons.items())},
    )  # fmt: skip


def _states(events: Iterable[Event]) -> Iterable[Event]:
    return (one for one in events if one.type == "agent.state")


def _beginning(moves: list[Event]) -> str:
    """Return the state before the first moves of a day."""
    reached = {one.to for one in moves}
    return next((one.from_ for one in moves if one.from_ not in reached), moves[0].from_)


def _last(moves: list[Event], state: str) -> Event:
    """Return the last of the moves of one instant, whose ids do not say their order: each begins where one ended."""
    left, last = list(moves), moves[-1]
    while step := next((one for one in left if one.from_ == state), None):
        left.remove(step)
        last, state = step, step.to
    return last


def _spend(spent: Counter[str], reasons: Counter[str], state: str, reason: str, ms: int) -> None:
    spent[state] += ms
    if state == AgentState.NOT_READY:
        reasons[reason] += ms
