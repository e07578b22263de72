"""An agent works with his desk phone: he dials on it and his page follows (PBX-8), or it stays off hook (PBX-7)."""

from playwright.sync_api import expect

from infrastructure.local.carrier import DEMO_NUMBER
from tests.e2e.conftest import Open
from tests.e2e.outside import KNOWN, KNOWN_TEXT, Outside

DESK_PHONE = "sip:1005@voice.local"


def test_the_page_follows_the_phone_that_dials(desk: Open, outside: Outside) -> None:
    agent = desk("agent5").arrive()
    agent.press("sign_in")
    agent.dialog().get_by_text("SIP 话机").click()
    agent.sees("[data-sign-in-ready]").click()  # his own extension, without typing it
    agent.state("ready")
    assert outside.agent("agent5")["phone"] == {"kind": "sip", "address": DESK_PHONE, "nailed_up": False}

    placed = outside.simulator.post("/calls", json={"from": DESK_PHONE, "to": KNOWN[3:]}).raise_for_status()
    call_id = placed.json()["call_sid"]
    agent.state("on_call")
    agent.misses("[data-ringing]")
    expect(agent.page.locator(".bar-call")).to_contain_text(KNOWN_TEXT)

    agent.press("hold").can("retrieve").press("retrieve").can("hold")
    agent.press("hang_up").state("wrap_up")
    outside.until(lambda: outside.view(call_id)["ended_at"] is not None, "the desk phone is released")
    record = outside.record("agent5", call_id)
    assert (record["direction"], record["customer_number"], record["agent_ids"]) == ("outbound", KNOWN, ["agent5"])
    agent.finish_wrap_up().state("ready")


def test_a_colleague_who_calls_a_group_sees_his_own_call(desk: Open, outside: Outside) -> None:
    caller, agent = desk("agent5").arrive(), desk("agent1").arrive().work()
    caller.press("sign_in")
    caller.dialog().get_by_text("SIP 话机").click()
    caller.sees("[data-sign-in-ready]").click()
    caller.state("ready")

    outside.simulator.post("/calls", json={"from": DESK_PHONE, "to": "8001"}).raise_for_status()
    caller.state("on_call")
    agent.answer()
    expect(agent.page.locator(".bar-call")).to_contain_text("1005")
    caller.cannot("hold", "transfer").press("hang_up").state("wrap_up", "ready")
    agent.finish_wrap_up()


def test_a_phone_stays_off_hook_from_call_to_call(desk: Open, outside: Outside) -> None:
    agent = desk("agent5").arrive()
    agent.press("sign_in")
    agent.dialog().get_by_text("SIP 话机").click()
    agent.dialog().get_by_text("常摘机", exact=True).click()
    agent.sees("[data-sign-in-ready]").click()
    agent.state("ready").sees("[data-nailed-up=up]")
    (leg,) = outside.legs_to(DESK_PHONE)

    for _ in range(2):
        call = outside.calls_in(KNOWN, key="2", to=DEMO_NUMBER)
        agent.rings()
        agent.keys("Enter").state("on_call")
        outside.hears(call, "conversation")
        outside.hangs_up(call)
        agent.finish_wrap_up().state("ready")
    assert outside.legs_to(DESK_PHONE) == [leg]

    outside.simulator.post(f"/calls/{leg}/hang-up").raise_for_status()
    agent.state("not_ready").sees("[data-nailed-up=down]")
    expect(agent.page.locator(".ant-notification")).to_contain_text("话机挂断")
    agent.press("ready").state("ready").sees("[data-nailed-up=up]")
    assert len(outside.legs_to(DESK_PHONE)) == 1
