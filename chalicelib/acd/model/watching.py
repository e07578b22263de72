"""A supervisor in a live call: he listens, whispers to the agent, or talks with both; he is no party of the call."""

from typing import Literal

import msgspec

WATCH_RING_S = 30
WATCH_GRACE_MS = 10_000
WATCH_LEASE_MS = 60_000
"""How long a session outlives the last heartbeat of the supervisor's page."""
WATCH_TRIES = 5

WatchMode = Literal["listen", "whisper", "barge", "take_over"]
"""Who hears him: nobody, the agent alone, everybody. `take_over`: he is to serve the call as soon as he is in it."""
WatchState = Literal["calling", "joined"]


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """What makes a leg a supervisor's. by: his username. target: the leg of the agent whom he supervises; his own ends
    with it.

    ring_until: when his phone has rung long enough. dial_started_at: set once by the worker that dials. hidden: the
    agent is not told while he only listens. settle_at: when the carrier is asked (again) for what `mode` says; None
    once it has done it. tries: how often it was asked in vain.
    """

    by: str
    target: str
    mode: WatchMode = "listen"
    phone_kind: str = "browser"
    ring_until: int = 0
    dial_started_at: int | None = None
    hidden: bool = False
    settle_at: int | None = None
    tries: int = 0

    @property
    def visible(self) -> bool:
        """Return whether the agent is told."""
        return not self.hidden or self.mode != "listen"


class Supervising(msgspec.Struct, frozen=True, kw_only=True):
    """The one session of a supervisor, beside his state as an agent; it changes with his leg in one transaction.

    agent_id: whom he supervises. pending: the carrier has not confirmed `mode` yet. lease_until: when the session is
    over unless his page proves before that it lives (ms).
    """

    call_id: str
    leg_id: str
    agent_id: str = ""
    mode: WatchMode = "listen"
    state: WatchState = "calling"
    pending: bool = False
    since: int = 0
    lease_until: int = 0
