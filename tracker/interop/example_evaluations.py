"""Example evaluations: two invented ones of ours, placed around today, and three real ones that others commissioned.

No evaluation that the styrgrupp commissioned under clause 5 is known, so those of ours are marked as examples from
beginning to end. The noted ones are public, with their sources.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core.calendar import add_days, add_working_days
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.core.storage import file_store
from tracker.core.typeset import encoded, typeset
from tracker.documents import service as documents
from tracker.documents.enums import Direction, DocumentKind
from tracker.documents.incoming import IncomingFile
from tracker.evaluations.enums import (
    Assessment,
    Counterpart,
    Criterion,
    DeliverableKind,
    EngagementKind,
    Priority,
    ProgressAnswer,
    ResponseKind,
    Selection,
)
from tracker.evaluations.models import Deliverable, Evaluation, TeamMember
from tracker.evaluations.service import (
    actions,
    commission,
    deliverables,
    delivery,
    given,
    independence,
    links,
    progress,
    recommendations,
    responses,
    review,
    selection,
    team,
)
from tracker.organisations.queries import get_by_code
from tracker.outbox.models import OutboxMessage, OutboxMessageCase

_REPORT = Path(__file__).parent / "samples" / "example_report.typ"
_PROVIDER = "Exempelkonsult Utvärdering AB"
_KR = 100


@dataclass(frozen=True)
class Noted:
    """An evaluation that others commissioned, as it was published."""

    title: str
    commissioner: str
    provider: str
    published_on: date | None
    source: str


NOTED = (
    Noted(
        "Ordning i leden? Utvärdering av ordnat införande av nya läkemedel",
        "Regeringen",
        "Myndigheten för vård- och omsorgsanalys",
        None,
        "vardanalys.se, rapport 2017:5",
    ),
    Noted(
        "Mesta möjliga hälsa för skattepengarna: statens subventionering av läkemedel",
        "Riksrevisionen",
        "Riksrevisionen",
        date(2021, 4, 20),
        "riksdagen.se, RiR 2021:14",
    ),
    Noted(
        "Risk sharing in managed entry agreements: a review of the Swedish experience",
        "Forskning",
        "IHE",
        None,
        "Health Policy 2020;124(4):404–410",
    ),
)


def add_evaluations(*, people: Sequence[Person], now: datetime) -> int:
    """Add the example evaluations, unless there are evaluations already; how many were added."""
    if db.session.scalar(sa.select(sa.exists(sa.select(Evaluation.id)))):
        return 0
    cast = _Cast(people, now)
    before = set(db.session.scalars(sa.select(OutboxMessage.id)))
    _under_way(cast)
    _followed_up(cast)
    _forget_mail(before)
    for noted in NOTED:
        commission.note_evaluation(
            actor=cast.person(Role.SUPPORT),
            now=now,
            title=noted.title,
            commissioner_name=noted.commissioner,
            provider_name=noted.provider,
            published_on=noted.published_on,
            source=noted.source,
            is_example=True,
        )
    _invite_contact(cast)
    return 2 + len(NOTED)


class _Cast:
    """Who acts in the examples, and when."""

    def __init__(self, people: Sequence[Person], now: datetime) -> None:
        self.people, self.now = people, now
        self.contacts: list[TeamMember] = []

    def person(self, role: Role) -> Person:
        return next(person for person in self.people if role in person.roles)

    def ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)

    def day(self, days: int) -> date:
        """A working day `days` from today, or the next one after it."""
        return add_working_days(add_days(local_date(self.now), days - 1), 1)

    def open(self, title: str, days_ago: int, **answers: Any) -> Evaluation:
        told: dict[str, Any] = {
            "questions": "Når samverkan det den skulle? Är ansvaret tydligt? Vad kostar den?",
            "criteria": [Criterion.RELEVANCE, Criterion.EFFECTIVENESS, Criterion.EFFICIENCY],
            "commissioned_on": local_date(self.ago(days_ago)),
            "commission_decision": "Styrgruppens protokoll, exempel",
            "commissioner_id": get_by_code("steering-group").id,
            "is_example": True,
            **answers,
        }
        return commission.open_evaluation(actor=self.person(Role.SUPPORT), now=self.ago(days_ago), title=title, **told)

    def join(self, evaluation: Evaluation, name: str, email: str, at: datetime, **values: Any) -> TeamMember:
        actor = self.person(Role.SUPPORT)
        return team.add_member(actor=actor, now=at, evaluation=evaluation, name=name, email=email, **values)

    def declare(self, member: TeamMember, at: datetime, *engagements: independence.EngagementFacts) -> None:
        declaration = independence.sign(
            actor=member.person,
            now=at,
            member=member,
            engagements=engagements,
            ownership="",
            family="",
            expectations="",
            other="",
            signed_name=member.person.name,
        )
        independence.assess(
            actor=self.person(Role.STEERING),
            now=at + timedelta(days=1),
            declaration=declaration,
            assessment=Assessment.MANAGEABLE if engagements else Assessment.NONE,
            measure="Deltar inte i avsnittet om det egna landstinget." if engagements else None,
            reason=None,
        )

    def contract(self, evaluation: Evaluation, at: datetime, ore: int) -> None:
        actor = self.person(Role.SUPPORT)
        selection.change_selection(
            actor=actor,
            now=at,
            evaluation=evaluation,
            selection=Selection.DIRECT_AWARD,
            selection_reason="Tre konsulter tillfrågades; anbudet med bäst metod valdes. Exempel.",
            procurement_id=None,
        )
        selection.choose_evaluator(actor=actor, now=at, evaluation=evaluation, **_provider())
        selection.sign_contract(
            actor=actor,
            now=at,
            evaluation=evaluation,
            signed_on=local_date(at),
            ends_on=None,
            contract_ore=ore,
            reference="Exempelavtal",
        )

    def ask(self, evaluation: Evaluation, kind: DeliverableKind, due_on: date, at: datetime) -> Deliverable:
        return deliverables.add_deliverable(
            actor=self.person(Role.SUPPORT),
            now=at,
            evaluation=evaluation,
            kind=kind,
            due_on=due_on,
            format="PDF",
            next_step=deliverables.usual_next_step(kind),
        )

    def deliver(self, deliverable: Deliverable, member: TeamMember, at: datetime, *paragraphs: str) -> int:
        """Hand in a page; the id of the version."""
        made = delivery.deliver(
            actor=member.person,
            now=at,
            deliverable=deliverable,
            incoming=_paper(deliverable.title, member.person.name, paragraphs, at),
            member=member,
        )
        return made.version_id

    def give(self, deliverable: Deliverable, at: datetime, *paragraphs: str) -> None:
        """Register a paper that the commissioner drew up, and let the evaluator have it."""
        officer = self.person(Role.SUPPORT)
        version = documents.register(
            actor=officer,
            now=at,
            case=deliverable.evaluation,
            incoming=_paper(deliverable.title, officer.name, paragraphs, at),
            kind=DocumentKind.TERMS_OF_REFERENCE,
            title=deliverable.title,
            direction=Direction.INTERNAL,
        )
        given.give(
            actor=officer,
            now=at,
            evaluation=deliverable.evaluation,
            document=version.document,
            deliverable=deliverable,
        )

    def approve(self, deliverable: Deliverable, version_id: int, at: datetime) -> None:
        review.approve_version(actor=self.person(Role.SUPPORT), now=at, deliverable=deliverable, version_id=version_id)


def _under_way(cast: _Cast) -> None:
    """The draft is due next week, and the evaluators ask for more time."""
    made = cast.open(
        "Utvärdering av samverkansmodellen för läkemedel",
        120,
        purpose="Visa styrgruppen om modellen fungerar som landstingen beslutade, och vad som bör ändras.",
        budget_ore=600_000 * _KR,
    )
    lead = cast.join(made, "Exempel Utvärderare Ett", "utvarderare1@example.org", cast.ago(110), part="Projektledare")
    second = cast.join(made, "Exempel Utvärderare Två", "utvarderare2@example.org", cast.ago(110), part="Analytiker")
    cast.contacts.append(lead)
    terms = cast.ask(made, DeliverableKind.TERMS_OF_REFERENCE, cast.day(-100), cast.ago(110))
    cast.declare(lead, cast.ago(105))
    cast.declare(
        second,
        cast.ago(105),
        independence.EngagementFacts(
            Counterpart.REGION,
            EngagementKind.EMPLOYMENT,
            "Ett landsting, exempel",
            date(cast.now.year - 4, 1, 1),
            date(cast.now.year - 2, 6, 30),
            "Controller på läkemedelsenheten",
        ),
    )
    cast.give(terms, cast.ago(102), "Utvärderingen ska visa om modellen fungerar som landstingen beslutade.")
    deliverables.mark_done(actor=cast.person(Role.SUPPORT), now=cast.ago(102), deliverable=terms)
    cast.contract(made, cast.ago(95), 480_000 * _KR)
    inception = cast.ask(made, DeliverableKind.INCEPTION_REPORT, cast.day(-62), cast.ago(95))
    draft = cast.ask(made, DeliverableKind.DRAFT_REPORT, cast.day(6), cast.ago(95))
    cast.ask(made, DeliverableKind.FACT_CHECK, cast.day(20), cast.ago(95))
    cast.ask(made, DeliverableKind.FINAL_REPORT, cast.day(45), cast.ago(95))
    cast.ask(made, DeliverableKind.PRESENTATION, cast.day(60), cast.ago(95))
    version_id = cast.deliver(
        inception, lead, cast.ago(60), "Vi intervjuar 25 personer och läser beslut, avtal och protokoll."
    )
    cast.approve(inception, version_id, cast.ago(55))
    progress.answer(
        actor=lead.person,
        now=cast.ago(1),
        deliverable=draft,
        member=lead,
        answer=ProgressAnswer.MORE_TIME,
        wished_on=cast.day(13),
        reason="Två intervjuer flyttades på grund av sjukdom.",
    )


def _followed_up(cast: _Cast) -> None:
    """The report is approved: one recommendation waits for an answer, one for verification, one was rejected."""
    made = cast.open(
        "Utvärdering av stödet till nationellt samordnade upphandlingar",
        300,
        purpose="Visa hur Marknadsfunktionens stöd används av dem som upphandlar.",
        budget_ore=300_000 * _KR,
    )
    member = cast.join(made, "Exempel Utvärderare Tre", "utvarderare3@example.org", cast.ago(290))
    cast.declare(member, cast.ago(288))
    cast.contract(made, cast.ago(280), 275_000 * _KR)
    final = cast.ask(made, DeliverableKind.FINAL_REPORT, cast.day(-70), cast.ago(280))
    version_id = cast.deliver(final, member, cast.ago(64), "Stödet används, men kommer ofta för sent i arbetet.")
    asked = [
        _recommend(
            cast, made, member, "Inför en gemensam mall för förstudier.", "12", Priority.HIGH, "market-function"
        ),
        _recommend(
            cast, made, member, "Publicera en årsplan för upphandlingar.", "18", Priority.MEDIUM, "steering-group"
        ),
        _recommend(cast, made, member, "Flytta stödet till en egen myndighet.", "23", Priority.LOW, "steering-group"),
    ]
    cast.approve(final, version_id, cast.ago(56))
    officer, market = cast.person(Role.SUPPORT), cast.person(Role.MARKET)
    for recommendation, kind, reason in (
        (asked[0], ResponseKind.ACCEPTED, None),
        (asked[2], ResponseKind.REJECTED, "Beslutet från 2014 lägger stödet hos landstingen tillsammans."),
    ):
        responses.record(
            actor=officer,
            now=cast.ago(30),
            recommendation=recommendation,
            kind=kind,
            responded_by="Styrgruppen",
            responded_on=local_date(cast.ago(31)),
            reason=reason,
            decision_reference="Styrgruppens protokoll, exempel",
        )
    action = actions.add(
        actor=officer,
        now=cast.ago(29),
        recommendation=asked[0],
        body="Ta fram mallen och pröva den i två förstudier.",
        due_on=cast.day(-5),
        owner_id=market.id,
    )
    actions.mark_done(
        actor=market,
        now=cast.ago(3),
        action=action,
        done_on=local_date(cast.ago(4)),
        evidence="Mallen är beslutad och används i två förstudier.",
    )


def _recommend(
    cast: _Cast, evaluation: Evaluation, member: TeamMember, body: str, page: str, priority: Priority, addressee: str
) -> Any:
    return recommendations.add(
        actor=member.person,
        now=cast.ago(63),
        evaluation=evaluation,
        body=body,
        page=page,
        priority=priority,
        addressee_id=get_by_code(addressee).id,
        is_by_evaluator=True,
    )


def _provider() -> dict[str, Any]:
    known = db.session.scalar(sa.select(Evaluation.provider_id).where(Evaluation.provider_id.is_not(None)))
    return {"provider_id": known} if known else {"new_provider": _PROVIDER}


def _paper(title: str, author: str, paragraphs: Sequence[str], at: datetime) -> IncomingFile:
    """A PDF of one page in the staging folder."""
    content = {"title": title, "author": author, "paragraphs": [*paragraphs, "Påhittat exempel."]}
    data = typeset(_REPORT, encoded(content), timestamp=int(at.timestamp()))
    staged = file_store().staging / f"example-{hashlib.sha256(data).hexdigest()}.pdf"
    staged.write_bytes(data)
    return IncomingFile(staged, hashlib.sha256(data).hexdigest(), len(data), f"{title}.pdf")


def _forget_mail(before: set[Any]) -> None:
    """What the invented past would have mailed is not mailed today."""
    made = [row for row in db.session.scalars(sa.select(OutboxMessage.id)) if row not in before]
    db.session.execute(sa.delete(OutboxMessageCase).where(OutboxMessageCase.message_id.in_(made)))
    db.session.execute(sa.delete(OutboxMessage).where(OutboxMessage.id.in_(made)))


def _invite_contact(cast: _Cast) -> None:
    """One link, so that whoever tries the product finds the evaluator's way in among the mail."""
    for member in cast.contacts:
        officer = cast.person(Role.SUPPORT)
        links.mail_link(actor=officer, now=cast.now, link=links.live_link_for(member, cast.now))
