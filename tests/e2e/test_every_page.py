"""Every page that a person can reach: axe finds nothing, nothing is cut off at 320 px, the policy blocks nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

from tests.e2e.crawl import EVALUATION_PAGES, LIMIT, WORKSPACE_PAGES, walk
from tests.support.running import Running

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
# The first sees most of the pages in both looks; the others see fewer of the same, in one look each, in turn.
MINIMUM_PAGES = {"market": 20, "purchasing": 14, "admin": 7, "health_care_delegation": 10}
# Pages about evaluations and documents, for each of the nine roles: all kinds for the one that sees most, the first
# few for the others.
MOST_OF_EVALUATIONS = {
    "market": LIMIT,
    "support": 7,
    "steering": 7,
    "purchasing": 5,
    "auditor": 5,
    "admin": 5,
    "health_care_delegation": 7,
    "evaluator": 5,
    "region_contact": 5,
}
MINIMUM_OF_EVALUATIONS = {"market": 20, "support": 5, "steering": 5, "health_care_delegation": 4}
MINIMUM_OF_WORKSPACE = 8


def roles(those: Iterable[str]) -> list[Any]:
    """The role that sees most, and the others where everything is run."""
    return [role if role == "market" else pytest.param(role, marks=pytest.mark.long) for role in those]


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


def faults_on_the_way(
    page: Page, pages: Iterator[tuple[str, int]], *, is_sample: bool = False
) -> tuple[int, list[str]]:
    """How many pages there were, and all that is wrong with them; in a sample each has one look, in turn."""
    complaints = complaints_of(page)
    faults: list[str] = []
    count = 0
    for count, (path, status) in enumerate(pages, start=1):
        look = list(LOOKS)[count % len(LOOKS)]
        found = [f"status {status}"] if status != 200 else []
        found += faults_of(page, {look: LOOKS[look]} if is_sample else LOOKS)
        found += [f"English: {word}" for word in english_words(page)]
        found += [f"console: {complaint}" for complaint in complaints]
        complaints.clear()
        faults += [f"{path}: {fault}" for fault in found]
    return count, faults


@pytest.mark.parametrize("role", roles(MINIMUM_PAGES))
def test_pages_of_a_role(open_as: Callable[..., Page], role: str) -> None:
    page = open_as(role)
    count, faults = faults_on_the_way(page, walk(page, without=EVALUATION_PAGES), is_sample=role != "market")
    assert faults == [], "\n".join(faults)
    assert count >= MINIMUM_PAGES[role]


@pytest.mark.parametrize("role", roles(MOST_OF_EVALUATIONS))
def test_evaluation_pages_of_a_role(open_as: Callable[..., Page], role: str) -> None:
    page = open_as(role)
    count, faults = faults_on_the_way(
        page, walk(page, within=EVALUATION_PAGES, limit=MOST_OF_EVALUATIONS[role]), is_sample=True
    )
    assert faults == [], "\n".join(faults)
    assert count >= MINIMUM_OF_EVALUATIONS.get(role, 1)


def test_pages_of_the_workspace(site: Running, open_as: Callable[..., Page]) -> None:
    """What the evaluator of an example sees: one deliverable approved, one to come, comments, a question."""
    number = next(row["number"] for row in site.json("evaluations", "list") if row["phase"] == "under_way")
    link = site.json("evaluations", "link", number)["url"]
    page = open_as(None)
    count, faults = faults_on_the_way(page, walk(page, urlsplit(link).path, within=WORKSPACE_PAGES), is_sample=True)
    assert faults == [], "\n".join(faults)
    assert count >= MINIMUM_OF_WORKSPACE


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-in/sent", "/sign-in/link/no-such-link", "/no-such-page", "/receipts/check"]
)
def test_pages_of_nobody(open_as: Callable[..., Page], path: str) -> None:
    page = open_as(None)
    complaints = complaints_of(page)
    page.goto(path)
    assert faults_of(page) == []
    assert english_words(page) == []
    assert [complaint for complaint in complaints if "404" not in complaint and "410" not in complaint] == []


def test_a_page_without_javascript_says_everything(open_as: Callable[..., Page]) -> None:
    """The same words with and without: scripts may add comfort, never content."""
    with_script, without = open_as("market"), open_as("market", javascript=False)
    with_script.goto("/procurements")
    case = with_script.locator("tbody th a").first.get_attribute("href")
    assert case is not None
    for path in ("/", "/procurements", case, "/procurements/new", "/deadlines", "/reports"):
        texts = []
        for page in (with_script, without):
            page.goto(path)
            texts.append(page.locator("main").inner_text().split())
        assert texts[0] == texts[1], path
