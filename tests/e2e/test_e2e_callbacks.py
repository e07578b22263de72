"""Callbacks in the browser: booked, seen, given up."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.looking import dialog_faults, faults

NUMBER = "138 1111 2222"


def test_a_callback_is_booked_for_tomorrow_and_given_up(desk: Open, tmp_path: Path) -> None:
    agent = desk("agent1").arrive("/callbacks")
    page = agent.shown_page()
    book = page.get_by_role("button", name="预约回呼")
    found = dialog_faults(agent, "book", tmp_path, lambda: page.locator(".list-head .ant-btn-primary").click())
    book.click()
    dialog = agent.dialog()
    dialog.get_by_label("客户号码").fill(NUMBER)
    agent.choose(dialog.get_by_label("由哪个技能组回呼"), "8001")
    dialog.get_by_label("回呼时间").click()
    tomorrow = agent.page.evaluate("new Date(Date.now() + 86400e3).toLocaleDateString('sv-SE') + ' 10:30'")
    agent.page.keyboard.type(tomorrow)
    agent.keys("Enter")
    dialog.get_by_label("给座席的备注").fill("合同到期")
    booked = agent.answers("/callbacks", lambda: dialog.get_by_role("button", name="预约回呼").click())
    row = page.locator("tr", has_text="合同到期")
    expect(row).to_contain_text("已预约")
    expect(row).to_contain_text("10:30")
    found += faults(agent, "callbacks-booked", tmp_path)
    row.get_by_role("button", name="取消回呼").click()
    given_up = agent.answers("/cancel", lambda: agent.page.locator(".ant-popconfirm .ant-btn-primary").click())
    expect(row).to_have_count(0)
    assert (given_up["call_id"], given_up["state"]) == (booked["call_id"], "ended")
    assert not found, "\n".join(found)
