"""How long it takes from the carrier's webhook that queues a caller to the ringing card in an agent's browser."""

import math
from collections.abc import Callable

from playwright.sync_api import Page

from infrastructure.local.carrier import DEMO_NUMBER
from infrastructure.local.private import private_stack
from infrastructure.local.settings import Settings
from tests.e2e.browser import launched
from tests.e2e.desk import Desk
from tests.e2e.outside import AGENTS, KNOWN, Json, Outside
from tests.shared_stack import build_web_app

AGENT = AGENTS[0]
CALLS = 20
NOTES_THE_CARD = """
window.__cards = {}
new MutationObserver(() => {
  const card = document.querySelector('[data-ringing]')
  const name = card?.querySelector('.name')?.textContent
  const id = card?.dataset.ringing
  if (id && name && !(id in window.__cards)) window.__cards[id] = Date.now()
}).observe(document, { childList: true, subtree: true, characterData: true, attributes: true })
"""
"""Writes down when the card of a call stands in the page with the caller's name (same clock as the simulator's)."""


def run(say: Callable[[str, object], None], size: float = 1.0) -> None:
    """Serve calls in a real browser on a private stack and say the 95th percentile in milliseconds."""
    build_web_app()
    with private_stack() as settings:
        say("screen_pop_ms_p95", f"{p95(samples(settings, max(5, round(CALLS * size)))):.0f}")


def p95(values: list[float]) -> float:
    """The smallest of the values that 95 of 100 do not exceed."""
    return sorted(values)[math.ceil(len(values) * 0.95) - 1]


def samples(settings: Settings, calls: int) -> list[float]:
    """Milliseconds from the provider's webhook that queues the caller to the card, a value for each call."""
    outside = Outside(settings)
    outside.tidy()
    with launched() as browser:
        desk = Desk(browser.new_context(), settings.public_url, AGENT)
        desk.page.add_init_script(NOTES_THE_CARD)
        desk.arrive().work()
        # The first call of a fresh stack pays for cold functions and code that the page has not loaded yet.
        _one(desk, outside)
        values = [_one(desk, outside) for _ in range(calls)]
    outside.tidy()
    outside.close()
    return values


def _one(desk: Desk, outside: Outside) -> float:
    call = outside.calls_in(KNOWN, key="1", to=DEMO_NUMBER)
    desk.rings()
    shown_at = _shown_at(desk.page, call)
    asked_at = _queued_at(outside.view(call))
    outside.hangs_up(call)
    desk.misses("[data-ringing]")
    desk.state("ready")
    return shown_at - asked_at


def _shown_at(page: Page, call: str) -> float:
    return page.wait_for_function("id => window.__cards[id]", arg=call).json_value()


def _queued_at(view: Json) -> float:
    """When the carrier sent the webhook with the caller's key, after which the call is queued and matched."""
    pressed = next(line["at"] for line in view["timeline"] if line["what"] == "pressed")
    return next(line["at"] for line in view["timeline"] if line["what"] == "webhook" and line["at"] >= pressed)
