"""What is wrong with how a screen looks: overflow, cut text, what axe objects to."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from infrastructure.supervision import PROJECT
from tests.e2e.desk import Desk

SIZES = {"1920": (1920, 1080), "1366": (1366, 768)}
LOOKS = [("zh-CN", "light"), ("en", "light"), ("en", "dark"), ("zh-CN", "dark")]
FOR_AXE = [("zh-CN", "light"), ("en", "dark")]
"""Colours depend on the theme and words on the language alone, so these two stand for all four."""
LOOKED_AT = "CI" not in os.environ
"""Whether somebody looks at every screen; an unattended run keeps those only that are wrong."""
IMAGES = PROJECT / "docs" / "images"
LANGUAGE, THEME = re.compile("^(English|中文)$"), re.compile("^(深色|浅色|Dark|Light)$")

LAYOUT = """() => {
  const found = []
  const say = (what, element) => found.push(`${what}: <${element.tagName.toLowerCase()} class="${element.className}"> ${element.textContent.slice(0, 60)}`)
  const clips = (element) => ['hidden', 'clip'].includes(getComputedStyle(element).overflowX)
  const told = (element) => element.closest('[title], [aria-label], [aria-description]') !== null
  const legal = (element) => getComputedStyle(element).textOverflow === 'ellipsis' && told(element)
  if (document.documentElement.scrollWidth > innerWidth + 1) found.push(`the page is ${document.documentElement.scrollWidth} wide`)
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].find((node) => node.nodeType === 3 && node.data.trim() !== '')
    if (text === undefined || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
    const box = element.getBoundingClientRect()
    if (box.width <= 1 || box.height <= 1 || element.closest('.skip, .ant-table-header, .cm-editor, [aria-hidden]')) continue
    const range = document.createRange()
    range.selectNodeContents(text)
    const words = range.getBoundingClientRect()
    if (words.width === 0) continue
    for (let at = element; at !== document.body; at = at.parentElement) {
      if (!clips(at)) { if (['auto', 'scroll'].includes(getComputedStyle(at).overflowX)) break; else continue }
      const edge = at.getBoundingClientRect()
      if (words.right > edge.right + 1 || words.left < edge.left - 1) { if (!legal(at) && !legal(element)) say('cut', element); break }
    }
    const button = element.closest('button')
    if (button !== null && !legal(element) && words.right > button.getBoundingClientRect().right + 1) say('out of its button', element)
  }
  return found
}"""

SETTLED = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime < 10_000)
  .map((one) => one.finished.catch(() => null)))"""
"""Colours fade when the theme changes; half way they are nobody's. Endless ones (the ringing bell) are left alone."""


def wear(page: Page, locale: str, theme: str) -> None:
    """Switch language and theme as a user does, in the status bar or on the sign-in page."""
    foot = page.locator("footer.status, .sign-in footer")
    html = page.locator("html")
    if html.get_attribute("lang") != locale:
        foot.get_by_role("button", name=LANGUAGE).click()
    expect(html).to_have_attribute("lang", locale)
    if html.get_attribute("data-theme") != theme:
        foot.get_by_role("button", name=THEME).click()
    expect(html).to_have_attribute("data-theme", theme)
    page.evaluate(SETTLED)


def faults(desk: Desk, screen: str, folder: Path) -> list[str]:
    """Look at the screen that is shown in every language, theme and size; say what is wrong."""
    found: list[str] = []
    for locale, theme in LOOKS:
        wear(desk.page, locale, theme)
        found += _faults_now(desk.page, f"{screen} {locale} {theme}", folder)
        if (locale, theme) in FOR_AXE:
            found += [f"{screen} {locale} {theme}: {fault}" for fault in _axe(desk.page)]
    wear(desk.page, "zh-CN", "light")
    return found


def dialog_faults(desk: Desk, screen: str, folder: Path, show: Callable[[], object]) -> list[str]:
    """Look at a dialog, which has to be opened anew for each language and theme. show: opens it."""
    found: list[str] = []
    for locale, theme in FOR_AXE:
        wear(desk.page, locale, theme)
        show()
        where = f"{screen} {locale} {theme}"
        found += _faults_now(desk.page, where, folder)
        found += [f"{where}: {fault}" for fault in _axe(desk.page)]
        desk.page.keyboard.press("Escape")
        expect(desk.page.locator("[role=dialog]:visible")).to_have_count(0)
    wear(desk.page, "zh-CN", "light")
    return found


def _faults_now(page: Page, screen: str, folder: Path) -> list[str]:
    """Look at the screen as it is in every size."""
    found: list[str] = []
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.mouse.move(width // 2, height - 5)
        where = f"{screen} {size}"
        wrong = [f"{where}: {fault}" for fault in page.evaluate(LAYOUT)]
        if wrong or LOOKED_AT:
            page.screenshot(path=folder / f"{where.replace(' ', '.')}.png", animations="disabled")
        found += wrong
    return found


def _axe(page: Page) -> list[str]:
    violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {[node['html'][:200] for node in one['nodes']][:3]}"
        for one in violations
        if one["impact"] in ("serious", "critical")
    ]


def keep_picture(desk: Desk, name: str) -> None:
    """Write a picture for README and guides in both languages, when asked to by ZHIYIN_PICTURES."""
    if not os.environ.get("ZHIYIN_PICTURES"):
        return
    desk.page.set_viewport_size({"width": 1366, "height": 768})
    IMAGES.mkdir(exist_ok=True)
    for locale, ending in (("en", ".en.png"), ("zh-CN", ".png")):
        wear(desk.page, locale, "light")
        desk.page.evaluate("document.activeElement.blur()")
        desk.page.screenshot(path=IMAGES / f"{name}{ending}", animations="disabled")
