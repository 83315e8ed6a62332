"""A commission in the running product, made beside it on the same database as its commands would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

import config
from tests.support.running import Running
from tracker.accounts.enums import Role
from tracker.accounts.models import Person, RoleGrant
from tracker.app import create_app
from tracker.core import clock
from tracker.core.db import db
from tracker.evaluations.enums import Assessment, DeliverableKind
from tracker.evaluations.models import Evaluation, TeamMember
from tracker.evaluations.queries.links import list_for_evaluation
from tracker.evaluations.service import commission, deliverables, independence, links, team


@dataclass(frozen=True)
class Commission:
    """What the tests need to know of it; ids, since its rows belong to a context that is closed."""

    evaluation_id: int
    member_id: int
    deliverable_id: int
    email: str
    title: str


@contextmanager
def beside(site: Running) -> Iterator[None]:
    """The product's own database, in a context of this process; committed at the end."""
    app = create_app(config.load(site.environment))
    with app.app_context():
        yield
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def commissioned(site: Running, name: str, *, is_assessed: bool = True) -> Commission:
    """A commission with one evaluator and a final report that is due in a month."""
    now, today = clock.now(), clock.today()
    with beside(site):
        officer, assessor = _one(Role.MARKET), _one(Role.STEERING)
        title = f"Utvärdering av samverkan, {name}"
        evaluation = commission.open_evaluation(actor=officer, now=now, title=title)
        email = f"{name}@utvardering.example"
        member = team.add_member(actor=officer, now=now, evaluation=evaluation, name="Eva Utvärderare", email=email)
        if is_assessed:
            _assess(member, assessor)
        due = deliverables.add_deliverable(
            actor=officer,
            now=now,
            evaluation=evaluation,
            kind=DeliverableKind.FINAL_REPORT,
            due_on=today + timedelta(days=30),
        )
        return Commission(evaluation.id, member.id, due.id, email, title)


def assess(site: Running, made: Commission) -> None:
    """The styrgrupp finds nothing in the way of what the evaluator has declared."""
    with beside(site):
        (declaration,) = db.session.get_one(TeamMember, made.member_id).declarations
        independence.assess(
            actor=_one(Role.STEERING), now=clock.now(), declaration=declaration, assessment=Assessment.NONE
        )


def mail_link(site: Running, made: Commission) -> None:
    """Put the mail with a new link into the queue."""
    with beside(site):
        member = db.session.get_one(TeamMember, made.member_id)
        links.make_and_mail(
            actor=db.session.get_one(Evaluation, made.evaluation_id).responsible, now=clock.now(), member=member
        )


def link_of(site: Running, made: Commission) -> str:
    """The address of a new link."""
    with beside(site):
        member = db.session.get_one(TeamMember, made.member_id)
        return links.url(links.make_link(actor=member.evaluation.responsible, now=clock.now(), member=member))


def expire_links(site: Running, made: Commission) -> None:
    """Let time pass for the links of a commission: what is due lies so far back that none lives any more."""
    past = clock.now() - timedelta(days=1)
    with beside(site):
        evaluation = db.session.get_one(Evaluation, made.evaluation_id)
        for due in evaluation.deliverables:
            due.due_on = clock.today() - timedelta(days=60)
        for link in list_for_evaluation(evaluation):
            link.expires_at = past


def _assess(member: TeamMember, assessor: Person) -> None:
    told = {"ownership": "", "family": "", "expectations": "", "other": ""}
    declaration = independence.sign(
        actor=member.person, now=clock.now(), member=member, engagements=[], signed_name=member.person.name, **told
    )
    independence.assess(actor=assessor, now=clock.now(), declaration=declaration, assessment=Assessment.NONE)


def _one(role: Role) -> Person:
    query = sa.select(Person).join(RoleGrant, RoleGrant.person_id == Person.id).where(RoleGrant.role == role)
    return db.session.scalars(query.order_by(Person.id)).first() or _missing(role)


def _missing(role: Role) -> Person:
    raise LookupError(f"no example person is {role.value}")
