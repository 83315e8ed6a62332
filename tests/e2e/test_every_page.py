"""Every page that a person can reach: axe finds nothing, nothing is cut off at 320 px, the policy blocks nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.e2e.crawl import EVALUATION_PAGES, LIMIT, WORKSPACE_PAGES, walk
from tests.e2e.looking import LOOKS, complaints_of, english_words, faults_of
from tests.support.running import Running

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
