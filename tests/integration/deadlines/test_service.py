"""Setting, moving, meeting, reopening and cancelling deadlines, with their trail and their signals."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import deadlines as make
from tests.factories.deadlines import NOW, TODAY
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit.models import AuditEvent
from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.core.errors import DomainError, StaleVersion
from tracker.deadlines import events, queries, rules, service
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.procurements.models import Procurement

LOU = rules.rule_set_named("lou_2016_1145")
SIGNALS = {
    "made": events.deadline_made,
    "moved": events.deadline_moved,
    "met": events.deadline_met,
    "cancelled": events.deadline_cancelled,
    "reopened": events.deadline_reopened,
}


@pytest.fixture
def officer(app: Flask) -> Person:
    return person(Role.MARKET)


@pytest.fixture
def case(officer: Person) -> Procurement:
    return make.bare_case(officer)


@pytest.fixture
def heard() -> Iterator[list[tuple[str, date]]]:
    """Signals as they are sent, with the date that the deadline then has."""
    said: list[tuple[str, date]] = []
    listeners = []
    for name, signal in SIGNALS.items():

        def listen(sender: Deadline, name: str = name, **_values: Any) -> None:
            said.append((name, sender.due_on))

        signal.connect(listen)
        listeners.append(listen)  # blinker keeps weak references only
    yield said
    for signal, listener in zip(SIGNALS.values(), listeners, strict=True):
        signal.disconnect(listener)


def actions(deadline: Deadline) -> list[str]:
    query = sa.select(AuditEvent.action).where(
        AuditEvent.subject_type == "deadlines", AuditEvent.subject_id == str(deadline.id)
    )
    return list(db.session.scalars(query.order_by(AuditEvent.id)))


def standstill(case: Procurement, sent_on: date) -> Deadline:
    result = rules.compute(LOU, "standstill", sent_on)
    assert result.due_on is not None
    return service.set_deadline(
        actor=SYSTEM,
        now=NOW,
        case_id=case.id,
        source_key="law:standstill",
        kind=DeadlineKind.STANDSTILL_END,
        due_on=result.due_on,
        basis=Basis.STATUTORY,
        working=service.Working.of(result),
    )


def test_a_computed_date_keeps_its_whole_working(case: Procurement, heard: list[Any]) -> None:
    made = standstill(case, date(2019, 4, 18))
    db.session.expire_all()
    assert (made.raw_on, made.due_on) == (date(2019, 4, 28), date(2019, 4, 29))
    assert (made.rule, made.section, made.basis) == ("standstill", "20 kap. 1 §", Basis.STATUTORY)
    assert (made.rule_set, made.rule_set_version) == ("lou_2016_1145", "2025-07-01")
    assert made.working is not None and made.working[0]["code"] == "law"
    assert (made.set_by_id, made.set_by_name, made.set_at) == (None, SYSTEM.name, NOW)
    assert heard == [("made", date(2019, 4, 29))]
    assert actions(made) == ["deadline:set"]


def test_the_same_again_writes_nothing(case: Procurement, heard: list[Any]) -> None:
    made = standstill(case, date(2026, 11, 2))
    version = made.version
    assert standstill(case, date(2026, 11, 2)) is made
    assert (made.version, made.date_version) == (version, 1)
    assert len(heard) == len(actions(made)) == 1


def test_a_moved_date_keeps_the_one_it_left(case: Procurement, officer: Person, heard: list[Any]) -> None:
    made = standstill(case, date(2026, 11, 2))
    standstill(case, date(2026, 11, 5))
    (left,) = queries.list_moves(made.id)
    assert (left.date_version, left.due_on, left.moved_by_name) == (1, date(2026, 11, 12), SYSTEM.name)
    assert (made.date_version, made.due_on) == (2, date(2026, 11, 16))
    assert heard == [("made", date(2026, 11, 12)), ("moved", date(2026, 11, 16))]
    assert actions(made) == ["deadline:set", "deadline:moved"]


def test_a_cancelled_one_opens_again_when_its_date_is_set_anew(case: Procurement, heard: list[Any]) -> None:
    made = standstill(case, date(2026, 11, 2))
    service.cancel(actor=SYSTEM, now=NOW, deadline=made, reason=None)
    assert made.state.value == "cancelled"
    standstill(case, date(2026, 11, 3))
    assert made.state.value == "open"
    assert [name for name, _ in heard] == ["made", "cancelled", "reopened"]


def test_met_reopened_and_met_again(case: Procurement, officer: Person, heard: list[Any]) -> None:
    made = make.deadline(case, TODAY)
    service.mark_met(actor=officer, now=NOW, deadline=made, met_on=TODAY)
    service.mark_met(actor=officer, now=NOW, deadline=made, met_on=TODAY)
    service.mark_met(actor=officer, now=NOW, deadline=made, met_on=TODAY - timedelta(days=3))
    assert (made.state.value, made.met_on) == ("met", TODAY - timedelta(days=3))
    service.reopen(actor=officer, now=NOW, deadline=made)
    service.reopen(actor=officer, now=NOW, deadline=made)
    assert (made.state.value, made.met_on) == ("open", None)
    assert [name for name, _ in heard] == ["made", "met", "met", "reopened"]
    assert actions(made) == ["deadline:set", "deadline:met", "deadline:met", "deadline:reopened"]


def test_nothing_is_met_on_a_day_to_come_or_when_cancelled(case: Procurement, officer: Person) -> None:
    made = make.deadline(case, TODAY)
    with pytest.raises(DomainError) as refused:
        service.mark_met(actor=officer, now=NOW, deadline=made, met_on=TODAY + timedelta(days=1))
    assert refused.value.field == "met_on"
    service.cancel(actor=officer, now=NOW, deadline=made, reason="Avbruten")
    with pytest.raises(DomainError):
        service.mark_met(actor=officer, now=NOW, deadline=made, met_on=TODAY)


def test_what_follows_a_step_is_done_by_logging_it(case: Procurement, officer: Person) -> None:
    made = standstill(case, date(2026, 11, 2))
    with pytest.raises(DomainError, match="steget"):
        service.mark_met(actor=officer, now=NOW, deadline=made, met_on=TODAY)
    service.meet(actor=officer, now=NOW, deadline=made, met_on=TODAY)
    with pytest.raises(DomainError, match="steget"):
        service.reopen(actor=officer, now=NOW, deadline=made)


def test_recomputing_leaves_a_met_deadline_met(case: Procurement, officer: Person) -> None:
    made = standstill(case, date(2026, 11, 2))
    service.meet(actor=officer, now=NOW, deadline=made, met_on=date(2026, 11, 12))
    standstill(case, date(2026, 11, 5))
    assert (made.state, made.due_on) == (DeadlineState.MET, date(2026, 11, 16))
    service.cancel(actor=officer, now=NOW, deadline=made, reason=None)
    assert made.state is DeadlineState.MET


def manual(case: Procurement, officer: Person, **values: Any) -> Deadline:
    given = {
        "kind": DeadlineKind.OTHER,
        "subject": "Svar till styrgruppen",
        "basis": Basis.INTERNAL,
        "due_on": date(2026, 12, 4),
        "reason": "Beslutat på mötet den 20 november",
        "submission_id": "1f0c",
        **values,
    }
    return service.add_manual(actor=officer, now=NOW, case_id=case.id, **given)


def test_a_date_set_by_hand_can_be_moved_with_a_reason(case: Procurement, officer: Person, heard: list[Any]) -> None:
    made = manual(case, officer)
    assert manual(case, officer) is made
    assert (made.set_by_id, made.working, made.rule) == (officer.id, None, None)
    service.move(actor=officer, now=NOW, deadline=made, due_on=date(2026, 12, 18), reason=" Sjukdom ", version=1)
    assert (made.due_on, made.date_version, made.reason) == (date(2026, 12, 18), 2, "Beslutat på mötet den 20 november")
    assert queries.list_moves(made.id)[0].reason == "Sjukdom"
    assert heard == [("made", date(2026, 12, 4)), ("moved", date(2026, 12, 18))]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"subject": None}, "subject"),
        ({"basis": Basis.STATUTORY}, "source"),
        ({"due_on": date(2061, 1, 1)}, "due_on"),
    ],
)
def test_a_date_without_a_source_is_refused(
    case: Procurement, officer: Person, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        manual(case, officer, **values)
    assert refused.value.field == field


def test_a_statutory_date_of_an_older_act_is_kept_with_its_section(case: Procurement, officer: Person) -> None:
    made = manual(case, officer, basis=Basis.STATUTORY, source="LOU 2007:1091, 16 kap. 6 §")
    assert (made.rule, made.section) == ("by_hand", "LOU 2007:1091, 16 kap. 6 §")


@pytest.mark.parametrize(
    ("due_on", "reason", "field"),
    [
        (date(2026, 12, 4), "Samma", "due_on"),
        (date(2026, 12, 18), " ", "reason"),
        (date(1989, 12, 18), "För tidigt", "due_on"),
    ],
)
def test_moves_that_say_nothing_are_refused(
    case: Procurement, officer: Person, due_on: date, reason: str, field: str
) -> None:
    made = manual(case, officer)
    with pytest.raises(DomainError) as refused:
        service.move(actor=officer, now=NOW, deadline=made, due_on=due_on, reason=reason)
    assert refused.value.field == field


def test_a_computed_date_is_not_moved_by_hand(case: Procurement, officer: Person) -> None:
    made = standstill(case, date(2026, 11, 2))
    with pytest.raises(DomainError):
        service.move(actor=officer, now=NOW, deadline=made, due_on=date(2026, 12, 1), reason="Vill")


def test_who_saved_second_sees_what_is_stored(case: Procurement, officer: Person) -> None:
    made = manual(case, officer)
    read = made.version
    service.move(actor=officer, now=NOW, deadline=made, due_on=date(2026, 12, 18), reason="Sjukdom", version=read)
    with pytest.raises(StaleVersion) as conflict:
        service.move(actor=officer, now=NOW, deadline=made, due_on=date(2026, 12, 21), reason="Annat", version=read)
    assert conflict.value.current["due_on"] == "2026-12-18"
    assert conflict.value.current["version"] == str(made.version) != str(read)


def test_only_the_missing_of_a_prefix_are_cancelled(case: Procurement, officer: Person) -> None:
    kept = make.deadline(case, TODAY, source_key="option:1:decide_by")
    gone = make.deadline(case, TODAY, source_key="option:2:decide_by")
    other = make.deadline(case, TODAY, source_key="contract:1:end")
    service.cancel_missing(actor=officer, now=NOW, case_id=case.id, prefix="option:", keep={kept.source_key})
    assert [one.state.value for one in (kept, gone, other)] == ["open", "cancelled", "open"]


def test_the_database_guards_what_the_service_promises(case: Procurement) -> None:
    made = make.deadline(case, TODAY)
    for values in ({"met_on": TODAY}, {"basis": Basis.STATUTORY}, {"state": DeadlineState.MET}):
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            db.session.execute(sa.update(Deadline).where(Deadline.id == made.id).values(**values))
