"""Every page that a person can reach: axe finds nothing, nothing is cut off at 320 px, the policy blocks nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.crawl import reachable

ROLES = ("market", "admin", "health_care_delegation")
LOOKS = {"wide and light": {"width": 1280, "dark": False}, "narrow and dark": {"width": 320, "dark": True}}
MINIMUM_PAGES = {"market": 10, "admin": 4, "health_care_delegation": 4}
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


def faults_of(page: Page, path: str, complaints: list[str]) -> list[str]:
    complaints.clear()
    response = page.goto(path)
    assert response is not None
    found = [f"{path}: {response.status}"] if response.status != 200 else []
    results = Axe().run(page, options=AXE_OPTIONS).response
    for violation in results["violations"]:
        places = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
        found.append(f"{path}: {violation['id']}: {violation['help']} at {places}")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 0:
        found.append(f"{path}: {overflow} px wider than the window")
    return [*found, *(f"{path}: console: {complaint}" for complaint in complaints)]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("role", ROLES)
def test_pages_of_a_role(open_as: Callable[..., Page], role: str, look: str) -> None:
    page = open_as(role, **LOOKS[look])
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    paths = reachable(page)
    assert len(paths) >= MINIMUM_PAGES[role], paths
    faults = [fault for path in paths for fault in faults_of(page, path, complaints)]
    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/sent", "/no-such-page"])
def test_pages_of_nobody(open_as: Callable[..., Page], path: str, look: str) -> None:
    page = open_as(None, **LOOKS[look])
    complaints: list[str] = []
    faults = faults_of(page, path, complaints)
    assert [fault for fault in faults if not fault.endswith(": 404")] == []


def test_a_page_without_javascript_says_everything(open_as: Callable[..., Page]) -> None:
    """The same words with and without: scripts may add comfort, never content."""
    with_script, without = open_as("market"), open_as("market", javascript=False)
    texts: list[Any] = []
    for page in (with_script, without):
        page.goto("/procurements")
        texts.append(page.locator("main").inner_text().split())
    assert texts[0] == texts[1]
