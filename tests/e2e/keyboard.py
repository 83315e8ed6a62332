"""A page by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

# What the focused element shows that its neighbours do not.
FOCUS = """() => {
  const element = document.activeElement, style = getComputedStyle(element);
  return {
    tag: element.tagName, id: element.id, text: (element.innerText || element.value || '').trim(),
    seen: element.getBoundingClientRect().width > 0 &&
      ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none'),
  };
}"""
MOST_STOPS = 400


def stops(page: Page, until: Callable[[dict[str, object]], bool]) -> list[dict[str, object]]:
    """Press Tab until ``until`` holds; every place where the focus was."""
    found: list[dict[str, object]] = []
    while len(found) < MOST_STOPS:
        page.keyboard.press("Tab")
        found.append(page.evaluate(FOCUS))
        if until(found[-1]):
            return found
    raise AssertionError(f"not reached by Tab: {found}")
