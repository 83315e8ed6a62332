"""Cases for tests that need no more than a case."""

from __future__ import annotations

from tests.factories.deadlines import bare_case
from tracker.accounts.models import Person
from tracker.cases.enums import ParticipantRole
from tracker.cases.models import Case, Participant
from tracker.core.db import db

__all__ = ["bare_case", "participant"]


def participant(case: Case, person: Person, role: ParticipantRole = ParticipantRole.FOLLOWER) -> Participant:
    """A part in the case, flushed."""
    made = Participant(case=case, person=person, role=role)
    db.session.add(made)
    db.session.flush()
    return made
