"""Many RTP streams on one thread: each sends a tone every 20 ms and notes when packets come.

Cheap, so that what is measured is the gateway.
"""

import math
import select
import socket
import struct
import threading
import time
from collections import Counter

import numpy as np

from tests.gateway.rtp import A_LAW_TYPE, FRAME, encoded

TICK_S = 0.02
LONGEST_MS = 10_000
_HEADER = struct.Struct(">BBHII")


class LoadStream:
    """One stream, in the place of tests.gateway.rtp.Stream. gaps: milliseconds between arrivals → how often."""

    def __init__(self, load: "RtpLoad", hertz: float) -> None:
        self._load = load
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.payload = encoded(8000 * np.sin(2 * math.pi * hertz * np.arange(FRAME) / 8000))
        self.target: tuple[str, int] | None = None
        self.gaps: Counter[int] = Counter()
        self.last = 0.0
        self.sequence = 0

    @property
    def port(self) -> int:
        """Return the port."""
        return self.socket.getsockname()[1]

    def start(self, target: tuple[str, int]) -> None:
        """Send there from now on."""
        if self.target is None:
            self.target = target
            self._load.add(self)

    async def close(self) -> None:
        """Send no more."""
        self._load.remove(self)

    def send(self) -> None:
        """Send this tick's packet."""
        assert self.target is not None
        self.sequence += 1
        stamp = self.sequence * FRAME & 0xFFFFFFFF
        header = _HEADER.pack(0x80, A_LAW_TYPE, self.sequence & 0xFFFF, stamp, 0x51A7)
        self.socket.sendto(header + self.payload, self.target)

    def receive(self) -> None:
        """Take what has come."""
        while True:
            try:
                data = self.socket.recv(2048)
            except BlockingIOError:
                return
            if len(data) < 12 or data[1] & 0x7F != A_LAW_TYPE:
                continue
            now = time.monotonic()
            if self.last:
                self.gaps[min(LONGEST_MS, round((now - self.last) * 1000))] += 1
            self.last = now


class RtpLoad(threading.Thread):
    """The thread. late_s: how late its worst tick was, since what it measures cannot be better than itself."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="rtp-load")
        self._streams: dict[int, LoadStream] = {}
        self._lock = threading.Lock()
        self._poll = select.epoll()
        self._stopping = threading.Event()
        self.late: Counter[int] = Counter()

    async def open(self, hertz: float) -> LoadStream:
        """Return a new stream; it sends when it is started."""
        return LoadStream(self, hertz)

    def add(self, stream: LoadStream) -> None:
        """Begin with a stream."""
        with self._lock:
            self._streams[stream.socket.fileno()] = stream
            self._poll.register(stream.socket.fileno(), select.EPOLLIN)

    def remove(self, stream: LoadStream) -> None:
        """End with a stream."""
        with self._lock:
            if self._streams.pop(stream.socket.fileno(), None) is not None:
                self._poll.unregister(stream.socket.fileno())

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self.join()

    def run(self) -> None:
        """Send every 20 ms; in between receive."""
        due = time.monotonic()
        while not self._stopping.is_set():
            self.late[min(LONGEST_MS, round((time.monotonic() - due) * 1000))] += 1
            with self._lock:
                for stream in self._streams.values():
                    stream.send()
            due += TICK_S
            while (left := due - time.monotonic()) > 0:
                for number, _ in self._poll.poll(left):
                    found = self._streams.get(number)
                    if found is not None:
                        found.receive()


def quantile(counts: Counter[int], share: float) -> int:
    """Return the value that so large a share of the counted ones does not exceed."""
    wanted, seen = share * counts.total(), 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= wanted:
            return value
    return 0
