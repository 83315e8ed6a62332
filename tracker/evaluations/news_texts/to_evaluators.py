"""The words of news to those who evaluate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.audit.models import AuditEvent
from tracker.audit.queries import list_for_case
from tracker.cases.secrecy import may_be_mailed
from tracker.core.db import db
from tracker.core.filters import date_long, instant
from tracker.evaluations.asked_changes import ADDED, DECIDED, TOLD, Changed, changed
from tracker.evaluations.enums import (
    Assessment,
    DeliverableKind,
    DeliveredBy,
    EvaluationPhase,
    RequestState,
)
from tracker.evaluations.impartiality import gaps, latest
from tracker.evaluations.models import (
    Declaration,
    Deliverable,
    Evaluation,
    Progress,
    Question,
    Review,
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
    within,
)
from tracker.evaluations.queries.given import GivenFile, list_files
from tracker.evaluations.queries.links import let_in_since
from tracker.evaluations.queries.workspace import WAITING, drafts_of, list_deliverables
from tracker.outbox.enums import MessageReason
from tracker.outbox.renderers import Withdraw

# Where the workspace lists what has changed in the assignment.
CHANGES = "#changed"


def _declaration_assessed(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    declaration = get(Declaration, params["declaration_id"])
    if latest(declaration.member) is not declaration:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    lines, member = [], declaration.member
    if not gaps(evaluation) and _awaited(evaluation):
        lines = [_("Handing in is open now: the declarations of the whole team are assessed.")]
        lines += _drafts_wait(member, is_open)
    elif declaration.assessment is not Assessment.DISQUALIFYING and _awaited(evaluation):
        lines = [_("Handing in opens when everybody's declaration in the team is assessed. You get a mail then.")]
    subject = _("Your declaration is assessed")
    if declaration.assessment is not Assessment.NONE:
        ask = _("Read how your declaration of independence was assessed.")
        return Words(subject, ask, lines, _("Open your declaration"), "/declaration")
    if lines and not gaps(evaluation):
        ask = _("Hand in when you are ready: your declaration of independence is assessed.")
        return Words(subject, ask, lines, _("Open the commission"))
    ask = _("Nothing needs to be done: your declaration of independence is assessed.")
    return Words(subject, ask, lines, _("Open your declaration"), "/declaration")


def _extension_decided(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    progress = get(Progress, params["progress_id"])
    what = what_of(progress.deliverable, is_open)
    if progress.state is RequestState.APPROVED:
        subject = _("New day %(day)s: %(what)s", day=date_long(progress.granted_on), what=what)
        ask = _("Deliver by %(day)s: more time is approved.", day=date_long(progress.granted_on))
    else:
        day = date_long(progress.deliverable.due_on)
        subject = _("No more time, %(day)s stands: %(what)s", day=day, what=what)
        ask = _("Deliver by %(day)s: more time was refused.", day=day)
    lines = [about(what)]
    if is_open and progress.decision_note:
        note, is_refused = short(progress.decision_note), progress.state is RequestState.REFUSED
        lines.append(_("Why: %(reason)s", reason=note) if is_refused else note)
    lines.append(_("Decided by: %(name)s.", name=progress.decided_by_name))
    return Words(subject, ask, lines, _("Open the commission"))


def _returned(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    review = get(Review, params["review_id"])
    deliverable = review.deliverable
    what, day = what_of(deliverable, is_open), date_long(review.new_due_on)
    asked = db.session.scalar(
        sa.select(sa.func.count()).where(
            ReviewComment.version_id == review.version_id, ReviewComment.sent_at.is_not(None)
        )
    )
    lines = [about(what), _("New day: %(day)s.", day=day)]
    if is_open and review.reason:
        lines.append(_("Why: %(reason)s", reason=short(review.reason)))
    ask = _("Deliver a new version by %(day)s.", day=day)
    if asked:
        lines.append(ngettext("%(num)d comment to answer.", "%(num)d comments to answer.", asked))
        ask = _("Answer the comments and deliver a new version by %(day)s.", day=day)
    lines.append(_("Sent back by: %(name)s.", name=review.decided_by_name))
    return Words(
        _("New version by %(day)s: %(what)s", day=day, what=what),
        ask,
        lines,
        _("See what is asked"),
        f"/comments#deliverable-{deliverable.id}",
    )


def _approved(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    review = get(Review, params["review_id"])
    deliverable = review.deliverable
    what = what_of(deliverable, is_open)
    approved = _("Approved by: %(name)s, %(when)s.", name=review.decided_by_name, when=instant(review.decided_at))
    lines = [about(what), approved]
    if is_open and review.reason:
        lines.append(short(review.reason))
    is_final = deliverable.kind is DeliverableKind.FINAL_REPORT
    if is_final and any(item.issued_on is not None for item in evaluation.recommendations):
        lines.append(_("The time for answering the recommendations has begun."))
    return Words(
        _("Approved: %(what)s", what=what),
        _("Nothing needs to be done: your delivery is approved."),
        lines,
        _("Open the commission"),
    )


def _question_answered(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    answered = questions_of(evaluation, Question.answered_at, params)
    lines = []
    for question in answered:
        if is_open:
            lines.append(_("Question: %(text)s", text=short(question.body)))
            lines.append(_("Answer: %(text)s", text=short(question.answer or "")))
        lines.append(_("Answered by: %(name)s.", name=question.answered_by_name))
    subject, ask = _("A question of the team is answered"), _("Read the answer: it goes to everybody in the team.")
    if len(answered) > 1:
        count = len(answered)
        subject = ngettext(
            "%(num)d question of the team is answered", "%(num)d questions of the team are answered", count
        )
        ask = _("Read the answers: they go to everybody in the team.")
    return Words(subject, ask, lines, _("See questions and answers"), f"/questions#question-{answered[0].id}")


def _delivery_open(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    member = get(TeamMember, params["member_id"])
    awaited = _awaited(evaluation)
    if gaps(evaluation) or not awaited:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    lines = [_("The declarations of independence of the whole team are assessed.")]
    lines += _drafts_wait(member, is_open)
    lines += [_("%(what)s: %(day)s.", what=what_of(item, is_open), day=date_long(item.due_on)) for item in awaited]
    return Words(
        _("You can hand in now"), _("Hand in when you are ready: it is open now."), lines, _("Open the commission")
    )


def _asked_changed(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    since = let_in_since(evaluation)
    if since is None:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    told, files = _changed_deliverables(evaluation, params, since), _given_files(evaluation, params, since)
    lines = []
    for item, one in told:
        if parts := one.lines(is_open=is_open):
            lines += [about(what_of(item, is_open)), *parts]
    lines += [_("To fetch in the workspace: %(title)s.", title=_file_title(file, is_open)) for file in files]
    if not lines:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    ask = _("Read what has changed in what you are to deliver.")
    if not told:
        ask = _("Fetch what the commissioner has given you.")
    elif not files and all(one.is_cancelled for _item, one in told):
        ask = _("Nothing needs to be done: less is to be delivered than before.")
    subject = _changed_subject(told, is_open) if told else _given_subject(files, is_open)
    return Words(subject, ask, lines, _("Open the commission"), CHANGES)


def _changed_deliverables(
    evaluation: Evaluation, params: Mapping[str, Any], let_in_at: datetime
) -> list[tuple[Deliverable, Changed]]:
    events = list_for_case(
        evaluation.id,
        *within(AuditEvent.occurred_at, params),
        AuditEvent.action.in_([*TOLD, *DECIDED]),
        sa.or_(AuditEvent.action != ADDED, AuditEvent.occurred_at > let_in_at),
    )
    found = [(get(Deliverable, number), one) for number, one in changed(events[::-1]).items()]
    return [(item, one) for item, one in found if _is_theirs(item, one)]


def _given_files(evaluation: Evaluation, params: Mapping[str, Any], let_in_at: datetime) -> list[GivenFile]:
    """What was given in the mail's few minutes, and may be had now."""
    since, until = (datetime.fromisoformat(params[name]) for name in ("since", "until"))
    return [file for file in list_files(evaluation) if since <= file.given_at < until and file.given_at > let_in_at]


def _changed_subject(told: Sequence[tuple[Deliverable, Changed]], is_open: bool) -> str:
    item, one = told[0]
    what, count = what_of(item, is_open), len(told)
    if count > 1 and all(one.is_new for _item, one in told):
        return str(ngettext("%(num)d new deliverable", "%(num)d new deliverables", count))
    if count > 1:
        return str(ngettext("%(num)d deliverable is changed", "%(num)d deliverables are changed", count))
    if one.is_cancelled:
        return str(_("No longer asked for: %(what)s", what=what))
    if one.is_new:
        return str(_("New, to be delivered by %(day)s: %(what)s", day=date_long(one.new_day), what=what))
    if one.new_day:
        return str(_("New day %(day)s: %(what)s", day=date_long(one.new_day), what=what))
    return str(_("Changed: %(what)s", what=what))


def _given_subject(files: Sequence[GivenFile], is_open: bool) -> str:
    if len(files) > 1:
        return str(
            ngettext("%(num)d document from the commissioner", "%(num)d documents from the commissioner", len(files))
        )
    return str(_("From the commissioner: %(title)s", title=_file_title(files[0], is_open)))


def _file_title(file: GivenFile, is_open: bool) -> str:
    return file.title if is_open and may_be_mailed(file.secrecy_class) else _("a document")


def _cancelled(evaluation: Evaluation, params: Mapping[str, Any], is_open: bool) -> Words:
    if evaluation.phase != EvaluationPhase.CANCELLED:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    lines = [_("What you have handed in stays, and so do its receipts.")]
    if is_open and evaluation.cancel_reason:
        lines.insert(0, _("Why: %(reason)s", reason=short(evaluation.cancel_reason)))
    lines.append(_("Questions? Write to the contact person: %(name)s.", name=evaluation.responsible.name))
    return Words(
        _("The evaluation is cancelled"),
        _("Stop the work: the evaluation is cancelled, and nothing more is to be delivered."),
        lines,
        _("Open the commission"),
    )


def _is_theirs(deliverable: Deliverable, one: Changed) -> bool:
    """Whether the evaluator of today delivers it, or did until now."""
    if deliverable.ended_contract_id is not None:
        return False
    return deliverable.delivered_by is DeliveredBy.EVALUATOR or "delivered_by" in one.pairs


def _awaited(evaluation: Evaluation) -> list[Deliverable]:
    found = [item for item in list_deliverables(evaluation) if item.state in WAITING]
    return sorted(found, key=lambda item: item.due_on)


def _drafts_wait(member: TeamMember, is_open: bool) -> list[str]:
    drafts = drafts_of(member)
    waiting = [what_of(item, is_open) for item in _awaited(member.evaluation) if item.id in drafts]
    if not waiting:
        return []
    return [_("Your draft is still there and is not handed in yet: %(what)s.", what=", ".join(waiting))]


WRITERS: dict[NewsEvent, Writer] = {
    NewsEvent.DECLARATION_ASSESSED: _declaration_assessed,
    NewsEvent.EXTENSION_DECIDED: _extension_decided,
    NewsEvent.RETURNED: _returned,
    NewsEvent.APPROVED: _approved,
    NewsEvent.QUESTION_ANSWERED: _question_answered,
    NewsEvent.DELIVERY_OPEN: _delivery_open,
    NewsEvent.ASKED_CHANGED: _asked_changed,
    NewsEvent.CANCELLED: _cancelled,
}
