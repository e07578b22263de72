"""The journal of live calls: one file a call, so that another process can end what a dead one left (closed.py)."""

import asyncio
import os
from pathlib import Path

import msgspec

from infrastructure.voice.engine.call import Call
from infrastructure.voice.engine.exchange import Exchange
from infrastructure.voice.engine.subscription import FINAL


class LiveCall(msgspec.Struct, kw_only=True):
    """What is needed to report a call's end. answered_at: ms; sequence: number of the next status call-back."""

    pid: int
    account: str
    sid: str
    from_: str
    to: str
    direction: str
    parent: str | None
    created_at: int
    answered_at: int | None
    sequence: int
    url: str | None
    method: str


class Journal:
    """Writes one exchange's live calls to <state>/live."""

    def __init__(self, exchange: Exchange, state: Path) -> None:
        self._exchange = exchange
        self._directory = live(state)
        self._directory.mkdir(parents=True, exist_ok=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: set[str] = set()
        self._written: dict[str, bytes] = {}
        exchange.on_call = self.note

    def note(self, call: Call) -> None:
        """Write what a call is now; forget it once its last call-back has left."""
        if call.status not in FINAL:
            self._write(call)
        elif call.sid not in self._closing:
            self._closing.add(call.sid)
            task = asyncio.get_running_loop().create_task(self._forget(call.sid))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _write(self, call: Call) -> None:
        terms, asked = call.terms, call.terms.subscription
        entry = LiveCall(
            pid=os.getpid(),
            account=self._exchange.settings.account_sid,
            sid=call.sid,
            from_=terms.from_,
            to=terms.to,
            direction=terms.direction,
            parent=terms.parent_sid,
            created_at=call.created_at,
            answered_at=call.answered_at,
            sequence=call.sequence,
            url=asked.url if asked is not None else None,
            method=asked.method if asked is not None else "POST",
        )
        content = msgspec.json.encode(entry)
        if self._written.get(call.sid) == content:
            return
        self._written[call.sid] = content
        path = self._directory / f"{call.sid}.json"
        fresh = path.with_suffix(".new")
        fresh.write_bytes(content)
        fresh.replace(path)

    async def _forget(self, sid: str) -> None:
        await asyncio.sleep(0)  # The call-back of the end is handed over right after the status.
        await self._exchange.webhooks.settled(sid)
        (self._directory / f"{sid}.json").unlink(missing_ok=True)
        self._closing.discard(sid)
        self._written.pop(sid, None)


def live(state: Path) -> Path:
    """Return the directory of the journal."""
    return state / "live"
