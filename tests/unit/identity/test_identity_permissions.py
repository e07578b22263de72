"""Every route denies by default: 401 for nobody, 403 for somebody without the permission it names."""

import re

import pytest

from chalicelib.directory.routes import router as directory
from chalicelib.identity.permissions import ALL
from chalicelib.identity.routes import router as identity
from chalicelib.kernel.routing import PUBLIC, Route

ROUTES = [route for router in (identity, directory) for route in router.routes]
PROTECTED = [route for route in ROUTES if route.permission != PUBLIC]


def _name(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.fixture(scope="module")
def api(client):
    return client(identity, directory)


@pytest.mark.parametrize("route", PROTECTED, ids=_name)
def test_route_denies_nobody_and_the_powerless(api, principal, route: Route):
    path = re.sub(r"{\w+}", "x", route.path.removeprefix("/api"))
    assert api.request(route.method, path).status == 401
    answer = api.request(route.method, path, who=principal())
    assert (answer.status, answer.body["code"]) == (403, "forbidden")
    assert answer.body["params"] == {"permission": route.permission}
    assert route.permission in ALL


@pytest.mark.parametrize("route", PROTECTED, ids=_name)
def test_every_other_permission_is_not_enough(api, principal, route: Route):
    path = re.sub(r"{\w+}", "x", route.path.removeprefix("/api"))
    others = ALL - {route.permission}
    assert api.request(route.method, path, who=principal(*others)).status == 403


def test_only_the_session_is_public():
    public = {_name(route) for route in ROUTES if route.permission == PUBLIC}
    assert public == {
        "POST /api/session",
        "POST /api/session/refresh",
        "POST /api/session/password",
        "DELETE /api/session",
    }
