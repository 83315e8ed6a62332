"""The list: what it finds, what it costs, what it gives away as files, and to whom."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories.organisations import supplier
from tests.factories.people import person
from tests.factories.procurements import NOW, TODAY, contract, procurement
from tests.support.client import Client, signed_in
from tests.support.statements import statements
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.enums import SecrecyClass
from tracker.procurements import service
from tracker.procurements.enums import Procedure, ProcurementPhase, StepKind
from tracker.procurements.queries import ProcurementFilters, list_procurements

MOST_STATEMENTS = 4


@pytest.fixture
def five(officer: Person) -> dict[str, int]:
    """Five procurements that differ in everything the filter asks for; name -> id."""
    colleague = person(Role.PURCHASING, name="Björn Kollega")
    flu = procurement(officer, "Influensavaccin", substance="influensavaccin", atc_code="J07BB02")
    late = procurement(
        officer, "Faktor VIII", atc_code="B02BD02", wished_supply_on=date(2027, 1, 15),
        procedure=Procedure.NEGOTIATED_WITH_NOTICE,
    )  # fmt: skip
    running = procurement(colleague, "Barnvaccin", atc_code="J07AL02", began_on=date(2024, 1, 2), is_example=True)
    contract(
        running, officer, starts_on=date(2025, 1, 1), supplier_id=supplier("Östra Serumbolaget").id, option_months=()
    )
    out = procurement(officer, "TNF-hämmare", began_on=date(2026, 8, 3))
    service.log_step(actor=officer, now=NOW, procurement=out, kind=StepKind.PUBLICATION, on=date(2026, 11, 2))
    sealed = procurement(colleague, "Hemlig", secrecy_class=SecrecyClass.SEALED)
    made = {"flu": flu, "late": late, "running": running, "out": out, "sealed": sealed}
    return {name: case.id for name, case in made.items()}


def names(found: dict[str, int], page: Any) -> set[str]:
    by_id = {number: name for name, number in found.items()}
    return {by_id[row.id] for row in page.items}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"flu", "late", "running", "out"}),
        ({"phase": ProcurementPhase.ADVERTISED}, {"out"}),
        ({"is_running": True}, {"flu", "late", "running", "out"}),
        ({"procedure": Procedure.NEGOTIATED_WITH_NOTICE}, {"late"}),
        ({"atc_prefix": "J07"}, {"flu", "running"}),
        ({"atc_prefix": "J07_"}, set()),
        ({"overdue_on": TODAY}, {"late", "running"}),
        ({"contracts_end_from_on": TODAY, "contracts_end_by_on": date(2027, 2, 23)}, {"running"}),
        ({"contracts_end_from_on": TODAY, "contracts_end_by_on": date(2026, 12, 30)}, set()),
        ({"is_example": True}, {"running"}),
        ({"is_example": False}, {"flu", "late", "out"}),
        ({"text": "INFLUENSA"}, {"flu"}),
        ({"text": "j07bb02"}, {"flu"}),
        ({"text": "östra SERUM"}, {"running"}),
        ({"text": "vaccin j07"}, {"flu", "running"}),
        ({"text": "sam 2026/0002"}, {"late"}),
        ({"text": "%"}, set()),
        ({"text": "hemlig"}, set()),
    ],
)
def test_each_filter_finds_what_it_says(
    officer: Person, five: dict[str, int], filters: dict[str, Any], expected: set[str]
) -> None:
    page = list_procurements(officer, ProcurementFilters(**filters))
    assert names(five, page) == expected
    assert page.total == len(expected)


@pytest.mark.parametrize("sort", ["number", "title", "phase", "since", "due"])
def test_every_order_turns_round(officer: Person, five: dict[str, int], sort: str) -> None:
    rising = [row.id for row in list_procurements(officer, ProcurementFilters(sort=sort)).items]
    assert sorted(rising) == sorted(number for name, number in five.items() if name != "sealed")
    if sort != "due":
        falling = [row.id for row in list_procurements(officer, ProcurementFilters(sort=f"-{sort}")).items]
        assert falling[0] == rising[-1]


def test_the_next_deadline_is_the_first_open_one(officer: Person, five: dict[str, int]) -> None:
    rows = {row.id: row for row in list_procurements(officer, ProcurementFilters(sort="due")).items}
    # Its contract ends in five weeks and nothing replaces it: the day to have started was in March.
    assert rows[five["running"]].next_due_on == date(2026, 3, 30)
    assert rows[five["flu"]].next_due_on is None
    assert next(iter(rows)) == five["running"], "the most overdue one first"
    assert set(list(rows)[-2:]) == {five["flu"], five["out"]}, "those without a date last"


def test_pages_hold_every_row_once(officer: Person, five: dict[str, int]) -> None:
    seen = [row.id for number in (1, 2) for row in list_procurements(officer, ProcurementFilters(), number, 2).items]
    assert len(set(seen)) == 4
    beyond = list_procurements(officer, ProcurementFilters(), 99, 2)
    assert (beyond.number, len(beyond.items)) == (2, 2)


@pytest.mark.parametrize(
    "query", ["", "?phase=advertised", "?q=vaccin&atc=j07&overdue=y", "?sort=-due&page=2&per_page=1", "?mine=y&ends=6"]
)
def test_a_page_costs_at_most_four_statements(browser: Client, five: dict[str, int], query: str) -> None:
    browser.get(f"/procurements{query}")
    with statements() as sent:
        response = browser.get(f"/procurements{query}")
    assert response.status_code == 200
    # One of them records that the session was used, at most once a minute.
    reads = [statement for statement in sent if statement.lstrip().startswith(("SELECT", "WITH"))]
    assert len(reads) <= MOST_STATEMENTS, "\n".join(reads)


@pytest.mark.parametrize(
    "query",
    ["?phase=nonsense", "?page=-3", "?page=x", "?per_page=100000", "?responsible=abc", "?sort=;drop", "?atc='%22",
     "?ends=9999", "?q=%00%27", "?body=99999999999999", "?examples=what"],
)  # fmt: skip
def test_an_odd_address_is_no_fault(browser: Client, five: dict[str, int], query: str) -> None:
    assert browser.get(f"/procurements{query}").status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("atc=7J", "atc"), ("atc=J07BX033", "atc"), ("phase=nonsense", "phase"), ("procedure=x", "procedure"),
        ("responsible=4711", "responsible"), ("body=x", "body"), ("ends=9999", "ends"), ("examples=what", "examples"),
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_is_told_beside_its_field(
    browser: Client, five: dict[str, int], query: str, field: str
) -> None:
    soup = BeautifulSoup(browser.get(f"/procurements?{query}&q=vaccin").text, "html.parser")
    assert soup.select_one(f'[role=alert] a[href="#{field}"]')
    assert soup.find(id=f"{field}-error") is not None
    assert soup.select("table") == []
    # A file of everything would be taken for what was asked for.
    for ending in ("csv", "xlsx"):
        answer = browser.get(f"/procurements.{ending}?{query}&q=vaccin")
        assert answer.status_code == 302 and query in answer.headers["Location"]


@pytest.mark.parametrize("begins", ["j", "J0", "j07b", "J07 BX0", "J07BX03"])
def test_any_beginning_of_an_atc_code_is_a_filter(browser: Client, five: dict[str, int], begins: str) -> None:
    assert 'id="atc-error"' not in browser.get("/procurements", query_string={"atc": begins}).text


def test_the_filter_stays_in_the_form_and_in_the_links(browser: Client, five: dict[str, int]) -> None:
    soup = BeautifulSoup(browser.get("/procurements?phase=planning&q=influensa").text, "html.parser")
    assert soup.find("option", selected=True, value="planning")
    assert soup.find("input", attrs={"name": "q"})["value"] == "influensa"  # type: ignore[index]
    links = [str(link["href"]) for link in soup.find_all("a", href=True)]
    assert any(link.startswith("/procurements.csv?") and "phase=planning" in link for link in links)
    assert any("sort=title" in link and "q=influensa" in link for link in links)


def test_csv_holds_what_is_shown_and_nothing_that_runs(officer: Person, browser: Client, five: dict[str, int]) -> None:
    procurement(officer, '=HYPERLINK("http://example.org")', substance="@SUM(1)")
    response = browser.get("/procurements.csv?sort=number&examples=without")
    assert response.mimetype == "text/csv"
    text = response.data.decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert [row[1] for row in rows[1:]] == [
        "Influensavaccin", "Faktor VIII", "TNF-hämmare", "'=HYPERLINK(\"http://example.org\")",
    ]  # fmt: skip
    assert rows[4][2] == "'@SUM(1)"
    assert rows[0][0] == "Diarienummer"


def test_xlsx_holds_real_dates_and_no_formulas(officer: Person, browser: Client, five: dict[str, int]) -> None:
    procurement(officer, "=1+1")
    response = browser.get("/procurements.xlsx?sort=number")
    sheet = openpyxl.load_workbook(io.BytesIO(response.data)).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    assert len(rows) == 6
    assert isinstance(rows[1][8].value, datetime)
    titles = [row[1] for row in rows[1:]]
    assert {cell.data_type for cell in titles} == {"s"}
    assert titles[-1].value == "=1+1"


@pytest.mark.parametrize("path", ["/procurements", "/procurements.csv", "/procurements.xlsx"])
def test_no_channel_tells_of_a_sealed_case(browser: Client, five: dict[str, int], path: str) -> None:
    response = browser.get(path)
    if path.endswith("xlsx"):
        sheet = openpyxl.load_workbook(io.BytesIO(response.data)).active
        assert sheet is not None
        text = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    else:
        text = response.text
    assert "Influensavaccin" in text
    assert "Hemlig" not in text


def test_a_person_of_a_region_sees_an_empty_list_and_gets_no_file(app: Flask, five: dict[str, int]) -> None:
    outsider = signed_in(app, person(Role.REGION_CONTACT))
    assert "Influensavaccin" not in outsider.get("/procurements").text
    assert outsider.get("/procurements.csv").status_code == 403


def test_a_bad_filter_of_a_file_leads_to_the_list_with_every_word_as_it_came(browser: Client) -> None:
    asked = "atc=%C3%A5%C3%A5&endpoint=x&_method=FOO&_anchor=a&phase=planning&phase=in_force"
    answer = browser.get(f"/procurements.csv?{asked}")
    assert (answer.status_code, answer.location) == (302, f"/procurements?{asked}")
