"""Lists of deadlines: the right ones, in order, in one statement, and none of a case that the viewer may not know."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import deadlines as make
from tests.factories.deadlines import NOW, TODAY
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.enums import SecrecyClass
from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.deadlines import queries, service
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.deadlines.queries import DeadlineFilters


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def officer(app: Flask) -> Person:
    return person(Role.MARKET, name="Ansvarig Handläggare")


@pytest.fixture
def viewer(app: Flask) -> Person:
    return person(Role.PURCHASING, name="Inköpare Kontakt")


def test_what_waits_for_a_person_is_theirs_or_their_cases(officer: Person, viewer: Person) -> None:
    case = make.bare_case(officer)
    make.deadline(case, day(1))
    given_away = make.deadline(case, day(2), owner=viewer)
    (own,) = queries.list_deadlines(viewer, DeadlineFilters(owner_id=officer.id)).items
    assert (own.due_on, own.case_number, own.owner_name) == (day(1), case.registry_number, officer.name)
    (waiting,) = queries.list_deadlines(viewer, DeadlineFilters(owner_id=viewer.id)).items
    assert (waiting.id, waiting.owner_id, waiting.owner_name) == (given_away.id, viewer.id, viewer.name)
    assert waiting.officer_name == officer.name


def test_on_one_day_what_the_law_sets_comes_first(officer: Person) -> None:
    case = make.bare_case(officer)
    make.deadline(case, day(3))
    service.set_deadline(actor=SYSTEM, now=NOW, case_id=case.id, source_key="law:x", kind=DeadlineKind.AWARD_NOTICE,
                         due_on=day(3), basis=Basis.STATUTORY,
                         working=service.Working(rule="award_notice"))  # fmt: skip
    assert [item.is_statutory for item in queries.list_deadlines(officer, DeadlineFilters()).items] == [True, False]


def test_a_case_that_one_may_not_know_of_shows_nothing(officer: Person) -> None:
    sealed = make.bare_case(officer, secrecy=SecrecyClass.SEALED)
    made = make.deadline(sealed, TODAY)
    outsider = person(Role.STEERING)
    assert queries.list_deadlines(outsider, DeadlineFilters()).total == 0
    with pytest.raises(NotFound):
        queries.get_deadline(outsider, made.id)
    with pytest.raises(NotFound):
        queries.get_deadline(officer, made.id + 1000)
    assert queries.get_deadline(officer, made.id) is made


def test_a_page_is_a_count_and_its_rows_and_knows_the_total(officer: Person) -> None:
    case = make.bare_case(officer)
    for offset in range(7):
        make.deadline(case, day(offset))
    _ = officer.roles
    with statements() as seen:
        page = queries.list_deadlines(officer, DeadlineFilters(), page=2, per_page=3)
    assert len(seen) == 2
    assert (page.total, [item.due_on for item in page.items]) == (7, [day(3), day(4), day(5)])
    beyond = queries.list_deadlines(officer, DeadlineFilters(), page=9, per_page=3)
    assert (beyond.total, list(beyond.items)) == (7, [])


def test_filters_narrow(officer: Person, viewer: Person) -> None:
    case = make.bare_case(officer)
    first = make.deadline(case, day(1))
    make.deadline(case, day(20), owner=viewer)
    make.deadline(case, day(30), basis=Basis.CONTRACTUAL)
    service.mark_met(actor=SYSTEM, now=NOW, deadline=first, met_on=TODAY)

    def found(filters: DeadlineFilters) -> list[int]:
        return [(item.due_on - TODAY).days for item in queries.list_deadlines(officer, filters).items]

    assert found(DeadlineFilters()) == [20, 30]
    assert found(DeadlineFilters(due_from=day(21))) == found(DeadlineFilters(basis=Basis.CONTRACTUAL)) == [30]
    assert found(DeadlineFilters(due_until=day(20))) == found(DeadlineFilters(owner_id=viewer.id)) == [20]
    assert found(DeadlineFilters(state=DeadlineState.MET)) == [1]
    earlier = make.deadline(case, day(4))
    service.mark_met(actor=SYSTEM, now=NOW, deadline=earlier, met_on=day(-5))
    assert found(DeadlineFilters(state=DeadlineState.MET)) == [1, 4]


def test_a_case_lists_all_its_deadlines_by_date(officer: Person, viewer: Person) -> None:
    case = make.bare_case(officer)
    make.deadline(case, day(9), owner=viewer)
    gone = make.deadline(case, day(1))
    service.cancel(actor=SYSTEM, now=NOW, deadline=gone, reason=None)
    listed = queries.list_for_case(case.id)
    assert [(one.due_on, one.owner and one.owner.name) for one in listed] == [(day(1), None), (day(9), viewer.name)]


def test_a_summary_counts_all_and_gives_the_first_few(officer: Person, viewer: Person) -> None:
    mine, others = make.bare_case(officer), make.bare_case(viewer)
    for offset in (-3, -2, -1, 0, 1, 2, 8):
        make.deadline(others, day(offset))
    for offset in (9, 10, 11, 30):
        make.deadline(mine, day(offset))
    _ = officer.roles
    with statements() as seen:
        due = queries.summarise_due(officer, officer.id, today=TODAY, period_ends=(day(6), day(13)), shown=2)
    assert len(seen) == 1
    assert (due.overdue, due.by_period, due.waiting) == (3, [3, 4], 3)
    assert sorted(item.due_on for item in due.items) == [day(n) for n in (-3, -2, 0, 1, 8, 9, 10)]
    nothing = queries.summarise_due(officer, officer.id, today=day(-9), period_ends=(day(-8), day(-5)), shown=2)
    assert (list(nothing.items), nothing.overdue, nothing.by_period, nothing.waiting) == ([], 0, [0, 0], 0)
