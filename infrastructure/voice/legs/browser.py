"""A far end that is a page: it rings every browser of an identity; the first to accept has the call. No media."""

from collections.abc import Callable
from typing import Any, Protocol

from infrastructure.voice.clock import Clock
from infrastructure.voice.legs.hearing import Hearing
from infrastructure.voice.legs.leg import Ending, Offer
from infrastructure.voice.legs.silent import SilentLeg
from infrastructure.voice.legs.tone_take import Sound


class Page(Protocol):
    """One open page."""

    def send(self, message: dict[str, Any]) -> None:
        """Send a message (see phone_socket.py)."""
        ...


class BrowserLeg(SilentLeg):
    """One call to an identity. grace_s: how long a call survives the loss of its page."""

    def __init__(self, clock: Clock, identity: str, pages: list[Page], grace_s: float) -> None:
        super().__init__(clock, f"client:{identity}")
        self.identity = identity
        self.call_sid = ""
        self.owner: Page | None = None
        self._pages = list(pages)
        self._grace_s = grace_s
        self._stop_grace: Callable[[], None] | None = None
        self._answered = False
        self._over = False
        self._silent = False
        self.on_over: Callable[[BrowserLeg], None] = lambda _: None
        """Called once, when the leg is done with."""

    def ring(self, offer: Offer) -> None:
        """Ring every page."""
        self.call_sid = offer.call_sid
        message = {"type": "incoming", "callSid": offer.call_sid, "from": offer.from_, "to": offer.to}
        for page in self._pages:
            page.send(message | {"parameters": offer.parameters})
        self.events.leg_ringing()

    def answer(self) -> None:
        """Nothing to do: pages are only called, they do not call."""

    def accept(self, page: Page) -> bool:
        """Give the call to the first page that wants it; False when it is taken or over."""
        if self._answered or self._over or page not in self._pages:
            return False
        self._answered, self.owner = True, page
        self._cancel_others(page, "elsewhere")
        page.send({"type": "accepted", "callSid": self.call_sid})
        self.events.leg_answered("human")
        return True

    def reject(self, page: Page) -> None:
        """Decline for all pages of the identity."""
        if self._answered or self._over:
            return
        page.send({"type": "disconnected", "callSid": self.call_sid, "reason": "rejected"})
        self._cancel_others(page, "elsewhere")
        self._close()
        self.events.leg_refused("busy", 603)

    def disconnect(self, page: Page) -> None:
        """Hang up at the page's wish."""
        if page is self.owner and not self._over:
            page.send({"type": "disconnected", "callSid": self.call_sid, "reason": "local"})
            self._close()
            self.events.leg_hung_up("hangup")

    def mute(self, page: Page, muted: bool) -> None:
        """Switch the microphone."""
        if page is self.owner:
            self._silent = muted
            self._update()
            page.send({"type": "muted", "callSid": self.call_sid, "muted": muted})
            self.events.leg_muted(muted)

    def digits(self, page: Page, digits: str) -> None:
        """Press keys."""
        if page is self.owner:
            for digit in digits:
                self.events.leg_digit(digit)

    def lost(self, page: Page) -> None:
        """Notice that a page is gone; its call goes on for the grace time."""
        self._pages = [p for p in self._pages if p is not page]
        if page is self.owner and not self._over:
            self.owner = None
            self.events.leg_note("connection_lost", {"grace_s": self._grace_s})
            self._stop_grace = self._clock.call_later(self._grace_s, self._give_up)

    def resume(self, page: Page) -> bool:
        """Give the call back to its person's new page; False when there is nothing to give back."""
        if not self._answered or self._over or self.owner is not None:
            return False
        if self._stop_grace is not None:
            self._stop_grace()
        self._pages.append(page)
        self.owner = page
        page.send({"type": "accepted", "callSid": self.call_sid, "resumed": True})
        self._tell_hearing()
        self.events.leg_note("connection_back", {})
        return True

    async def send_digits(self, digits: str) -> None:
        """Let the page show the keys."""
        if self.owner is not None:
            self.owner.send({"type": "digits", "callSid": self.call_sid, "digits": digits})
        await super().send_digits(digits)

    def hang_up(self, ending: Ending) -> None:
        """Stop ringing or end the call, from our side."""
        if self._over:
            return
        if self._answered:
            if self.owner is not None:
                self.owner.send({"type": "disconnected", "callSid": self.call_sid, "reason": "remote"})
        else:
            self._cancel_others(None, {"timeout": "timeout", "elsewhere": "elsewhere"}.get(ending, "caller"))
        self._close()

    def heard(self, now: Hearing) -> None:  # noqa: ARG002 - the page is told what `hearing` says by then
        """Show on the page what would be heard."""
        self._tell_hearing()

    def _tell_hearing(self) -> None:
        if self.owner is not None:
            self.owner.send({"type": "hearing", "callSid": self.call_sid, **self.hearing.view()})

    def _sound(self) -> Sound:
        own, others = super()._sound()
        return ((), others) if self._silent else (own, others)

    def _cancel_others(self, kept: Page | None, reason: str) -> None:
        for page in self._pages:
            if page is not kept:
                page.send({"type": "canceled", "callSid": self.call_sid, "reason": reason})

    def _give_up(self) -> None:
        if not self._over and self.owner is None:
            self._close()
            self.events.leg_hung_up("connection_lost")

    def _close(self) -> None:
        self._over = True
        if self._stop_grace is not None:
            self._stop_grace()
        self.on_over(self)
