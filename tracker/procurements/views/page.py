"""The page of one procurement."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import current_app, render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, has_permission, requires
from tracker.audit.queries import list_for_case as list_events
from tracker.cases import labels as case_labels
from tracker.cases import panels
from tracker.cases import queries as cases
from tracker.cases.enums import ParticipantRole
from tracker.cases.forms import NoteForm
from tracker.cases.secrecy import may_see
from tracker.core import clock
from tracker.core.filters import locale_code
from tracker.deadlines import labels as deadline_labels
from tracker.deadlines.enums import DeadlineState
from tracker.deadlines.explain import law_name
from tracker.deadlines.models import Deadline
from tracker.deadlines.queries import list_for_case as list_deadlines
from tracker.deadlines.rules.select import law_code_for
from tracker.documents.queries import told_in_history
from tracker.organisations.choices import named
from tracker.organisations.models import Organisation
from tracker.organisations.queries import name_on
from tracker.procurements import history, labels, overview
from tracker.procurements.enums import OptionState, ProcurementPhase, StepKind
from tracker.procurements.forms import StepForm
from tracker.procurements.models import Procurement
from tracker.procurements.planning import earliest_signing_on, tender_period_warnings
from tracker.procurements.service.standing import next_step_of
from tracker.procurements.views.blueprint import blueprint, found, knows_tenders
from tracker.procurements.workflow import CLOSED_PHASES


@blueprint.get("/procurements/<int:procurement_id>")
@requires(Permission.CASE_READ)
def show(procurement_id: int) -> str:
    return case_page(found(procurement_id))


def case_page(procurement: Procurement, note_form: NoteForm | None = None) -> str:
    """The whole page; `note_form` is a note that could not be saved, with what was typed."""
    today = clock.today()
    deadlines = list_deadlines(procurement.id)
    open_deadlines = [item for item in deadlines if item.state is DeadlineState.OPEN]
    phase = ProcurementPhase(procurement.phase)
    following = next_step_of(procurement)
    signing_on = _bars_signing_until(procurement, following, today)
    events = list_events(procurement.id, told_in_history(current_user))
    return render_template(
        "procurements/show.html",
        procurement=procurement,
        phase=phase,
        days_in_phase=(today - procurement.phase_since_on).days,
        next_deadline=open_deadlines[0] if open_deadlines else None,
        deadlines=overview.ordered(deadlines),
        deadline_title=_deadline_title,
        steps=overview.step_lines(procurement, following, today),
        next_step=following,
        logged=_just_logged(procurement),
        step_form=_quick_form(None if signing_on else following, procurement, today),
        signing_on=signing_on,
        warnings=tender_period_warnings(procurement) if phase not in CLOSED_PHASES else [],
        gaps=overview.gaps(procurement, deadlines, today) if knows_tenders(procurement) else [],
        may_end=_may_be_ended(procurement, today),
        may_cancel=phase not in CLOSED_PHASES and not procurement.contracts,
        market_contacts=_people(procurement, ParticipantRole.MARKET_CONTACT),
        law_name=_law_name(procurement.began_on),
        notes=cases.list_notes(procurement.id),
        note_form=note_form or NoteForm(formdata=None),
        events=history.lines(events, with_tenders=knows_tenders(procurement)),
        knows_tenders=knows_tenders(procurement),
        may_know=lambda case: may_see(current_user, case),
        panels=panels.load(current_app, procurement, current_user),
        may={item.value: has_permission(current_user, item) for item in Permission},
        labels=labels,
        secrecy=case_labels.SECRECY,
        bases=deadline_labels.BASES,
        named=named,
        name_then=lambda body: _name_then(body, procurement.began_on),
        OptionState=OptionState,
    )


def _name_then(body: Organisation, on: date) -> str:
    """What a body was called when the case began, and today where that is another name."""
    then, today = name_on(body, on, locale_code()), named(body)
    return then if then == today else _("%(then)s (now %(today)s)", then=then, today=today)


def _law_name(began_on: date) -> str | None:
    code = law_code_for(began_on)
    return law_name(code) if code else None


def _deadline_title(deadline: Deadline) -> str:
    return deadline_labels.title(deadline.kind, deadline.subject)


def _quick_form(kind: StepKind | None, procurement: Procurement, today: date) -> StepForm | None:
    """The form that logs the next step from the page itself."""
    milestone = next((item for item in procurement.milestones if item.kind is kind), None)
    if milestone is None:
        return None
    data: dict[str, Any] = {"on": today, "version": milestone.version, "means": procurement.notification_means}
    return StepForm(formdata=None, data=data)


def _bars_signing_until(procurement: Procurement, following: StepKind | None, today: date) -> date | None:
    """The first day on which a contract may be signed, while the standstill runs; then there is nothing to log."""
    if following is not StepKind.STANDSTILL_END:
        return None
    earliest_on = earliest_signing_on(procurement)
    return earliest_on if earliest_on is not None and earliest_on > today else None


def _just_logged(procurement: Procurement) -> Any:
    kind = request.args.get("logged")
    return next((item for item in procurement.milestones if item.kind == kind and item.actual_on is not None), None)


def _may_be_ended(procurement: Procurement, today: date) -> bool:
    if procurement.phase in CLOSED_PHASES:
        return False
    ends = [contract.ends_on for contract in procurement.contracts]
    return procurement.phase == ProcurementPhase.IN_FORCE and all(end < today for end in ends)


def _people(procurement: Procurement, role: ParticipantRole) -> list[str]:
    return [part.person.name for part in procurement.participants if part.role is role]
