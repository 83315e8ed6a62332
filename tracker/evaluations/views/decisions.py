"""Deciding about a version or a wish for more time: each is shown whole before it is done."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires
from tracker.core import clock
from tracker.core.calendar import add_working_days
from tracker.documents.queries import is_downloadable
from tracker.evaluations import labels
from tracker.evaluations.enums import DeliverableKind, DeliverableState, RequestState
from tracker.evaluations.forms.review import ApproveForm, ExtensionForm, ReturnForm
from tracker.evaluations.models import Deliverable, Progress
from tracker.evaluations.queries import review as queries
from tracker.evaluations.service import progress, review
from tracker.evaluations.views.blueprint import blueprint, found_deliverable, found_reviewable, saving

# What is offered for a new version, until somebody writes another day; never earlier than the day in force.
DAYS_TO_MEND = 10


@blueprint.route("/evaluations/<int:evaluation_id>/deliverables/<int:deliverable_id>/return", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def return_version(evaluation_id: int, deliverable_id: int) -> Any:
    deliverable = found_reviewable(evaluation_id, deliverable_id)
    form = ReturnForm(data=_offered(deliverable))
    if form.validate_on_submit() and form.new_due_on.data and form.version_id.data:
        with saving(form, dict):
            review.return_version(actor=current_user, now=clock.now(), deliverable=deliverable, **form.values())
            flash(_("Sent back. The evaluator is told, with your reasons and the comments."), "success")
            return _back(evaluation_id, deliverable_id)
    return _page("evaluations/return.html", found_reviewable(evaluation_id, deliverable_id), form), form.status


@blueprint.route("/evaluations/<int:evaluation_id>/deliverables/<int:deliverable_id>/approve", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def approve_version(evaluation_id: int, deliverable_id: int) -> Any:
    deliverable = found_reviewable(evaluation_id, deliverable_id)
    version = review.latest_version(deliverable)
    form = ApproveForm(data={"version_id": version.id if version else None})
    if form.validate_on_submit() and form.version_id.data:
        with saving(form, dict):
            review.approve_version(actor=current_user, now=clock.now(), deliverable=deliverable, **form.values())
            flash(_("%(title)s is approved.", title=deliverable.title), "success")
            return _back(evaluation_id, deliverable_id)
    return _page("evaluations/approve.html", found_reviewable(evaluation_id, deliverable_id), form), form.status


@blueprint.route(
    "/evaluations/<int:evaluation_id>/deliverables/<int:deliverable_id>/extensions/<int:progress_id>",
    methods=["GET", "POST"],
)
@requires(Permission.EVALUATION_EDIT)
def decide_extension(evaluation_id: int, deliverable_id: int, progress_id: int) -> Any:
    deliverable = found_deliverable(evaluation_id, deliverable_id)
    wish = queries.get_progress(deliverable, progress_id)
    form = ExtensionForm(data={"decision": "approve", "granted_on": wish.wished_on})
    if form.validate_on_submit():
        with saving(form, dict):
            decided = progress.decide(actor=current_user, now=clock.now(), progress=wish, **form.values())
            told = _("More time is approved, and the evaluator is told.")
            refused = _("More time is refused, and the evaluator is told.")
            flash(told if decided.state is RequestState.APPROVED else refused, "success")
            return _back(evaluation_id, deliverable_id)
    deliverable = found_deliverable(evaluation_id, deliverable_id)
    return _wish_page(queries.get_progress(deliverable, progress_id), form), form.status


def _offered(deliverable: Deliverable) -> dict[str, Any]:
    """What a version that is sent back starts from: a day for the next one, and the comments that go with it."""
    version = review.latest_version(deliverable)
    unsent = review.unsent_comments(version.id) if version else []
    return {
        "new_due_on": max(deliverable.due_on, add_working_days(clock.today(), DAYS_TO_MEND)),
        "version_id": version.id if version else None,
        "seen": review.comments_mark(unsent),
    }


def _wish_page(wish: Progress, form: ExtensionForm) -> str:
    return render_template(
        "evaluations/extension.html",
        evaluation=wish.deliverable.evaluation,
        deliverable=wish.deliverable,
        wish=wish,
        form=form,
        RequestState=RequestState,
        labels=labels,
    )


def _page(template: str, deliverable: Deliverable, form: ReturnForm | ApproveForm) -> str:
    version = review.latest_version(deliverable)
    unsent = review.unsent_comments(version.id) if version else []
    if isinstance(form, ReturnForm) and form.errors:
        # What is shown again is what may be sent next.
        form.seen.data = review.comments_mark(unsent)
    return render_template(
        template,
        evaluation=deliverable.evaluation,
        deliverable=deliverable,
        version=version,
        is_decidable=version is not None and deliverable.state is DeliverableState.SUBMITTED,
        is_readable=version is not None and is_downloadable(version),
        is_final_report=deliverable.kind is DeliverableKind.FINAL_REPORT,
        recommendations=len(deliverable.evaluation.recommendations),
        unsent=unsent,
        form=form,
        labels=labels,
    )


def _back(evaluation_id: int, deliverable_id: int) -> Any:
    address = url_for("evaluations.show_deliverable", evaluation_id=evaluation_id, deliverable_id=deliverable_id)
    return redirect(address, 303)
