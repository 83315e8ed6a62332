"""Handing in: the file, what changed, a draft for later, and the receipt."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from tracker.accounts.permissions import opened_by_link
from tracker.core import clock
from tracker.core.bodies import body_limit
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.documents import incoming, inspection, receipts, serving, tus
from tracker.documents.keeping import keep_sent
from tracker.documents.queries import is_downloadable
from tracker.evaluations import formats, labels
from tracker.evaluations.forms.workspace import DeliveryForm
from tracker.evaluations.impartiality import gaps
from tracker.evaluations.models import Deliverable, Delivery, EvaluatorLink, TeamMember
from tracker.evaluations.queries import links as link_queries
from tracker.evaluations.queries import workspace as queries
from tracker.evaluations.queries.given import list_files
from tracker.evaluations.queries.review import find_last_difference
from tracker.evaluations.service import delivery as service
from tracker.evaluations.service import drafts, links
from tracker.evaluations.views.workspace.blueprint import (
    blueprint,
    found_deliverable,
    inspect,
    keeps_draft,
    opened,
    saving,
)
from tracker.evaluations.workflow import CLOSED_PHASES

# What is sent from a page that was open when its link expired is still kept as a draft.
KEEPS_AFTER_EXPIRY = timedelta(days=7)


@blueprint.route("/deliverables/<int:deliverable_id>", methods=["GET", "POST"])
@opened_by_link
@body_limit(incoming.limit_bytes)
def deliver(token: str, deliverable_id: int) -> Any:
    deliverable = found_deliverable(deliverable_id)
    form = DeliveryForm(data=_drafted(deliverable))
    if form.validate_on_submit():
        with saving(form):
            made = service.find_by_submission(deliverable, form.submission.data)
            if made is None:
                return _hand_in(token, deliverable, form)
            _say_how_it_went(made, form)
            return _to_receipt(token, made)
    deliverable = found_deliverable(deliverable_id)
    if service.why_not_awaited(deliverable) is None:
        keep_sent(form, context=drafts.context_of(deliverable), person_id=opened().person.id, now=clock.now())
    return _page(deliverable_id, form), form.status


@blueprint.post("/deliverables/<int:deliverable_id>/uploads")
@opened_by_link
def create_upload(token: str, deliverable_id: int) -> Response:
    """A file that is sent in pieces (tus). Refused at once where nothing can be handed in."""
    deliverable = found_deliverable(deliverable_id)
    with tus.refusing():
        service.refuse_unless_awaited(deliverable)
    return tus.create(
        context=drafts.context_of(deliverable),
        person_id=opened().person.id,
        now=clock.now(),
        sender=links.sender_of(opened().link),
    )


@blueprint.post("/deliverables/<int:deliverable_id>/draft/delete")
@opened_by_link
def drop_draft(token: str, deliverable_id: int) -> Response:
    drafts.drop(found_deliverable(deliverable_id), opened().member)
    flash(_("The draft is thrown away."), "success")
    return redirect(url_for("workspace.deliver", token=token, deliverable_id=deliverable_id), 303)


@blueprint.get("/receipts/<number>")
@opened_by_link
def receipt(token: str, number: str) -> str:
    found = queries.get_receipt(opened().evaluation, number)
    delivery = queries.get_delivery(found)
    return render_template(
        "workspace/receipt.html",
        evaluation=opened().evaluation,
        receipt=found,
        delivery=delivery,
        is_other_format=formats.missed(delivery.deliverable.format, delivery.version.file_name),
        is_set_aside=delivery.version.is_set_aside,
        findings=[inspection.FINDINGS[code] for code in delivery.version.findings],
        asks_for_recommendations=queries.asks_for_recommendations(delivery.deliverable),
    )


@blueprint.get("/receipts/<number>.pdf")
@opened_by_link
def receipt_pdf(token: str, number: str) -> Response:
    return receipts.pdf_response(queries.get_receipt(opened().evaluation, number), str(get_locale()))


@blueprint.get("/versions/<int:version_id>/file")
@opened_by_link
def download(token: str, version_id: int) -> Any:
    """A file that was delivered here, or given by the commissioner, handed out and written down."""
    version = queries.get_readable_version(opened().evaluation, version_id)
    if not is_downloadable(version):
        page = render_template("workspace/not_yet.html", evaluation=opened().evaluation, version=version)
        return page, 409
    return serving.hand_out(version, opened().person, clock.now())


@keeps_draft("workspace.deliver")
def keep_after_expiry(link: EvaluatorLink) -> bool:
    """Keep what came too late for its link, in a transaction of its own."""
    now = clock.now()
    deliverable_id = (request.view_args or {}).get("deliverable_id", 0)
    if link_queries.expires_at(link) < now - KEEPS_AFTER_EXPIRY:
        return False
    try:
        deliverable = queries.get_deliverable(link.member.evaluation, deliverable_id)
        form = DeliveryForm()
        is_kept = _keep_draft(deliverable, link.member, form) is not None
        db.session.commit()
    except DomainError:
        db.session.rollback()
        return False
    return is_kept


def _hand_in(token: str, deliverable: Deliverable, form: DeliveryForm) -> Response:
    """:raises DomainError: on ``file`` when none was chosen or it cannot be taken."""
    now, member = clock.now(), opened().member
    here = url_for("workspace.deliver", token=token, deliverable_id=deliverable.id)
    service.refuse_unless_awaited(deliverable)
    if "draft" in request.form:
        _keep_something(deliverable, member, form)
        flash(_("Saved. Nothing is handed in yet: come back by the same link when you are ready."), "success")
        return redirect(here, 303)
    if gaps(deliverable.evaluation):
        _keep_something(deliverable, member, form)
        flash(
            _(
                "The file is uploaded and kept as a draft, but it is not handed in: the declarations of independence "
                "have to be assessed first. You get a mail when that is done."
            ),
            "warning",
        )
        return redirect(here, 303)
    chosen = incoming.chosen(form, context=drafts.context_of(deliverable), now=now)
    chosen = chosen or drafts.file_of(deliverable, member, now=now)
    if chosen is None:
        raise DomainError(_("Choose the file to hand in."), "file")
    inspected = inspect(chosen)
    made = service.deliver(
        actor=opened().person,
        now=now,
        deliverable=deliverable,
        incoming=chosen,
        inspected=inspected,
        member=member,
        change_note=form.change_note.data,
        submission_id=form.submission.data,
    )
    _say_how_it_went(made, form)
    return _to_receipt(token, made)


def _keep_something(deliverable: Deliverable, member: TeamMember, form: DeliveryForm) -> None:
    """:raises DomainError: on ``file`` when there is nothing to keep: nobody is to believe that a file was saved."""
    if _keep_draft(deliverable, member, form) is None:
        raise DomainError(_("No file is chosen. Choose the file to keep."), "file")


def _keep_draft(deliverable: Deliverable, member: TeamMember, form: DeliveryForm) -> Any:
    now = clock.now()
    chosen = incoming.chosen(form, context=drafts.context_of(deliverable), now=now)
    return drafts.save(now=now, deliverable=deliverable, member=member, chosen=chosen, note=form.change_note.data)


def _say_how_it_went(made: Delivery, form: DeliveryForm) -> None:
    if made.version.submission_id != form.submission.data:
        flash(
            _(
                "You have handed in exactly this file already, and it stands. Nothing new was received. This is its"
                " receipt."
            ),
            "info",
        )
        return
    flash(_("The receipt is mailed to you, too."), "success")
    earlier = queries.find_earlier_same(made)
    if earlier is not None:
        flash(
            _(
                "Received as version %(number)d. It is the same file as version %(earlier)d.",
                number=made.version.number,
                earlier=earlier.version.number,
            ),
            "info",
        )
        return
    other = queries.find_same_file_elsewhere(made)
    if other is not None:
        flash(
            _("Is it the right file? The very same was handed in for %(title)s, too.", title=other.deliverable.title),
            "warning",
        )


def _to_receipt(token: str, made: Delivery) -> Response:
    found = receipts.find_for_version(made.version_id)
    assert found is not None
    return redirect(url_for("workspace.receipt", token=token, number=queries.receipt_slug(found)), 303)


def _drafted(deliverable: Deliverable) -> dict[str, Any]:
    draft = queries.find_draft(deliverable, opened().member)
    return {"change_note": draft.change_note if draft else None}


def _page(deliverable_id: int, form: DeliveryForm) -> str:
    deliverable = found_deliverable(deliverable_id)
    evaluation = opened().evaluation
    draft = drafts.shown(deliverable, opened().member, now=clock.now())
    form.drafted = incoming.Waiting(draft.file_name, draft.size_bytes) if draft and draft.file_name else None
    return render_template(
        "workspace/deliver.html",
        evaluation=evaluation,
        deliverable=deliverable,
        deliveries=queries.list_deliveries(deliverable),
        receipts=queries.receipts_of(evaluation),
        draft=draft,
        given=[file for file in list_files(evaluation) if file.deliverable_id in (None, deliverable.id)],
        form=form,
        gaps=gaps(evaluation),
        last_difference=find_last_difference(deliverable),
        unanswered=queries.unanswered_comments(evaluation).get(deliverable.id, 0),
        accept=inspection.ACCEPT,
        max_mb=current_app.config["SETTINGS"].upload_max_mb,
        labels=labels,
        is_over=evaluation.phase in CLOSED_PHASES,
        today=clock.today(),
    )
