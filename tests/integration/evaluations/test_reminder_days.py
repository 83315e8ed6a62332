"""An evaluator sees the days of the reminders, chooses others, and gets them."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from icalendar import Calendar

from tests.factories import evaluations as make
from tests.integration.evaluations.conftest import Visit
from tests.support.forms import form_values
from tracker.core.db import db
from tracker.evaluations.enums import ReminderDays
from tracker.evaluations.models import TeamMember
from tracker.evaluations.service import deliverables, team
from tracker.reminders.enums import ReminderState
from tracker.reminders.models import Reminder


def planned() -> set[int]:
    """The steps of the reminders that are still to come, for the deliverable alone."""
    query = sa.select(Reminder.step).join(Reminder.deadline).where(Reminder.state == ReminderState.PLANNED)
    return set(db.session.scalars(query.where(sa.text("deadlines.kind = 'deliverable'"))))


def choose(here: Visit, days: str) -> None:
    values = form_values(here.get("/reminders"), action=None) | {"days": days}
    assert here.client.post(f"{here.home}/reminders", data=values).status_code == 303


def test_the_days_stand_beside_the_deliverable_and_are_chosen(here: Visit) -> None:
    page = here.get().text
    assert all(f'datetime="{day}"' in page for day in ("2027-05-12", "2027-05-21", "2027-05-28", "2027-06-01"))
    assert planned() == {-14, -7, -2, 0}
    for days, steps in (("more", {-30, -14, -7, -2, -1, 0}), ("calendar", {-2, 0}), ("usual", {-14, -7, -2, 0})):
        choose(here, days)
        assert planned() == steps
    choose(here, "calendar")
    page = here.get().text
    assert 'datetime="2027-05-12"' not in page and 'datetime="2027-05-28"' in page


def test_a_day_that_moves_and_another_contact_follow_the_choice(here: Visit) -> None:
    choose(here, "calendar")
    deliverables.move_due(
        actor=here.officer, now=make.NOW, deliverable=here.deliverable, due_on=date(2027, 6, 8), reason="Semester"
    )
    assert planned() == {-2, 0}
    other = make.member(here.evaluation, here.officer)
    team.change_member(actor=here.officer, now=make.NOW, member=other, part=None, is_contact=True)
    assert planned() == {-14, -7, -2, 0}
    choose(here, "more")  # the one who is no longer the contact
    assert planned() == {-14, -7, -2, 0}
    page = here.get().text
    assert other.person.name in page and f'href="{here.home}/reminders"' not in page


def test_nothing_else_is_taken_for_a_choice(here: Visit) -> None:
    values = form_values(here.get("/reminders"), action=None) | {"days": "never"}
    assert here.client.post(f"{here.home}/reminders", data=values).status_code == 422
    assert db.session.get_one(TeamMember, here.member.id).reminder_days is ReminderDays.USUAL


def test_the_calendar_rings_on_the_same_days(here: Visit) -> None:
    event = Calendar.from_ical(here.get("/calendar.ics").data).walk("VEVENT")[0]
    alarms = [line for line in event.to_ical().decode().splitlines() if line.startswith("TRIGGER")]
    # 12, 21 and 28 May, at eight in the morning; the event begins at midnight of 1 June.
    assert alarms == ["TRIGGER:-P19DT16H", "TRIGGER:-P10DT16H", "TRIGGER:-P3DT16H"]
