"""The words of news to those who commission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core.db import db
from tracker.core.filters import date_long, instant
from tracker.evaluations import formats
from tracker.evaluations.enums import (
    ProgressAnswer,
    RequestState,
)
from tracker.evaluations.impartiality import current_team, latest
from tracker.evaluations.models import (
    Declaration,
    Deliverable,
    Delivery,
    Evaluation,
    Progress,
    Question,
    ReviewComment,
    TeamMember,
)
from tracker.evaluations.news_texts.words import (
    NewsEvent,
    Words,
    Writer,
    about,
    get,
    questions_of,
    short,
    what_of,
)
from tracker.evaluations.queries.workspace import find_earlier_same
from tracker.outbox.enums import MessageReason
from tracker.outbox.renderers import Withdraw


def _declaration_signed(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    declaration = get(Declaration, params["declaration_id"])
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
    member = get(TeamMember, params["member_id"])
    if member.left_on is None:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    subject, lines = _("An evaluator has declined"), []
    if is_open:
        subject = _("%(name)s has declined", name=member.person.name)
        lines.append(_("Why: %(reason)s", reason=short(member.left_reason or "")))
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
    progress = get(Progress, params["progress_id"])
    deliverable = progress.deliverable
    what, path = what_of(deliverable, is_open), f"/deliverables/{deliverable.id}"
    if progress.answer is ProgressAnswer.ON_TRACK:
        lines = [
            about(what),
            _("Due: %(day)s.", day=date_long(deliverable.due_on)),
            _("Answered: %(when)s.", when=instant(progress.answered_at)),
        ]
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
        about(what),
        _("Due now: %(day)s.", day=date_long(progress.due_on)),
        _("Wished day: %(day)s.", day=date_long(progress.wished_on)),
        _("Asked for: %(when)s.", when=instant(progress.answered_at)),
    ]
    if is_open and progress.reason:
        lines.append(_("Why: %(reason)s", reason=short(progress.reason)))
    return Words(
        _("More time wished: %(what)s", what=what),
        _("Approve or refuse the new day; the evaluator waits for your answer."),
        lines,
        _("Approve or refuse"),
        f"{path}/extensions/{progress.id}",
    )


def _delivered(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    delivery = get(Delivery, params["delivery_id"])
    version, deliverable = delivery.version, delivery.deliverable
    what = what_of(deliverable, is_open)
    late = ngettext("%(num)d day late", "%(num)d days late", delivery.days_late) if delivery.days_late else _("on time")
    lines = [
        about(what),
        _("Received: %(when)s, %(late)s.", when=instant(version.received_at), late=late),
        _("Version: %(number)s.", number=version.number),
    ]
    if is_open and formats.missed(deliverable.format, version.file_name):
        lines.append(_("Another format than asked for (%(format)s).", format=deliverable.format))
    if (earlier := find_earlier_same(delivery)) is not None:
        lines.append(_("It is the same file as version %(number)d.", number=earlier.version.number))
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
    asked = questions_of(evaluation, Question.asked_at, params, Question.answer.is_(None))
    lines = []
    for question in asked:
        if is_open:
            lines.append(_("Question: %(text)s", text=short(question.body)))
            lines.append(_("Who: %(name)s.", name=question.member.person.name))
        lines.append(_("Asked: %(when)s.", when=instant(question.asked_at)))
    if len(asked) > 1:
        return Words(
            ngettext("%(num)d question from the evaluator", "%(num)d questions from the evaluator", len(asked)),
            _("Answer the evaluator's questions."),
            lines,
            _("Answer the questions"),
            f"/questions#question-{asked[0].id}",
        )
    return Words(
        _("A question from the evaluator"),
        _("Answer the evaluator's question."),
        lines,
        _("Answer the question"),
        f"/questions#question-{asked[0].id}",
    )


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


WRITERS: dict[NewsEvent, Writer] = {
    NewsEvent.DECLARATION_SIGNED: _declaration_signed,
    NewsEvent.TEAM_CLEARED: _team_cleared,
    NewsEvent.PROGRESS_ANSWERED: _progress_answered,
    NewsEvent.DELIVERED: _delivered,
    NewsEvent.QUESTION_ASKED: _question_asked,
    NewsEvent.MEMBER_DECLINED: _member_declined,
}
