"""Registry numbers: in sequence per year, never twice, also when drawn at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.factories.procurements import NOW
from tracker.accounts.enums import Role
from tracker.cases import service
from tracker.cases.models import Case
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.procurements import service as procurements
from tracker.procurements.enums import Procedure


@pytest.fixture
def log(app: Flask) -> Callable[..., Case]:
    load_reference()
    officer = person(Role.MARKET)

    def logged(**answers: object) -> Case:
        return procurements.log_procurement(
            actor=officer,
            now=NOW,
            title="Vaccin",
            procedure=Procedure.OPEN,
            **answers,  # type: ignore[arg-type]
        )

    return logged


def test_numbers_come_in_sequence_and_start_anew_each_year(app: Flask) -> None:
    drawn = [service.next_registry_number(year).text for year in (2026, 2026, 2027, 2026)]
    assert drawn == ["SAM 2026/0001", "SAM 2026/0002", "SAM 2027/0001", "SAM 2026/0003"]


def test_a_given_number_keeps_its_place_and_is_never_drawn_again(log: Callable[..., Case]) -> None:
    assert log(registry_number="SAM 2026/0007").registry_number == "SAM 2026/0007"
    assert log().registry_number == "SAM 2026/0008"
    assert log(registry_number="sam 2026/3").registry_number == "sam 2026/3", "not of our series"
    assert log(registry_number="SAM 2026/3").registry_number == "SAM 2026/0003"


@pytest.mark.parametrize("number", ["SAM 2026/0001", "SAM 2026/1", "  SAM   2026/0001 ", "HSS140082"])
def test_a_number_that_is_taken_is_told_on_its_field(log: Callable[..., Case], number: str) -> None:
    log()
    log(registry_number="HSS140082")
    with pytest.raises(DomainError) as refused:
        log(registry_number=number)
    assert refused.value.field == "registry_number"


def test_numbers_of_other_series_are_kept_as_they_are(log: Callable[..., Case]) -> None:
    case = log(registry_number="LJ 2014/771")
    assert (case.registry_number, case.registry_year) == ("LJ 2014/771", 2026)


def test_drawn_at_the_same_moment_they_differ_and_none_is_left_out(app: Flask) -> None:
    def draw(_turn: int) -> str:
        with app.app_context():
            number = service.next_registry_number(2026)
            db.session.commit()
            db.session.remove()
            return number.text

    db.session.rollback()
    with ThreadPoolExecutor(8) as threads:
        drawn = list(threads.map(draw, range(40)))
    assert sorted(drawn) == [f"SAM 2026/{number:04d}" for number in range(1, 41)]


def test_a_rolled_back_number_is_drawn_again(app: Flask) -> None:
    service.next_registry_number(2026)
    db.session.rollback()
    assert service.next_registry_number(2026).sequence == 1


def test_a_doubled_submission_makes_one_case_even_at_the_same_moment(app: Flask, log: Callable[..., Case]) -> None:
    officer_id = db.session.scalar(sa.text("SELECT max(id) FROM people"))
    db.session.commit()

    def press(_turn: int) -> str:
        from tracker.accounts.queries import get_person

        with app.app_context():
            made = procurements.log_procurement(
                actor=get_person(officer_id), now=NOW, title="Vaccin", procedure=Procedure.OPEN,
                submission_id="0d4ff3ce-5cb6-4b1a-93f5-2b6d4d5f4f60",
            )  # fmt: skip
            number = made.registry_number
            db.session.commit()
            db.session.remove()
            return number

    with ThreadPoolExecutor(4) as threads:
        numbers = set(threads.map(press, range(4)))
    assert numbers == {"SAM 2026/0001"}
    assert db.session.scalar(sa.select(sa.func.count(Case.id))) == 1
    assert log().registry_number == "SAM 2026/0002", "no gap in the sequence"
