"""Which documents of the case the evaluator may have."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response

from tracker.accounts.permissions import Permission, requires
from tracker.core import clock
from tracker.core.choices import id_choices
from tracker.documents import queries as documents
from tracker.documents.labels import registry_number
from tracker.evaluations.enums import DeliverableState
from tracker.evaluations.forms.given import GiveForm, MoveForm
from tracker.evaluations.models import Deliverable, Evaluation
from tracker.evaluations.queries import given as queries
from tracker.evaluations.service import given as service
from tracker.evaluations.views.blueprint import blueprint, found, found_deliverable, saving
from tracker.evaluations.workflow import IDLE_PHASES


@blueprint.route("/evaluations/<int:evaluation_id>/given", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def given_documents(evaluation_id: int) -> Any:
    form = _form(found(evaluation_id))
    if form.validate_on_submit():
        with saving(form, dict):
            deliverable_id = form.deliverable_id.data
            made = service.give(
                actor=current_user,
                now=clock.now(),
                evaluation=found(evaluation_id),
                document=documents.get_document(current_user, form.document_id.data or 0),
                deliverable=found_deliverable(evaluation_id, deliverable_id) if deliverable_id else None,
            )
            flash(_("The evaluator can now fetch %(title)s.", title=made.document.title), "success")
            return _back(evaluation_id)
    return _page(found(evaluation_id), form), form.status


def _page(evaluation: Evaluation, form: GiveForm) -> str:
    given = [row for row in queries.list_given(evaluation) if documents.find_document(current_user, row.document_id)]
    # What is given is moved, or taken back, in the list. Pressing twice gives once, so it is no fault to name it.
    known = {str(row.document_id) for row in given}
    form.document_id.choices = [item for item in form.document_id.choices if item.value not in known]
    return render_template(
        "evaluations/given.html",
        evaluation=evaluation,
        form=form,
        rows=[(row, queries.open_version(row)) for row in given],
        is_over=evaluation.phase in IDLE_PHASES,
        registry_number=registry_number,
    )


@blueprint.route("/evaluations/<int:evaluation_id>/given/<int:given_id>/move", methods=["GET", "POST"])
@requires(Permission.EVALUATION_EDIT)
def move_given(evaluation_id: int, given_id: int) -> Any:
    given = queries.get_given(found(evaluation_id), given_id)
    document = documents.get_document(current_user, given.document_id)
    form = MoveForm(obj=given)
    form.deliverable_id.choices = _places(given.evaluation)
    if form.validate_on_submit():
        with saving(form, dict):
            deliverable_id = form.deliverable_id.data
            service.give(
                actor=current_user,
                now=clock.now(),
                evaluation=given.evaluation,
                document=document,
                deliverable=found_deliverable(evaluation_id, deliverable_id) if deliverable_id else None,
            )
            flash(_("Saved."), "success")
            return _back(evaluation_id)
    given = queries.get_given(found(evaluation_id), given_id)
    page = render_template("evaluations/given_move.html", evaluation=given.evaluation, given=given, form=form)
    return page, form.status


@blueprint.post("/evaluations/<int:evaluation_id>/given/<int:given_id>/remove")
@requires(Permission.EVALUATION_EDIT)
def take_back_document(evaluation_id: int, given_id: int) -> Response:
    given = queries.get_given(found(evaluation_id), given_id)
    documents.get_document(current_user, given.document_id)
    service.take_back(actor=current_user, now=clock.now(), given=given)
    flash(_("The evaluator no longer finds the document."), "success")
    return _back(evaluation_id)


def _form(evaluation: Evaluation) -> GiveForm:
    form = GiveForm()
    theirs = {item.document_id for item in _present(evaluation) if item.deliveries}
    rows = documents.list_for_case(current_user, evaluation.id)
    form.document_id.choices = id_choices(
        [(item.id, f"{registry_number(item)} {item.title}") for item in rows if item.id not in theirs], _l("Choose")
    )
    form.deliverable_id.choices = _places(evaluation)
    return form


def _present(evaluation: Evaluation) -> list[Deliverable]:
    """What was not asked of an earlier evaluator: what that one delivered is given like any document."""
    return [item for item in evaluation.deliverables if item.ended_contract_id is None]


def _places(evaluation: Evaluation) -> list[Any]:
    asked = [(item.id, item.title) for item in _present(evaluation) if item.state is not DeliverableState.CANCELLED]
    return id_choices(asked, _l("The whole commission"))


def _back(evaluation_id: int) -> Response:
    return redirect(url_for("evaluations.given_documents", evaluation_id=evaluation_id), 303)
