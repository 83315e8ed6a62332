"""A cost shared between the landsting: to the öre, frozen, superseded and never changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories import evaluations as make
from tests.factories.costs import AMOUNT, DAY, share
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.allocation import largest_remainder
from tracker.core.db import db
from tracker.core.errors import DomainError, NotFound, StaleVersion
from tracker.evaluations.models import CostAllocation, Evaluation
from tracker.evaluations.queries import costs as queries
from tracker.organisations.models import Population
from tracker.organisations.queries import list_population_days, list_regions, populations_on


@pytest.fixture(autouse=True)
def _now() -> Any:
    with clock.frozen_at(make.NOW):
        yield


@pytest.fixture
def officer(app: Flask) -> Person:
    load_reference()
    return person(Role.MARKET)


@pytest.fixture
def evaluation(officer: Person) -> Evaluation:
    return make.evaluation(officer, title="Utvärdering av samordningen")


def test_the_21_shares_add_up_and_are_those_of_the_published_method(evaluation: Evaluation, officer: Person) -> None:
    made = share(evaluation, officer)
    figures = populations_on(DAY)
    expected = largest_remainder(AMOUNT, figures)
    assert {part.organisation.county_code: part.share_ore for part in made.shares} == expected
    assert sum(part.share_ore for part in made.shares) == AMOUNT
    assert {part.organisation.county_code: part.inhabitants for part in made.shares} == figures
    exact = sum(AMOUNT * count // sum(figures.values()) for count in figures.values())
    assert sum(part.is_rounded_up for part in made.shares) == AMOUNT - exact > 0


def test_the_yearly_budget_in_whole_kronor_is_as_computed_by_hand(officer: Person) -> None:
    """11 million kronor by the inhabitants of 31 December 2013, worked out apart from this code."""
    shares = largest_remainder(11_000_000, populations_on(DAY))
    assert {code: shares[code] for code in ("01", "14", "12", "05", "09")} == {
        "01": 2_466_957, "14": 1_842_009, "12": 1_453_080, "05": 499_367, "09": 65_192,
    }  # fmt: skip


def test_the_rest_shown_says_who_got_the_left_over(evaluation: Evaluation, officer: Person) -> None:
    lines = queries.share_lines(share(evaluation, officer))
    given = [line.remainder for line in lines if line.share.is_rounded_up]
    kept = [line.remainder for line in lines if not line.share.is_rounded_up]
    assert min(given) >= max(kept)
    assert all(0 <= line.remainder < 10_000 for line in lines)


def test_only_days_with_every_figure_are_offered(officer: Person) -> None:
    days = list_population_days()
    assert [day.as_of_on.year for day in days] == [2023, 2015, 2014, 2013, 2012]
    assert days[3].inhabitants == 9_644_864
    assert days[3].sources
    gone = list_regions()[4]
    db.session.execute(sa.delete(Population).where(Population.organisation_id == gone.id, Population.as_of_on == DAY))
    assert DAY not in [day.as_of_on for day in list_population_days()]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"amount_ore": None}, "amount_ore"),
        ({"amount_ore": 0}, "amount_ore"),
        ({"amount_ore": -1}, "amount_ore"),
        ({"amount_ore": 10**17}, "amount_ore"),
        ({"populations_day": None}, "populations_day"),
        ({"populations_day": date(2013, 11, 1)}, "populations_day"),
        ({"decided_on": date(2013, 5, 15)}, "populations_day"),
        ({"decided_on": None}, "decided_on"),
        ({"decided_on": make.TODAY + timedelta(days=1)}, "decided_on"),
        ({"decision": "  "}, "decision"),
        ({"decision": "x" * 201}, "decision"),
    ],
)
def test_what_cannot_be_shared_is_refused_on_its_field(
    evaluation: Evaluation, officer: Person, answers: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        share(evaluation, officer, **answers)
    assert refused.value.field == field
    assert queries.list_allocations(evaluation) == []


def test_a_missing_figure_stops_the_sharing(evaluation: Evaluation, officer: Person) -> None:
    gone = list_regions()[20]
    db.session.execute(sa.delete(Population).where(Population.organisation_id == gone.id, Population.as_of_on == DAY))
    with pytest.raises(DomainError) as refused:
        share(evaluation, officer)
    assert refused.value.field == "populations_day"


def test_one_commissioned_by_others_shares_nothing(officer: Person) -> None:
    with pytest.raises(DomainError):
        share(make.noted(officer), officer)


def test_a_later_sharing_supersedes_and_the_earlier_stays(evaluation: Evaluation, officer: Person) -> None:
    first = share(evaluation, officer)
    kept = [(part.organisation_id, part.share_ore) for part in first.shares]
    second = share(evaluation, officer, amount_ore=99, version=first.id, populations_day=date(2015, 12, 31))
    assert queries.find_standing(evaluation) is second
    assert (first.superseded_at, second.superseded_at) == (make.NOW, None)
    again = queries.get_allocation(evaluation, first.id)
    assert [(part.organisation_id, part.share_ore) for part in again.shares] == kept
    assert queries.list_allocations(evaluation) == [second, first]
    with pytest.raises(NotFound):
        queries.get_allocation(make.evaluation(officer), first.id)


def test_two_who_share_at_once_meet_each_other(evaluation: Evaluation, officer: Person) -> None:
    share(evaluation, officer, version=0)
    with pytest.raises(StaleVersion) as refused:
        share(evaluation, officer, amount_ore=100, version=0)
    assert refused.value.current["amount_ore"] == "487500,01"
    assert len(queries.list_allocations(evaluation)) == 1


def test_each_sharing_is_one_line_of_the_trail(evaluation: Evaluation, officer: Person) -> None:
    first = share(evaluation, officer)
    share(evaluation, officer, amount_ore=200, version=first.id)
    events = db.session.scalars(
        sa.select(AuditEvent).where(AuditEvent.action == AuditAction.COST_ALLOCATED.value).order_by(AuditEvent.id)
    ).all()
    assert [event.changes["amount_ore"] for event in events] == [[None, AMOUNT], [AMOUNT, 200]]
    assert {event.case_id for event in events} == {evaluation.id}


def test_the_same_submission_at_the_same_moment_shares_once(
    app: Flask, evaluation: Evaluation, officer: Person
) -> None:
    submission, evaluation_id, officer_id = str(uuid4()), evaluation.id, officer.id

    def send(_turn: int) -> int:
        with app.app_context():
            made = share(
                db.session.get_one(Evaluation, evaluation_id),
                db.session.get_one(Person, officer_id),
                submission_id=submission,
                version=0,
            )
            db.session.commit()
            number = made.id
            db.session.remove()
            return number

    db.session.commit()
    db.session.remove()
    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(send, range(8)))) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CostAllocation)) == 1


# Pages


def test_the_form_suggests_the_contracts_amount_and_leads_to_the_shares(
    evaluation: Evaluation, officer: Person, sign_in: Callable[[Person], Client]
) -> None:
    evaluation.contract_ore = AMOUNT
    client, path = sign_in(officer), f"/evaluations/{evaluation.id}/costs/new"
    page = client.get(path)
    values = form_values(page, action=None)
    assert values["amount_ore"] == "487500,01"
    assert "9 644 864" in page.text.replace("\xa0", " ")
    assert "BE0101N1" in page.text
    answer = client.post(path, data={**values, "populations_day": "2013-12-31", "decided_on": "2014-05-15",
                                     "decision": "Protokoll <b>§ 12</b>"})  # fmt: skip
    assert answer.status_code == 303
    again = client.post(path, data={**values, "populations_day": "2013-12-31", "decided_on": "2014-05-15",
                                    "decision": "Protokoll <b>§ 12</b>"})  # fmt: skip
    assert again.location == answer.location
    shares = BeautifulSoup(client.get(answer.location).text, "html.parser")
    rows = shares.select("tbody tr")
    assert len(rows) == 21
    # What it was called on the day of the decision, not what it is called today.
    assert rows[0].th is not None
    assert rows[0].th.get_text() == "Stockholms läns landsting"
    assert "487 500,01 kr" in shares.select_one("tfoot").get_text().replace("\xa0", " ")  # type: ignore[union-attr]
    assert "Protokoll <b>§ 12</b>" in shares.get_text()


def test_a_faulty_form_keeps_what_was_typed(
    evaluation: Evaluation, officer: Person, sign_in: Callable[[Person], Client]
) -> None:
    client, path = sign_in(officer), f"/evaluations/{evaluation.id}/costs/new"
    values = form_values(client.get(path), action=None)
    for changes in (
        {"amount_ore": "mycket"}, {"decided_on": "2026-13-01"}, {"populations_day": "2013-11-01"},
        {"populations_day": "x"}, {"decision": ""}, {"amount_ore": "0"}, {"amount_ore": "9" * 15},
    ):  # fmt: skip
        told = {**values, "amount_ore": "100", "decided_on": "2026-11-20", "decision": "§ 12", **changes}
        answer = client.post(path, data=told)
        assert answer.status_code == 422, changes
        typed = form_values(answer, action=None)
        assert {name: typed[name] for name in changes if name != "populations_day"} == {
            name: text for name, text in changes.items() if name != "populations_day"
        }
    assert queries.list_allocations(evaluation) == []


def test_who_opened_the_form_before_another_shared_is_shown_both(
    evaluation: Evaluation, officer: Person, sign_in: Callable[[Person], Client]
) -> None:
    client, path = sign_in(officer), f"/evaluations/{evaluation.id}/costs/new"
    values = form_values(client.get(path), action=None)
    standing = share(evaluation, officer)
    told = {**values, "amount_ore": "100", "decided_on": "2026-11-20", "decision": "§ 13"}
    answer = client.post(path, data=told)
    assert answer.status_code == 409
    assert "Styrgruppens protokoll § 12" in answer.text
    renewed = form_values(answer, action=None)
    assert renewed["version"] == str(standing.id)
    assert client.post(path, data={**renewed, "populations_day": "2023-12-31"}).status_code == 303


def test_the_panel_tells_whether_the_cost_is_shared(
    evaluation: Evaluation, officer: Person, sign_in: Callable[[Person], Client]
) -> None:
    client, path = sign_in(officer), f"/evaluations/{evaluation.id}"
    assert "Kostnaden är inte fördelad än." in client.get(path).text
    first = share(evaluation, officer)
    share(evaluation, officer, version=first.id, amount_ore=100)
    page = client.get(path).text
    assert f"/evaluations/{evaluation.id}/costs/" in page
    assert "1 kr fördelas mellan landstingen" in page.replace("\xa0", " ")
    assert "1 tidigare fördelning" in page


def test_readers_see_and_do_not_share(
    evaluation: Evaluation, officer: Person, sign_in: Callable[[Person], Client]
) -> None:
    made = share(evaluation, officer)
    reader = sign_in(person(Role.AUDITOR))
    assert reader.get(f"/evaluations/{evaluation.id}/costs/{made.id}").status_code == 200
    assert "costs/new" not in reader.get(f"/evaluations/{evaluation.id}").text
    assert reader.post(f"/evaluations/{evaluation.id}/costs/new").status_code == 403


def test_addresses_of_another_evaluation_lead_nowhere(
    evaluation: Evaluation, officer: Person, sign_in: Callable[[Person], Client]
) -> None:
    made, other, noted = share(evaluation, officer), make.evaluation(officer), make.noted(officer)
    client = sign_in(officer)
    for path in (
        f"/evaluations/{other.id}/costs/{made.id}",
        f"/evaluations/{other.id}/costs/{made.id}.csv",
        f"/evaluations/{noted.id}/costs/new",
        f"/evaluations/{evaluation.id}/costs/{made.id + 1}",
    ):
        assert client.get(path).status_code == 404


def test_the_files_are_ready_for_invoicing(
    evaluation: Evaluation, officer: Person, sign_in: Callable[[Person], Client]
) -> None:
    evaluation.title = '=HYPERLINK("http://x.example")'
    made = share(evaluation, officer, decision="@SUM(1)")
    client, path = sign_in(officer), f"/evaluations/{evaluation.id}/costs/{made.id}"
    rows = list(csv.reader(io.StringIO(client.get(path + ".csv").data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 22
    amounts = [Decimal(row[4].replace(",", ".")) for row in rows[1:]]
    assert sum(amounts) * 100 == AMOUNT
    assert all(row[4].count(",") == 1 for row in rows[1:])
    assert rows[1][1:3] == ["Region Stockholm", "232100-0016"]
    assert (rows[1][5], rows[1][7]) == ("'" + evaluation.title, "'@SUM(1)")
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(path + ".xlsx").data)).active
    assert sheet is not None
    assert sum(round(sheet.cell(row, 5).value * 100) for row in range(2, 23)) == AMOUNT
    assert sheet["F2"].value == evaluation.title
    assert sheet["F2"].data_type == "s"
    assert sheet["I2"].is_date


def test_the_sources_of_the_figures_are_told_in_the_readers_language(
    evaluation: Evaluation, officer: Person, sign_in: Callable[[Person], Client]
) -> None:
    page = sign_in(officer).get(f"/evaluations/{evaluation.id}/costs/new").text
    assert "hämtad ur samlingen" in page and "downloaded" not in page
