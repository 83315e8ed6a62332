"""The evaluation team: who takes part, with which part, and who speaks for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from tracker.accounts.enums import Locale
from tracker.accounts.service.contacts import find_or_add_contact
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases import service as cases
from tracker.cases.service import hold
from tracker.core.actor import Actor
from tracker.core.checks import not_in_future, required_text, short_text
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.deadlines.enums import DeadlineKind
from tracker.deadlines.events import deadline_replanned
from tracker.deadlines.queries import list_for_case
from tracker.evaluations import news
from tracker.evaluations.deadlines import contact_of, derive
from tracker.evaluations.enums import ReminderDays
from tracker.evaluations.impartiality import current_team, gaps
from tracker.evaluations.models import EndedContract, Evaluation, TeamMember
from tracker.evaluations.queries.links import list_for_member
from tracker.evaluations.service import links
from tracker.evaluations.service.eligibility import refuse_person
from tracker.evaluations.service.independence import tell_if_open
from tracker.evaluations.service.record import refuse_idle

LONGEST_PART = 100
LONGEST_NAME = 200
LONGEST_REASON = 2000


def add_member(
    *,
    actor: Actor,
    now: datetime,
    evaluation: Evaluation,
    name: str,
    email: str,
    part: str | None = None,
    is_contact: bool = False,
    locale: Locale = Locale.SV,
) -> TeamMember:
    """Put somebody into the team. They need no account; the first one is the contact, who gets the reminders.

    The same told twice gives the member back; somebody who had left comes back, with what they declared before, unless
    that was under a contract that has ended.

    :raises DomainError: on ``email`` or ``name``; above all for somebody with a role in the model, or in the team.
    """
    hold(evaluation)
    refuse_idle(evaluation)
    name = required_text(name, "name", _l("Write the person's name."), LONGEST_NAME)
    part = short_text(part, "part", LONGEST_PART)
    person = find_or_add_contact(
        email=email, name=name, locale=locale, actor=actor, now=now, is_example=evaluation.is_example
    )
    refuse_person(person, "email")
    of_now = (item for item in evaluation.team if item.ended_contract_id is None)
    member = next((item for item in of_now if item.person_id == person.id), None)
    if member is not None and member.left_on is None:
        if member.part == part and member.is_contact >= is_contact:
            return member
        raise DomainError(
            _l("%(name)s is in the team already. Change the part and the contact there.", name=person.name), "email"
        )
    is_contact = is_contact or contact_of(evaluation) is None
    if is_contact:
        _pass_contact_on(actor, now, evaluation)
    if member is None:
        member = TeamMember(person=person)
        evaluation.team.append(member)
    member.part, member.joined_on, member.is_contact = part, local_date(now), is_contact
    member.left_on = member.left_reason = None
    db.session.flush()
    _record(AuditAction.TEAM_MEMBER_ADDED, actor, now, member, {"part": part, "is_contact": is_contact})
    derive(actor=actor, now=now, evaluation=evaluation)
    return member


def change_member(
    *,
    actor: Actor,
    now: datetime,
    member: TeamMember,
    part: str | None,
    is_contact: bool,
    version: int | None = None,
) -> TeamMember:
    """Another part, or another contact. The contact's place is passed on by making somebody else the contact.

    :raises StaleVersion: when it was changed since the form was shown.
    """
    evaluation = member.evaluation
    hold(evaluation)
    refuse_idle(evaluation)
    cases.check_version(member.version, version, member_texts(member))
    if member.left_on is not None:
        raise DomainError(_l("%(name)s has left the team.", name=member.person.name))
    if member.is_contact and not is_contact:
        raise DomainError(_l("Somebody has to get the mail. Make another member the contact instead."), "is_contact")
    part = short_text(part, "part", LONGEST_PART)
    if is_contact and not member.is_contact:
        _pass_contact_on(actor, now, evaluation)
        member.is_contact = True
    member.part = part
    changes = audit.diff(member)
    if not changes:
        return member
    db.session.flush()
    _record(AuditAction.TEAM_MEMBER_CHANGED, actor, now, member, changes)
    derive(actor=actor, now=now, evaluation=evaluation)
    return member


def choose_reminders(*, actor: Actor, now: datetime, member: TeamMember, days: ReminderDays) -> TeamMember:
    """How often a member is reminded before a day. It counts for what is owed while the member is the contact.

    :raises DomainError: when the evaluation is over.
    """
    evaluation = member.evaluation
    hold(evaluation)
    refuse_idle(evaluation)
    if member.reminder_days is days:
        return member
    member.reminder_days = days
    changes = audit.diff(member)
    db.session.flush()
    _record(AuditAction.TEAM_MEMBER_CHANGED, actor, now, member, changes)
    for deadline in list_for_case(evaluation.id):
        if deadline.kind is DeadlineKind.DELIVERABLE and deadline.owner_id == member.person_id:
            deadline_replanned.send(deadline, now=now)
    return member


def end_membership(
    *, actor: Actor, now: datetime, member: TeamMember, left_on: date | None = None, version: int | None = None
) -> TeamMember:
    """Somebody leaves the team: their links are revoked, what they declared and delivered stays.

    The contact's part goes to whoever has been in the team longest of those who stay.

    :raises DomainError: on ``left_on`` for a day to come, or before the day they joined.
    """
    hold(member.evaluation)
    if member.left_on is not None:
        return member
    cases.check_version(member.version, version, member_texts(member))
    left_on = left_on or local_date(now)
    not_in_future(left_on, now, "left_on")
    if left_on < member.joined_on:
        raise DomainError(_l("They joined on %(on)s.", on=member.joined_on.isoformat()), "left_on")
    was_closed = bool(gaps(member.evaluation))
    _leave(actor, now, member, left_on)
    if was_closed:
        tell_if_open(now, member.evaluation)
    return member


def decline(*, actor: Actor, now: datetime, member: TeamMember, reason: str | None) -> TeamMember:
    """A member turns the commission down, or leaves it, by themself. Those who commission are told at once. Declined
    again it changes nothing.

    :raises DomainError: on ``reason`` without one; when the evaluation is over.
    """
    evaluation = member.evaluation
    hold(evaluation)
    if member.left_on is not None:
        return member
    refuse_idle(evaluation)
    reason = required_text(reason, "reason", _l("Write in a sentence why you cannot take part."), LONGEST_REASON)
    was_closed = bool(gaps(evaluation))
    _leave(actor, now, member, local_date(now), reason)
    if was_closed:
        tell_if_open(now, evaluation)
    news.tell(
        now=now,
        evaluation=evaluation,
        event=news.NewsEvent.MEMBER_DECLINED,
        people=news.commissioners(evaluation),
        params={"member_id": member.id, "version": member.version},
    )
    return member


def dissolve(*, actor: Actor, now: datetime, evaluation: Evaluation, ended: EndedContract) -> None:
    """Everybody leaves the team today: their links are revoked, what they declared and delivered stays. Whoever comes
    back under another contract is somebody new."""
    # The contact last, so that the place is not passed on from one to the next.
    for member in sorted(current_team(evaluation), key=lambda item: item.is_contact):
        _leave(actor, now, member, local_date(now))
    for member in evaluation.team:
        member.ended_contract = member.ended_contract or ended
    db.session.flush()


def member_texts(member: TeamMember) -> dict[str, str]:
    """What is stored, by the names of the form's fields."""
    return {"part": member.part or "", "version": str(member.version)}


def _leave(actor: Actor, now: datetime, member: TeamMember, left_on: date, reason: str | None = None) -> None:
    evaluation, was_contact = member.evaluation, member.is_contact
    member.left_on, member.left_reason, member.is_contact = left_on, reason, False
    db.session.flush()
    _record(AuditAction.TEAM_MEMBER_LEFT, actor, now, member, {"left_on": left_on})
    # Whoever comes back is let in by a new link, never by an old one.
    for link in list_for_member(member):
        links.revoke(actor=actor, now=now, link=link)
    staying = current_team(evaluation)
    if was_contact and staying:
        staying[0].is_contact = True
        db.session.flush()
        _record(AuditAction.TEAM_MEMBER_CHANGED, actor, now, staying[0], {"is_contact": [False, True]})
    derive(actor=actor, now=now, evaluation=evaluation)


def _pass_contact_on(actor: Actor, now: datetime, evaluation: Evaluation) -> None:
    """Before the next one is made the contact: the database keeps one at a time."""
    before = contact_of(evaluation)
    if before is None:
        return
    before.is_contact = False
    db.session.flush()
    _record(AuditAction.TEAM_MEMBER_CHANGED, actor, now, before, {"is_contact": [True, False]})


def _record(
    action: AuditAction, actor: Actor, now: datetime, member: TeamMember, changes: Mapping[str, object]
) -> None:
    audit.record(
        action,
        actor=actor,
        now=now,
        case_id=member.evaluation_id,
        subject=member,
        changes={"person": member.person.name, **changes},
    )
