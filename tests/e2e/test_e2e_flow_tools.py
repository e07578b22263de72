"""Beside the canvas: a simulated call through the draft by keyboard, and what real calls did at the nodes."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Open
from tests.e2e.desk import Desk
from tests.e2e.looking import faults
from tests.e2e.outside import Json, Outside

DEMO_NUMBER = "+861055550100"


def beside(page: Locator, name: str) -> None:
    page.locator(".flow-side-tabs").get_by_text(name, exact=True).click()


@pytest.fixture
def admin(desk: Open) -> Desk:
    return desk("admin1").arrive("/flows/demo")


def test_a_simulated_call_is_walked_by_keyboard(admin: Desk, tmp_path: Path) -> None:
    page = admin.shown_page()
    beside(page, "模拟")
    page.get_by_role("button", name="开始模拟").click()
    hand, said = page.get_by_label("按键或说话"), page.get_by_role("log")
    expect(hand).to_be_focused()
    expect(said).to_contain_text("销售请按1")
    expect(page.locator("[data-node=menu] .flow-mark.info")).to_have_text("▶ 在这里")

    # Words mean nothing to a menu, a star changes the language, a one leads to sales: all from the keyboard.
    admin.page.keyboard.type("我要投诉")
    admin.keys("Enter")
    expect(said).to_contain_text("流程只听按键")
    expect(hand).to_be_focused()
    admin.page.keyboard.type("*")
    expect(page.locator(".flow-sim-variables")).to_contain_text("en")
    expect(hand).to_be_focused()
    admin.page.keyboard.type("1")
    expect(page.locator("[data-node=sales] .flow-mark.info")).to_be_visible()
    expect(page.locator("[data-visit]").last).to_contain_text("Sales 销售")
    expect(page.get_by_role("group", name="选择结果").get_by_role("button").first).to_be_focused()
    found = faults(admin, "flow-simulator", tmp_path)
    assert not found, "\n".join(found)

    page.get_by_role("button", name="退一步").click()
    expect(page.locator("[data-node=menu] .flow-mark.info")).to_be_visible()
    page.locator("[data-node=welcome] header").click()
    page.locator("[data-add=hang_up]").click()
    expect(page.get_by_text("流程已修改")).to_be_visible()
    page.get_by_role("button", name="重新开始").first.click()
    expect(page.get_by_text("流程已修改")).to_have_count(0)


def test_calls_warm_the_nodes_that_they_come_through(admin: Desk, outside: Outside, tmp_path: Path) -> None:
    before = menu_heat(outside)
    call = outside.calls_in(outside.unknown_number(), key="7", to=DEMO_NUMBER)
    outside.until(lambda: "按键无效" in str(outside.view(call)["timeline"]), "the menu refuses the key")
    outside.hangs_up(call)
    outside.until(lambda: menu_heat(outside)["hang_ups"] == before["hang_ups"] + 1, "the call is counted")
    after = menu_heat(outside)
    assert after["visits"] == before["visits"] + 1
    assert after["invalid"] == before["invalid"] + 1
    assert after["keys"]["7"] == before["keys"].get("7", 0) + 1

    page = admin.shown_page()
    beside(page, "热力图")
    row = page.locator("[data-heat=menu]")
    expect(row.locator("[data-figure=visits]")).to_have_text(str(after["visits"]))
    expect(row).to_contain_text("7×")
    expect(page.locator("[data-node=menu] .flow-mark")).to_contain_text(f"{after['visits']} 次 · 流失")
    page.get_by_role("button", name="挂机", exact=True).click()
    expect(page.get_by_role("columnheader", name="挂机")).to_have_attribute("aria-sort", "descending")
    found = faults(admin, "flow-heat", tmp_path)
    assert not found, "\n".join(found)


def menu_heat(outside: Outside) -> Json:
    """The menu's figures of today, in the version that callers hear."""
    boss = outside.user("admin1")
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    version = boss.get("/flows/demo")["published_version"]
    nodes = boss.get(f"/flows/demo/heat?version={version}&from={day}&to={day}")["nodes"]
    return next((one for one in nodes if one["node"] == "menu"), {"visits": 0, "invalid": 0, "hang_ups": 0, "keys": {}})
