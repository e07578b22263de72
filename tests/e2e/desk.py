"""One browser window in which somebody works: what a person does and sees there, in the words of the product."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Error, Locator, Page, expect

from infrastructure.local.settings import DEMO_PASSWORD
from tests.e2e.browser import PATIENCE_MS


class Desk:
    """A page of the web app with its context. Everything waits for conditions, nothing for time."""

    def __init__(self, context: BrowserContext, base_url: str, username: str) -> None:
        self.context, self.base_url, self.username = context, base_url, username
        context.set_default_timeout(PATIENCE_MS)
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    # --- getting there ---

    def arrive(self, path: str = "/") -> "Desk":
        """Sign in by the API (the cookie is the browser's) and open a page."""
        self.context.request.post(
            f"{self.base_url}/api/session",
            data={"username": self.username, "password": DEMO_PASSWORD},
            fail_on_status_code=True,
        )
        return self.go(path)

    def go(self, path: str) -> "Desk":
        """Open an address of the web app."""
        self.page.goto(self.base_url + path)
        expect(self.page.locator(".frame")).to_be_visible()
        return self

    def phone_ready(self) -> "Desk":
        """Wait until this page's phone can ring."""
        self.sees("[data-phone=ready], [data-phone=connected]")
        return self

    def work(self, ready: bool = True) -> "Desk":
        """Sign in to all groups, ready or not."""
        self.phone_ready()
        self.state("signed_out")
        self.page.keyboard.press("Alt+i")
        first = self.page.locator("[data-sign-in-ready]")
        (first if ready else self.dialog().locator("button.ant-btn:not(.ant-btn-primary)").last).click()
        self.misses("[role=dialog]:visible")
        return self.state("ready" if ready else "not_ready")

    # --- looking ---

    def sees(self, selector: str) -> Locator:
        """Wait until something is on the screen."""
        found = self.page.locator(selector).first
        expect(found).to_be_visible()
        return found

    def misses(self, selector: str) -> None:
        """Wait until nothing such is on the screen."""
        expect(self.page.locator(selector)).to_have_count(0)

    def described(self) -> str:
        """Return what is on the screen, in words: what the page is called, where it is, and all that it says."""
        try:
            return f"{self.page.url}\n{self.page.locator('body').aria_snapshot(timeout=5_000)}"
        except Error as error:
            return f"nothing to see: {error.message}"

    def state(self, *wanted: str) -> "Desk":
        """Wait for the agent's state in the bar."""
        expect(self.page.locator(".bar-state")).to_have_attribute("data-state", re.compile("|".join(wanted)))
        return self

    def phone(self, wanted: str) -> "Desk":
        """Wait for the state of this page's phone."""
        expect(self.page.locator("[data-phone]")).to_have_attribute("data-phone", wanted)
        return self

    def line(self, wanted: str) -> "Desk":
        """Wait for the state of the event stream in the bar."""
        expect(self.page.locator("[data-line]")).to_have_attribute("data-line", wanted)
        return self

    def can(self, *buttons: str) -> "Desk":
        """Wait until buttons of the bar can be pressed."""
        for button in buttons:
            expect(self.button(button)).to_have_attribute("aria-disabled", "false")
        return self

    def done(self, button: str) -> "Desk":
        """Wait until a button's command is through; pressing it again before would be passed over."""
        expect(self.button(button)).to_have_attribute("aria-busy", "false")
        return self

    def cannot(self, *buttons: str) -> "Desk":
        """Wait until buttons of the bar cannot be pressed."""
        for button in buttons:
            expect(self.button(button)).to_have_attribute("aria-disabled", "true")
        return self

    def button(self, name: str) -> Locator:
        """A button of the bar."""
        return self.page.locator(f"[data-button={name}]")

    def dialog(self) -> Locator:
        """The dialog in front."""
        return self.page.locator("[role=dialog]:visible").last

    def shown_page(self) -> Locator:
        """The page of the work area that is shown (others stay alive behind it)."""
        return self.page.locator(".work-page:visible").last

    # --- doing ---

    def press(self, button: str) -> "Desk":
        """Press a button of the bar as soon as it can be."""
        self.can(button)
        self.button(button).click()
        return self

    def keys(self, *combinations: str) -> "Desk":
        """Press keys one after the other."""
        for one in combinations:
            self.page.keyboard.press(one)
        return self

    def rings(self) -> Locator:
        """Wait for the ringing card."""
        return self.sees("[data-ringing]")

    def answer(self) -> "Desk":
        """Answer what rings and wait until both phone and server say so."""
        self.rings()
        self.sees("[data-answer]").click()
        return self.talks()

    def talks(self) -> "Desk":
        """Wait until this page is in a call."""
        return self.state("on_call").phone("connected")

    def target(self, button: str, username: str) -> "Desk":
        """Transfer to, consult or invite a colleague."""
        self.press(button)
        self.dialog().locator(f"[data-target={username}]").click()
        return self

    def finish_wrap_up(self) -> "Desk":
        """Finish the wrap-up without a word."""
        self.state("wrap_up")
        self.sees(".wrap-panel .ant-btn-primary").click()
        self.misses(".wrap-panel")
        return self

    def choose(self, field: Locator, option: str) -> None:
        """Choose an option of a select by its text."""
        field.click()
        self.page.locator(".ant-select-dropdown:visible .ant-select-item-option", has_text=option).first.click()

    def answers(self, part: str, act: Callable[[], Any]) -> Any:
        """Do something and return the JSON of the request that it makes to an address with `part` in it."""
        with self.page.expect_response(lambda one: part in one.url and one.request.method != "OPTIONS") as waited:
            act()
        return waited.value.json()

    def kill(self) -> None:
        """The whole browser window is gone at once, without a goodbye."""
        self.context.close()
