"""The example cases: around any day, once, marked, and only where nothing else is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories.organisations import load_reference
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.deadlines.enums import DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.interop import examples
from tracker.procurements.enums import Capacity, ProcurementPhase
from tracker.procurements.models import Procurement

DAYS = ["2026-11-22", "2026-11-23", "2026-12-24", "2027-03-29", "2028-02-29", "2026-06-19"]


def _load(day: str) -> tuple[examples.Loaded, date]:
    now = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=UTC)
    loaded = examples.load(now=now)
    db.session.commit()
    return loaded, local_date(now)


@pytest.mark.parametrize("day", DAYS)
def test_the_start_page_has_something_to_show_on_any_day(app: Flask, day: str) -> None:
    load_reference()
    loaded, today = _load(day)
    assert (loaded.people, loaded.agreements, loaded.running) == (8, 11, 13)
    open_ = db.session.scalars(sa.select(Deadline).where(Deadline.state == DeadlineState.OPEN)).all()
    due = {deadline.due_on for deadline in open_}
    next_monday = today + timedelta(days=7 - today.weekday())
    assert min(due) < today
    assert any(today <= on < next_monday + timedelta(days=7) for on in due)
    assert any(next_monday <= on < next_monday + timedelta(days=14) for on in due)
    kinds = {deadline.kind: deadline.due_on for deadline in open_}
    assert kinds[DeadlineKind.STANDSTILL_END] >= today
    options = [d.due_on for d in open_ if d.kind is DeadlineKind.OPTION_DECIDE_BY]
    assert today <= min(options) <= today + timedelta(days=21)
    cases = db.session.scalars(sa.select(Procurement)).all()
    assert all(case.is_example for case in cases)
    assert {case.capacity for case in cases} >= {Capacity.AGENT, Capacity.OWN_NAME}
    assert [case.executing_reason for case in cases if case.has_other_executing_body]
    wanted = set(ProcurementPhase) - {ProcurementPhase.SIGNING, ProcurementPhase.EVALUATION}
    assert {ProcurementPhase(case.phase) for case in cases} >= wanted


def test_loaded_twice_nothing_is_added(app: Flask) -> None:
    load_reference()
    _load(DAYS[1])
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Case))
    assert _load(DAYS[1])[0].is_skipped
    forced = examples.load(now=datetime(2026, 12, 1, 9, tzinfo=UTC), is_forced=True)
    assert (forced.people, forced.agreements, forced.running) == (0, 0, 0)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == before


def test_a_database_in_use_is_left_alone(app: Flask) -> None:
    load_reference()
    person(Role.MARKET)
    assert _load(DAYS[1])[0].is_skipped
    assert db.session.scalar(sa.select(Case.id)) is None


def test_the_example_people_have_each_role_and_invented_addresses(app: Flask) -> None:
    load_reference()
    _load(DAYS[1])
    people = examples.list_people()
    roles = [role for one in people for role in one.roles]
    assert sorted(roles) == sorted([Role.MARKET, *(set(Role) - {Role.EVALUATOR, Role.REGION_CONTACT})])
    assert all(one.email.endswith("@example.org") and one.name.startswith("Exempel ") for one in people)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == len(people)
