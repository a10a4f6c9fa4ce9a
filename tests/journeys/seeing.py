"""Measures of a page as eyes and fingers meet it: contrast, sizes, sideways scrolling."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Request

from tests.support.started_program import ROOT

AXE = ROOT / "static" / "miniprogram" / "node_modules" / "axe-core" / "axe.min.js"
_SERIOUS = """
async () => {
  const page = { include: document, exclude: ['tbody tr:nth-child(n + 6)'] }
  const grave = ({ impact }) => ['serious', 'critical'].includes(impact)
  // What a rule finds weighs as the rule says, or else as the check that failed: of others nothing would be told.
  const { rules, checks } = axe._audit
  const may = (rule) => rule.impact ? grave(rule)
    : [...rule.any, ...rule.all, ...rule.none].some((check) => grave(checks[check.id ?? check]))
  const off = Object.fromEntries(rules.filter((rule) => !may(rule)).map(({ id }) => [id, { enabled: false }]))
  const told = (node) => `${node.html.slice(0, 160)} ${(node.any[0]?.message ?? '').slice(0, 120)}`
  return (await axe.run(page, { resultTypes: ['violations'], rules: off })).violations
    .filter(grave)
    .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map(told).join(' | ')}`)
}
"""

_CONTRAST = """
(least) => {
  const parse = (text) => {
    const found = text.match(/[\\d.]+/g).map(Number)
    return text.startsWith('color(') ? found.slice(0, 3).map((v) => v * 255).concat(found[3] ?? 1)
      : [found[0], found[1], found[2], found[3] ?? 1]
  }
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1]
  const ground = (element) => {
    const layers = []
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at)
      if (style.backgroundImage !== 'none') return null
      const colour = parse(style.backgroundColor)
      if (colour[3] > 0) layers.push(colour)
      if (colour[3] === 1) break
    }
    const dark = getComputedStyle(document.documentElement).colorScheme === 'dark'
    return layers.reverse().reduce((under, layer) => over(layer, under), dark ? [18, 18, 18, 1] : [255, 255, 255, 1])
  }
  const light = (colour) => {
    const [r, g, b] = colour.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const found = {}
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.textContent.trim()).join('')
    if (!text || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
    if (element.closest(':disabled, [disabled], [aria-disabled=true], .t-is-disabled, .visually-hidden, noscript')) continue
    const box = element.getBoundingClientRect()
    if (!box.width || box.bottom < 0 || box.top > innerHeight) continue
    const back = ground(element)
    if (!back) continue
    const [a, b] = [light(over(parse(getComputedStyle(element).color), back)), light(back)]
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    if (ratio < least) found[text.slice(0, 12)] = Math.round(ratio * 100) / 100
  }
  return found
}
"""

_TARGETS = """
(least) => {
  const found = {}
  for (const element of document.querySelectorAll('button, uni-button, uni-input, input[type=file], a[href], [role=switch]')) {
    if (!element.checkVisibility({ visibilityProperty: true })) continue
    const box = element.getBoundingClientRect()
    if (!box.width) continue
    const name = element.dataset.testid ?? element.textContent.trim().slice(0, 12)
    if (box.height < least - 0.5 || box.width < 43.5) found[name] = [Math.round(box.width), Math.round(box.height)]
  }
  return found
}
"""

_TEXTS = """
(least) => {
  const found = {}
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].filter((n) => n.nodeType === 3).map((n) => n.textContent.trim()).join('')
    if (!text || !element.checkVisibility({ visibilityProperty: true })) continue
    if (element.closest('noscript, .visually-hidden') || !element.getBoundingClientRect().width) continue
    const size = parseFloat(getComputedStyle(element).fontSize)
    if (size < least) found[text.slice(0, 12)] = size
  }
  return found
}
"""

_STILL = """
async () => {
  const frame = () => new Promise(requestAnimationFrame)
  const moving = () => document.getAnimations()
    .filter((one) => one.playState === 'running' && one.effect.getComputedTiming().iterations !== Infinity)
  // A line that comes and goes by itself may fade at any moment.
  const passing = () => [...document.querySelectorAll('uni-toast')].filter((one) => one.checkVisibility())
  const told = () => [...moving().map((one) => one.effect.target), ...passing()].map((one) => one?.outerHTML.slice(0, 200))
  const end = performance.now() + 8000
  // What was just changed begins to move with the next frame.
  for (await frame(), await frame(); moving().length || passing().length; await frame())
    if (performance.now() > end) throw Error(`it moves on and on: ${told()}`)
}
"""

_FRAMES = """
async () => {
  for (let left = 3; left; left--) await new Promise(requestAnimationFrame)
}
"""

_SIDEWAYS = """
() => {
  // Not innerWidth: a phone zooms out until a page that is too wide fits.
  const room = document.documentElement.clientWidth
  return Math.max(document.scrollingElement.scrollWidth, document.body.scrollWidth) - room
}
"""

_CUT_TAGS = """
() => [...document.querySelectorAll('[data-testid=table] tbody td')]
  .filter((cell) => cell.querySelector('.tag') && cell.scrollWidth > cell.clientWidth)
  .map((cell) => `${cell.dataset.field}: ${cell.textContent.trim()}`)
"""


def too_faint(page: Page, least: float = 4.5) -> dict[str, float]:
    """Texts on the screen, once it is still, whose contrast with what is behind them is under `least`."""
    still(page)
    return dict(page.evaluate(_CONTRAST, least))


def too_small_to_hit(page: Page, least: int = 44) -> dict[str, Any]:
    """What one taps, where it is lower than `least` px or narrower than 44 px."""
    return dict(page.evaluate(_TARGETS, least))


def too_small_to_read(page: Page, least: int = 16) -> dict[str, float]:
    """Texts set smaller than `least` px."""
    return dict(page.evaluate(_TEXTS, least))


def sideways(page: Page) -> int:
    """By how many px the page is wider than the window."""
    return int(page.evaluate(_SIDEWAYS))


def until(page: Page, true: Callable[[], bool], seconds: float = 10) -> None:
    """Let the page go on until something is true that no locator shows; AssertionError if it never is."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        page.wait_for_timeout(50)


def still(page: Page) -> None:
    """Wait until nothing moves or fades any more, nor will by itself; what turns for ever (a spinner) may go on."""
    page.evaluate(_STILL)


def with_axe(page: Page) -> None:
    """Let `serious` be asked of every document that the page opens from now on."""
    page.add_init_script(path=str(AXE))


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical in what is shown and still; of a long list in its first rows."""
    still(page)
    return list(page.evaluate(_SERIOUS))


class Traffic:
    """What a page asks the server for: `asked` so far, and whether everything has been answered."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._waiting: set[Request] = set()
        self.asked = 0
        page.on("request", self._ask)
        page.on("requestfinished", lambda request: self._waiting.discard(request))
        page.on("requestfailed", lambda request: self._waiting.discard(request))

    def _ask(self, request: Request) -> None:
        self._waiting.add(request)
        self.asked += 1

    def at_rest(self) -> bool:
        """Whether none waits for its answer."""
        return not self._waiting

    def settle(self) -> None:
        """Wait until everything is answered, and the page that was drawn with it asks for nothing more."""
        asked = -1
        while asked != self.asked:
            until(self._page, self.at_rest)
            asked = self.asked
            self._page.evaluate(_FRAMES)


def cut_tags(page: Page) -> list[str]:
    """Tags in the list's cells that their column has no room for."""
    return list(page.evaluate(_CUT_TAGS))
