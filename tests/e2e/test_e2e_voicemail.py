"""A caller leaves a message in a group's box; the agent is told, hears it, calls back and handles it (IVR-8)."""

import re
from pathlib import Path

from playwright.sync_api import expect

from infrastructure.local.carrier import DEMO_NUMBER
from tests.e2e.conftest import Open
from tests.e2e.looking import faults
from tests.e2e.outside import Outside, national

KEY = "9"
SPEAKS_S = 2
STORED_MS = 60_000


def leaves_message(outside: Outside, number: str) -> None:
    """Call the demo number, choose the mailbox, speak for a moment and hang up in the middle."""
    to_the_box = [{"wait_until": "listening"}, {"press": KEY}, {"wait_until": "recording"}]
    steps = [*to_the_box, {"wait_s": SPEAKS_S}, {"hang_up": True}]
    asked = {"from": number, "to": DEMO_NUMBER, "steps": steps}
    call = outside.simulator.post("/calls", json=asked).raise_for_status().json()["call_sid"]
    outside.until(lambda: outside.view(call)["ended_at"] is not None, "the caller has left his message")


def test_a_message_from_the_tone_to_handled(desk: Open, outside: Outside, tmp_path: Path) -> None:
    number = outside.unknown_number()
    agent = desk("agent1").arrive().work()
    page = agent.page
    expect(page.locator("a[href='/voicemails']")).to_be_visible()
    before = outside.user("agent1").get("/voicemails/unheard")["count"]
    leaves_message(outside, number)
    badge = page.locator(".menu-badge")
    expect(badge).to_have_text(str(before + 1), timeout=STORED_MS)

    agent.go("/voicemails")
    row = agent.shown_page().locator("tr", has_text=national(number))
    expect(row).to_contain_text("未听")
    listen = row.get_by_role("button", name="收听")
    expect(listen).to_be_visible(timeout=STORED_MS)
    found = faults(agent, "voicemails", tmp_path)
    assert not found, "\n".join(found)
    theirs = outside.user("agent2").get("/voicemails")["items"]
    assert number not in [item["number"] for item in theirs], "the message is of a group that he is not in"
    listen.click()
    expect(row.locator("audio")).to_have_attribute("src", re.compile("^https?://.+wav"))
    expect(row).to_contain_text("已听")

    row.get_by_role("button", name="拨打").click()
    agent.talks()
    expect(agent.shown_page().locator("h1")).to_have_text("新客户")  # comes up over the list
    page.locator("a[href='/voicemails']").click()
    expect(row).to_contain_text("已回拨")
    row.get_by_role("button", name="处理完成").click()
    agent.dialog().get_by_label("处理说明").fill("已告知")
    agent.dialog().get_by_role("button", name="处理完成").click()
    expect(row).to_have_count(0)
    assert outside.user("agent1").get("/voicemails/unheard")["count"] == before
