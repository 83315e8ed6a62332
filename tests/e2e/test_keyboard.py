"""By keyboard alone: the skip link, a visible focus, a procurement logged from the first key to the last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.keyboard import FOCUS, stops
from tracker.core import clock


def test_the_first_key_leads_past_the_menu(open_as: Callable[..., Page]) -> None:
    page = open_as("market")
    page.goto("/procurements")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["text"] == "Hoppa till innehållet"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/procurements/new"])
def test_the_focus_is_always_seen(open_as: Callable[..., Page], path: str, dark: bool) -> None:
    page = open_as("market", dark=dark)
    page.goto(path)
    first = page.locator("main").evaluate("main => main.querySelectorAll('a[href], button, input').length")
    assert first > 0
    met = stops(page, lambda stop: stop["tag"] == "BODY" or stop["text"] == "Mörkt")
    assert [stop for stop in met if stop["tag"] != "BODY" and not stop["seen"]] == []


def test_a_procurement_is_logged_by_keyboard_alone(open_as: Callable[..., Page]) -> None:
    page = open_as("market")
    page.goto("/")
    stops(page, lambda stop: stop["text"] == "Ny upphandling")
    page.keyboard.press("Enter")
    page.wait_for_url("**/procurements/new")
    answers = {
        "title": "Pneumokockvaccin, lagt upp med tangenter",
        "substance": "pneumokockvaccin",
        "atc_code": "J07AL02",
        "wished_supply_on": (clock.today() + timedelta(days=330)).isoformat(),
    }
    for field, answer in answers.items():
        stops(page, lambda stop, field=field: stop["id"] == field)  # type: ignore[misc]
        page.keyboard.type(answer)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(answers["title"])
