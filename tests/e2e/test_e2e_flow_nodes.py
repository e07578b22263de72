"""IVR-3, AGT-3: a host is allowed and a request to it drawn; an agent sends a caller to a node of a flow."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.looking import dialog_faults, faults
from tests.e2e.outside import Outside


def test_a_host_is_allowed_and_a_request_drawn(desk: Open, outside: Outside, tmp_path: Path) -> None:
    admin = desk("admin1").arrive("/flow-hosts")
    page = admin.shown_page()
    page.get_by_role("button", name="添加主机").click()
    page.get_by_label("第 1 行的主机名").fill("https://CRM.example.com/orders")
    page.get_by_label("的说明").fill("订单系统")
    found = faults(admin, "flow-hosts", tmp_path)
    saved = admin.answers("/flow-hosts", lambda: page.get_by_role("button", name="保存").click())
    assert [(one["host"], one["plain"]) for one in saved["hosts"]] == [("crm.example.com", False)]

    admin.go("/flows/new")
    page = admin.shown_page()
    page.locator("[data-node=welcome] header").click()
    page.locator("[data-add=http]").click()
    properties = page.locator(".flow-properties")
    expect(properties.locator("h3")).to_contain_text("HTTP 请求")
    address = properties.get_by_label("地址")
    address.fill("https://evil.example.com/orders/{caller}")
    problem = page.locator(".flow-node[data-node=http]")
    expect(problem).to_be_visible()
    page.locator(".flow-side-tabs label", has_text="问题").click()
    expect(page.get_by_text("不在允许访问的主机列表中")).to_be_visible()
    page.locator(".flow-side-tabs label", has_text="属性").click()
    address.fill("https://crm.example.com/orders/{caller}")
    page.locator(".flow-side-tabs label", has_text="问题").click()
    expect(page.get_by_text("不在允许访问的主机列表中")).to_have_count(0)
    page.locator(".flow-side-tabs label", has_text="属性").click()
    found += faults(admin, "flow-http", tmp_path)

    asked = outside.user("admin1")
    asked.http.put("/flow-hosts", json={**asked.get("/flow-hosts"), "hosts": []}).raise_for_status()
    assert not found, "\n".join(found)


def test_a_caller_is_sent_to_a_node(desk: Open, outside: Outside, tmp_path: Path) -> None:
    agent = desk("agent1").arrive().work()
    call = outside.calls_in()
    agent.answer()
    outside.talks_with(call, "agent1")

    def show() -> None:
        agent.press("transfer")
        agent.dialog().locator(".ant-segmented-item").nth(2).click()
        agent.dialog().locator("[data-nodes=demo]").click()
        expect(agent.dialog().locator("[data-target=demo]").first).to_be_visible()

    found = dialog_faults(agent, "transfer-node", tmp_path, show)
    show()
    row = agent.dialog().locator("li", has_text="Message 留言")
    sent = agent.answers("/transfer", lambda: row.get_by_role("button").click())
    assert sent["call_id"] == call
    agent.state("wrap_up").finish_wrap_up()
    events = outside.user("admin1")

    def leaves_a_message() -> bool:
        items = events.get(f"/calls/{call}/events")["items"]
        return any(one["type"] == "call.voicemail" for one in items)

    outside.until(leaves_a_message, "the caller came in at the mailbox")
    outside.hangs_up(call)
    assert not found, "\n".join(found)
