"""What callers and colleagues type is shown as text, whatever it is."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Open
from tests.e2e.outside import Outside

NAMES = ["<img src=x onerror=window.__pwned=1>", '"><script>window.__pwned=1</script>']
COMPANY = "{{constructor.constructor('window.__pwned=1')()}}"
NOTES = "\u202eevil\u202c ' ; DROP TABLE -- \U0001f989 <svg onload=window.__pwned=1>"


@pytest.mark.parametrize("hostile", NAMES)
def test_a_hostile_name_is_shown_and_never_executed(desk: Open, outside: Outside, hostile: str) -> None:
    number = outside.unknown_number()
    admin = outside.user("admin1")
    made = admin.post("/customers", name=hostile, phones=[number], company=COMPANY, notes=NOTES, owner="agent1")
    agent = desk("agent1").arrive().work()
    call = outside.calls_in(number)
    expect(agent.rings()).to_contain_text(hostile)
    agent.answer()
    expect(agent.shown_page().locator("h1")).to_have_text(hostile)
    expect(agent.page.locator(".tab.shown")).to_contain_text(hostile)
    expect(agent.shown_page().get_by_label("公司")).to_have_value(COMPANY)
    expect(agent.shown_page().get_by_label("备注")).to_have_value(NOTES)
    agent.go("/customers")
    expect(agent.shown_page().locator("tr", has_text=hostile).first).to_be_visible()
    assert agent.page.evaluate("window.__pwned") is None
    outside.hangs_up(call)
    agent.state("wrap_up")
    admin.http.delete(f"/customers/{made['customer_id']}", params={"version": made["version"]}).raise_for_status()
