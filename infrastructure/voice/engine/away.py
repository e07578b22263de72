"""Conferences that live on another node: who owns a name, and how a call gets there."""

from typing import TYPE_CHECKING, Protocol

from infrastructure.voice.legs.leg import Leg, LegEvents, Refusal
from infrastructure.voice.pulse import Pulse
from infrastructure.voice.twiml.verbs import ConferenceRoom

if TYPE_CHECKING:
    from infrastructure.voice.engine.call import Call


class Rooms(Protocol):
    """Which node owns a conference. A name belongs to the node whose call asked for it first, until it ends there."""

    def owner(self, name: str) -> int | None:
        """Return the other node that owns a name; None when it is, or now becomes, our own."""
        ...

    def released(self, name: str) -> None:
        """Take note that our own conference of that name has ended."""
        ...

    async def died(self, node: int) -> None:
        """Return when another node is known to be dead."""
        ...

    def ferry(self, call: "Call", room: ConferenceRoom, node: int) -> Leg:
        """Return a leg that will carry a call's sound to the owner; `ring` sends it out."""
        ...


class HereOnly:
    """One node alone: every conference is its own."""

    def owner(self, name: str) -> int | None:
        """Return None."""

    def released(self, name: str) -> None:
        """Nobody wants to know."""

    async def died(self, node: int) -> None:
        """Return at once."""

    def ferry(self, call: "Call", room: ConferenceRoom, node: int) -> Leg:  # noqa: ARG002
        """Never asked for."""
        raise AssertionError("no other node is known")


class Crossing(LegEvents):
    """What happens on a ferry: it arrives, and it ends."""

    def __init__(self) -> None:
        self.arrived = False
        self.over = False
        self.pulse = Pulse()

    def leg_ringing(self) -> None:
        """Nothing to do: nobody hears it ring."""

    def leg_answered(self, answered_by: str | None) -> None:  # noqa: ARG002 - the other node answers
        """Take note that the owner let it in."""
        self.arrived = True
        self.pulse.fire()

    def leg_refused(self, status: Refusal, sip_code: int) -> None:  # noqa: ARG002 - the outcome is the same
        """Take note that the owner did not."""
        self._end()

    def leg_digit(self, digit: str) -> None:
        """Nothing to do: keys reach the caller's phone by the bridge."""

    def leg_muted(self, muted: bool) -> None:
        """Nothing to do."""

    def leg_hung_up(self, cause: str) -> None:  # noqa: ARG002 - the outcome is the same
        """Take note that the owner took it out."""
        self._end()

    def leg_note(self, what: str, detail: dict[str, object]) -> None:
        """Nothing to note: the owner does."""

    def _end(self) -> None:
        self.over = True
        self.pulse.fire()
