"""How the media of a process fares: the sum over all its legs, those that are over included."""

from typing import Protocol

from infrastructure.voice.legs.sip.agent import Quality


class Counted(Protocol):
    """A leg as the tally sees it."""

    @property
    def quality_now(self) -> Quality:
        """Return how its RTP fares so far."""
        ...

    @property
    def gaps(self) -> int:
        """Return the tears in what came from the far end."""
        ...


class Tally:
    """Counters that never fall: a leg is counted from its answer on, and finally when its last report is in."""

    def __init__(self) -> None:
        self.ended = 0
        self._received = 0
        self._lost = 0
        self._gaps = 0
        self._legs: set[Counted] = set()

    def begin(self, leg: Counted) -> None:
        """Count a leg that was answered."""
        self._legs.add(leg)

    def end(self, leg: Counted) -> None:
        """Keep what a leg came to; harmless for one that was never answered."""
        if leg not in self._legs:
            return
        self._legs.discard(leg)
        self.ended += 1
        self._received += leg.quality_now.received
        self._lost += leg.quality_now.lost
        self._gaps += leg.gaps

    def received(self) -> int:
        """Return the RTP packets received."""
        return self._received + sum(leg.quality_now.received for leg in self._legs)

    def lost(self) -> int:
        """Return the RTP packets that never came."""
        return self._lost + sum(leg.quality_now.lost for leg in self._legs)

    def gaps(self) -> int:
        """Return the tears in received sound."""
        return self._gaps + sum(leg.gaps for leg in self._legs)

    def jitter_ms(self) -> float:
        """Return the worst jitter of a leg that goes on."""
        return max((leg.quality_now.jitter_ms for leg in self._legs), default=0.0)
