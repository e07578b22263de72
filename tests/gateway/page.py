"""An agent's page in a real Chromium, with a tone for a microphone and an ear on what its phone plays."""

import asyncio
import contextlib
import math
import time
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from playwright.async_api import Browser, BrowserContext, Error, Locator, Page, async_playwright, expect

from infrastructure.local.settings import DEMO_PASSWORD
from tests.e2e.browser import CHROMIUM, FLAGS, PATIENCE_MS

RATE = 48_000
ON_S, OFF_S = 0.6, 0.4
"""The microphone's tone is broken up: what is steady the browser takes for noise, and removes."""

EAR = """
(() => {
  const RTC = window.RTCPeerConnection
  window.RTCPeerConnection = class extends RTC {
    constructor(...given) {
      super(...given)
      this.addEventListener('track', ({ track }) => void listen(track))
    }
  }
  let heard = { values: [], rate: 48000 }
  async function listen(track) {
    heard = { values: [], rate: 48000 }
    const mine = heard
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader()
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      const values = new Float32Array(value.numberOfFrames)
      value.copyTo(values, { planeIndex: 0, format: 'f32-planar' })
      mine.rate = value.sampleRate
      mine.values.push(...values)
      mine.values.splice(0, Math.max(0, mine.values.length - mine.rate * 0.4))
      value.close()
    }
  }
  window.strength = (hertz) => {
    const { values, rate } = heard
    if (values.length < rate * 0.3) return null
    let [real, imaginary] = [0, 0]
    values.forEach((one, at) => {
      real += one * Math.cos((2 * Math.PI * hertz * at) / rate)
      imaginary += one * Math.sin((2 * Math.PI * hertz * at) / rate)
    })
    return (2 * Math.hypot(real, imaginary)) / values.length
  }
  const elements = new Set()
  const play = HTMLMediaElement.prototype.play
  HTMLMediaElement.prototype.play = function () {
    elements.add(this)
    return play.call(this)
  }
  window.isPlaying = () => [...elements].some((one) => !one.paused && one.srcObject?.active)
})()
"""


def microphone(file: Path, hertz: float) -> Path:
    """Write what the microphone hears, and return the file."""
    times = np.arange(round(RATE * ON_S)) / RATE
    tone = (12_000 * np.sin(2 * math.pi * hertz * times)).astype("<i2")
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(tone.tobytes() + bytes(2 * round(RATE * OFF_S)))
    return file


@asynccontextmanager
async def chromium(sound: Path) -> AsyncIterator[Browser]:
    """Start the browser. sound: what every page's microphone hears, again and again."""
    flags = [
        *FLAGS,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={sound}",
    ]
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        try:
            yield browser
        finally:
            await browser.close()


class AgentPage:
    """What an agent does and sees at the web app. Everything waits for conditions."""

    def __init__(self, context: BrowserContext, base_url: str, username: str) -> None:
        self.context, self.base_url, self.username = context, base_url, username
        self.errors: list[str] = []

    page: Page

    @classmethod
    async def open(cls, browser: Browser, base_url: str, username: str, locale: str = "zh-CN") -> "AgentPage":
        """Open a window and sign in to the web app."""
        context = await browser.new_context(
            viewport={"width": 1366, "height": 768}, locale=locale, timezone_id="Asia/Shanghai"
        )
        await context.add_init_script(EAR)
        context.set_default_timeout(PATIENCE_MS)
        opened = cls(context, base_url, username)
        opened.page = await context.new_page()
        opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
        session = {"username": username, "password": DEMO_PASSWORD}
        await context.request.post(f"{base_url}/api/session", data=session, fail_on_status_code=True)
        await opened.page.goto(base_url)
        return opened

    def one(self, selector: str) -> Locator:
        return self.page.locator(selector).first

    async def sees(self, selector: str) -> None:
        """Wait until something is on the screen."""
        await expect(self.one(selector)).to_be_visible()

    async def work(self) -> None:
        """Sign in to all groups, ready."""
        await self.sees("[data-phone=ready]")
        await self.state("signed_out")
        await self.page.keyboard.press("Alt+i")
        await self.one("[data-sign-in-ready]").click()
        await self.state("ready")

    async def state(self, wanted: str) -> None:
        """Wait for the agent's state in the bar."""
        await expect(self.page.locator(".bar-state")).to_have_attribute("data-state", wanted)

    async def phone(self, wanted: str) -> None:
        """Wait for the state of this page's phone."""
        await expect(self.page.locator("[data-phone]")).to_have_attribute("data-phone", wanted)

    async def talks(self) -> None:
        """Wait until phone and server say that this page is in a call, and its sound plays."""
        await self.state("on_call")
        await self.phone("connected")
        await self._until("window.isPlaying()", 0)

    async def press(self, keys: str, button: str) -> None:
        """Press keys as soon as their button in the bar can be pressed, and wait until the command is through."""
        found = self.page.locator(f"[data-button={button}]")
        await expect(found).to_have_attribute("aria-disabled", "false")
        await self.page.keyboard.press(keys)
        await expect(found).to_have_attribute("aria-busy", "false")

    async def close_tab(self) -> None:
        """Close the page as a person does, who leaves although it asks."""
        async with self.page.expect_event("close"):
            self.page.once("dialog", lambda dialog: dialog.accept())
            await self.page.close(run_before_unload=True)

    async def crash(self) -> None:
        """End the page's process at once: nothing in it runs any more."""
        async with self.page.expect_event("crash"):
            with contextlib.suppress(Error):
                await self.page.goto("chrome://crash")

    async def hears(self, hertz: float) -> None:
        """Wait until the phone plays a tone."""
        await self._until(f"window.strength({hertz}) > 0.05", hertz)

    async def misses(self, hertz: float) -> None:
        """Wait until the phone plays, but not that tone."""
        await self._until(f"((one) => one !== null && one < 0.005)(window.strength({hertz}))", hertz)

    async def _until(self, expression: str, hertz: float) -> None:
        """Wait for something in the page. Playwright's own waiting evaluates there, which the page's policy forbids."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while not await self.page.evaluate(expression):
            assert time.monotonic() < end, f"{hertz} Hz at {await self.page.evaluate(f'window.strength({hertz})')}"
            await asyncio.sleep(0.1)
