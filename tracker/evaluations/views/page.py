"""The page of one evaluation."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, has_permission, requires
from tracker.audit.queries import list_for_case as list_events
from tracker.cases import panels
from tracker.cases import queries as cases
from tracker.cases import service as case_service
from tracker.cases.forms import NoteForm
from tracker.cases.secrecy import may_see
from tracker.core import clock
from tracker.core.errors import NotFound
from tracker.deadlines import labels as deadline_labels
from tracker.deadlines.enums import DeadlineState
from tracker.deadlines.models import Deadline
from tracker.deadlines.queries import list_for_case as list_deadlines
from tracker.documents.queries import get_document, told_in_history
from tracker.evaluations import history, labels, overview
from tracker.evaluations.deadlines import delivered_on
from tracker.evaluations.enums import EvaluationPhase
from tracker.evaluations.impartiality import Standing, latest, standing
from tracker.evaluations.models import Evaluation
from tracker.evaluations.overview import Place, Turn
from tracker.evaluations.queries.links import list_linked
from tracker.evaluations.queries.readers import NOT_A_READING
from tracker.evaluations.queries.review import list_waiting
from tracker.evaluations.service.record import open_recommendations
from tracker.evaluations.views.blueprint import back_to, blueprint, found, saving
from tracker.evaluations.workflow import CLOSED_PHASES, may_become
from tracker.organisations.choices import named

_PAGES = {
    Place.BRIEF: "evaluations.brief",
    Place.DELIVERABLES: "evaluations.usual_deliverables",
    Place.SELECTION: "evaluations.selection",
    Place.EVALUATOR: "evaluations.evaluator",
    Place.TEAM: "evaluations.new_member",
    # Where the link is mailed, by which a member signs.
    Place.LINKS: "evaluations.list_links",
    Place.CONTRACT: "evaluations.contract",
    Place.CLOSE: "evaluations.close",
}


@blueprint.get("/evaluations/<int:evaluation_id>")
@requires(Permission.CASE_READ)
def show(evaluation_id: int) -> str:
    return case_page(found(evaluation_id))


@blueprint.post("/evaluations/<int:evaluation_id>/notes")
@requires(Permission.EVALUATION_EDIT)
def add_note(evaluation_id: int) -> Any:
    evaluation = found(evaluation_id)
    form = NoteForm()
    if form.validate_on_submit():
        with saving(form, dict):
            case_service.add_note(
                actor=current_user,
                now=clock.now(),
                case=evaluation,
                body=form.body.data or "",
                submission_id=form.submission.data,
            )
            flash(_("The note is saved."), "success")
            return back_to(evaluation_id, "notes")
    return case_page(found(evaluation_id), note_form=form), form.status


def case_page(evaluation: Evaluation, note_form: NoteForm | None = None) -> str:
    """The whole page; `note_form` is a note that could not be saved, with what was typed."""
    today = clock.today()
    deadlines = list_deadlines(evaluation.id)
    phase = EvaluationPhase(evaluation.phase)
    is_editor = has_permission(current_user, Permission.EVALUATION_EDIT)
    return render_template(
        "evaluations/show.html" if evaluation.is_own else "evaluations/show_noted.html",
        evaluation=evaluation,
        phase=phase,
        days_in_phase=(today - evaluation.phase_since_on).days,
        turns=overview.turns(
            evaluation, list_waiting(evaluation), named, linked=list_linked(evaluation), may_read=is_editor
        ),
        place_url=lambda turn: _place_url(evaluation, turn),
        remarks=overview.remarks(evaluation),
        Remark=overview.Remark,
        standing=standing,
        latest=latest,
        Standing=Standing,
        delivered_on=delivered_on,
        deadlines=sorted(deadlines, key=lambda item: (item.state is not DeadlineState.OPEN, item.due_on, item.id)),
        deadline_title=_deadline_title,
        open_recommendations=len(open_recommendations(evaluation)),
        may_cancel=may_become(phase, EvaluationPhase.CANCELLED),
        may_close=may_become(phase, EvaluationPhase.CLOSED),
        is_over=phase in CLOSED_PHASES,
        knows_procurement=evaluation.procurement is not None and may_see(current_user, evaluation.procurement),
        contract_document=_contract_document(evaluation),
        notes=cases.list_notes(evaluation.id),
        note_form=note_form or NoteForm(formdata=None),
        events=history.lines(list_events(evaluation.id, told_in_history(current_user), NOT_A_READING)),
        panels=panels.load(current_app, evaluation, current_user),
        may={item.value: has_permission(current_user, item) for item in Permission},
        labels=labels,
        secrecy=labels.SECRECY,
        bases=deadline_labels.BASES,
        named=named,
    )


def _deadline_title(deadline: Deadline) -> str:
    return deadline_labels.title(deadline.kind, deadline.subject)


def _place_url(evaluation: Evaluation, turn: Turn) -> str | None:
    """Where a thing is done, as far as whoever asks may do or see it."""
    is_editor = has_permission(current_user, Permission.EVALUATION_EDIT)
    if turn.place is Place.DELIVERABLE:
        return url_for("evaluations.show_deliverable", evaluation_id=evaluation.id, deliverable_id=turn.row_id)
    if turn.place is Place.ASSESS:
        if not has_permission(current_user, Permission.EVALUATION_ASSESS):
            return None
        return url_for("evaluations.show_declaration", evaluation_id=evaluation.id, declaration_id=turn.row_id)
    if turn.place is Place.RECOMMENDATIONS and turn.row_id is not None:
        endpoint = "evaluations.show_recommendation"
        return url_for(endpoint, evaluation_id=evaluation.id, recommendation_id=turn.row_id)
    if turn.place in (Place.RECOMMENDATIONS, Place.MEMBERS):
        anchor = "team" if turn.place is Place.MEMBERS else "recommendations"
        return url_for("evaluations.show", evaluation_id=evaluation.id) + f"#{anchor}"
    return url_for(_PAGES[turn.place], evaluation_id=evaluation.id) if is_editor else None


def _contract_document(evaluation: Evaluation) -> Any:
    """The contract's document, for whoever may know of it."""
    if evaluation.contract_document_id is None:
        return None
    try:
        return get_document(current_user, evaluation.contract_document_id)
    except NotFound:
        return None
