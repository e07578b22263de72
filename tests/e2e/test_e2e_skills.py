"""ACD-5: an administrator makes a skill and has calls require it, in the browser; then calls come in."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.looking import faults
from tests.e2e.outside import DIRECT_NUMBER, Outside


def test_a_skill_is_made_and_calls_go_to_who_has_it(desk: Open, outside: Outside, tmp_path: Path) -> None:
    admin = desk("admin1").arrive("/skills/new")
    page = admin.shown_page()
    page.get_by_label("编号").fill("mortgage")
    page.get_by_label("名称").fill("房贷")
    admin.choose(page.get_by_label("添加座席"), "agent2")
    page.get_by_label("的等级").fill("6")
    admin.answers("/skills", lambda: page.get_by_role("button", name="创建").click())
    found = faults(admin, "skill", tmp_path)

    asked = outside.user("admin1")
    before = asked.get("/groups/8001")
    admin.go("/groups/8001")
    page = admin.shown_page()
    page.get_by_role("button", name="添加技能要求").click()
    page.get_by_role("button", name="添加条件").click()
    admin.choose(page.get_by_label("条件项"), "被叫号码")
    page.get_by_label("值", exact=True).fill(DIRECT_NUMBER)
    admin.choose(page.get_by_label("技能", exact=True), "房贷")
    page.get_by_label("等级不低于").fill("5")
    page.get_by_role("button", name="放宽一步").click()
    expect(page.get_by_label("等级不低于")).to_have_count(2)
    page.get_by_role("button", name="添加技能要求").scroll_into_view_if_needed()
    found += faults(admin, "group-rules", tmp_path)
    saved = admin.answers("/groups/8001", lambda: page.get_by_role("button", name="保存").click())
    assert saved["skill_rules"] == [
        {
            "skill": "mortgage",
            "when": [{"field": "dialled", "op": "equals", "value": DIRECT_NUMBER}],
            "steps": [{"level": 5, "for_s": 30}, {"level": 3, "for_s": 30}],
        }
    ]

    desk("agent1").arrive().work()
    able = desk("agent2").arrive().work()
    outside.direct_line()
    call = outside.calls_in()
    able.answer()
    outside.talks_with(call, "agent2")
    outside.hangs_up(call)
    able.finish_wrap_up()

    now = asked.get("/groups/8001")
    asked.http.put("/groups/8001", json={**before, "version": now["version"]}).raise_for_status()
    asked.http.delete("/skills/mortgage").raise_for_status()
    assert not found, "\n".join(found)
