"""Reading the links of evaluators: which one an address names, and whether it still opens anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts.tokens import token_hash
from tracker.core.clock import STOCKHOLM
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.evaluations.enums import DeliverableState, DeliveredBy, LinkState
from tracker.evaluations.models import Deliverable, Evaluation, EvaluatorLink, TeamMember

# After the last day on which something is still asked for, an evaluator has a month to come back.
DAYS_AFTER_LAST = 30
_ASKED_FOR = (DeliverableState.OPEN, DeliverableState.SUBMITTED, DeliverableState.RETURNED)


def find_link(token: str) -> EvaluatorLink | None:
    """The link of this token with its member, person and evaluation, whatever its state."""
    query = sa.select(EvaluatorLink).where(EvaluatorLink.token_hash == token_hash(token)).options(*_whole())
    return db.session.scalars(query).unique().one_or_none()


def get_link(evaluation: Evaluation, link_id: int) -> EvaluatorLink:
    """A link of this evaluation. Raises NotFound."""
    query = sa.select(EvaluatorLink).join(TeamMember).where(EvaluatorLink.id == link_id)
    link = db.session.scalar(query.where(TeamMember.evaluation_id == evaluation.id).options(*_whole()))
    if link is None:
        raise NotFound("link")
    return link


def list_for_evaluation(evaluation: Evaluation) -> Sequence[EvaluatorLink]:
    """Every link ever made for the team, the newest first."""
    query = sa.select(EvaluatorLink).join(TeamMember).where(TeamMember.evaluation_id == evaluation.id)
    return db.session.scalars(query.options(*_whole()).order_by(EvaluatorLink.id.desc())).unique().all()


def list_linked(evaluation: Evaluation) -> set[int]:
    """The members, by number, for whom a link was made at some time."""
    query = sa.select(EvaluatorLink.member_id).join(TeamMember).where(TeamMember.evaluation_id == evaluation.id)
    return set(db.session.scalars(query))


def list_for_member(member: TeamMember) -> Sequence[EvaluatorLink]:
    """Every link of a member, the newest first."""
    query = sa.select(EvaluatorLink).where(EvaluatorLink.member_id == member.id).order_by(EvaluatorLink.id.desc())
    return db.session.scalars(query).all()


def find_live_link(member: TeamMember, now: datetime) -> EvaluatorLink | None:
    """The member's newest link that works. For mails that are written: nothing can be made there."""
    return next((link for link in list_for_member(member) if state_of(link, now) is LinkState.LIVE), None)


def let_in_since(evaluation: Evaluation) -> datetime | None:
    """When the first link was made for those who take part now: what was asked for by then stands in that mail."""
    query = sa.select(sa.func.min(EvaluatorLink.created_at)).join(TeamMember)
    return db.session.scalar(query.where(TeamMember.evaluation_id == evaluation.id, TeamMember.left_on.is_(None)))


def state_of(link: EvaluatorLink, now: datetime) -> LinkState:
    """Where a link stands. It is revoked, too, when its member has left or the person is disabled."""
    member = link.member
    if link.revoked_at is not None or member.left_on is not None or not member.person.is_active:
        return LinkState.REVOKED
    if link.expires_at > now:
        return LinkState.LIVE
    if expires_at(link) > now and not _is_replaced(link):
        return LinkState.LIVE
    return LinkState.EXPIRED


def expires_at(link: EvaluatorLink) -> datetime:
    """The end of the day until which a link opens its commission: the stored one, or the thirtieth day after the last
    deliverable that the evaluator still owes, when that is later. A date that is moved takes the link along."""
    query = sa.select(sa.func.max(Deliverable.due_on)).where(
        Deliverable.evaluation_id == link.member.evaluation_id,
        Deliverable.delivered_by == DeliveredBy.EVALUATOR,
        Deliverable.state.in_(_ASKED_FOR),
    )
    last_on = db.session.scalar(query)
    if last_on is None:
        return link.expires_at
    end = datetime.combine(last_on + timedelta(days=DAYS_AFTER_LAST + 1), time.min, STOCKHOLM)
    return max(link.expires_at, end)


def _is_replaced(link: EvaluatorLink) -> bool:
    """Whether it had expired and was renewed: it does not come to life again when a date is moved."""
    return bool(db.session.scalar(sa.select(sa.exists().where(EvaluatorLink.renewed_from_id == link.id))))


def _whole() -> tuple[sa.sql.base.ExecutableOption, ...]:
    member = joinedload(EvaluatorLink.member)
    return (
        member.joinedload(TeamMember.person),
        member.joinedload(TeamMember.evaluation).joinedload(Evaluation.responsible),
    )
