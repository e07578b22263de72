"""A supervisor acts from the wall: agents' states, waiting and live calls (MON-2, MON-3, QUE-6)."""

from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.desk import Desk
from tests.e2e.outside import KNOWN_TEXT, Outside
from tests.e2e.serving import serves

AGENT_NAME = "王磊"


def chooses(supervisor: Desk, menu: str, *items: str) -> None:
    """Open a menu of the wall by keyboard, and choose."""
    button = supervisor.shown_page().get_by_role("button", name=menu)
    expect(button).to_be_visible()
    button.focus()
    supervisor.keys("Enter")
    for item in items[:-1]:
        supervisor.page.get_by_role("menuitem", name=item).hover()
    supervisor.page.get_by_role("menuitem", name=items[-1], exact=True).click()


def test_a_supervisor_acts_from_the_wall(desk: Open, outside: Outside) -> None:
    agent = desk("agent2").arrive().work()
    supervisor = desk("supervisor1").arrive("/wall").line("open")
    name = outside.agent("agent2")["name"]

    chooses(supervisor, f"对 {name} 的操作", "强制置忙")
    agent.state("not_ready")
    expect(agent.page.locator(".ant-notification")).to_contain_text("班长置忙")

    call = outside.calls_in()
    outside.hears(call, "music")
    row = supervisor.shown_page().locator("tr", has_text=KNOWN_TEXT)
    expect(row).to_be_visible()
    chooses(supervisor, f"对来电 {KNOWN_TEXT} 的操作", "优先：下一位")
    chooses(supervisor, f"对 {name} 的操作", "强制置闲")
    agent.rings()
    agent.answer()
    outside.talks_with(call, "agent2")

    chooses(supervisor, f"对来电 {KNOWN_TEXT} 的操作", "强拆")
    supervisor.dialog().get_by_role("button", name="强拆").click()
    agent.state("wrap_up")
    outside.until(lambda: outside.view(call)["ended_at"] is not None, "the caller is released")
    expect(row).to_have_count(0)
    assert outside.record("agent2", call)["cause"] == "supervisor_hang_up"

    chooses(supervisor, f"对 {name} 的操作", "强制签出")
    agent.state("signed_out")


def test_a_supervisor_listens_whispers_barges_in_and_takes_over(desk: Open, outside: Outside) -> None:
    agent = desk("agent2").arrive().work()
    supervisor = desk("supervisor1").arrive("/wall").line("open").phone_ready()
    name = outside.agent("agent2")["name"]
    call = serves(agent, outside)
    boss = "client:supervisor1"

    chooses(supervisor, f"对 {name} 的操作", "监听")
    supervisor.sees("[data-supervising=joined][data-mode=listen]")
    agent.sees("[data-watched=listen]")
    outside.heard_by(call, "agent2")
    panel = supervisor.page.get_by_label("通话监控")
    panel.get_by_text("密语").click()
    agent.sees("[data-watched=whisper]")
    supervisor.sees("[data-mode=whisper][data-pending=false]")
    outside.heard_by(call, "agent2")
    panel.get_by_text("强插").click()
    agent.sees("[data-watched=barge]")
    outside.heard_by(call, "agent2", "supervisor1")
    panel.get_by_role("button", name="停止").click()
    supervisor.misses("[data-supervising]")
    agent.misses("[data-watched]")
    outside.until(lambda: outside.legs_to(boss) == [], "no leg of his stays behind")
    outside.talks_with(call, "agent2")

    supervisor.work(ready=False)
    chooses(supervisor, f"对来电 {KNOWN_TEXT} 的操作", "强接")
    agent.state("wrap_up")
    supervisor.talks()
    outside.talks_with(call, "supervisor1")
    supervisor.press("hang_up")
    supervisor.state("wrap_up")
    outside.until(lambda: outside.view(call)["ended_at"] is not None, "the caller is released")
    assert outside.record("agent2", call)["agent_ids"] == ["agent2", "supervisor1"]


def test_an_agent_may_not_act_on_others(outside: Outside) -> None:
    asked = outside.user("agent2").http.post("/supervision/agents/agent1/sign-out")
    assert asked.status_code == 403
    assert outside.user("supervisor1").http.post("/supervision/agents/nobody/ready").status_code == 404
    listened = outside.user("agent2").http.put("/supervision/session", json={"call_id": "any"})
    assert listened.status_code == 403
