"""Mails that the running product owes, and what became of them."""

from __future__ import annotations

from tests.support.site import Site

PEOPLE = 30
# In SQL, as SQLite keeps instants.
AN_HOUR_AGO = "strftime('%Y-%m-%d %H:%M:%f000', 'now', '-1 hour')"


def owe(site: Site, domain: str, *, days_ago: int = 0, people: int = PEOPLE) -> None:
    """So many people, each with two dates that are due for a reminder, planned ``days_ago`` days back."""
    site.change("DELETE FROM mail_routes")
    # On a working day the example people are owed mails, too, and one of theirs would be tried first.
    site.change("UPDATE reminders SET planned_on = date('now', '+300 days') WHERE state = 'planned'")
    site.python(
        f"""
import sqlalchemy as sa
from datetime import timedelta
from tests.factories import people
from tracker.accounts.enums import Role
from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.deadlines import service
from tracker.deadlines.enums import Basis, DeadlineKind
from tracker.procurements.models import Procurement
from tracker.reminders.models import Reminder
case = db.session.scalars(sa.select(Procurement).where(Procurement.phase == "planning").limit(1)).one()
made = []
for number in range({people}):
    person = people.person(Role.MARKET, email=f"p{{number}}@{domain}")
    for day in (1, 2):
        made.append(service.set_deadline(
            actor=SYSTEM, now=clock.now(), case_id=case.id, source_key=f"test:{{person.id}}:{{day}}",
            kind=DeadlineKind.CONTRACT_SIGNING, due_on=clock.today() + timedelta(days=60 + day),
            basis=Basis.INTERNAL, owner_id=person.id))
first = sa.select(sa.func.min(Reminder.id)).where(Reminder.deadline_id.in_([d.id for d in made])).group_by(
    Reminder.deadline_id)
planned_on = clock.today() - timedelta(days={days_ago})
for shift, (number,) in enumerate(db.session.execute(first).all()):
    db.session.execute(sa.update(Reminder).where(Reminder.id == number).values(
        planned_on=planned_on + timedelta(days=shift % ({days_ago} + 1))))
"""
    )


def plan(site: Site) -> None:
    """A morning's planning, whatever day the test runs on."""
    site.python("from tracker.core import clock\nfrom tracker.reminders import service\nservice.plan(now=clock.now())")


def states(site: Site, domain: str) -> dict[str, int]:
    query = "SELECT state, count(*) FROM outbox_messages WHERE address LIKE ? AND kind = 'reminder' GROUP BY state"
    return dict(site.rows(query, f"%@{domain}"))
