"""Calls that an agent makes: from a customer's number and from the dial pad."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.desk import Desk
from tests.e2e.outside import AGENTS, KNOWN, KNOWN_NAME, KNOWN_TEXT, Json, Outside


def _from_the_customer(agent: Desk) -> None:
    agent.go("/calls")
    row = agent.shown_page().locator("tr", has_text=KNOWN_TEXT).first
    row.get_by_label(re.compile("拨打")).click()


def _from_the_dial_pad(agent: Desk) -> None:
    agent.press("dial")
    for digit in KNOWN[3:]:
        agent.dialog().locator(f"[data-key='{digit}']").click()
    expect(agent.dialog().get_by_role("status")).to_contain_text(KNOWN_TEXT)
    agent.dialog().locator("[data-dial]").click()


@pytest.mark.parametrize("dials", [_from_the_customer, _from_the_dial_pad])
def test_click_to_dial_reaches_the_customer(desk: Open, outside: Outside, dials: Callable[[Desk], None]) -> None:
    agent = desk("agent1").arrive().work(ready=False)
    _had_a_call_once(agent, outside)
    dials(agent)
    agent.talks()
    leg = _leg_to(outside, KNOWN)
    outside.talks_with(leg["call_sid"], "agent1")
    expect(agent.shown_page().locator("h1")).to_have_text(KNOWN_NAME)
    expect(agent.page.locator(".bar-call")).to_contain_text(KNOWN_TEXT)

    agent.press("hang_up").state("wrap_up")
    outside.until(lambda: outside.view(leg["call_sid"])["ended_at"] is not None, "the customer's line is down")
    outside.until(lambda: bool(_dialled(outside)), "the record is filed")
    assert {one["customer_number"] for one in _dialled(outside)} == {KNOWN}


def _dialled(outside: Outside) -> list[Json]:
    return outside.user("agent1").get("/calls?direction=outbound&agent_id=agent1")["items"]


def _had_a_call_once(agent: Desk, outside: Outside) -> None:
    """The list of calls needs a call with the customer in it."""
    if any(one["customer_number"] == KNOWN for one in outside.user("agent1").get("/calls")["items"]):
        return
    agent.press("ready").state("ready")
    call = outside.calls_in(KNOWN)
    agent.answer()
    outside.hangs_up(call)
    agent.finish_wrap_up()
    outside.record("agent1", call)


def _leg_to(outside: Outside, number: str) -> Json:
    def found() -> list[Json]:
        return [leg for leg in outside.active() if leg["to"] == number]

    outside.until(lambda: bool(found()), f"the carrier calls {number}")
    assert not any(leg["to"] == f"client:{name}" for leg in outside.active() for name in AGENTS[1:])
    return found()[0]
