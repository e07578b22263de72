"""What survives a restart: numbers, recordings, and that calls were in progress. One JSON file, replaced whole."""

import asyncio
import dataclasses
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from infrastructure.voice.engine.callbacks import API_VERSION, rfc2822
from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.engine.recording import Recording, RecordingFacts
from infrastructure.voice.legs.leg import Take
from infrastructure.voice.legs.tone_take import ToneTake
from infrastructure.voice.settings import Number
from infrastructure.voice.twiml.verbs import RecordingOptions

SAVE_AFTER_S = 0.5
"""Changes within this time are written together."""
SAVE_AGAIN_S = 5
"""While something is recorded, its length so far is written this often."""


class Store:
    """Writes one exchange to a directory and reads it back. load_take: makes a take from its dump; ends_calls: report
    calls that were in progress when the process died (a node's journal does that instead)."""

    def __init__(
        self,
        exchange: Exchange,
        directory: Path,
        *,
        load_take: Callable[[dict[str, object]], Take] | None = None,
        ends_calls: bool = True,
    ) -> None:
        self._exchange = exchange
        self._load_take = load_take or partial(ToneTake.load, exchange.clock)
        self._ends_calls = ends_calls
        self._file = directory / "state.json"
        self._due = False
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        directory.mkdir(parents=True, exist_ok=True)

    def load(self) -> None:
        """Read the last state: what the configuration says of a number wins; lost calls are ended towards the
        platform."""
        if self._file.exists():
            state = msgspec.json.decode(self._file.read_bytes())
            for raw in state["numbers"]:
                number = msgspec.convert(raw, Number)
                self._exchange.numbers[number.phone_number] = self._merged(number)
            for raw in state["recordings"]:
                self._restore(raw)
            for raw in state["calls"] if self._ends_calls else []:
                self._end_lost(raw)
        self._exchange.on_change = self.touch
        self.touch()

    def _merged(self, stored: Number) -> Number:
        """Return a stored number with what the configuration says; what that leaves at its default stays as stored."""
        configured = self._exchange.numbers.get(stored.phone_number)
        if configured is None:
            return stored
        unset = Number(phone_number=stored.phone_number)
        for name in Number.__struct_fields__:
            if getattr(configured, name) == getattr(unset, name):
                setattr(configured, name, getattr(stored, name))
        return configured

    def _restore(self, raw: dict[str, Any]) -> None:
        facts, options = RecordingFacts(**raw["facts"]), RecordingOptions(**raw["options"])
        options = dataclasses.replace(options, events=tuple(options.events))
        take = self._load_take(raw["take"])
        lost = facts.status in ("in-progress", "paused", "processing")
        recording = Recording(self._exchange, facts, take, options, report=False)
        self._exchange.recordings[facts.sid] = recording
        if lost:
            facts.status = "in-progress"
            recording.stop()

    def _end_lost(self, raw: dict[str, Any]) -> None:
        """Report a call that was in progress when the process died as completed."""
        clock = self._exchange.clock
        if raw["url"] is None:
            return
        answered_at = raw["answered_at"]
        seconds = max(1, (clock.now_ms() - answered_at) // 1000) if answered_at is not None else 0
        fields = {
            "CallSid": raw["sid"],
            "AccountSid": self._exchange.settings.account_sid,
            "From": raw["from"],
            "To": raw["to"],
            "Caller": raw["from"],
            "Called": raw["to"],
            "CallStatus": "completed" if answered_at is not None else "failed",
            "ApiVersion": API_VERSION,
            "Direction": raw["direction"],
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(raw["sequence"]),
            "Timestamp": rfc2822(clock.now_ms()),
            "CallDuration": str(seconds),
            "Duration": str(-(-seconds // 60)),
        }
        if raw["parent"] is not None:
            fields["ParentCallSid"] = raw["parent"]
        self._exchange.webhooks.notify("status", raw["sid"], raw["url"], raw["method"], fields)

    def touch(self) -> None:
        """Write soon."""
        if not self._due:
            self._due = True
            self._exchange.clock.call_later(SAVE_AFTER_S, self._spawn)

    def _spawn(self) -> None:
        task = asyncio.get_running_loop().create_task(self.save())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def save(self) -> None:
        """Write now."""
        self._due = False
        data = msgspec.json.encode(self._state())
        async with self._lock:
            await asyncio.to_thread(_replace, self._file, data)
        if any(recording.running for recording in self._exchange.recordings.values()) and not self._due:
            self._due = True
            self._exchange.clock.call_later(SAVE_AGAIN_S, self._spawn)

    def _state(self) -> dict[str, Any]:
        exchange = self._exchange
        return {
            "numbers": list(exchange.numbers.values()),
            "recordings": [
                {
                    "facts": dataclasses.asdict(recording.facts),
                    "options": dataclasses.asdict(recording.options),
                    "take": recording.take.dump(),
                }
                for recording in exchange.recordings.values()
            ],
            "calls": [
                {
                    "sid": call.sid,
                    "from": call.terms.from_,
                    "to": call.terms.to,
                    "direction": call.terms.direction,
                    "parent": call.terms.parent_sid,
                    "answered_at": call.answered_at,
                    "sequence": call.sequence,
                    "url": call.terms.subscription.url if call.terms.subscription is not None else None,
                    "method": call.terms.subscription.method if call.terms.subscription is not None else "POST",
                }
                for call in exchange.active_calls()
            ],
        }


def _replace(file: Path, data: bytes) -> None:
    """Write a file so that a crash leaves the old or the new one."""
    fresh = file.with_suffix(".new")
    with fresh.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
