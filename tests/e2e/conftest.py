"""A real browser on the run's private stack."""

from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from infrastructure.local.settings import Settings
from tests.e2e.browser import launched
from tests.e2e.desk import Desk
from tests.e2e.outside import Outside
from tests.shared_stack import build_web_app, shared_stack

Open = Callable[..., Desk]


@pytest.fixture(scope="session")
def stack() -> Iterator[Settings]:
    """A running stack with demo data that serves the web app, shared with the stack tests of the same run."""
    build_web_app()
    with shared_stack() as settings:
        yield settings


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests. It ends with them: its event loop would disturb tests elsewhere."""
    with launched() as chromium:
        yield chromium


@pytest.fixture
def outside(stack: Settings) -> Iterator[Outside]:
    """Callers and the API; everything is tidy before and after."""
    world = Outside(stack)
    world.direct_line()
    world.tidy()
    yield world
    world.tidy()
    world.close()


WINDOWS = pytest.StashKey[list[Desk]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test tells what was on the screens."""
    report = yield
    if report.failed:
        report.sections += [(f"window of {each.username}", each.described()) for each in item.stash.get(WINDOWS, [])]
    return report


@pytest.fixture
def desk(request: pytest.FixtureRequest, stack: Settings, browser: Browser, outside: Outside) -> Iterator[Open]:
    """Open a browser window for somebody: `desk("agent1")`. No script may fail in any of them."""
    opened = request.node.stash[WINDOWS] = list[Desk]()

    def open_desk(username: str, **options: Any) -> Desk:
        given = {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        context = browser.new_context(**(given | options))
        opened.append(Desk(context, stack.public_url, username))
        return opened[-1]

    yield open_desk
    for each in opened:
        each.context.close()
    assert [error for each in opened for error in each.errors] == []
    del outside
