"""Forms of the case page's sections, and the notes."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from tracker.accounts.permissions import Permission, requires, roles_with
from tracker.accounts.queries import list_choices
from tracker.cases import service as cases
from tracker.cases.enums import ParticipantRole
from tracker.cases.forms import NoteForm
from tracker.cases.labels import LEFT
from tracker.cases.saving import saving
from tracker.cases.secrecy import may_see
from tracker.core import clock
from tracker.core.choices import NOT_GIVEN, id_choices
from tracker.core.forms import BaseForm
from tracker.organisations.choices import organisation_choices
from tracker.procurements import queries, service
from tracker.procurements.forms import AssignmentForm, CancelForm, EndForm, ExecutionForm, FactsForm, ProcedureForm
from tracker.procurements.models import Procurement
from tracker.procurements.planning import tender_period_warnings
from tracker.procurements.service import facts as texts
from tracker.procurements.views.blueprint import BODY_KINDS, blueprint, contract_name, found
from tracker.procurements.views.page import case_page


@blueprint.route("/procurements/<int:procurement_id>/facts", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_EDIT)
def facts(procurement_id: int) -> Any:
    procurement = found(procurement_id)
    form = _facts_form(procurement)
    if form.validate_on_submit():
        with saving(form, lambda: texts.facts_texts(found(procurement_id))):
            service.change_facts(actor=current_user, now=clock.now(), procurement=procurement, **form.values())
            return _saved(procurement_id) if may_see(current_user, procurement) else _left()
    return _section(procurement_id, "facts", form)


def _facts_form(procurement: Procurement) -> FactsForm:
    """Whoever and whatever is chosen already is offered, whether or not it would be anew."""
    contact = next((part for part in procurement.participants if part.role is ParticipantRole.MARKET_CONTACT), None)
    form = FactsForm(obj=procurement, data={"market_contact_id": contact.person_id if contact else None})
    officers = dict(list_choices(roles_with(Permission.PROCUREMENT_STEP)))
    officers.setdefault(procurement.responsible_id, procurement.responsible.name)
    form.responsible_id.choices = id_choices(officers.items())
    contacts = dict(list_choices(roles_with(Permission.PROCUREMENT_EDIT)))
    if contact is not None:
        contacts.setdefault(contact.person_id, contact.person.name)
    form.market_contact_id.choices = id_choices(contacts.items(), NOT_GIVEN)
    replaceable = queries.list_replaceable_contracts(current_user, procurement.atc_code, clock.today())
    offered = {item.id: contract_name(item) for item in (*replaceable, procurement.succeeds_contract) if item}
    form.succeeds_contract_id.choices = id_choices(offered.items(), _("None"))
    return form


@blueprint.route("/procurements/<int:procurement_id>/assignment", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_EDIT)
def assignment(procurement_id: int) -> Any:
    procurement = found(procurement_id)
    form = AssignmentForm(obj=procurement)
    form.assigned_by_id.choices = id_choices(organisation_choices(BODY_KINDS), NOT_GIVEN)
    if form.validate_on_submit():
        with saving(form, lambda: texts.assignment_texts(found(procurement_id))):
            service.change_assignment(actor=current_user, now=clock.now(), procurement=procurement, **form.values())
            return _saved(procurement_id)
    return _section(procurement_id, "assignment", form)


@blueprint.route("/procurements/<int:procurement_id>/execution", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_EDIT)
def execution(procurement_id: int) -> Any:
    procurement = found(procurement_id)
    form = ExecutionForm(obj=procurement)
    form.executing_body_id.choices = id_choices(organisation_choices(BODY_KINDS))
    if form.validate_on_submit():
        with saving(form, lambda: texts.execution_texts(found(procurement_id))):
            service.change_execution(actor=current_user, now=clock.now(), procurement=procurement, **form.values())
            return _saved(procurement_id)
    return _section(procurement_id, "execution", form)


@blueprint.route("/procurements/<int:procurement_id>/procedure", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_EDIT)
def procedure(procurement_id: int) -> Any:
    procurement = found(procurement_id)
    form = ProcedureForm(obj=procurement)
    if form.validate_on_submit() and form.began_on.data:
        with saving(form, lambda: texts.procedure_texts(found(procurement_id))):
            service.change_procedure(actor=current_user, now=clock.now(), procurement=procurement, **form.values())
            for warning in tender_period_warnings(procurement):
                flash(warning, "warning")
            return _saved(procurement_id)
    return _section(procurement_id, "procedure", form)


@blueprint.route("/procurements/<int:procurement_id>/cancel", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_EDIT)
def cancel(procurement_id: int) -> Any:
    procurement = found(procurement_id)
    form = CancelForm(data={"cancelled_on": clock.today(), "version": procurement.version})
    if form.validate_on_submit() and form.cancelled_on.data:
        with saving(form, lambda: {"version": str(found(procurement_id).version)}):
            service.cancel_procurement(actor=current_user, now=clock.now(), procurement=procurement, **form.values())
            flash(_("The procurement is cancelled."), "success")
            return redirect(url_for("procurements.show", procurement_id=procurement_id))
    return _section(procurement_id, "cancel", form)


@blueprint.route("/procurements/<int:procurement_id>/end", methods=["GET", "POST"])
@requires(Permission.PROCUREMENT_EDIT)
def end(procurement_id: int) -> Any:
    procurement = found(procurement_id)
    form = EndForm(data={"ended_on": clock.today(), "version": procurement.version})
    if form.validate_on_submit() and form.ended_on.data:
        with saving(form, lambda: {"version": str(found(procurement_id).version)}):
            service.end_procurement(actor=current_user, now=clock.now(), procurement=procurement, **form.values())
            flash(_("The case is closed."), "success")
            return redirect(url_for("procurements.show", procurement_id=procurement_id))
    return _section(procurement_id, "end", form)


@blueprint.post("/procurements/<int:procurement_id>/notes")
@requires(Permission.NOTE_ADD)
def add_note(procurement_id: int) -> Any:
    procurement = found(procurement_id)
    form = NoteForm()
    if form.validate_on_submit():
        with saving(form, dict):
            cases.add_note(
                actor=current_user,
                now=clock.now(),
                case=procurement,
                body=form.body.data or "",
                submission_id=form.submission.data,
            )
            flash(_("The note is saved."), "success")
            return redirect(url_for("procurements.show", procurement_id=procurement_id) + "#notes")
    return case_page(found(procurement_id), note_form=form), form.status


def _saved(procurement_id: int) -> Response:
    flash(_("Saved."), "success")
    return redirect(url_for("procurements.show", procurement_id=procurement_id))


def _left() -> Response:
    flash(str(LEFT), "success")
    return redirect(url_for("procurements.list_procurements"))


def _section(procurement_id: int, section: str, form: BaseForm) -> tuple[str, int]:
    procurement: Procurement = found(procurement_id)
    return render_template(f"procurements/{section}.html", procurement=procurement, form=form), form.status
