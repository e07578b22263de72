"""RTE-1, RTE-5: an administrator makes a list and a rule for it in the browser, and tries where a caller would go."""

from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.looking import faults
from tests.e2e.outside import DIRECT_NUMBER, Outside

CALLER = "13800138000"


def test_a_rule_by_a_list_is_made_and_a_dry_run_tells_its_way(desk: Open, outside: Outside, tmp_path: Path) -> None:
    outside.direct_line()
    asked = outside.user("admin1")
    path = f"/trunk-numbers/{quote(DIRECT_NUMBER)}"
    before = asked.get(path)

    admin = desk("admin1").arrive("/number-lists/new")
    page = admin.shown_page()
    page.get_by_label("名称").fill("大客户")
    made = admin.answers("/number-lists", lambda: page.get_by_role("button", name="创建").click())
    numbers = f"/number-lists/{made['list_id']}/numbers"
    page = admin.shown_page()
    expect(page.get_by_text("表里还没有号码")).to_be_visible()
    page.get_by_label("导入号码").fill(f"{CALLER},张三\n不是号码1")
    taken = admin.answers(numbers, lambda: page.get_by_role("button", name="加入号码表").click())
    assert (taken["taken"], taken["bad"][0]["line"]) == (1, 2)
    expect(page.get_by_role("cell", name="张三")).to_be_visible()
    found = faults(admin, "number-list", tmp_path)

    admin.go(path)
    page = admin.shown_page()
    for _ in range(2):
        page.get_by_role("button", name="添加规则").click()
    for number in (1, 2):
        rule = page.locator(".ant-card", has_text=f"规则 {number}")
        rule.get_by_label("名称").fill(f"大客户{number}")
        rule.get_by_role("button", name="添加条件").click()
        admin.choose(rule.get_by_label("条件项"), "主叫在号码表")
        admin.choose(rule.get_by_label("选择号码表"), "大客户")
        admin.choose(rule.get_by_label("去向", exact=True), "转座席")
        admin.choose(rule.get_by_label("选择座席"), "agent1")
    expect(page.get_by_text("规则 1 总是先符合")).to_be_visible()
    rule = page.locator(".ant-card", has_text="规则 2")
    rule.get_by_role("button", name="添加条件").click()
    admin.choose(rule.get_by_label("条件项").nth(1), "归属地")
    rule.get_by_label("输入省、市或国家").fill("深圳")
    admin.page.get_by_title("CN/guangdong/shenzhen").click()
    admin.page.keyboard.press("Escape")
    page.get_by_role("button", name="规则 2 上移").click()
    page.get_by_role("button", name="添加规则").scroll_into_view_if_needed()
    found += faults(admin, "number-rules", tmp_path)
    saved = admin.answers(path, lambda: page.get_by_role("button", name="保存").click())
    on_list = {"field": f"list.{made['list_id']}", "op": "is_set", "value": ""}
    assert [(one["name"], one["when"]) for one in saved["rules"]] == [
        ("大客户2", [on_list, {"field": "place", "op": "within", "value": "CN/guangdong/shenzhen"}]),
        ("大客户1", [on_list]),
    ]

    admin.go("/dry-run")
    page = admin.shown_page()
    admin.choose(page.get_by_label("拨打的号码"), DIRECT_NUMBER.removeprefix("+86")[-4:])
    page.get_by_label("主叫号码").fill(CALLER)
    told = admin.answers("/routing/dry-run", lambda: page.get_by_role("button", name="试算").click())
    assert [(one["asked"], one["outcome"]) for one in told["steps"] if one["asked"] == "rule"] == [
        ("rule", "passed_over"), ("rule", "holds"),
    ]  # fmt: skip
    expect(page.get_by_text("规则 1 大客户2：不符合")).to_be_visible()
    expect(page.get_by_text("规则 2 大客户1：符合")).to_be_visible()
    found += faults(admin, "dry-run", tmp_path)

    refused = asked.http.delete(f"/number-lists/{made['list_id']}")
    assert (refused.status_code, refused.json()["params"]["by"]) == (409, DIRECT_NUMBER)
    asked.http.put(path, json={**before, "version": asked.get(path)["version"]}).raise_for_status()
    asked.http.delete(f"/number-lists/{made['list_id']}").raise_for_status()
    assert not found, "\n".join(found)
