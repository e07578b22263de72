"""Which leg an outgoing call gets: a browser that is registered, a scripted phone, or nothing that answers."""

from typing import Protocol

from infrastructure.voice.clock import Clock
from infrastructure.voice.legs.leg import Leg
from infrastructure.voice.legs.scripted import ScriptedLeg
from infrastructure.voice.legs.scripts import Phone

OUTSIDE = Phone(pattern="+*", answer_after_s=3)
"""Any outside number answers after 3 s unless a script says otherwise."""
UNREGISTERED = Phone(pattern="client:*", result="unreachable")
"""The provider reports no-answer (SIP 480) for a client that no browser has registered."""
UNKNOWN_SIP = Phone(pattern="*", result="failed")


class Registrar(Protocol):
    """Knows the browsers that are registered."""

    def leg_for(self, identity: str) -> Leg | None:
        """Return a leg that rings every browser of an identity, None when there is none."""
        ...


class PhoneBook:
    """Scripted phones by pattern, the last one set first."""

    def __init__(self, clock: Clock, phones: list[Phone], registrar: Registrar) -> None:
        self._clock = clock
        self._phones = list(phones)
        self._registrar = registrar

    def leg_for(self, to: str, _from: str) -> Leg:
        """Return the leg for a call to an address."""
        address = to.split("?", 1)[0]
        if address.startswith("client:"):
            leg = self._registrar.leg_for(address.removeprefix("client:"))
            if leg is not None:
                return leg
        return ScriptedLeg.phone(self._clock, address, self.phone_for(address))

    def phone_for(self, address: str) -> Phone:
        """Return the scripted phone that stands for an address."""
        for phone in (*self._phones, OUTSIDE, UNREGISTERED, UNKNOWN_SIP):
            if phone.fits(address):
                return phone
        return UNKNOWN_SIP

    def all(self) -> list[Phone]:
        """Return the phones that were set."""
        return list(self._phones)

    def put(self, phone: Phone) -> None:
        """Set a phone; it goes before all others."""
        self._phones = [phone, *(p for p in self._phones if p.pattern != phone.pattern)]

    def remove(self, pattern: str) -> bool:
        """Forget a phone; False when there was none."""
        kept = [p for p in self._phones if p.pattern != pattern]
        found = len(kept) < len(self._phones)
        self._phones = kept
        return found

    def replace(self, phones: list[Phone]) -> None:
        """Forget all and set these."""
        self._phones = list(phones)
