"""Groups over HTTP: what two people who edit one at once are told, and what is stored."""

from typing import Any

import pytest

from chalicelib.acd import routes, tables
from chalicelib.acd.bus import SqsBus
from chalicelib.acd.groups import forget

GROUP = {"group_id": "8001", "name": "Sales", "extension": "8001"}


@pytest.fixture
def api(client: Any, tables: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The routes; wake-ups are written down instead of sent."""
    del tables
    woken: list[str] = []
    monkeypatch.setattr(SqsBus, "dispatch", lambda _self, target, _cause: woken.append(target))
    forget("8001")
    made = client(routes.router)
    made.woken = woken
    return made


def test_two_supervisors_who_edit_one_group(api: Any, administrator: Any) -> None:
    api.post("/groups", GROUP, who=administrator)
    one = api.get("/groups/8001", who=administrator).body
    other = api.get("/groups/8001", who=administrator).body

    saved = api.put("/groups/8001", one | {"wrap_up_s": 45}, who=administrator)
    assert (saved.status, saved.body["version"]) == (200, one["version"] + 1)
    late = api.put("/groups/8001", other | {"ring_s": 12, "wrap_up_s": 5}, who=administrator)
    assert (late.status, late.body["code"]) == (409, "changed_meanwhile")

    stored = tables.groups.read("8001")
    assert (stored.wrap_up_s, stored.ring_s, stored.version) == (45, one["ring_s"], saved.body["version"])
    assert api.woken == ["group:8001"]


def test_deleting_what_somebody_changed_is_refused(api: Any, administrator: Any) -> None:
    read = api.post("/groups", GROUP, who=administrator).body
    api.put("/groups/8001", read | {"name": "Sales and advice"}, who=administrator)
    late = api.delete(f"/groups/8001?version={read['version']}", who=administrator)
    assert (late.status, late.body["code"]) == (409, "changed_meanwhile")
    assert tables.groups.read("8001").name == "Sales and advice"
