"""Which node owns which conference, in a directory that all nodes of a gateway share.

A name belongs to the node that asked first; it is given back when the conference ends. What a dead node owned is free.
"""

import asyncio
import hashlib
import os
from dataclasses import replace
from pathlib import Path

import msgspec

from infrastructure.voice.engine.call import Call
from infrastructure.voice.legs.sip.leg import SipLeg, Studio
from infrastructure.voice.node import guests
from infrastructure.voice.node.living import lives
from infrastructure.voice.node.settings import NodeSettings
from infrastructure.voice.twiml.verbs import ConferenceRoom

LOOK_EVERY_S = 1.0
"""How often a call in another node's conference looks whether that node lives."""


class _Owner(msgspec.Struct):
    node: int
    pid: int
    host: str
    sip: str


class SharedRooms:
    """The rooms as one node sees them."""

    def __init__(self, settings: NodeSettings, directory: Path) -> None:
        self._own = _Owner(settings.node, os.getpid(), os.uname().nodename, "{}:{}".format(*settings.sip))
        self._directory = directory / "rooms"
        self._others: dict[int, _Owner] = {}
        self.studio: Studio | None = None
        self._directory.mkdir(parents=True, exist_ok=True)

    def owner(self, name: str) -> int | None:
        """Return the other node that owns a name; None when it is, or now becomes, our own."""
        path = self._path(name)
        for _ in range(3):
            if self._claimed(path):
                return None
            found = self._read(path)
            if found is not None and found.node == self._own.node and found.pid == self._own.pid:
                return None
            if found is not None and self._is_there(found):
                self._others[found.node] = found
                return found.node
            path.unlink(missing_ok=True)
        return None

    def released(self, name: str) -> None:
        """Give a name back."""
        path = self._path(name)
        found = self._read(path)
        if found is not None and found.node == self._own.node:
            path.unlink(missing_ok=True)

    async def died(self, node: int) -> None:
        """Return when another node's process is gone."""
        owner = self._others[node]
        while self._is_there(owner):
            await asyncio.sleep(LOOK_EVERY_S)

    def ferry(self, call: Call, room: ConferenceRoom, node: int) -> SipLeg:
        """Return a leg to the owner's door, with the guest's ticket."""
        assert self.studio is not None, "start comes first"
        ticket = {guests.TICKET: guests.write(call, room), "X-Zhiyin-Source": "node"}
        return SipLeg(replace(self.studio, edge=self._others[node].sip), "sip:conference", headers=ticket)

    def _path(self, name: str) -> Path:
        return self._directory / hashlib.sha256(name.encode()).hexdigest()[:32]

    def _claimed(self, path: Path) -> bool:
        """Write our own name as the first, or not at all: a link appears whole or fails."""
        fresh = path.with_suffix(f".{self._own.node}")
        fresh.write_bytes(msgspec.json.encode(self._own))
        try:
            os.link(fresh, path)
        except FileExistsError:
            return False
        finally:
            fresh.unlink()
        return True

    @staticmethod
    def _read(path: Path) -> _Owner | None:
        try:
            return msgspec.json.decode(path.read_bytes(), type=_Owner)
        except (FileNotFoundError, msgspec.MsgspecError):
            return None

    def _is_there(self, owner: _Owner) -> bool:
        """Tell whether an owner lives; of another host's processes only its own supervisor knows."""
        return owner.host != self._own.host or lives(owner.pid)
