"""The pages about organisations."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.support.client import Client
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.organisations.queries import get_by_code


@pytest.fixture
def browser(app: Flask, sign_in: Callable[[Person], Client]) -> Client:
    load_reference()
    return sign_in(person(Role.REGION_CONTACT))


def _rows(html: str) -> list[str]:
    return [str(row.th.get_text(strip=True)) for row in BeautifulSoup(html, "html.parser").select("tbody tr") if row.th]


def test_the_list_is_searched_by_old_names_and_kind(browser: Client) -> None:
    assert _rows(browser.get("/organisations?q=landstinget+i+uppsala").text) == ["Region Uppsala"]
    assert len(_rows(browser.get("/organisations?kind=region").text)) == 21
    assert "SKL:s sjukvårdsdelegation" in browser.get("/organisations?kind=body").text
    assert browser.get("/organisations?kind=region&page=x").status_code == 200
    refused = browser.get("/organisations?kind=nonsense").text
    assert 'id="kind-error"' in refused and _rows(refused) == []
    assert _rows(browser.get("/organisations?q=zzz").text) == []


def test_a_region_shows_names_number_and_populations(browser: Client) -> None:
    page = browser.get(f"/organisations/{get_by_code('region-03').id}").text
    assert "Landstinget i Uppsala län" in page and "2016-12-31" in page and "232100-0024" in page
    assert len(_rows(page)) == 2 + 5 and "SCB" in page


def test_a_body_shows_host_and_who_appoints(browser: Client) -> None:
    page = browser.get(f"/organisations/{get_by_code('market-function').id}").text
    assert "Västra Götalandsregionen" in page and "Avtal mellan SKL" in page
    assert "Marknadsfunktionen" in browser.get(f"/organisations/{get_by_code('region-14').id}").text


def test_an_unknown_organisation_is_not_found(browser: Client) -> None:
    assert browser.get("/organisations/999999").status_code == 404
