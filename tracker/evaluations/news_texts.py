"""The words of each piece of news: one ask first, then who, what and when. Texts of people are shown only in an open
case, and declarations never."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core.db import Model, db
from tracker.core.filters import date_long, instant
from tracker.evaluations.enums import Assessment, DeliverableKind, ProgressAnswer, RequestState
from tracker.evaluations.impartiality import current_team, latest
from tracker.evaluations.labels import DELIVERABLES
from tracker.evaluations.models import (
    Declaration,
    Deliverable,
    Delivery,
    Evaluation,
    Progress,
    Question,
    Review,
    ReviewComment,
    TeamMember,
)
from tracker.outbox.enums import MessageReason
from tracker.outbox.renderers import Withdraw

_LONGEST = 600
Row = TypeVar("Row", bound=Model)


class NewsEvent(StrEnum):
    """What has happened. Each has a writer below, and the params that the writer asks for."""

    # To those who commission
    DECLARATION_SIGNED = "declaration_signed"  # declaration_id
    TEAM_CLEARED = "team_cleared"  # declaration_id, version
    PROGRESS_ANSWERED = "progress_answered"  # progress_id
    DELIVERED = "delivered"  # delivery_id
    QUESTION_ASKED = "question_asked"  # question_id
    MEMBER_DECLINED = "member_declined"  # member_id, version
    # To those who evaluate
    DECLARATION_ASSESSED = "declaration_assessed"  # declaration_id, version
    EXTENSION_DECIDED = "extension_decided"  # progress_id
    RETURNED = "returned"  # review_id
    APPROVED = "approved"  # review_id
    QUESTION_ANSWERED = "question_answered"  # question_id
    NO_LONGER_ASKED = "no_longer_asked"  # deliverable_id


TO_EVALUATORS = frozenset(
    {
        NewsEvent.DECLARATION_ASSESSED,
        NewsEvent.EXTENSION_DECIDED,
        NewsEvent.RETURNED,
        NewsEvent.APPROVED,
        NewsEvent.QUESTION_ANSWERED,
        NewsEvent.NO_LONGER_ASKED,
    }
)


@dataclass(frozen=True, slots=True)
class Words:
    """One mail. ``ask`` is its first sentence, ``lines`` are facts, ``path`` goes behind the case's or the workspace's
    address."""

    subject: str
    ask: str
    lines: list[str]
    button: str
    path: str = ""


Writer = Callable[[Evaluation, Mapping[str, Any], bool], Words]


def write(event: NewsEvent, evaluation: Evaluation, params: Mapping[str, Any], *, is_open: bool) -> Words:
    """The words of `event`. Raises Withdraw when what it speaks of is gone or has been replaced."""
    return _WRITERS[event](evaluation, params, is_open)


def _declaration_signed(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    declaration = _get(Declaration, params["declaration_id"])
    if declaration.assessment is not None or latest(declaration.member) is not declaration:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    lines = [_("Signed: %(when)s.", when=instant(declaration.signed_at))]
    if is_open:
        lines.insert(0, _("Who: %(name)s.", name=declaration.member.person.name))
    if len(declaration.member.declarations) > 1:
        lines.append(_("The member declares a changed situation, so the earlier assessment no longer counts."))
    lines.append(_("No contract can be signed and nothing can be delivered until it is assessed."))
    return Words(
        _("Assess a declaration of independence"),
        _("Assess the declaration of independence, or agree on who in the steering group does."),
        lines,
        _("Read and assess"),
        f"/declarations/{declaration.id}",
    )


def _team_cleared(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    if evaluation.contract_signed_on is not None:
        ask = _("Nothing needs to be done: the evaluator can deliver again.")
    else:
        ask = _("Sign the contract when you are ready: nothing in the declarations stands in the way.")
    return Words(
        _("The evaluation team is cleared"),
        ask,
        [_("Everybody in the evaluation team has signed a declaration of independence, and all are assessed.")],
        _("Open the evaluation"),
    )


def _member_declined(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    member = _get(TeamMember, params["member_id"])
    if member.left_on is None:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    subject, lines = _("An evaluator has declined"), []
    if is_open:
        subject = _("%(name)s has declined", name=member.person.name)
        lines.append(_("Why: %(reason)s", reason=_short(member.left_reason or "")))
    lines.append(
        _("Left the team: %(day)s. The member's links no longer open anything.", day=date_long(member.left_on))
    )
    if not current_team(evaluation):
        lines.append(_("Nobody is left in the evaluation team, so no contract can be signed and nothing delivered."))
    return Words(
        subject,
        _("Decide whether somebody else is to take the place in the evaluation team."),
        lines,
        _("Open the evaluation"),
        "#team",
    )


def _progress_answered(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    progress = _get(Progress, params["progress_id"])
    deliverable = progress.deliverable
    what, path = _what(deliverable, is_open), f"/deliverables/{deliverable.id}"
    if progress.answer is ProgressAnswer.ON_TRACK:
        lines = [_about(what), _("Due: %(day)s.", day=date_long(deliverable.due_on)), _answered(progress)]
        return Words(
            _("On track: %(what)s", what=what),
            _("Nothing needs to be done: the evaluator says that it will be ready in time."),
            lines,
            _("Open the deliverable"),
            path,
        )
    if progress.state is not RequestState.PENDING:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    lines = [
        _about(what),
        _("Due now: %(day)s.", day=date_long(progress.due_on)),
        _("Wished day: %(day)s.", day=date_long(progress.wished_on)),
        _answered(progress),
    ]
    if is_open and progress.reason:
        lines.append(_("Why: %(reason)s", reason=_short(progress.reason)))
    return Words(
        _("More time wished: %(what)s", what=what),
        _("Approve or refuse the new day; the evaluator waits for your answer."),
        lines,
        _("Approve or refuse"),
        f"{path}/extensions/{progress.id}",
    )


def _delivered(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    delivery = _get(Delivery, params["delivery_id"])
    version, deliverable = delivery.version, delivery.deliverable
    what = _what(deliverable, is_open)
    late = ngettext("%(num)d day late", "%(num)d days late", delivery.days_late) if delivery.days_late else _("on time")
    lines = [
        _about(what),
        _("Received: %(when)s, %(late)s.", when=instant(version.received_at), late=late),
        _("Version: %(number)s.", number=version.number),
    ]
    if version.number > 1:
        lines.append(_open_answers(deliverable))
    return Words(
        _("Delivered: %(what)s", what=what),
        _("Read it, then approve it or send it back with your comments."),
        lines,
        _("Open the deliverable"),
        f"/deliverables/{deliverable.id}",
    )


def _question_asked(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    question = _get(Question, params["question_id"])
    if question.answer is not None:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    lines = [_("Asked: %(when)s.", when=instant(question.asked_at))]
    if is_open:
        asked = _("Question: %(text)s", text=_short(question.body))
        lines = [asked, _("Who: %(name)s.", name=question.member.person.name), *lines]
    return Words(
        _("A question from the evaluator"),
        _("Answer the evaluator's question."),
        lines,
        _("Answer the question"),
        f"/questions#question-{question.id}",
    )


def _declaration_assessed(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    declaration = _get(Declaration, params["declaration_id"])
    if latest(declaration.member) is not declaration:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    if declaration.assessment is Assessment.NONE:
        ask = _("Nothing needs to be done: your declaration of independence is assessed.")
    else:
        ask = _("Read how your declaration of independence was assessed.")
    return Words(_("Your declaration is assessed"), ask, [], _("Open your declaration"), "/declaration")


def _extension_decided(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    progress = _get(Progress, params["progress_id"])
    what = _what(progress.deliverable, is_open)
    if progress.state is RequestState.APPROVED:
        subject = _("New day %(day)s: %(what)s", day=date_long(progress.granted_on), what=what)
        ask = _("Deliver by %(day)s: more time is approved.", day=date_long(progress.granted_on))
    else:
        day = date_long(progress.deliverable.due_on)
        subject = _("The day stands, %(day)s: %(what)s", day=day, what=what)
        ask = _("Deliver by %(day)s: more time was refused.", day=day)
    lines = [_about(what)]
    if is_open and progress.decision_note:
        lines.append(_short(progress.decision_note))
    lines.append(_("Decided by: %(name)s.", name=progress.decided_by_name))
    return Words(subject, ask, lines, _("Open the commission"))


def _returned(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    review = _get(Review, params["review_id"])
    deliverable = review.deliverable
    what, day = _what(deliverable, is_open), date_long(review.new_due_on)
    asked = db.session.scalar(
        sa.select(sa.func.count()).where(
            ReviewComment.version_id == review.version_id, ReviewComment.sent_at.is_not(None)
        )
    )
    lines = [_about(what), _("New day: %(day)s.", day=day)]
    if is_open and review.reason:
        lines.append(_("Why: %(reason)s", reason=_short(review.reason)))
    lines.append(ngettext("%(num)d comment to answer.", "%(num)d comments to answer.", asked or 0))
    lines.append(_("Sent back by: %(name)s.", name=review.decided_by_name))
    return Words(
        _("New version by %(day)s: %(what)s", day=day, what=what),
        _("Answer the comments and deliver a new version by %(day)s.", day=day),
        lines,
        _("See what is asked"),
        f"/comments#deliverable-{deliverable.id}",
    )


def _approved(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    review = _get(Review, params["review_id"])
    deliverable = review.deliverable
    what = _what(deliverable, is_open)
    approved = _("Approved by: %(name)s, %(when)s.", name=review.decided_by_name, when=instant(review.decided_at))
    lines = [_about(what), approved]
    if is_open and review.reason:
        lines.append(_short(review.reason))
    if deliverable.kind is DeliverableKind.FINAL_REPORT:
        lines.append(_("The recommendations now go to those they are addressed to, who answer each of them."))
    return Words(
        _("Approved: %(what)s", what=what),
        _("Nothing needs to be done: your delivery is approved."),
        lines,
        _("Open the commission"),
    )


def _question_answered(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    question = _get(Question, params["question_id"])
    lines = [_("Answered by: %(name)s.", name=question.answered_by_name)]
    if is_open:
        asked = _("Question: %(text)s", text=_short(question.body))
        lines = [asked, _("Answer: %(text)s", text=_short(question.answer or "")), *lines]
    return Words(
        _("A question of the team is answered"),
        _("Read the answer: it goes to everybody in the team."),
        lines,
        _("See questions and answers"),
        f"/questions#question-{question.id}",
    )


def _no_longer_asked(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    what = _what(_get(Deliverable, params["deliverable_id"]), is_open)
    return Words(
        _("No longer asked for: %(what)s", what=what),
        _("Nothing needs to be done: this is not to be delivered any more. What you have handed in stays."),
        [],
        _("Open the commission"),
    )


def _answered(progress: Progress) -> str:
    return _("Answered: %(when)s.", when=instant(progress.answered_at))


def _open_answers(deliverable: Deliverable) -> str:
    unanswered = sa.select(sa.func.count()).where(
        ReviewComment.deliverable_id == deliverable.id,
        ReviewComment.sent_at.is_not(None),
        ReviewComment.answer.is_(None),
    )
    count = db.session.scalar(unanswered) or 0
    if not count:
        return _("All comments that were sent are answered.")
    return ngettext("%(num)d comment is not answered.", "%(num)d comments are not answered.", count)


def _what(deliverable: Deliverable, is_open: bool) -> str:
    return deliverable.title if is_open else str(DELIVERABLES[deliverable.kind])


def _about(what: str) -> str:
    return _("What it is about: %(what)s.", what=what)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _get(model: type[Row], row_id: int) -> Row:
    row = db.session.get(model, row_id)
    if row is None:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    return row


_WRITERS: dict[NewsEvent, Writer] = {
    NewsEvent.DECLARATION_SIGNED: _declaration_signed,
    NewsEvent.TEAM_CLEARED: _team_cleared,
    NewsEvent.PROGRESS_ANSWERED: _progress_answered,
    NewsEvent.DELIVERED: _delivered,
    NewsEvent.QUESTION_ASKED: _question_asked,
    NewsEvent.MEMBER_DECLINED: _member_declined,
    NewsEvent.DECLARATION_ASSESSED: _declaration_assessed,
    NewsEvent.EXTENSION_DECIDED: _extension_decided,
    NewsEvent.RETURNED: _returned,
    NewsEvent.APPROVED: _approved,
    NewsEvent.QUESTION_ANSWERED: _question_answered,
    NewsEvent.NO_LONGER_ASKED: _no_longer_asked,
}
