"""One thread per process that moves all sound: every 20 ms one frame from each line and one to each line."""

import logging
import threading
import time
from collections import deque

from infrastructure.voice.sound import mixing
from infrastructure.voice.sound.mixing import Party
from infrastructure.voice.sound.pcm import FRAME_S, SILENCE
from infrastructure.voice.sound.port import Port

RESYNC_AFTER_S = 0.2
"""Later than this, missed ticks are left out instead of made up: a burst would only move the gap."""
LATENESS_KEPT = 3000
"""Ticks (a minute) over which lateness is reported."""


class Mixer:
    """Ticks while it runs; ports come and go at any time."""

    def __init__(self) -> None:
        self.lateness_s: deque[float] = deque(maxlen=LATENESS_KEPT)
        self.work_s: deque[float] = deque(maxlen=LATENESS_KEPT)
        self.ticks = 0
        self.ticks_left_out = 0
        self._ports: tuple[Port, ...] = ()
        self._running = False
        self._thread: threading.Thread | None = None
        self._log = logging.getLogger(__name__)

    @property
    def ports(self) -> tuple[Port, ...]:
        """Return the ports that take part."""
        return self._ports

    def add(self, port: Port) -> None:
        """Let a port take part from the next tick."""
        self._ports = (*self._ports, port)

    def remove(self, port: Port) -> None:
        """Take a port out; harmless twice."""
        self._ports = tuple(other for other in self._ports if other is not port)

    def hearers(self, port: Port) -> list[Port]:
        """Return the ports that hear this one now."""
        own = port.place
        if own is None or not own.bridge.started:
            return []
        return [
            other
            for other in self._ports
            if other.place is not None
            and other.place.bridge is own.bridge
            and mixing.reaches(own.seat, other.place.seat)
        ]

    def start(self) -> None:
        """Begin to tick."""
        self._running = True
        self._thread = threading.Thread(target=self._run, name="mixer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop ticking and wait for the running tick."""
        self._running = False
        if self._thread is not None:
            self._thread.join(2)

    def _run(self) -> None:
        due = time.monotonic()
        while self._running:
            wait = due - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            began = time.monotonic()
            late = began - due
            self.lateness_s.append(max(0.0, late))
            if late > RESYNC_AFTER_S:
                self.ticks_left_out += int(late / FRAME_S)
                due = began
            try:
                self.tick()
            except Exception:
                self._log.exception("a tick failed")
            self.work_s.append(time.monotonic() - began)
            due += FRAME_S

    def tick(self) -> None:
        """Move one frame everywhere."""
        ports = self._ports
        rooms: dict[int, list[tuple[Port, Party]]] = {}
        for port in ports:
            port.listen()
            place = port.place
            if place is not None and place.bridge.started:
                rooms.setdefault(id(place.bridge), []).append((port, Party(place.seat, port.said)))
        bridged: dict[int, bytes] = {}
        for members in rooms.values():
            frames = mixing.mixed([party for _, party in members])
            for (port, _), frame in zip(members, frames, strict=True):
                bridged[id(port)] = frame
        for port in ports:
            port.speak(bridged.get(id(port), SILENCE))
        self.ticks += 1
