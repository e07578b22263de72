"""Two agents and one caller: consultation, conference, transfer; and one agent in two browsers."""

from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.outside import KNOWN_NAME, Outside
from tests.e2e.serving import serves


def test_consult_and_merge(desk: Open, outside: Outside) -> None:
    one, other = desk("agent1").arrive().work(), desk("agent2").arrive().work(ready=False)
    call = serves(one, outside)
    one.cannot("complete", "take_back", "merge")

    one.target("consult", "agent2")
    outside.hears(call, "music", "hold")
    expect(other.rings()).to_contain_text(KNOWN_NAME)
    other.answer()
    one.can("complete", "take_back", "merge").cannot("hold", "transfer", "consult")
    expect(one.page.locator(".bar-note")).to_be_visible()
    outside.hears(call, "music", "hold")

    one.press("merge")
    outside.talks_with(call, "agent1", "agent2")
    one.cannot("merge", "complete").can("hold")
    other.can("hold").state("on_call")
    expect(one.page.locator(".bar-note")).to_contain_text("3")

    one.press("hold")
    outside.hears(call, "music", "hold")
    one.can("retrieve").cannot("complete")
    one.press("retrieve")
    outside.talks_with(call, "agent1", "agent2")
    one.press("hang_up").state("wrap_up")
    outside.talks_with(call, "agent2")
    other.state("on_call").phone("connected").can("hold", "transfer")
    outside.state("agent1", "wrap_up")
    outside.state("agent2", "on_call")

    outside.hangs_up(call)
    other.state("wrap_up")
    one.finish_wrap_up().state("ready")
    other.finish_wrap_up()
    assert outside.record("agent2", call)["agent_ids"] == ["agent1", "agent2"]


def test_consult_and_complete(desk: Open, outside: Outside) -> None:
    one, other = desk("agent1").arrive().work(), desk("agent2").arrive().work(ready=False)
    call = serves(one, outside)
    one.target("consult", "agent2")
    other.answer().cannot("complete", "hold", "retrieve")
    one.can("complete").press("complete").state("wrap_up")
    outside.talks_with(call, "agent2")
    other.press("hang_up").state("wrap_up")
    outside.until(lambda: outside.view(call)["ended_at"] is not None, "the caller's line is down")


def test_consult_and_take_the_caller_back(desk: Open, outside: Outside) -> None:
    one, other = desk("agent1").arrive().work(), desk("agent2").arrive().work(ready=False)
    call = serves(one, outside)
    one.target("consult", "agent2")
    other.answer()
    one.can("take_back").press("take_back")
    outside.talks_with(call, "agent1")
    one.talks().can("hold").cannot("take_back")
    other.state("wrap_up", "not_ready").phone("ready")


def test_blind_transfer_to_a_colleague(desk: Open, outside: Outside) -> None:
    one, other = desk("agent1").arrive().work(), desk("agent2").arrive().work(ready=False)
    call = serves(one, outside)
    one.target("transfer", "agent2")
    one.state("wrap_up").phone("ready")
    expect(other.rings()).to_contain_text(KNOWN_NAME)
    other.answer()
    outside.talks_with(call, "agent2")
    other.press("hang_up").state("wrap_up")
    outside.until(lambda: outside.view(call)["ended_at"] is not None, "the caller's line is down")
    assert outside.record("agent1", call)["agent_ids"] == ["agent1", "agent2"]


def test_the_same_agent_in_two_browsers(desk: Open, outside: Outside) -> None:
    first = desk("agent1").arrive().work()
    second = desk("agent1").arrive().phone_ready().state("ready")
    call = outside.calls_in()
    first.rings()
    second.rings()

    second.answer()
    outside.talks_with(call, "agent1")
    first.state("on_call").misses("[data-ringing]")
    first.phone("ready")
    expect(first.page.locator("[data-call]")).to_have_attribute("data-call", call)

    second.press("hold")
    first.can("retrieve").press("retrieve")
    second.can("hold")
    outside.talks_with(call, "agent1")

    first.press("hang_up")
    for browser in (first, second):
        browser.state("wrap_up").phone("ready")
    second.finish_wrap_up()
    first.state("ready").misses(".wrap-panel")
