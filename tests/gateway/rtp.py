"""RTP for tests: A-law, steady tones out, what was heard back, RFC 2833 keys."""

import asyncio
import math
import struct
import time

import numpy as np

A_LAW_TYPE = 8
EVENT_TYPE = 101
KEYS = "0123456789*#ABCD"
FRAME = 160


def _a_law_table() -> np.ndarray:
    table = np.zeros(256, np.int32)
    for code in range(256):
        value = code ^ 0x55
        mantissa, segment = (value & 15) << 4, (value & 0x70) >> 4
        size = mantissa + 8 if segment == 0 else (mantissa + 0x108) << (segment - 1)
        table[code] = size if value & 0x80 else -size
    return table


_DECODED = _a_law_table()
_ORDER = np.argsort(_DECODED)


def decoded(payload: bytes) -> np.ndarray:
    return _DECODED[np.frombuffer(payload, np.uint8)]


def encoded(values: np.ndarray) -> bytes:
    """Return the A-law bytes nearest to linear samples."""
    place = np.clip(np.searchsorted(_DECODED[_ORDER], values), 0, 255)
    return _ORDER[place].astype(np.uint8).tobytes()


def strength(values: np.ndarray, hertz: float) -> float:
    """Return a tone's peak in linear samples (Goertzel's sum, by a product)."""
    if len(values) == 0:
        return 0.0
    wave = np.exp(-2j * math.pi * hertz * np.arange(len(values)) / 8000)
    return float(2 * abs(np.dot(values, wave)) / len(values))


class Stream(asyncio.DatagramProtocol):
    """One RTP socket: sends a tone (or silence), keeps what comes with its time of arrival."""

    def __init__(self, hertz: float, peak: int = 8000) -> None:
        self.hertz = hertz
        self.peak = peak
        self.target: tuple[str, int] | None = None
        self.heard: list[tuple[float, bytes]] = []
        self.numbers: list[int] = []
        """Sequence numbers of the sound packets."""
        self.keys_heard: list[str] = []
        self._events_seen: set[int] = set()
        self._keys: list[str] = []
        self._sequence, self._stamp = 1000, 0
        self._transport: asyncio.DatagramTransport | None = None
        self._task: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, hertz: float, peak: int = 8000, ip: str = "127.0.0.1") -> "Stream":
        stream = cls(hertz, peak)
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: stream, local_addr=(ip, 0))
        return stream

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    @property
    def port(self) -> int:
        assert self._transport is not None
        return self._transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:  # noqa: ARG002
        if len(data) < 12 or data[0] >> 6 != 2:
            return
        kind, stamp = data[1] & 0x7F, struct.unpack_from(">I", data, 4)[0]
        if kind == A_LAW_TYPE:
            self.heard.append((time.monotonic(), data[12:]))
            self.numbers.append(struct.unpack_from(">H", data, 2)[0])
        elif kind == EVENT_TYPE and stamp not in self._events_seen:
            self._events_seen.add(stamp)
            self.keys_heard.append(KEYS[data[12]])

    def start(self, target: tuple[str, int]) -> None:
        assert self._transport is not None
        self.target = target
        if self._task is None and not self._transport.is_closing():
            self._task = asyncio.get_running_loop().create_task(self._send())

    def press(self, keys: str) -> None:
        """Send keys as RFC 2833 events."""
        self._keys += keys

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._transport is not None:
            self._transport.close()

    def samples(self, since: float, until: float | None = None) -> np.ndarray:
        """Return what was heard between two instants of time.monotonic()."""
        end = until if until is not None else time.monotonic()
        parts = [decoded(payload) for at, payload in self.heard if since <= at < end]
        return np.concatenate(parts) if parts else np.zeros(0, np.int32)

    async def hears(self, hertz: float, *, within_s: float = 5, window_s: float = 0.4, peak: float = 1500) -> None:
        """Return when a tone is heard; fail when it is not in time."""
        await self._until(lambda: strength(self.samples(time.monotonic() - window_s), hertz) > peak, within_s, hertz)

    async def misses(self, hertz: float, *, within_s: float = 5, window_s: float = 0.4, peak: float = 150) -> None:
        """Return when a tone is no longer heard while packets still come; fail when it stays."""

        def gone() -> bool:
            values = self.samples(time.monotonic() - window_s)
            return len(values) >= window_s * 4000 and strength(values, hertz) < peak

        await self._until(gone, within_s, hertz)

    async def _until(self, holds, within_s: float, hertz: float) -> None:
        end = time.monotonic() + within_s
        while not holds():
            if time.monotonic() > end:
                level = strength(self.samples(time.monotonic() - 0.4), hertz)
                raise AssertionError(f"{hertz} Hz at {level:.0f} after {within_s} s, {len(self.heard)} packets")
            await asyncio.sleep(0.05)

    async def _send(self) -> None:
        due = time.monotonic()
        while True:
            if self._keys:
                due = await self._send_key(self._keys.pop(0), due)
            self._packet(A_LAW_TYPE, self._stamp, encoded(self._tone()))
            self._stamp += FRAME
            due += 0.02
            await asyncio.sleep(max(0, due - time.monotonic()))

    async def _send_key(self, key: str, due: float) -> float:
        stamp = self._stamp
        for step in range(1, 9):
            end = 0x80 if step > 5 else 0
            length = min(step, 5) * FRAME
            self._packet(EVENT_TYPE, stamp, struct.pack(">BBH", KEYS.index(key), end | 10, length))
            if step <= 5:
                due += 0.02
                self._stamp += FRAME
                await asyncio.sleep(max(0, due - time.monotonic()))
        return due

    def _tone(self) -> np.ndarray:
        if not self.hertz:
            return np.zeros(FRAME)
        return self.peak * np.sin(2 * math.pi * self.hertz * (np.arange(FRAME) + self._stamp) / 8000)

    def _packet(self, kind: int, stamp: int, payload: bytes) -> None:
        assert self._transport is not None
        assert self.target is not None
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._transport.sendto(
            struct.pack(">BBHII", 0x80, kind, self._sequence, stamp & 0xFFFFFFFF, 0x51A7) + payload, self.target
        )
