"""A stack, the gateway beside it, and the two worlds that every acceptance test is run in."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

import pytest

from infrastructure.local.call import User
from infrastructure.local.private import private_stack
from infrastructure.local.settings import Settings
from infrastructure.voice.gateway import laptop, settings
from infrastructure.voice.gateway.settings import Settings as Gateway
from tests.gateway.acceptance.real import Real
from tests.gateway.acceptance.simulated import Simulated
from tests.gateway.acceptance.world import DESKS, GROUP, Staff, World
from tests.gateway.ports import free_port, gateway_ports
from tests.shared_stack import build_web_app


@pytest.fixture(scope="package")
def stack() -> Iterator[Settings]:
    """A laptop stack with demo data, which serves the web app."""
    build_web_app()
    with private_stack() as made:
        yield made


@pytest.fixture(scope="package")
def gateway(stack: Settings) -> Iterator[Gateway]:
    """The gateway beside it, started as `make gateway` does."""
    trunk = laptop.trunk() | {"port": free_port()}
    file = laptop.prepare(stack, trunks=[trunk], **gateway_ports())
    environment = {**os.environ, settings.CONFIG_FILE: str(file)}
    command = [sys.executable, "-m", "infrastructure.voice.gateway"]
    subprocess.run([*command, "up"], env=environment, check=True)
    try:
        yield settings.load(str(file))
    finally:
        subprocess.run([*command, "down"], env=environment, check=True)


@pytest.fixture(scope="package")
def passwords(stack: Settings, gateway: Gateway) -> dict[str, str]:
    """The desk phones' passwords, by extension."""
    admin = User(stack, "admin1")
    try:
        for username, extension in DESKS.items():
            _take_away_other_phones(admin, username)
            address = f"sip:{extension}@{gateway.domain}"
            admin.post("/extensions", extension=extension, kind="sip", username=username, address=address, name="Desk")
        return {each: admin.post(f"/extensions/{each}/sip-password")["password"] for each in DESKS.values()}
    finally:
        admin.close()


def _take_away_other_phones(admin: User, username: str) -> None:
    for one in admin.get("/extensions")["items"]:
        if one["username"] == username:
            admin.http.delete(f"/extensions/{one['extension']}").raise_for_status()


@pytest.fixture(scope="package")
def group(stack: Settings, gateway: Gateway) -> None:
    """A group, and a number at each carrier that leads to it."""
    del gateway
    admin = User(stack, "admin1")
    try:
        admin.post("/groups", group_id=GROUP, name="Acceptance", ring_s=5, wrap_up_s=5)
        for username in DESKS:
            admin.http.put(f"/groups/{GROUP}/members/{username}", json={"name": username}).raise_for_status()
        for world in (Simulated, Real):
            admin.post("/trunk-numbers", number=world.direct, name="Direct", carrier=world.name, group_id=GROUP)
    finally:
        admin.close()


@pytest.fixture
async def staff(stack: Settings, world: World) -> AsyncIterator[Staff]:
    """The agents; they go home with the test."""
    made = Staff(stack)
    await made.go_home()
    yield made
    await world.tidy()
    await made.go_home()
    made.close()


@pytest.fixture(params=["simulator", "gateway"])
async def world(
    request: pytest.FixtureRequest, stack: Settings, gateway: Gateway, passwords: dict[str, str], group: None
) -> AsyncIterator[World]:
    """One carrier after the other."""
    del group
    made = Simulated(stack) if request.param == "simulator" else await Real.open(gateway, passwords)
    await made.tidy()
    yield made
    if isinstance(made, Simulated):
        made.close()
    else:
        await made.close()
