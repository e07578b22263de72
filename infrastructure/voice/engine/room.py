"""Calls that hear each other: the audio side of a conference and of a Dial."""

from typing import TYPE_CHECKING

from infrastructure.voice.legs.leg import Seat

if TYPE_CHECKING:
    from infrastructure.voice.engine.call import Call


class Room:
    """A bridge (leg.Bridge) and the calls in it."""

    def __init__(self, name: str, *, started: bool) -> None:
        self.name = name
        self.started = started
        self.seats: dict[str, Seat] = {}
        self._calls: dict[str, Call] = {}

    def enter(self, call: "Call", seat: Seat) -> None:
        """Give a call a seat."""
        self.seats[call.sid] = seat
        self._calls[call.sid] = call
        call.seat = seat
        call.leg.join(self, seat)
        self.changed()

    def exit(self, call: "Call") -> None:
        """Take a call's seat away; harmless twice."""
        if self.seats.pop(call.sid, None) is None:
            return
        del self._calls[call.sid]
        call.seat = None
        call.leg.leave()
        self.changed()

    def changed(self) -> None:
        """Let every leg look at the seats again."""
        for call in list(self._calls.values()):
            call.leg.reseat()


def seat_of(call: "Call", *, muted: bool = False, coaching: str | None = None) -> Seat:
    """Return a seat for a call; the address is that of its far end."""
    return Seat(call.sid, call.leg.address, muted=muted, coaching=coaching)
