"""An administrator lets an extension be followed, and a caller reaches it at the second phone (PBX-5)."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.outside import Outside

EXTENSION, FIRST, SECOND = "1888", "+8613900188001", "+8613900188002"


@pytest.fixture
def phones(outside: Outside) -> Iterator[None]:
    """The first phone is not answered, at the second a key accepts; the extension is gone afterwards."""
    outside.simulator.put("/phones", json={"pattern": FIRST, "result": "busy", "answer_after_s": 0})
    answers = {"pattern": SECOND, "result": "answer", "presses": [{"after_s": 1, "digits": "1"}]}
    outside.simulator.put("/phones", json=answers)
    yield
    for pattern in (FIRST, SECOND):
        outside.simulator.delete("/phones", params={"pattern": pattern})
    outside.user("admin1").http.delete(f"/extensions/{EXTENSION}")


@pytest.mark.usefixtures("phones")
def test_an_extension_is_followed(desk: Open, outside: Outside) -> None:
    admin = desk("admin1").arrive("/extensions/new")
    page = admin.shown_page()
    page.get_by_label("分机号").fill(EXTENSION)
    page.get_by_text("虚拟分机", exact=True).click()
    save = page.get_by_role("button", name=re.compile("保\\s?存|新\\s?建|创\\s?建")).last
    save.click()
    expect(page.get_by_text("虚拟分机要么有随行的电话")).to_be_visible()

    add = page.get_by_role("button", name=re.compile("加一部电话"))
    for place, number in ((1, SECOND), (2, "12")):
        add.focus()
        admin.keys("Enter")
        page.get_by_label(f"第 {place} 部电话的号码").fill(number)
    save.click()
    expect(page.get_by_text("有一部电话的号码不正确")).to_be_visible()
    page.get_by_label("第 2 部电话的号码").fill(FIRST[3:])
    page.get_by_role("button", name="第 2 部上移").focus()
    admin.keys("Enter")
    page.get_by_text("本分机留言").first.click()
    save.click()
    outside.until(lambda: _stored(outside) is not None, "the extension is stored")
    stored = _stored(outside) or {}
    assert [one["number"] for one in stored["follow_me"]] == [FIRST, SECOND]
    assert (stored["kind"], stored["follow_me_in_order"]) == ("virtual", True)
    assert (stored["unanswered"]["kind"], stored["unanswered"]["id"]) == ("voicemail", None)

    agent = desk("agent1").arrive().work(ready=False)
    agent.press("dial")
    agent.dialog().get_by_role("textbox").fill(EXTENSION)
    agent.dialog().locator("[data-dial]").click()
    agent.talks()
    outside.until(lambda: _talks(outside), "the second phone has accepted")
    agent.press("hang_up").state("wrap_up")


def _stored(outside: Outside) -> dict[str, object] | None:
    answer = outside.user("admin1").http.get(f"/extensions/{EXTENSION}")
    return answer.json() if answer.status_code == 200 else None


def _talks(outside: Outside) -> bool:
    legs = [leg for leg in outside.active() if leg["to"] == SECOND]
    return bool(legs) and legs[0]["hearing"]["kind"] == "conversation"
