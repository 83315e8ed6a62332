"""Somebody of the commissioner's hands in for the evaluator; both names stand on the receipt."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from tracker.accounts.permissions import Permission, requires
from tracker.core import clock
from tracker.core.bodies import body_limit
from tracker.core.errors import DomainError, NotFound
from tracker.documents import incoming, inspection, receipts, tus
from tracker.documents.keeping import keep_sent
from tracker.documents.service import inspect_first
from tracker.evaluations.deadlines import contact_of
from tracker.evaluations.enums import DeliveredBy
from tracker.evaluations.forms.workspace import DeliveryForForm
from tracker.evaluations.impartiality import current_team, gaps
from tracker.evaluations.models import Deliverable, TeamMember
from tracker.evaluations.queries import workspace as queries
from tracker.evaluations.service import delivery as service
from tracker.evaluations.service import drafts
from tracker.evaluations.views.blueprint import blueprint, found_deliverable, found_member, found_reviewable, saving


@blueprint.route("/evaluations/<int:evaluation_id>/deliverables/<int:deliverable_id>/deliver", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
@body_limit(incoming.limit_bytes)
def deliver_for(evaluation_id: int, deliverable_id: int) -> Any:
    deliverable = _awaited(evaluation_id, deliverable_id)
    contact = contact_of(deliverable.evaluation)
    form = DeliveryForForm(data={"member_id": contact.id if contact else None})
    form.member_id.choices = [(member.id, member.person.name) for member in current_team(deliverable.evaluation)]
    if form.validate_on_submit():
        with saving(form, dict):
            return _hand_in(deliverable, found_member(evaluation_id, form.member_id.data), form)
    deliverable = found_deliverable(evaluation_id, deliverable_id)
    if service.why_not_awaited(deliverable) is None:
        keep_sent(form, context=drafts.context_of(deliverable), person_id=current_user.id, now=clock.now())
        deliverable = found_deliverable(evaluation_id, deliverable_id)
    return _page(deliverable, form), form.status


def _page(deliverable: Deliverable, form: DeliveryForForm) -> str:
    why_not = service.why_not_awaited(deliverable)
    return render_template(
        "evaluations/deliver_for.html",
        evaluation=deliverable.evaluation,
        deliverable=deliverable,
        hindrances=[why_not] if why_not else [gap.text for gap in gaps(deliverable.evaluation)],
        is_again=bool(queries.list_deliveries(deliverable)),
        form=form,
        accept=inspection.ACCEPT,
        max_mb=current_app.config["SETTINGS"].upload_max_mb,
    )


@blueprint.post("/evaluations/<int:evaluation_id>/deliverables/<int:deliverable_id>/uploads")
@requires(Permission.EVALUATION_EDIT)
def create_upload_for(evaluation_id: int, deliverable_id: int) -> Response:
    """A file that is sent in pieces (tus)."""
    deliverable = _awaited(evaluation_id, deliverable_id)
    with tus.refusing():
        service.refuse_unless_awaited(deliverable)
    return tus.create(context=drafts.context_of(deliverable), person_id=current_user.id, now=clock.now())


def _awaited(evaluation_id: int, deliverable_id: int) -> Deliverable:
    deliverable = found_reviewable(evaluation_id, deliverable_id)
    if deliverable.delivered_by is not DeliveredBy.EVALUATOR:
        raise NotFound("deliverable")
    return deliverable


def _hand_in(deliverable: Deliverable, member: TeamMember, form: DeliveryForForm) -> Response:
    now = clock.now()
    made = service.find_by_submission(deliverable, form.submission.data)
    if made is None:
        chosen = incoming.chosen(form, context=drafts.context_of(deliverable), now=now)
        if chosen is None:
            raise DomainError(_("Choose the file to hand in."), "file")
        inspected = inspect_first(chosen)
        made = service.deliver(
            actor=current_user,
            now=now,
            deliverable=deliverable,
            incoming=chosen,
            inspected=inspected,
            for_member=member,
            change_note=form.change_note.data,
            submission_id=form.submission.data,
        )
    receipt = receipts.find_for_version(made.version_id)
    assert receipt is not None
    if made.version.submission_id == form.submission.data:
        flash(
            _(
                "Received for %(name)s. Receipt %(number)s is mailed to the evaluator.",
                name=member.person.name,
                number=receipt.number,
            ),
            "success",
        )
    else:
        flash(
            _(
                "Exactly this file is handed in already, and it stands: receipt %(number)s. Nothing new was received.",
                number=receipt.number,
            ),
            "info",
        )
    address = url_for(
        "evaluations.show_deliverable", evaluation_id=deliverable.evaluation_id, deliverable_id=deliverable.id
    )
    return redirect(address, 303)
