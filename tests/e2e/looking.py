"""What is wrong with the page that is open in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

AXE = Path(AXE_FILE_PATH).read_text(encoding="utf-8")
ALL_RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# What a width and a colour scheme can change; the rest is the same document.
RULES_OF_LOOKS = {
    "type": "rule",
    "values": [
        "color-contrast",
        "target-size",
        "link-in-text-block",
        "scrollable-region-focusable",
        "aria-hidden-focus",
    ],
}
RUN_AXE = """rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})
    .then(results => results.violations.map(violation =>
    `${violation.id}: ${violation.help} at ${violation.nodes.slice(0, 3).map(node => node.target).join('; ')}`))"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Words of the English texts that no Swedish page uses.
ENGLISH = re.compile(
    r"\b(the|and|with|your|procurements?|deadlines?|reports?|save|cancel|change|sign in|none|not|"
    r"undefined|null|todo)\b",
    re.IGNORECASE,
)
LOOKS: dict[str, tuple[int, Any]] = {"1280 px, light": (1280, "light"), "320 px, dark": (320, "dark")}


def faults_of(page: Page, looks: dict[str, tuple[int, Any]] = LOOKS) -> list[str]:
    """What axe finds and what is cut off in each look of the page that is open."""
    found: list[str] = []
    page.evaluate(AXE)
    rules = ALL_RULES
    for look, (width, scheme) in looks.items():
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found += [f"{look}: {violation}" for violation in page.evaluate(RUN_AXE, rules)]
        rules = RULES_OF_LOOKS
        overflow = page.evaluate(OVERFLOW)
        if overflow > 0:
            found.append(f"{look}: {overflow} px wider than the window")
    return found


def english_words(page: Page) -> list[str]:
    """English words in what the page says, apart from what is marked as another language."""
    text = page.evaluate(
        """() => { const copy = document.body.cloneNode(true);
        copy.querySelectorAll('[lang], script, code').forEach(part => part.remove());
        return copy.textContent }"""
    )
    return sorted({word.group().lower() for word in ENGLISH.finditer(text)})


def complaints_of(page: Page) -> list[str]:
    """What the console will have said: scripts that fail, and what the content security policy blocked."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    return complaints
