"""Every screen in both languages, themes and sizes: nothing cut, nothing overflowing, no barrier that axe knows."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from infrastructure.local.carrier import DEMO_NUMBER
from tests.e2e.conftest import Open
from tests.e2e.looking import dialog_faults, faults, keep_picture
from tests.e2e.outside import AGENTS, KNOWN, KNOWN_NAME, KNOWN_TEXT, Outside

PAGES = {
    "customers": "/customers",
    "calls": "/calls",
    "recordings": "/recordings",
    "surveys": "/surveys",
    "survey-results": "/survey-results",
    "groups": "/groups",
    "group": "/groups/8001",
    "trunk-numbers": "/trunk-numbers",
    "extensions": "/extensions",
    "schedules": "/schedules",
    "flows": "/flows",
    "flow": "/flows/demo",
    "users": "/users",
    "test-call": "/test-call",
}
PICTURED = {"group", "trunk-numbers", "schedules", "flow", "users", "test-call"}
"""Pages that the guides show."""
LONG_S = 120
ALARM_MS = 40_000
"""A caller who waits longer than the group's target (20 s) raises its alarm."""


@pytest.fixture
def patient_group(outside: Outside) -> Iterator[None]:
    """Rings and wraps up long enough to be looked at from all sides."""
    admin = outside.user("admin1")
    group = admin.get("/groups/8001")
    change = {"ring_s": LONG_S, "wrap_up_s": LONG_S}
    changed = admin.http.put("/groups/8001", json=group | change).raise_for_status().json()
    yield
    outside.tidy()
    back = {**changed, **{name: group[name] for name in change}}
    admin.http.put("/groups/8001", json=back).raise_for_status()


def test_sign_in(desk: Open, tmp_path: Path) -> None:
    visitor = desk("agent1")
    visitor.page.goto(visitor.base_url)
    expect(visitor.page.locator("#username")).to_be_visible()
    found = faults(visitor, "sign-in", tmp_path)
    assert not found, "\n".join(found)


def test_the_desk_in_every_state(desk: Open, outside: Outside, patient_group: None, tmp_path: Path) -> None:
    agent = desk("agent1").arrive().work()
    found = faults(agent, "desk", tmp_path)
    call = outside.calls_in(KNOWN, key="1", to=DEMO_NUMBER)
    agent.rings()
    found += faults(agent, "ringing", tmp_path)
    keep_picture(agent, "ringing")
    agent.answer()
    outside.talks_with(call, "agent1")
    expect(agent.shown_page().locator("h1")).to_have_text(KNOWN_NAME)
    found += faults(agent, "on-call", tmp_path)
    keep_picture(agent, "desk")
    outside.hangs_up(call)
    agent.state("wrap_up").sees(".wrap-panel")
    found += faults(agent, "wrap-up", tmp_path)
    keep_picture(agent, "wrap-up")
    assert not found, "\n".join(found)
    del patient_group


def test_the_desk_with_a_phone_off_hook(desk: Open, outside: Outside, tmp_path: Path) -> None:
    agent = desk("agent5").arrive()

    def sign_in() -> None:
        agent.press("sign_in")
        agent.dialog().locator(".ant-segmented-item").nth(1).click()
        agent.dialog().locator("#nailed_up").check()

    found = dialog_faults(agent, "sign-in-phone", tmp_path, sign_in)
    sign_in()
    agent.sees("[data-sign-in-ready]").click()
    agent.state("ready").sees("[data-nailed-up=up]")
    found += faults(agent, "off-hook", tmp_path)
    (leg,) = outside.legs_to("sip:1005@voice.local")
    outside.hangs_up(leg)
    agent.state("not_ready").sees("[data-nailed-up=down]")
    found += faults(agent, "on-hook", tmp_path)
    assert not found, "\n".join(found)


def test_the_wall(desk: Open, outside: Outside, tmp_path: Path) -> None:
    for username in AGENTS[1:3]:
        outside.user(username).work()
        outside.user(username).post("/agent/not-ready", reason="meal")
    call = outside.calls_in()
    outside.hears(call, "music")
    supervisor = desk("supervisor1").arrive("/wall").line("open")
    supervisor.sees(".wall-agent")
    expect(supervisor.shown_page().locator("tr", has_text=KNOWN_TEXT)).to_be_visible()
    expect(supervisor.shown_page().locator(".wall-group.alarm")).to_be_visible(timeout=ALARM_MS)
    found = faults(supervisor, "wall", tmp_path)
    keep_picture(supervisor, "wall")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("screen", PAGES)
def test_a_page(desk: Open, screen: str, tmp_path: Path) -> None:
    admin = desk("admin1").arrive(PAGES[screen])
    expect(admin.shown_page().locator("h1").first).to_be_visible()
    admin.misses(".ant-skeleton:visible")
    admin.misses(".ant-spin-spinning:visible")
    found = faults(admin, screen, tmp_path)
    if screen in PICTURED:
        keep_picture(admin, screen)
    assert not found, "\n".join(found)


def test_a_schedule_with_the_chinese_calendar(desk: Open, outside: Outside, tmp_path: Path) -> None:
    admin = desk("admin1").arrive("/schedules/new")
    page = admin.shown_page()
    page.get_by_label("名称").fill("国庆照常放假")
    admin.choose(page.get_by_label("节假日日历"), "中国")
    expect(page.get_by_text("国庆节调休").first).to_be_visible()
    page.get_by_text("国庆节调休").first.scroll_into_view_if_needed()
    found = faults(admin, "schedule", tmp_path)
    made = admin.answers("/schedules", lambda: page.get_by_role("button", name="创建").click())
    schedule = f"/schedules/{made['schedule_id']}"
    asked = outside.user("admin1")

    def at(day: int) -> tuple[bool, str, str]:
        ten = datetime(2026, 10, day, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
        answer = asked.get(f"{schedule}/open?at={int(ten.timestamp() * 1000)}")
        return answer["open"], answer["reason"], answer["day"] or ""

    assert at(1) == (False, "holiday", "国庆节")
    assert at(9) == (True, "weekly_hours", "")
    assert at(10) == (True, "make_up_day", "国庆节调休")  # a Saturday
    assert at(11) == (False, "outside_hours", "")
    asked.http.delete(schedule).raise_for_status()
    assert not found, "\n".join(found)


def test_an_extension_with_follow_me(desk: Open, tmp_path: Path) -> None:
    admin = desk("admin1").arrive("/extensions/new")
    page = admin.shown_page()
    page.get_by_text("虚拟分机", exact=True).click()
    for _ in range(2):
        page.get_by_role("button", name="加一部电话").click()
    page.get_by_text("转到别处").first.click()
    expect(page.locator("[data-follow]")).to_have_count(2)
    page.get_by_label("分机号").scroll_into_view_if_needed()
    found = faults(admin, "extension", tmp_path)
    assert not found, "\n".join(found)
