"""The pages that are registered, by identity, and the calls they have."""

from infrastructure.voice.clock import Clock
from infrastructure.voice.legs.browser import BrowserLeg, Page

CALLS_PER_PAGE = 10


class Browsers:
    """Registrar of browser phones."""

    def __init__(self, clock: Clock, grace_s: float) -> None:
        self._clock = clock
        self._grace_s = grace_s
        self._pages: dict[str, list[Page]] = {}
        self._legs: dict[str, list[BrowserLeg]] = {}

    def register(self, identity: str, page: Page) -> None:
        """Let calls to the identity ring this page. Harmless twice."""
        pages = self._pages.setdefault(identity, [])
        if page not in pages:
            pages.append(page)

    def unregister(self, identity: str, page: Page) -> None:
        """Let new calls pass the page by; calls that it has go on."""
        pages = [p for p in self._pages.get(identity, []) if p is not page]
        if pages:
            self._pages[identity] = pages
        else:
            self._pages.pop(identity, None)

    def lost(self, identity: str, page: Page) -> None:
        """Notice that a page is gone."""
        self.unregister(identity, page)
        for leg in list(self._legs.get(identity, [])):
            leg.lost(page)

    def leg_for(self, identity: str) -> BrowserLeg | None:
        """Return a leg that rings every page of the identity, None when there is none."""
        pages = self._pages.get(identity)
        if not pages:
            return None
        leg = BrowserLeg(self._clock, identity, pages, self._grace_s)
        legs = self._legs.setdefault(identity, [])
        legs.append(leg)
        leg.on_over = self._over
        return leg

    def leg(self, identity: str, call_sid: str) -> BrowserLeg | None:
        """Return the identity's call with that SID."""
        return next((leg for leg in self._legs.get(identity, []) if leg.call_sid == call_sid), None)

    def identities(self) -> list[str]:
        """Return who is registered."""
        return sorted(self._pages)

    def _over(self, leg: BrowserLeg) -> None:
        legs = [other for other in self._legs.get(leg.identity, []) if other is not leg]
        if legs:
            self._legs[leg.identity] = legs
        else:
            self._legs.pop(leg.identity, None)
