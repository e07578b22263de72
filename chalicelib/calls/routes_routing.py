"""The dry run over HTTP."""

from typing import Annotated, Literal

import msgspec

from chalicelib.calls import dry_run
from chalicelib.calls.dry_run import DryRun
from chalicelib.directory.hours import Instant, instant_of
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.routing import Router
from chalicelib.telephony.attribution import normalise

router = Router("routing")

WITHHELD = "anonymous"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A call to try. number: the one called. caller: as people write it, or `anonymous`.

    at: when (ms, up to the year 2100); else `local` by the clock of `time_zone` (later: the second time in the hour
    that clocks repeat); else now. keys: what the caller presses each time that a flow asks him.
    """

    number: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    caller: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    at: Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800_000)] | None = None
    local: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$")] | None = None
    time_zone: Annotated[str, msgspec.Meta(max_length=64)] = "Asia/Shanghai"
    later: bool = False
    keys: Annotated[list[Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]{0,64}$")]], msgspec.Meta(max_length=20)] = []


class Answer(DryRun, frozen=True, kw_only=True):
    """clock: `skipped` when the local time is left out by the clocks on that day, `twice` when they repeat it."""

    clock: Literal["once", "skipped", "twice"]


@router.post("/routing/dry-run", permission="routing.dry_run")
def try_routing(body: Question) -> Answer:
    """Say where a call would go, and why. Nothing is called or stored; who is signed in and waits is as it is now."""
    instant = _instant(body)
    caller = body.caller if body.caller == WITHHELD else normalise(body.caller)
    found = dry_run.run(normalise(body.number), caller, instant.at_ms, body.keys)
    return Answer(at=found.at, steps=found.steps, final=found.final, clock=instant.kind)


def _instant(body: Question) -> Instant:
    if body.at is None and body.local is not None:
        return instant_of(body.local, body.time_zone, later=body.later)
    return Instant(now_ms() if body.at is None else body.at, "once")
