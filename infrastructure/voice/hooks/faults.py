"""Misbehaviour on demand: what networks and providers do to webhooks and REST, switched on by tests."""

from typing import Literal

import msgspec

Channel = Literal["document", "status", "conference", "recording"]
FaultKind = Literal["duplicate", "delay", "drop", "reorder", "rest_timeout", "rest_error"]


class Fault(msgspec.Struct, kw_only=True, omit_defaults=False):
    """One rule. It applies `times` times (0: until deleted) to requests that match `on`, `url_contains` and
    `method`."""

    kind: FaultKind
    on: Literal["document", "status", "conference", "recording", "any"] = "any"
    url_contains: str = ""
    method: str = ""
    times: int = 1
    delay_s: float = 0
    status: int = 500
    id: int = 0


class FaultPlan:
    """The rules in force."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._next_id = 1

    def add(self, fault: Fault) -> Fault:
        """Put a rule in force and give it an id."""
        fault.id = self._next_id
        self._next_id += 1
        self._faults.append(fault)
        return fault

    def all(self) -> list[Fault]:
        """Return the rules in force."""
        return list(self._faults)

    def remove(self, fault_id: int | None = None) -> None:
        """Take one rule out of force, or all."""
        self._faults = [f for f in self._faults if fault_id is not None and f.id != fault_id]

    def take(self, kinds: tuple[FaultKind, ...], on: str, url: str, method: str = "") -> Fault | None:
        """Return the first rule that applies and count it as used."""
        for fault in self._faults:
            if fault.kind in kinds and self._matches(fault, on, url, method):
                if fault.times:
                    fault.times -= 1
                    if fault.times == 0:
                        self._faults.remove(fault)
                return fault
        return None

    @staticmethod
    def _matches(fault: Fault, on: str, url: str, method: str) -> bool:
        return (
            fault.on in ("any", on)
            and fault.url_contains in url
            and (not fault.method or fault.method.upper() == method.upper())
        )
