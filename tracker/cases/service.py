"""Writing what every case has: its registry number, notes, participants, and the text that searches read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from tracker.accounts.models import Person
from tracker.accounts.queries import find_person
from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases.enums import ParticipantRole
from tracker.cases.models import Case, Note, Participant, RegistryCounter
from tracker.cases.secrecy import may_see
from tracker.core import counters
from tracker.core.actor import Actor
from tracker.core.db import db
from tracker.core.errors import DomainError, StaleVersion
from tracker.core.submissions import made_before

REGISTRY_SERIES = "SAM"
_OURS = re.compile(rf"{REGISTRY_SERIES} (\d{{4}})/(\d{{1,8}})")
_LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True)
class RegistryNumber:
    """A number of the register: its text, and its place in the sequence of its year."""

    text: str
    year: int
    sequence: int


def next_registry_number(year: int) -> RegistryNumber:
    """Draw the next number of `year`, without gaps (see `core.counters`)."""
    sequence = counters.draw(RegistryCounter, year)
    return RegistryNumber(f"{REGISTRY_SERIES} {year}/{sequence:04d}", year, sequence)


def take_registry_number(text: str, year: int) -> RegistryNumber:
    """A number given by a person or a file.

    One of our own series keeps its year and sequence, and the counter never gives it again; any other text is kept
    as it is, with a place in the sequence of `year`.

    :raises DomainError: on the field ``registry_number`` when the number is taken or is none.
    """
    text = " ".join(text.split())
    if not 1 <= len(text) <= _LONGEST_NUMBER:
        raise DomainError(
            _l("A registry number has 1 to %(longest)d characters.", longest=_LONGEST_NUMBER), "registry_number"
        )
    ours = _OURS.fullmatch(text)
    if ours is None:
        _refuse_taken(text)
        return RegistryNumber(text, year, counters.draw(RegistryCounter, year))
    given_year, sequence = int(ours[1]), int(ours[2])
    number = RegistryNumber(f"{REGISTRY_SERIES} {given_year}/{sequence:04d}", given_year, sequence)
    if sequence == 0:
        raise DomainError(_l("Registry numbers start from 1."), "registry_number")
    # The counter is locked before the look-up: whoever draws or takes a number of that year waits for us.
    counters.draw(RegistryCounter, given_year, step=0, at_least=sequence)
    _refuse_taken(number.text)
    taken = db.session.scalar(
        sa.select(Case.registry_number).where(Case.registry_year == given_year, Case.registry_sequence == sequence)
    )
    if taken is not None:
        raise _taken_error(number.text)
    return number


def hold_register(year: int) -> None:
    """Wait for whoever is drawing a number of `year`, and make later ones wait for us, until the transaction ends."""
    counters.draw(RegistryCounter, year, step=0)


def hold(*cases: Case) -> None:
    """Wait for whoever is writing in `cases`, then read everything anew: what they did is seen here.

    Each verb that rests on more than the row it changes begins with it, for all cases that it writes in: whoever has
    written a line of the history makes everybody else wait, and must wait for no case any more.
    """
    db.session.flush()
    ids = {case.id for case in cases}
    db.session.execute(sa.select(Case.id).where(Case.id.in_(ids)).order_by(Case.id).with_for_update())
    for row in list(db.session):
        # Whoever acts is no part of a case; to read them halfway through a change would flush half of it.
        if not isinstance(row, Person):
            db.session.expire(row)


def refuse_lost_sight(actor: Actor, case: Case) -> None:
    """Whoever changes a case so that they will no longer see it says first that this is meant.

    :raises DomainError: on ``leaves`` when `actor` may not see the case as it stands now.
    """
    # What is read here must not write half of the change.
    with db.session.no_autoflush:
        person = find_person(actor.id) if actor.id is not None else None
        if person is None or may_see(person, case):
            return
    raise DomainError(
        _l(
            "After this you can no longer see the case yourself. Tick this if that is meant. Otherwise stay the"
            " responsible officer, or let more people know of the case."
        ),
        "leaves",
    )


def _refuse_taken(text: str) -> None:
    if db.session.scalar(sa.select(Case.id).where(Case.registry_number == text)) is not None:
        raise _taken_error(text)


def _taken_error(text: str) -> DomainError:
    return DomainError(
        _l(
            "The registry number %(number)s is already used. Leave the field empty to get the next free one.",
            number=text,
        ),
        "registry_number",
    )


def add_note(*, actor: Actor, now: datetime, case: Case, body: str, submission_id: str | None = None) -> Note:
    """Write a note. The same `submission_id` again gives back the note made before.

    :raises DomainError: on ``body`` when it is empty.
    """
    if submission_id:
        hold(case)
        made = made_before(Note, submission_id, case_id=case.id)
        if made is not None:
            return made
    body = body.strip()
    if not body:
        raise DomainError(_l("Write the note first."), "body")
    note = Note(
        case_id=case.id,
        author_id=actor.id,
        author_name=actor.name,
        body=body,
        written_at=now,
        submission_id=submission_id,
    )
    db.session.add(note)
    db.session.flush()
    audit.record(AuditAction.NOTE_ADDED, actor=actor, now=now, case_id=case.id, subject=note)
    return note


def add_participant(*, actor: Actor, now: datetime, case: Case, person: Person, role: ParticipantRole) -> Participant:
    """Give `person` a part in the case; one who has it already keeps it. Whoever calls holds the case."""
    for part in case.participants:
        if part.person_id == person.id and part.role is role:
            return part
    part = Participant(case=case, person=person, role=role)
    db.session.add(part)
    db.session.flush()
    audit.record(
        AuditAction.PARTICIPANT_ADDED,
        actor=actor,
        now=now,
        case_id=case.id,
        subject=part,
        changes={"person": person.name, "role": role},
    )
    return part


def remove_participant(*, actor: Actor, now: datetime, case: Case, participant: Participant) -> None:
    """Take a part in the case away. Whoever calls holds the case."""
    changes = {"person": participant.person.name, "role": participant.role}
    audit.record(
        AuditAction.PARTICIPANT_REMOVED,
        actor=actor,
        now=now,
        case_id=case.id,
        subject=participant,
        changes=changes,
    )
    case.participants.remove(participant)
    db.session.flush()


def search_text_of(parts: Iterable[str | None]) -> str:
    """The text that list searches read: lower case, one line per part, each part once."""
    return "\n".join(dict.fromkeys(part.casefold().strip() for part in parts if part and part.strip()))


def check_version(stored: int, given: int | None, current: dict[str, str]) -> None:
    """:raises StaleVersion: when the form was filled in from another version than the stored one."""
    if given is not None and given != stored:
        raise stale({**current, "version": str(stored)})


def stale(current: dict[str, str]) -> StaleVersion:
    """The conflict, with the stored texts by field name."""
    return StaleVersion(_l("The text that is stored now is shown beside yours."), current)
