"""From a date to one mail per person and morning, whatever happened in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import deadlines, people
from tests.factories.messages import sending_to
from tests.support import smtp
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.enums import ParticipantRole, SecrecyClass
from tracker.cases.models import Participant
from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.deadlines import service as deadline_service
from tracker.deadlines.enums import Basis, DeadlineKind
from tracker.deadlines.models import Deadline
from tracker.outbox.delivery import drain
from tracker.outbox.enums import MessageReason, MessageState
from tracker.outbox.models import OutboxMessage
from tracker.reminders import morning, queries, service
from tracker.reminders.enums import ReminderState, StopReason
from tracker.reminders.models import Reminder, ReminderItem

# Monday 23 November 2026, 09:00 in Sweden.
NOW = deadlines.NOW


def at(day: date, hour: int = 7) -> datetime:
    """``hour`` in UTC is an hour later in Sweden in winter."""
    return datetime(day.year, day.month, day.day, hour, 0, tzinfo=UTC)


@pytest.fixture
def officer(app: Flask) -> Person:
    return people.person(Role.MARKET, email="officer@example.org", name="Olle Officer")


@pytest.fixture
def make(app: Flask, officer: Person) -> Callable[..., Deadline]:
    def make(due_on: date, **options: object) -> Deadline:
        case = options.pop("case", None) or deadlines.bare_case(officer)
        made = deadlines.deadline(case, due_on, **options)  # type: ignore[arg-type]
        db.session.commit()
        return made

    return make


def plan(day: date) -> service.Morning:
    done = service.plan(now=at(day))
    db.session.commit()
    return done


def rungs(deadline: Deadline) -> dict[tuple[int, int], str]:
    rows = db.session.scalars(sa.select(Reminder).where(Reminder.deadline_id == deadline.id))
    return {
        (row.date_version, row.step): row.state.value if row.reason is None else f"{row.state.value}:{row.reason.value}"
        for row in rows
    }


def send(app: Flask, moment: datetime) -> list[tuple[str, str, str]]:
    """What the mail server took: recipient, subject, text."""
    with smtp.server() as server, sending_to(app, server.port), clock.frozen_at(moment):
        drain()
    db.session.expire_all()
    return [
        (str(mail["To"]), str(mail["Subject"]), mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        for mail in server.messages
    ]


def test_a_new_deadline_gets_its_ladder_and_what_has_passed_says_so(make: Callable[..., Deadline]) -> None:
    deadline = make(date(2026, 12, 11), kind=DeadlineKind.CONTRACT_END)
    assert rungs(deadline) == {
        (1, -30): "skipped:passed_when_set",
        (1, -14): "planned",  # Monday 23 November, today
        (1, -7): "planned",
        (1, -2): "planned",
        (1, 0): "planned",
    }


def test_a_moved_date_voids_the_old_rungs_and_arms_new_ones(make: Callable[..., Deadline]) -> None:
    deadline = make(date(2026, 12, 11), kind=DeadlineKind.STANDSTILL_END)
    deadlines.deadline(deadline.case, date(2027, 1, 15), source_key=deadline.source_key, kind=deadline.kind)
    assert rungs(deadline) == {
        (1, -2): "void:date_moved",
        (1, 0): "void:date_moved",
        (2, -2): "planned",
        (2, 0): "planned",
    }


def test_a_met_deadline_is_silent_and_one_opened_again_is_not(make: Callable[..., Deadline]) -> None:
    deadline = make(date(2026, 12, 11), kind=DeadlineKind.STANDSTILL_END)
    deadline_service.mark_met(actor=SYSTEM, now=NOW, deadline=deadline, met_on=date(2026, 11, 23))
    assert set(rungs(deadline).values()) == {"void:deadline_met"}
    assert plan(date(2026, 12, 14)).mails == 0
    deadline_service.reopen(actor=SYSTEM, now=NOW, deadline=deadline)
    assert set(rungs(deadline).values()) == {"planned"}


def test_the_owner_is_reminded_and_the_contact_too_but_nobody_twice(
    app: Flask, officer: Person, make: Callable[..., Deadline]
) -> None:
    owner, contact = (
        people.person(Role.MARKET, email="owner@example.org"),
        people.person(Role.MARKET, email="contact@example.org"),
    )
    gone = people.person(Role.MARKET, email="gone@example.org")
    gone.is_active = False
    case = deadlines.bare_case(officer)
    for person in (contact, officer, gone):
        case.participants.append(Participant(person_id=person.id, role=ParticipantRole.MARKET_CONTACT))
    make(date(2026, 11, 25), case=case)
    make(date(2026, 11, 25), case=case, owner=owner)
    done = plan(date(2026, 11, 23))

    assert (done.due, done.mails) == (2, 3)
    mails = {to: text for to, _, text in send(app, at(date(2026, 11, 23)))}
    assert set(mails) == {"officer@example.org", "contact@example.org", "owner@example.org"}
    assert mails["contact@example.org"].count("/procurements/") == 2, "both deadlines in one mail"


def test_planning_again_makes_nothing_new(make: Callable[..., Deadline]) -> None:
    make(date(2026, 11, 25))
    assert plan(date(2026, 11, 23)).mails == 1
    assert plan(date(2026, 11, 23)) == service.Morning(due=0, items=0, mails=0)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 1


def test_three_days_off_are_made_good_by_one_merged_mail(app: Flask, make: Callable[..., Deadline]) -> None:
    make(date(2026, 11, 25))  # its rungs of the 23rd and the 25th are missed
    make(date(2026, 11, 26))
    make(date(2026, 12, 3))
    done = plan(date(2026, 11, 26))
    assert (done.due, done.mails) == (5, 1)
    ((to, subject, text),) = send(app, at(date(2026, 11, 26)))
    assert to == "officer@example.org"
    assert text.count("/procurements/") == 3
    assert subject.startswith("3 ")


def test_overdue_goes_on_every_fifth_working_day(app: Flask, make: Callable[..., Deadline]) -> None:
    make(date(2026, 11, 25))
    mailed_on = []
    day = date(2026, 11, 23)
    while day <= date(2026, 12, 11):
        moment = at(day)
        if morning.plan_if_morning(now=moment) and send(app, moment):
            mailed_on.append(day.isoformat())
        day += timedelta(days=1)
    assert mailed_on == ["2026-11-23", "2026-11-25", "2026-11-26", "2026-12-03", "2026-12-10"]


@pytest.mark.parametrize(
    ("moment", "is_morning"),
    [
        (datetime(2026, 11, 23, 6, 29, tzinfo=UTC), False),
        (datetime(2026, 11, 23, 6, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 22, 8, 0, tzinfo=UTC), False),  # Sunday
        (datetime(2026, 12, 24, 8, 0, tzinfo=UTC), False),  # Christmas Eve
        (datetime(2026, 10, 26, 6, 30, tzinfo=UTC), True),  # the Monday after the clock went back
        (datetime(2026, 10, 26, 5, 30, tzinfo=UTC), False),
        (datetime(2027, 3, 30, 5, 30, tzinfo=UTC), True),  # after it went forward (and Easter)
        (datetime(2026, 11, 23, 17, 30, tzinfo=UTC), False),
    ],
)
def test_mornings_are_swedish(app: Flask, moment: datetime, is_morning: bool) -> None:
    assert (morning.plan_if_morning(now=moment) is not None) is is_morning


def test_a_deadline_met_after_planning_is_not_spoken_of(app: Flask, make: Callable[..., Deadline]) -> None:
    met, stays = make(date(2026, 11, 25)), make(date(2026, 11, 25))
    plan(date(2026, 11, 23))
    deadline_service.mark_met(actor=SYSTEM, now=NOW, deadline=met, met_on=date(2026, 11, 23))
    db.session.commit()
    ((_, subject, text),) = send(app, at(date(2026, 11, 23)))
    assert met.case.registry_number not in text and stays.case.registry_number in subject


def test_an_empty_mail_is_not_sent(app: Flask, make: Callable[..., Deadline]) -> None:
    deadline = make(date(2026, 11, 25))
    plan(date(2026, 11, 23))
    deadline_service.cancel(actor=SYSTEM, now=NOW, deadline=deadline, reason="dropped")
    db.session.commit()
    assert send(app, at(date(2026, 11, 23))) == []
    message = db.session.scalars(sa.select(OutboxMessage)).one()
    assert (message.state, message.reason) == (MessageState.CANCELLED, MessageReason.NO_LONGER_NEEDED)
    assert db.session.scalars(sa.select(ReminderItem.reason)).one() is StopReason.DEADLINE_CANCELLED


def test_a_date_moved_after_planning_is_never_told_with_the_old_date(app: Flask, make: Callable[..., Deadline]) -> None:
    deadline, other = make(date(2026, 11, 25)), make(date(2026, 11, 25))
    plan(date(2026, 11, 23))
    deadlines.deadline(deadline.case, date(2027, 1, 15), source_key=deadline.source_key, kind=deadline.kind)
    db.session.commit()
    ((_, subject, text),) = send(app, at(date(2026, 11, 23)))
    assert deadline.case.registry_number not in text + subject
    assert other.case.registry_number in subject
    assert (2, -2) in rungs(deadline)


def test_somebody_who_left_after_planning_gets_nothing(
    app: Flask, officer: Person, make: Callable[..., Deadline]
) -> None:
    make(date(2026, 11, 25))
    plan(date(2026, 11, 23))
    officer.is_active = False
    db.session.commit()
    assert send(app, at(date(2026, 11, 23))) == []
    assert db.session.scalars(sa.select(OutboxMessage.reason)).one() is MessageReason.PERSON_INACTIVE


def test_a_deadline_that_nobody_is_told_of_is_seen_and_told_when_somebody_comes(
    officer: Person, make: Callable[..., Deadline]
) -> None:
    deadline = make(date(2026, 11, 25))
    officer.is_active = False
    db.session.commit()
    assert plan(date(2026, 11, 23)).mails == 0
    assert [item.deadline_id for item in queries.list_without_recipient()] == [deadline.id]
    officer.is_active = True
    db.session.commit()
    assert queries.list_without_recipient() == []
    assert plan(date(2026, 11, 24)).mails == 1


def test_a_refused_address_makes_the_deadline_one_without_recipient(app: Flask, make: Callable[..., Deadline]) -> None:
    deadline = make(date(2026, 12, 2))
    plan(date(2026, 11, 30))
    with (
        smtp.server(smtp.Script(rcpt=lambda *_: b"550 unknown")) as server,
        sending_to(app, server.port),
        clock.frozen_at(at(date(2026, 11, 30))),
    ):
        drain()
    assert [item.deadline_id for item in queries.list_without_recipient()] == [deadline.id]


def test_a_reminder_after_this_mornings_mail_waits_for_the_next(app: Flask, make: Callable[..., Deadline]) -> None:
    make(date(2026, 11, 25))
    plan(date(2026, 11, 23))
    assert len(send(app, at(date(2026, 11, 23)))) == 1
    late = make(date(2026, 11, 25))
    plan(date(2026, 11, 23))
    assert send(app, at(date(2026, 11, 23), 9)) == []
    assert rungs(late)[1, -2] == ReminderState.DUE.value
    plan(date(2026, 11, 24))
    ((_, subject, _text),) = send(app, at(date(2026, 11, 24)))
    assert late.case.registry_number in subject


@pytest.mark.parametrize("secrecy", [SecrecyClass.RESTRICTED, SecrecyClass.SEALED])
def test_secret_cases_show_their_number_only(app: Flask, officer: Person, secrecy: SecrecyClass) -> None:
    case = deadlines.bare_case(officer, title="Hemlig substans", secrecy=secrecy)
    deadline_service.set_deadline(
        actor=SYSTEM,
        now=NOW,
        case_id=case.id,
        source_key="x",
        kind=DeadlineKind.OTHER,
        due_on=date(2026, 11, 25),
        basis=Basis.INTERNAL,
        subject="Ring Bolaget AB",
    )
    db.session.commit()
    plan(date(2026, 11, 23))
    with smtp.server() as server, sending_to(app, server.port), clock.frozen_at(at(date(2026, 11, 23))):
        drain()
    (mail,) = server.messages
    whole = str(mail["Subject"]) + "".join(part.get_content() for part in mail.iter_parts())
    assert case.registry_number in whole
    assert "Hemlig" not in whole and "Bolaget" not in whole
