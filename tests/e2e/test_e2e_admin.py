"""Supervisor and administrator: the live wall, what they set up and what that does to the next call."""

import json

from playwright.sync_api import Locator, expect

from infrastructure.local.carrier import DEMO_NUMBER
from tests.e2e.conftest import Open
from tests.e2e.desk import Desk
from tests.e2e.outside import KNOWN_TEXT, Json, Outside

SOON_MS = 5_000
"""A second or so, with room for a machine that does other things too."""
OWN_PASSWORD = "Zhiyin-demo-2!"
ADMINISTRATION = ("/users", "/roles", "/departments", "/trunk-numbers", "/flows", "/screening", "/wall")


def _submit(form: Locator) -> None:
    form.locator(".record-form-foot button[type=submit]").click()


def test_the_wall_follows_agents_and_calls(desk: Open, outside: Outside) -> None:
    supervisor = desk("supervisor1").arrive("/wall").line("open")
    wall = supervisor.shown_page()
    expect(wall.locator(".wall-group")).to_have_count(2)
    expect(wall.locator(".wall-agent", has_text="李静")).to_have_count(0)

    outside.user("agent1").work()
    card = wall.locator(".wall-agent", has_text="李静")
    expect(card).to_contain_text("空闲", timeout=SOON_MS)
    outside.user("agent1").post("/agent/not-ready", reason="meal")
    expect(card).to_contain_text("忙碌", timeout=SOON_MS)
    expect(card).to_contain_text("用餐")

    call = outside.calls_in()
    outside.hears(call, "music")
    sales = wall.locator(".wall-group", has_text="销售")
    expect(sales.locator(".wall-figure b").first).to_have_text("1")
    expect(wall.locator("tr", has_text=KNOWN_TEXT)).to_be_visible()
    outside.hangs_up(call)
    expect(sales.locator(".wall-figure b").first).to_have_text("0")
    expect(wall.locator("tr", has_text=KNOWN_TEXT)).to_have_count(0)


def test_a_new_user_chooses_a_password_and_serves_a_new_group_at_a_new_number(desk: Open, outside: Outside) -> None:
    admin = desk("admin1").arrive("/users/new")
    unknown = outside.unknown_number()
    name, group, number = f"agent{unknown[-6:]}", f"9{unknown[-5:]}", f"+8610{unknown[-8:]}"
    _makes_user(admin, name)
    _makes_group(admin, group, name)
    _makes_trunk_number(admin, number, group)
    voice = {"voice_url": f"{admin.base_url}/voice/inbound", "voice_method": "POST"}
    outside.simulator.put("/numbers", json={"phone_number": number, **voice}).raise_for_status()

    novice = desk(name)
    novice.page.goto(admin.base_url)
    novice.page.locator("#username").fill(name)
    novice.page.locator("#password").fill("Zhiyin-first-1!")
    novice.keys("Enter")
    novice.page.locator("#chosen").fill(OWN_PASSWORD)
    novice.page.locator("#again").fill(OWN_PASSWORD)
    novice.keys("Enter")
    novice.work()
    call = outside.calls_in(to=number)
    novice.answer()
    outside.talks_with(call, name)
    outside.hangs_up(call)
    novice.finish_wrap_up().press("sign_out")
    novice.dialog().locator("[data-reason]").first.click()
    novice.state("signed_out")


def _makes_user(admin: Desk, name: str) -> None:
    form = admin.shown_page()
    form.get_by_label("用户名", exact=True).fill(name)
    form.get_by_label("姓名", exact=True).fill("试用座席")
    form.get_by_label("初始密码", exact=True).fill("Zhiyin-first-1!")
    admin.choose(form.get_by_label("部门", exact=True), "销售部")
    _submit(form)
    expect(admin.page).to_have_url(f"{admin.base_url}/users/{name}")


def _makes_group(admin: Desk, group: str, member: str) -> None:
    admin.go("/groups/new")
    form = admin.shown_page()
    form.get_by_label("组号", exact=True).fill(group)
    form.get_by_label("名称", exact=True).fill(f"试用组 {group}")
    _submit(form)
    expect(admin.page).to_have_url(f"{admin.base_url}/groups/{group}")
    page = admin.shown_page()
    page.get_by_label("添加成员").fill(member)
    admin.page.locator(".ant-select-dropdown:visible .ant-select-item-option", has_text=member).click()
    expect(page.locator("tr", has_text="试用座席")).to_be_visible()


def _makes_trunk_number(admin: Desk, number: str, group: str) -> None:
    admin.go("/trunk-numbers/new")
    form = admin.shown_page()
    form.get_by_label("号码", exact=True).fill(number)
    form.get_by_label("供应商", exact=True).fill("simulator")
    admin.choose(form.get_by_label("技能组", exact=True), f"试用组 {group}")
    _submit(form)
    expect(admin.page.locator(".record-form-foot")).to_contain_text("删除")


def test_a_published_flow_is_what_the_next_caller_hears(desk: Open, outside: Outside) -> None:
    stored = outside.user("admin1").get("/flows/demo")
    said = f"欢迎致电知音,今天第{outside.unknown_number()[-4:]}位"
    stored["draft"]["nodes"]["welcome"]["prompts"][0]["texts"]["zh-CN"] = said
    admin = desk("admin1").arrive("/flows/demo")
    admin.shown_page().get_by_text("文本", exact=True).click()
    editor = admin.shown_page().locator(".cm-content")
    editor.click()
    admin.keys("Control+a")
    admin.page.keyboard.insert_text(json.dumps(stored["draft"], ensure_ascii=False, indent=2))
    _submit(admin.shown_page())
    publish = admin.shown_page().get_by_role("button", name="发布", exact=False).first
    expect(publish).to_be_enabled()
    publish.click()
    admin.dialog().locator(".ant-btn-primary").click()
    wanted = stored["published_version"] + 1
    expect(admin.shown_page().locator(".ant-tag", has_text=str(wanted)).first).to_be_visible()

    call = outside.calls_in(to=DEMO_NUMBER)
    outside.until(lambda: said in json.dumps(outside.view(call)["timeline"], ensure_ascii=False), "the new welcome")


def test_a_schedule_is_made_and_a_blacklisted_number_is_rejected(desk: Open, outside: Outside) -> None:
    admin = desk("admin1").arrive("/schedules/new")
    name, nuisance = f"试用时间 {outside.unknown_number()[-4:]}", outside.unknown_number()
    admin.shown_page().get_by_label("名称", exact=True).fill(name)
    _submit(admin.shown_page())
    expect(admin.shown_page().locator("h1")).to_have_text(name)
    admin.go("/schedules")
    expect(admin.shown_page().locator("tr", has_text=name)).to_contain_text("09:00")

    call = outside.calls_in(nuisance, to=DEMO_NUMBER)
    outside.hears(call, "prompt")
    outside.hangs_up(call)
    admin.go("/screening/new")
    admin.shown_page().get_by_label("号码或号段", exact=True).fill(nuisance)
    admin.shown_page().get_by_label("原因", exact=True).fill("骚扰电话")
    _submit(admin.shown_page())
    expect(admin.page.locator(".record-form-foot")).to_contain_text("删除")
    outside.until(
        lambda: _is_rejected(outside, outside.calls_in(nuisance, to=DEMO_NUMBER)), "calls from it are rejected"
    )


def _is_rejected(outside: Outside, call: str) -> bool:
    """Let the call end or be heard; it was rejected when it was never answered."""

    def view() -> Json:
        return outside.view(call)

    outside.until(lambda: view()["ended_at"] is not None or view()["answered_at"] is not None, "the call is decided")
    if view()["answered_at"] is None:
        return True
    outside.hangs_up(call)
    return False


def test_an_agent_sees_no_administration_and_is_refused_it(desk: Open, outside: Outside) -> None:
    agent = desk("agent1").arrive()
    menu = agent.page.locator(".menu a")
    expect(menu.first).to_be_visible()
    offered = menu.evaluate_all("links => links.map(link => new URL(link.href).pathname)")
    assert not set(offered) & set(ADMINISTRATION)
    for path in ADMINISTRATION:
        agent.go(path)
        expect(agent.shown_page().locator("h1")).to_have_text("页面不存在")
        assert outside.user("agent1").http.get(path).status_code == 403
    assert outside.user("agent1").http.put(f"/trunk-numbers/%2B{DEMO_NUMBER[1:]}", json={}).status_code == 403


def test_two_who_edit_one_group_lose_nothing_unseen(desk: Open, outside: Outside) -> None:
    group = outside.user("admin1").get("/groups/8002")
    try:
        one, other = (desk(name).arrive("/groups/8002") for name in ("admin1", "supervisor1"))
        one_name, other_name = (each.shown_page().get_by_label("名称", exact=True) for each in (one, other))
        expect(one_name).to_have_value(group["name"])
        expect(other_name).to_have_value(group["name"])

        one_name.fill("客服与回访")
        _submit(one.shown_page())
        expect(one.shown_page().locator("h1")).to_have_text("客服与回访")

        other_name.fill("客服二组")
        _submit(other.shown_page())
        notice = other.shown_page().get_by_role("alert")
        expect(notice).to_contain_text("别人修改了这条记录")
        expect(notice).to_contain_text("客服与回访")
        assert outside.user("admin1").get("/groups/8002")["name"] == "客服与回访"

        notice.get_by_role("button", name="载入最新内容").click()
        expect(other_name).to_have_value("客服与回访")
        other_name.fill("客服二组")
        _submit(other.shown_page())
        expect(other.shown_page().locator("h1")).to_have_text("客服二组")
        assert outside.user("admin1").get("/groups/8002")["name"] == "客服二组"
    finally:
        now = outside.user("admin1").get("/groups/8002")
        outside.user("admin1").http.put("/groups/8002", json=now | {"name": group["name"]}).raise_for_status()
