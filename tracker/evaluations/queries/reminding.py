"""What a reminder to somebody outside needs: its days, and the address of the commission that it is about."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.core.db import db
from tracker.deadlines.enums import DeadlineKind
from tracker.deadlines.models import Deadline
from tracker.evaluations.models import EvaluatorLink, TeamMember
from tracker.evaluations.reminder_days import STEPS


def list_members(pairs: Collection[tuple[int, int]]) -> Sequence[TeamMember]:
    """The members that (person, evaluation) name and who have not left, in one statement."""
    if not pairs:
        return []
    key = sa.tuple_(TeamMember.person_id, TeamMember.evaluation_id)
    query = sa.select(TeamMember).where(key.in_(list(pairs)), TeamMember.left_on.is_(None))
    return db.session.scalars(query.options(joinedload(TeamMember.evaluation)).order_by(TeamMember.id)).all()


def chosen_steps(deadline: Deadline) -> tuple[int, ...] | None:
    """How many working days before it the evaluator who owes it wants to hear of it; None for all other deadlines."""
    if deadline.kind is not DeadlineKind.DELIVERABLE or deadline.owner_id is None:
        return None
    members = list_members([(deadline.owner_id, deadline.case_id)])
    return STEPS[members[0].reminder_days] if members else None


def newest_links(person_ids: Collection[int]) -> dict[tuple[int, int], EvaluatorLink]:
    """(person, evaluation) -> the member's newest link, expired or not: its page tells how to renew it. Whoever had
    theirs revoked has none."""
    if not person_ids:
        return {}
    query = (
        sa.select(TeamMember.person_id, TeamMember.evaluation_id, EvaluatorLink)
        .join(EvaluatorLink, EvaluatorLink.member_id == TeamMember.id)
        .where(TeamMember.person_id.in_(person_ids), TeamMember.left_on.is_(None))
        .order_by(EvaluatorLink.id)
    )
    newest = {(row[0], row[1]): row[2] for row in db.session.execute(query)}
    return {key: link for key, link in newest.items() if link.revoked_at is None}
