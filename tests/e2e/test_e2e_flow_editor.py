"""The flow editor: a flow of three levels from nothing, by mouse and keyboard, and a caller who walks it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Open
from tests.e2e.desk import Desk
from tests.e2e.looking import faults
from tests.e2e.outside import Json, Outside

GROUP = "销售"


class Editor:
    """The editor on the screen, in the words of who draws."""

    def __init__(self, admin: Desk) -> None:
        self.admin, self.page = admin, admin.shown_page()
        self.canvas = self.page.get_by_role("application")
        self.properties = self.page.locator(".flow-properties")
        expect(self.node("welcome")).to_be_visible()

    def node(self, name: str) -> Locator:
        return self.page.locator(f"[data-node={name}]")

    def way(self, node: str, way: str) -> Locator:
        return self.node(node).locator(f"li[data-way='{way}']")

    def adds(self, kind: str) -> None:
        """Press a kind in the palette: it follows the chosen node."""
        self.page.locator(f"[data-add={kind}]").click()

    def chooses(self, name: str) -> None:
        self.node(name).locator("header").click()
        expect(self.properties.locator("h3")).to_contain_text(name)

    def says(self, chinese: str, english: str) -> None:
        """Fill in the first prompt of the chosen node."""
        self.properties.get_by_label("播报内容 1 中文", exact=True).fill(chinese)
        self.properties.get_by_label("播报内容 1 英文", exact=True).fill(english)

    def draws(self, way: Locator, target: Locator) -> None:
        """Draw a way by mouse from its handle to a node."""
        one, other = (each.bounding_box() for each in (way.locator(".source"), target.locator(".flow-in")))
        assert one is not None
        assert other is not None
        mouse = self.admin.page.mouse
        mouse.move(one["x"] + one["width"] / 2, one["y"] + one["height"] / 2)
        mouse.down()
        mouse.move(other["x"] - 30, other["y"] + 10, steps=4)
        mouse.move(other["x"] + other["width"] / 2, other["y"] + other["height"] / 2, steps=4)
        mouse.up()

    def leads(self, node: str, way: str, target: str) -> None:
        """Choose where a way leads by keyboard alone."""
        self.chooses(node)
        self.properties.locator(f".flow-way[data-way='{way}'] input").focus()
        self.admin.page.keyboard.type(target)
        self.admin.keys("Enter")
        expect(self.way(node, way)).to_have_attribute("data-leads", "true")

    def clear(self) -> None:
        self.canvas.focus()
        self.admin.keys("Control+a", "Delete")
        expect(self.page.locator(".flow-node")).to_have_count(0)


@pytest.fixture
def editor(desk: Open) -> Editor:
    return Editor(desk("admin1").arrive("/flows/new"))


@pytest.fixture
def flow_ids(outside: Outside) -> Iterator[list[str]]:
    """Flows (by id) to be deleted when the test is over, with the numbers that lead into them."""
    made: list[str] = []
    yield made
    admin = outside.user("admin1").http
    for flow_id in made:
        for number in outside.user("admin1").get("/trunk-numbers")["items"]:
            if number["flow_id"] == flow_id:
                admin.delete(f"/trunk-numbers/{number['number']}", params={"version": number["version"]})
        flow = outside.user("admin1").get(f"/flows/{flow_id}")
        admin.delete(f"/flows/{flow_id}", params={"version": flow["version"]}).raise_for_status()


def test_a_flow_of_three_levels_is_drawn_and_walked(editor: Editor, outside: Outside, flow_ids: list[str]) -> None:
    admin, unique = editor.admin, outside.unknown_number()[-6:]
    first, second = f"画布第一层{unique}", f"画布第二层{unique}"
    _draws_three_levels(editor, first, second)

    editor.page.get_by_label("名称", exact=True).first.fill(f"画布流程 {unique}")
    # Not `answers`: the check of what was typed last goes to an address below this one.
    with admin.page.expect_response(f"{admin.base_url}/api/flows") as stored:
        editor.page.get_by_role("button", name="创建").click()
    made = stored.value.json()
    flow_ids.append(made["flow_id"])
    expect(admin.page).to_have_url(f"{admin.base_url}/flows/{made['flow_id']}")
    assert all("at" in node for node in made["draft"]["nodes"].values())
    page = admin.shown_page()
    page.get_by_role("button", name="发布").first.click()
    admin.dialog().locator(".ant-btn-primary").click()
    expect(page.locator(".ant-tag", has_text="版本 1").first).to_be_visible()

    call = _calls(outside, _number_into(outside, admin, made["flow_id"]))
    _hears_words(outside, call, first)
    outside.simulator.post(f"/calls/{call}/press", json={"digits": "1"}).raise_for_status()
    _hears_words(outside, call, second)
    outside.simulator.post(f"/calls/{call}/press", json={"digits": "1"}).raise_for_status()
    outside.hears(call, "music")
    outside.hangs_up(call)


def _draws_three_levels(editor: Editor, first: str, second: str) -> None:
    """A menu, a menu behind its key 1, a queue behind that one's key 1; both end in a hang-up."""
    editor.page.get_by_role("button", name="放大编辑区").click()
    editor.clear()
    editor.adds("menu")
    editor.says(first, "First level, press one")
    # The second level by keyboard: the palette's button is pressed with Enter while the first menu is chosen.
    editor.page.locator("[data-add=menu]").focus()
    editor.admin.keys("Enter")
    expect(editor.way("menu", "1")).to_have_attribute("data-leads", "true")
    editor.says(second, "Second level, press one")
    editor.adds("queue")
    expect(editor.way("menu_2", "1")).to_have_attribute("data-leads", "true")
    editor.admin.choose(editor.properties.get_by_label("技能组", exact=True), GROUP)
    # The end is dragged from the palette and connected by mouse from one menu, by keyboard from the other.
    editor.canvas.focus()
    editor.admin.keys("0")
    editor.page.locator("[data-add=hang_up]").drag_to(editor.canvas, target_position={"x": 180, "y": 330})
    editor.says("再见", "Goodbye")
    editor.draws(editor.way("menu", "exhausted"), editor.node("hang_up"))
    expect(editor.way("menu", "exhausted")).to_have_attribute("data-leads", "true")
    editor.leads("menu_2", "exhausted", "hang_up")
    _beside(editor.page, "问题")
    expect(editor.page.get_by_text("没有发现问题")).to_be_visible()
    editor.page.get_by_role("button", name="还原").click()


def _beside(page: Locator, name: str) -> None:
    page.locator(".flow-side-tabs").get_by_text(name).click()


def _number_into(outside: Outside, admin: Desk, flow_id: str) -> str:
    """A new trunk number that leads into the flow, at the platform and at the carrier."""
    number = f"+8610{outside.unknown_number()[-8:]}"
    made = {"number": number, "name": "画布", "carrier": "simulator", "flow_id": flow_id}
    outside.user("admin1").http.post("/trunk-numbers", json=made).raise_for_status()
    webhooks = {"voice_url": f"{admin.base_url}/voice/inbound", "status_callback": f"{admin.base_url}/voice/status"}
    outside.simulator.put("/numbers", json={"phone_number": number, **webhooks}).raise_for_status()
    return number


def _calls(outside: Outside, number: str) -> str:
    return outside.calls_in(outside.unknown_number(), to=number)


def _hears_words(outside: Outside, call: str, words: str) -> None:
    def said() -> bool:
        return words in json.dumps(outside.view(call)["timeline"], ensure_ascii=False)

    outside.until(said, f"the caller hears {words}")
    outside.hears(call, "prompt", "listening", "silence")


def test_keys_walk_copy_undo_and_find(editor: Editor) -> None:
    admin = editor.admin
    editor.chooses("welcome")
    admin.keys("ArrowRight")
    expect(editor.properties.locator("h3")).to_contain_text("goodbye")
    admin.keys("ArrowLeft", "Enter")
    expect(editor.properties.get_by_label("名称", exact=True)).to_be_focused()
    editor.canvas.focus()
    admin.keys("Control+a", "Control+c", "Control+v")
    expect(editor.page.locator(".flow-node")).to_have_count(4)
    expect(editor.node("welcome_2")).to_be_visible()
    admin.keys("Delete")
    expect(editor.page.locator(".flow-node")).to_have_count(2)
    admin.keys("Control+z", "Control+z")
    expect(editor.page.locator(".flow-node")).to_have_count(2)
    admin.keys("Control+y")
    expect(editor.page.locator(".flow-node")).to_have_count(4)
    admin.keys("/")
    admin.page.keyboard.type("感谢您")
    admin.keys("Enter")
    expect(editor.properties.locator("h3")).to_contain_text("goodbye")


def test_what_is_drawn_is_what_is_written(editor: Editor) -> None:
    editor.chooses("goodbye")
    editor.properties.get_by_label("名称", exact=True).fill("结束语")
    editor.page.get_by_text("文本", exact=True).click()
    text = editor.page.locator(".cm-content")
    expect(text).to_contain_text('"label": "结束语"')
    text.click()
    editor.admin.keys("Control+a")
    written: Json = {
        "schema_version": 1,
        "name": "F",
        "start": "only",
        "nodes": {"only": {"kind": "dance", "steps": 3}},
    }
    editor.admin.page.keyboard.insert_text(json.dumps(written))
    expect(editor.page.locator(".flow-problems .error").first).to_be_visible()
    editor.page.get_by_text("画布", exact=True).click()
    expect(editor.node("only")).to_be_visible()
    expect(editor.node("only").locator("[data-problem=error]")).to_be_visible()
    editor.chooses("only")
    expect(editor.properties.get_by_label("节点内容（JSON）")).to_have_value('{\n  "kind": "dance",\n  "steps": 3\n}')


def test_the_draft_is_compared_with_a_version(desk: Open, tmp_path: Path) -> None:
    admin = desk("admin1").arrive("/flows/demo")
    page = admin.shown_page()
    page.locator("[data-node=message] header").click()
    page.locator(".flow-properties").get_by_label("名称", exact=True).fill("另一个名称")
    page.get_by_role("application").focus()
    admin.keys("Escape")
    page.locator("[data-add=hang_up]").click()
    _beside(page, "版本")
    page.get_by_role("button", name="与草稿比较").first.click()
    shown = admin.dialog()
    expect(shown.locator("[data-node=message] .flow-mark")).to_have_text("修改")
    expect(shown.locator("[data-node=hang_up] .flow-mark")).to_have_text("新增")
    expect(shown.locator("[data-change]")).to_have_count(2)
    admin.keys("Escape")
    found = faults(admin, "flow-editor", tmp_path)
    assert not found, "\n".join(found)
