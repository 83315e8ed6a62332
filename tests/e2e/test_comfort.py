"""What the scripts add: drafts that survive, a warning before text is lost, a menu that folds. And without them."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Dialog, Page, expect

NEW = "/procurements/new"


def warnings_of(page: Page) -> list[str]:
    """The kinds of dialog that the page has shown; each is accepted."""
    seen: list[str] = []

    def accept(dialog: Dialog) -> None:
        seen.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    return seen


def test_unsaved_text_is_warned_of_and_comes_back(open_as: Callable[..., Page]) -> None:
    page = open_as("market")
    warnings = warnings_of(page)
    page.goto(NEW)
    expect(page.locator("[data-draft-offer]")).to_be_hidden()
    page.locator("#title").fill("Vaccin mot röda hund")
    page.goto("/procurements")
    assert warnings == ["beforeunload"]
    page.goto(NEW)
    expect(page.locator("[data-draft-offer]")).to_be_visible()
    page.locator("[data-draft-restore]").click()
    expect(page.locator("#title")).to_have_value("Vaccin mot röda hund")


def test_a_draft_that_is_thrown_away_stays_away(open_as: Callable[..., Page]) -> None:
    page = open_as("market")
    warnings_of(page)
    page.goto(NEW)
    page.locator("#title").fill("Ett utkast")
    page.goto("/procurements")
    page.goto(NEW)
    page.locator("[data-draft-drop]").click()
    page.goto(NEW)
    expect(page.locator("[data-draft-offer]")).to_be_hidden()


def test_a_refused_form_takes_the_focus_to_what_is_wrong(open_as: Callable[..., Page]) -> None:
    page = open_as("market")
    warnings = warnings_of(page)
    page.goto(NEW)
    page.locator("#title").fill("Utan datum")
    page.locator("form.form button[type=submit]").first.click()
    expect(page.locator("#error-summary")).to_be_focused()
    expect(page.locator("#title")).to_have_value("Utan datum")
    assert warnings == []


def test_the_menu_folds_on_a_narrow_screen(open_as: Callable[..., Page]) -> None:
    page = open_as("market", width=320)
    page.goto("/")
    menu, button = page.locator("#site-nav-list"), page.locator(".site-nav__toggle")
    expect(menu).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()


def test_menu_and_appearance_work_without_scripts(open_as: Callable[..., Page]) -> None:
    page = open_as("market", width=320, javascript=False)
    page.goto("/procurements?sort=title")
    expect(page.locator("#site-nav-list")).to_be_visible()
    page.locator("button[name=appearance][value=dark]").click()
    assert page.url.endswith("/procurements?sort=title")
    assert page.locator("html").get_attribute("data-color-scheme") == "dark"
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in background[4:-1].split(",")) < 60
