"""What happens to a call when the page, the network or the browser breaks in the middle of it."""

from playwright.sync_api import Route, expect

from tests.e2e.conftest import Open
from tests.e2e.outside import KNOWN_NAME, Outside
from tests.e2e.serving import serves


def test_a_reload_in_the_middle_of_a_held_call_restores_everything(desk: Open, outside: Outside) -> None:
    agent = desk("agent1").arrive().work()
    call = serves(agent, outside)
    agent.press("hold")
    outside.hears(call, "music", "hold")
    agent.page.reload()
    agent.talks().can("retrieve", "hang_up").cannot("hold")
    expect(agent.page.locator("[data-call]")).to_have_attribute("data-call", call)
    expect(agent.page.locator(".tab.shown")).to_contain_text(KNOWN_NAME)
    agent.press("retrieve")
    outside.talks_with(call, "agent1")
    outside.hangs_up(call)
    agent.state("wrap_up")
    assert outside.record("agent1", call)["agent_ids"] == ["agent1"]


def test_without_network_the_bar_says_so_and_the_truth_comes_back(desk: Open, outside: Outside) -> None:
    agent = desk("agent1").arrive().work()
    call = serves(agent, outside)
    agent.line("open").context.set_offline(True)
    agent.line("lost")
    outside.hangs_up(call)
    outside.state("agent1", "wrap_up")
    agent.context.set_offline(False)
    agent.line("open").state("wrap_up").phone("ready")
    agent.finish_wrap_up().state("ready")


def test_a_new_browser_takes_over_the_call_of_a_killed_one(desk: Open, outside: Outside) -> None:
    agent = desk("agent1").arrive().work()
    call = serves(agent, outside)
    agent.kill()
    outside.hears(call, "music", "hold")
    back = desk("agent1").arrive().state("on_call").phone_ready()
    back.sees(".bar-elsewhere button").click()
    back.talks()
    outside.talks_with(call, "agent1")
    assert outside.view(call)["ended_at"] is None
    back.press("hang_up").state("wrap_up")


def test_the_caller_of_a_killed_browser_hears_music_and_is_served_by_the_next_agent(
    desk: Open, outside: Outside
) -> None:
    agent, colleague = desk("agent1").arrive().work(), desk("agent2").arrive().work(ready=False)
    call = serves(agent, outside)
    agent.kill()
    outside.hears(call, "music", "hold")
    assert outside.view(call)["ended_at"] is None
    colleague.press("ready")
    colleague.rings()
    colleague.answer()
    outside.talks_with(call, "agent2")


def test_an_expired_access_token_in_the_middle_of_a_call_drops_nothing(desk: Open, outside: Outside) -> None:
    agent = desk("agent1").arrive().work()
    call = serves(agent, outside)
    refused: list[str] = []

    def once_expired(route: Route) -> None:
        if refused or "/api/session" in route.request.url:
            return route.fallback()
        refused.append(route.request.url)
        return route.fulfill(status=401, json={"status": 401, "code": "token_expired", "detail": ""})

    agent.page.route("**/api/**", once_expired)
    renewed = agent.answers("/api/session/refresh", lambda: agent.press("hold"))
    assert renewed["access_token"]
    assert len(refused) == 1
    agent.can("retrieve").state("on_call").phone("connected")
    outside.hears(call, "music", "hold")
    agent.press("retrieve")
    outside.talks_with(call, "agent1")
