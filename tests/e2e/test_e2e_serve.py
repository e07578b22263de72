"""The whole way of one caller, from ringing to the recording; and of one whom nobody knows yet."""

import re

from playwright.sync_api import expect

from infrastructure.local.carrier import DEMO_NUMBER
from tests.e2e.conftest import Open
from tests.e2e.desk import Desk
from tests.e2e.outside import KNOWN, KNOWN_NAME, Outside, national
from tests.e2e.serving import serves


def _signs_in_by_keyboard(agent: Desk) -> None:
    agent.page.goto(agent.base_url)
    expect(agent.page.locator("#username")).to_be_focused()
    agent.page.keyboard.type("agent1")
    agent.keys("Tab")
    agent.page.keyboard.type("Zhiyin-demo-1")
    agent.keys("Enter").phone_ready().state("signed_out")
    agent.keys("Alt+i")
    expect(agent.page.locator("[data-sign-in-ready]")).to_be_focused()
    agent.keys("Enter").state("ready")


def test_an_agent_serves_a_known_caller_with_the_keyboard_alone(desk: Open, outside: Outside) -> None:
    agent = desk("agent1")
    _signs_in_by_keyboard(agent)
    agent.cannot("answer", "hang_up", "hold", "transfer").can("not_ready", "dial")

    call = outside.calls_in(KNOWN, key="1", to=DEMO_NUMBER)
    card = agent.rings()
    expect(card).to_contain_text(KNOWN_NAME)
    expect(card).to_contain_text("138 0013 8000")
    expect(card).to_contain_text("销售")
    agent.state("reserved")
    outside.hears(call, "music")

    agent.keys("Enter").talks()
    agent.misses("[data-ringing]")
    outside.talks_with(call, "agent1")
    expect(agent.page.locator(".tab.shown")).to_contain_text(KNOWN_NAME)
    expect(agent.shown_page().locator("h1")).to_have_text(KNOWN_NAME)
    expect(agent.shown_page().locator(".this-call")).to_contain_text("138 0013 8000")
    expect(agent.page).to_have_url(re.compile(f"call_id={call}"))

    _holds_and_sends_keys(agent, outside, call)
    _pauses_the_recording(agent, outside, call)

    agent.keys("Alt+x").state("wrap_up")
    outside.until(lambda: outside.view(call)["ended_at"] is not None, "the caller's line is down")
    _wraps_up(agent)
    _finds_the_call(agent, outside, call)
    _hears_the_recording(agent)


def _holds_and_sends_keys(agent: Desk, outside: Outside, call: str) -> None:
    agent.can("hold", "mute", "keys", "transfer", "consult").cannot("retrieve", "complete", "dial")
    agent.keys("Alt+h").can("retrieve").cannot("hold")
    outside.hears(call, "music", "hold")
    agent.keys("Alt+r").can("hold").cannot("retrieve")
    outside.talks_with(call, "agent1")
    agent.keys("Alt+m")
    expect(agent.button("mute")).to_have_attribute("aria-pressed", "true")
    agent.done("mute").keys("Alt+m")
    expect(agent.button("mute")).to_have_attribute("aria-pressed", "false")
    agent.keys("Alt+k")
    expect(agent.dialog()).to_be_visible()
    agent.answers("/digits", lambda: agent.keys("5"))
    agent.answers("/digits", lambda: agent.keys("#"))
    outside.until(lambda: _keys_heard(outside, call) == "5#", "the caller's side hears 5#")
    agent.keys("Escape")
    agent.misses("[role=dialog]:visible")


def _pauses_the_recording(agent: Desk, outside: Outside, call: str) -> None:
    agent.keys("Alt+s")
    expect(agent.sees("[data-recording-paused]")).to_contain_text("录音已暂停")
    assert _recording(outside, call) == "paused"
    agent.keys("Alt+s")
    agent.misses("[data-recording-paused]")
    assert _recording(outside, call) == "in-progress"


def _recording(outside: Outside, call: str) -> str:
    """Return what the carrier does with the recording."""
    return [one["detail"]["status"] for one in outside.view(call)["timeline"] if one["what"] == "recording"][-1]


def _keys_heard(outside: Outside, call: str) -> str:
    lines = outside.view(call)["timeline"]
    return "".join(str(line["detail"]["digits"]) for line in lines if line["what"] == "keys_sent")


def _wraps_up(agent: Desk) -> None:
    panel = agent.sees(".wrap-panel")
    expect(panel).to_contain_text("138 0013 8000")
    agent.choose(panel.locator(".ant-select"), "已解决")
    panel.locator("textarea").fill("发货日期已告知")
    panel.locator(".ant-btn-primary").click()
    agent.state("ready").misses(".wrap-panel")


def _finds_the_call(agent: Desk, outside: Outside, call: str) -> None:
    record = outside.record("agent1", call)
    assert (record["group_id"], record["agent_ids"], record["disposition"]) == ("8001", ["agent1"], "resolved")
    assert record["cause"] == "agent_hang_up"
    assert record["hold_s"] > 0 or record["talk_s"] > 0
    agent.page.locator('.menu a[href="/calls"]').click()
    row = agent.shown_page().locator("tr", has_text="138 0013 8000").first
    expect(row).to_contain_text("已解决")
    row.press("Enter")
    expect(agent.dialog()).to_contain_text(call)
    line = agent.dialog().locator(".ant-timeline-item")
    expect(line.first).to_be_visible()
    assert line.count() >= 4
    words = " ".join(line.all_text_contents())
    assert not re.search(r"[a-z]+[._][a-z]+", words), f"a code instead of a word: {words}"


def _hears_the_recording(agent: Desk) -> None:
    with agent.page.expect_response(lambda one: ".wav" in one.url) as audio:
        agent.dialog().locator('a[href^="/recordings/"]').click()
    assert audio.value.status in (200, 206)
    player = agent.sees(".player")
    expect(player.locator(".player-lane button").first).to_be_visible()
    play = player.locator(".player-foot .ant-btn-primary")
    play.click()
    expect(play).to_contain_text("暂停")


def test_an_unknown_caller_becomes_a_customer_whom_the_next_call_knows(desk: Open, outside: Outside) -> None:
    agent = desk("agent1").arrive().work()
    stranger = outside.unknown_number()
    call = serves(agent, outside, stranger)
    form = agent.shown_page()
    expect(agent.page).to_have_url(re.compile("/customers/new"))
    expect(form.get_by_label("电话", exact=True).first).to_have_value(national(stranger))
    form.get_by_label("姓名").fill("新客户·顾言")
    form.locator("button[type=submit]").click()
    expect(agent.shown_page().locator("h1")).to_have_text("新客户·顾言")
    expect(agent.page.locator(".tab.shown")).to_contain_text("新客户·顾言")
    outside.hangs_up(call)
    agent.finish_wrap_up().state("ready")

    again = outside.calls_in(stranger)
    expect(agent.rings()).to_contain_text("新客户·顾言")
    agent.answer()
    expect(agent.shown_page().locator("h1")).to_have_text("新客户·顾言")
    pop = outside.user("agent1").get(f"/screen-pop?number=%2B{stranger[1:]}&call_id={again}")
    assert pop["customer"]["phones"] == [stranger]
