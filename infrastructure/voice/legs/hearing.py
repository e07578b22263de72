"""What a party on a leg without media would hear, worked out from music, prompt, bridge and seat."""

from dataclasses import dataclass
from typing import Literal

from infrastructure.voice.legs.leg import Bridge, Prompt, Seat

Kind = Literal["nothing", "ringing", "prompt", "music", "conversation", "hold"]


@dataclass(frozen=True)
class Hearing:
    """What reaches one ear, and whether the own voice reaches anybody."""

    kind: Kind = "nothing"
    text: str = ""
    others: tuple[str, ...] = ()
    """Addresses of those who take part in the conversation, muted listeners included."""
    audible: tuple[str, ...] = ()
    """Addresses of those whose voice is heard."""
    speaking: bool = False
    alone: bool = False
    """In a started conference with nobody else."""

    def view(self) -> dict[str, object]:
        """Return the JSON of the admin API."""
        view: dict[str, object] = {"kind": self.kind}
        if self.text:
            view["text"] = self.text
        if self.kind == "conversation":
            view["with"] = list(self.others)
            view["audible"] = list(self.audible)
        return view


def hearing(prompt: Prompt | None, music: str | None, bridge: Bridge | None, seat: Seat | None) -> Hearing:
    """Return what is heard: a prompt covers a bridge, a bridge covers music; on hold, all sounds are the hold's.

    A file that is played while one waits is music.
    """
    if seat is not None and seat.hold:
        return Hearing("hold", prompt.text if prompt is not None else music or "")
    if prompt is not None:
        return Hearing("music" if music is not None and prompt.kind == "play" else "prompt", prompt.text)
    if bridge is not None and seat is not None:
        return _in_bridge(bridge, seat, music)
    if music is not None:
        return Hearing("ringing") if music == "ringing" else Hearing("music", music)
    return Hearing()


def _in_bridge(bridge: Bridge, seat: Seat, music: str | None) -> Hearing:
    if not bridge.started:
        return Hearing("music", music or "")
    others = [o for o in bridge.seats.values() if o is not seat and not o.hold]
    present = tuple(o.address for o in others if o.coaching in (None, seat.call_sid))
    if not present:
        return Hearing(alone=True)
    audible = tuple(o.address for o in others if not o.muted and o.coaching in (None, seat.call_sid))
    return Hearing("conversation", "", present, audible, speaking=not seat.muted)
