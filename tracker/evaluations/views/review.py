"""A deliverable: its versions, what was said about them, and the comments of the fact check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, has_permission, requires
from tracker.core import clock
from tracker.documents import queries as documents
from tracker.documents.labels import registry_number
from tracker.documents.models import Document
from tracker.evaluations import formats, labels
from tracker.evaluations.enums import DeliverableState, DeliveredBy, RequestState
from tracker.evaluations.forms.review import CommentForm, ExtensionForm, RemoveForm
from tracker.evaluations.models import Deliverable, ReviewComment
from tracker.evaluations.queries import review as queries
from tracker.evaluations.queries.given import list_given
from tracker.evaluations.service import independence, review
from tracker.evaluations.views.blueprint import blueprint, found, found_deliverable, found_reviewable, is_hidden, saving
from tracker.evaluations.workflow import CLOSED_PHASES


@blueprint.get("/evaluations/<int:evaluation_id>/deliverables/<int:deliverable_id>")
@requires(Permission.CASE_READ)
def show_deliverable(evaluation_id: int, deliverable_id: int) -> str:
    return deliverable_page(found_deliverable(evaluation_id, deliverable_id))


@blueprint.post("/evaluations/<int:evaluation_id>/deliverables/<int:deliverable_id>/comments")
@requires(Permission.EVALUATION_EDIT)
def add_comment(evaluation_id: int, deliverable_id: int) -> Any:
    form = CommentForm()
    if form.validate_on_submit():
        with saving(form, dict):
            comment = review.add_comment(
                actor=current_user,
                now=clock.now(),
                deliverable=found_reviewable(evaluation_id, deliverable_id),
                kind=form.kind.data,
                body=form.body.data or "",
                page=form.page.data,
                quote=form.quote.data,
                for_name=form.for_name.data,
                submission_id=form.submission.data,
            )
            told = _("Comment %(number)d is added. It is sent when you send the version back.", number=comment.number)
            flash(told, "success")
            return redirect(_address(evaluation_id, deliverable_id) + "#add-comment", 303)
    return deliverable_page(found_reviewable(evaluation_id, deliverable_id), form), form.status


@blueprint.route("/evaluations/<int:evaluation_id>/comments/<int:comment_id>", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def change_comment(evaluation_id: int, comment_id: int) -> Any:
    comment = _comment(evaluation_id, comment_id)
    form = CommentForm(obj=comment)
    if form.validate_on_submit():
        with saving(form, lambda: review.comment_texts(_comment(evaluation_id, comment_id))):
            review.change_comment(
                actor=current_user,
                now=clock.now(),
                comment=comment,
                kind=form.kind.data,
                body=form.body.data or "",
                page=form.page.data,
                quote=form.quote.data,
                for_name=form.for_name.data,
                version=form.version.data,
            )
            flash(_("The comment is changed."), "success")
            return redirect(_address(evaluation_id, comment.deliverable_id) + f"#comment-{comment_id}", 303)
    comment = _comment(evaluation_id, comment_id)
    remove = RemoveForm(formdata=None, data={"version": comment.version})
    return _comment_page(comment, form, remove), form.status


@blueprint.post("/evaluations/<int:evaluation_id>/comments/<int:comment_id>/remove")
@requires(Permission.EVALUATION_EDIT)
def remove_comment(evaluation_id: int, comment_id: int) -> Any:
    comment = _comment(evaluation_id, comment_id)
    deliverable_id, number = comment.deliverable_id, comment.number
    form = RemoveForm(data={"version": comment.version})
    if form.validate_on_submit():
        with saving(form, lambda: review.comment_texts(_comment(evaluation_id, comment_id))):
            review.remove_comment(actor=current_user, now=clock.now(), comment=comment, version=form.version.data)
            flash(_("Comment %(number)d is removed.", number=number), "success")
            return redirect(_address(evaluation_id, deliverable_id) + "#versions", 303)
    comment = _comment(evaluation_id, comment_id)
    return _comment_page(comment, CommentForm(formdata=None, obj=comment), form), form.status


def deliverable_page(deliverable: Deliverable, comment_form: CommentForm | None = None) -> str:
    """The whole page; `comment_form` is a comment that could not be saved, with what was typed."""
    evaluation = deliverable.evaluation
    may_edit, hidden = has_permission(current_user, Permission.EVALUATION_EDIT), is_hidden(deliverable)
    is_over = evaluation.phase in CLOSED_PHASES or deliverable.ended_contract_id is not None
    pending = None if is_over else queries.find_pending_extension(deliverable)
    versions = [] if hidden else queries.list_versions(deliverable)
    return render_template(
        "evaluations/deliverable.html",
        evaluation=evaluation,
        deliverable=deliverable,
        versions=versions,
        unsent=sum(comment.sent_at is None for row in versions[:1] for comment in row.comments),
        is_hidden=hidden,
        public_copies=_public_copies(deliverable),
        given=_given_beside(deliverable),
        answers=queries.list_progress(deliverable),
        pending=pending,
        extension_form=ExtensionForm(formdata=None) if pending else None,
        comment_form=comment_form or CommentForm(formdata=None),
        is_over=is_over,
        is_awaiting_review=deliverable.state is DeliverableState.SUBMITTED and not is_over,
        is_evaluators=deliverable.delivered_by is DeliveredBy.EVALUATOR,
        may_edit=may_edit,
        may_review=may_edit and not hidden,
        # What was said in the fact check is between the commissioner and the evaluator.
        may_read_comments=may_edit or has_permission(current_user, Permission.AUDIT_READ),
        is_downloadable=documents.is_downloadable,
        registry_number=registry_number,
        is_other_format=lambda version: formats.missed(deliverable.format, version.file_name),
        gaps=independence.gaps(evaluation),
        RequestState=RequestState,
        labels=labels,
        today=clock.today(),
    )


def _public_copies(deliverable: Deliverable) -> Sequence[Document]:
    if deliverable.document_id is None:
        return []
    return documents.list_public_copies(current_user, deliverable.document_id)


def _given_beside(deliverable: Deliverable) -> list[Document]:
    """What the evaluator was given for this deliverable, as far as whoever asks may know of it."""
    beside = [given.document for given in list_given(deliverable.evaluation) if given.deliverable_id == deliverable.id]
    return [document for document in beside if documents.find_document(current_user, document.id) is not None]


def _comment(evaluation_id: int, comment_id: int) -> ReviewComment:
    comment = queries.get_comment(found(evaluation_id), comment_id)
    found_reviewable(evaluation_id, comment.deliverable_id)
    return comment


def _comment_page(comment: ReviewComment, form: CommentForm, remove: RemoveForm) -> str:
    return render_template(
        "evaluations/comment.html",
        evaluation=comment.deliverable.evaluation,
        deliverable=comment.deliverable,
        comment=comment,
        form=form,
        remove_form=remove,
    )


def _address(evaluation_id: int, deliverable_id: int) -> str:
    return url_for("evaluations.show_deliverable", evaluation_id=evaluation_id, deliverable_id=deliverable_id)
