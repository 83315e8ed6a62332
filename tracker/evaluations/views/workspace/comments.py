"""What the commissioner asks for in the fact check: every version that was sent back, why, with its comments, and the
evaluator's answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from tracker.accounts.permissions import opened_by_link
from tracker.core import clock
from tracker.evaluations import labels
from tracker.evaluations.enums import DeliverableState, ReviewOutcome
from tracker.evaluations.forms.review import AnswerForm
from tracker.evaluations.models import ReviewComment
from tracker.evaluations.queries import review as queries
from tracker.evaluations.queries import workspace
from tracker.evaluations.service import review
from tracker.evaluations.views.workspace.blueprint import blueprint, found_deliverable, opened, saving


@blueprint.get("/comments")
@opened_by_link
def comments(token: str) -> str:
    return _page()


@blueprint.post("/deliverables/<int:deliverable_id>/comments/<int:comment_id>")
@opened_by_link
def answer_comment(token: str, deliverable_id: int, comment_id: int) -> Any:
    comment = queries.get_sent_comment(found_deliverable(deliverable_id), comment_id)
    form = AnswerForm(prefix=_prefix(comment))
    if form.validate_on_submit():
        with saving(form, lambda: review.answer_texts(comment)):
            review.answer_comment(
                actor=opened().person,
                now=clock.now(),
                comment=comment,
                answer=form.answer.data,
                text=form.answer_text.data,
                version=form.version.data,
            )
            told = {"number": comment.number, "version": comment.document_version.number}
            flash(_("Your answer to comment %(number)d on version %(version)d is saved.", **told), "success")
            return redirect(url_for("workspace.comments", token=token) + f"#comment-{comment_id}", 303)
    return _page({comment_id: form}), form.status


def _page(forms: Mapping[int, AnswerForm] | None = None) -> str:
    """:param forms: an answer that could not be saved, by the id of its comment, with what was typed."""
    deliverables = workspace.list_deliverables(opened().evaluation)
    asked = [(item, rounds) for item in deliverables if (rounds := queries.list_rounds(item))]
    return render_template(
        "workspace/comments.html",
        evaluation=opened().evaluation,
        asked=asked,
        form_of=lambda comment: (forms or {}).get(comment.id) or _blank(comment),
        failed=list((forms or {}).values()),
        DeliverableState=DeliverableState,
        ReviewOutcome=ReviewOutcome,
        labels=labels,
    )


def _blank(comment: ReviewComment) -> AnswerForm:
    data = {"answer": comment.answer, "answer_text": comment.answer_text, "version": comment.version}
    return AnswerForm(formdata=None, data=data, prefix=_prefix(comment))


def _prefix(comment: ReviewComment) -> str:
    # Many of these forms stand on one page, and ids are unique there.
    return f"comment-{comment.id}-"
