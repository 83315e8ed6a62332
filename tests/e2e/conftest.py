"""The running product and a real browser. Skipped, and said, where the machine has no Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.running import Running, product

# Without these a browser asks its maker's servers for updates at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMEOUT_MS = 15_000
# What is waited for is a state: on a slow machine it comes later than Playwright's five seconds.
expect.set_options(timeout=TIMEOUT_MS)


def find_chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with product(tmp_path_factory.mktemp("e2e") / "instance") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = find_chromium()
    if program is None:
        pytest.skip("no browser on this machine (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def people(site: Running) -> dict[str, str]:
    """Role -> address of an example person who has it; the roles that no example has are given out first."""
    for role in ("evaluator", "region_contact"):
        name = f"Exempel {role}"
        site.command("people", "add", "--email", f"{role}@roll.example", "--name", name, "--role", role)
    return {role: person["email"] for person in reversed(site.json("people", "list")) for role in person["roles"]}


@pytest.fixture(scope="session")
def cookies(site: Running, browser: Browser, people: dict[str, str]) -> Callable[[str], Any]:
    """Sign in once per role by a one-time link, as a person would, and keep the cookies."""
    kept: dict[str, Any] = {}

    def for_role(role: str) -> Any:
        if role not in kept:
            context = browser.new_context(base_url=site.url, locale="sv-SE")
            page = context.new_page()
            page.goto(sign_in_link(site, people[role]))
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
            kept[role] = context.cookies()
            context.close()
        return kept[role]

    return for_role


def sign_in_link(site: Running, email: str) -> str:
    answer: dict[str, str] = site.json("people", "sign-in-link", email)
    return answer["url"]


@pytest.fixture
def open_as(site: Running, browser: Browser, cookies: Callable[[str], Any]) -> Iterator[Callable[..., Page]]:
    """``open_as("market", width=320, dark=True, javascript=False)``: a page of a browser with that role signed in."""
    contexts: list[BrowserContext] = []

    def open_page(role: str | None, *, width: int = 1280, dark: bool = False, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=site.url,
            locale="sv-SE",
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            accept_downloads=True,
        )
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        if role is not None:
            context.add_cookies(cookies(role))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def mail_folder(site: Running) -> Path:
    return Path(site.environment["SAMORDNA_INSTANCE"]) / "mail"
