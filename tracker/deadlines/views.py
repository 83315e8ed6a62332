"""Pages about deadlines: the list, one deadline with its working, and what can be done about it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, has_permission, requires
from tracker.cases import queries as cases
from tracker.core import clock
from tracker.deadlines import labels, queries, reading, service
from tracker.deadlines.enums import Basis, DeadlineState
from tracker.deadlines.forms import AddForm, DeadlineFilter, MetForm, MoveForm, ReopenForm
from tracker.deadlines.models import Deadline
from tracker.deadlines.queries import DeadlineFilters

blueprint = Blueprint("deadlines", __name__, template_folder="templates")

SOON_DAYS = 90
# One page holds several forms; the prefixes keep their fields apart.
MET, MOVE, REOPEN = "met-", "move-", "reopen-"


def filters_from(form: DeadlineFilter, today: date, person_id: int) -> DeadlineFilters:
    """What a sound form asks for; weeks run from Monday to Sunday."""
    monday = today - timedelta(days=today.weekday())
    spans: dict[str, tuple[date | None, date | None]] = {
        "overdue": (None, today - timedelta(days=1)),
        "this_week": (today, monday + timedelta(days=6)),
        "next_week": (monday + timedelta(days=7), monday + timedelta(days=13)),
        "all": (None, None),
        "met": (None, None),
    }
    first, last = spans.get(form.when.data, (today, today + timedelta(days=SOON_DAYS)))
    return DeadlineFilters(
        due_from=first,
        due_until=last,
        basis=Basis(form.basis.data) if form.basis.data in set(Basis) else None,
        owner_id=person_id if form.mine.data else None,
        state=DeadlineState.MET if form.when.data == "met" else DeadlineState.OPEN,
    )


@blueprint.get("/deadlines")
@requires(Permission.CASE_READ)
def list_deadlines() -> str:
    form = DeadlineFilter()
    is_sound = form.validate()
    filters = filters_from(form, clock.today(), current_user.id)
    page = queries.list_deadlines(current_user, filters, request.args.get("page", type=int)) if is_sound else None
    return render_template("deadlines/list.html", form=form, page=page, bases=labels.BASES)


@blueprint.get("/deadlines/<int:deadline_id>")
@requires(Permission.CASE_READ)
def show(deadline_id: int) -> str:
    return _page(queries.get_deadline(current_user, deadline_id))


def _page(deadline: Deadline, **forms: Any) -> str:
    may_edit = has_permission(current_user, Permission.DEADLINE_EDIT)
    return render_template(
        "deadlines/show.html",
        deadline=deadline,
        title=labels.title(deadline.kind, deadline.subject),
        working=reading.working_of(deadline),
        source=reading.source_of(deadline),
        moves=queries.list_moves(deadline.id),
        bases=labels.BASES,
        may_edit=may_edit,
        is_movable=service.is_movable(deadline),
        is_of_step=service.is_of_step(deadline),
        met_form=forms.get("met_form")
        or MetForm(formdata=None, prefix=MET, met_on=clock.today(), version=deadline.version),
        move_form=forms.get("move_form") or MoveForm(formdata=None, prefix=MOVE, version=deadline.version),
        reopen_form=forms.get("reopen_form") or ReopenForm(formdata=None, prefix=REOPEN, version=deadline.version),
    )


@blueprint.post("/deadlines/<int:deadline_id>/met")
@requires(Permission.DEADLINE_EDIT)
def mark_met(deadline_id: int) -> Any:
    deadline = queries.get_deadline(current_user, deadline_id)
    form = MetForm(prefix=MET)
    if form.validate_on_submit() and form.met_on.data:
        with form.domain_errors():
            service.mark_met(actor=current_user, now=clock.now(), deadline=deadline, **form.values())
            flash(_("The deadline is marked as done."), "success")
            return redirect(url_for("deadlines.show", deadline_id=deadline_id))
    return _page(queries.get_deadline(current_user, deadline_id), met_form=form), form.status


@blueprint.post("/deadlines/<int:deadline_id>/move")
@requires(Permission.DEADLINE_EDIT)
def move(deadline_id: int) -> Any:
    deadline = queries.get_deadline(current_user, deadline_id)
    form = MoveForm(prefix=MOVE)
    if form.validate_on_submit() and form.due_on.data:
        with form.domain_errors():
            service.move(actor=current_user, now=clock.now(), deadline=deadline, **form.values())
            flash(_("The date is moved. Reminders follow it."), "success")
            return redirect(url_for("deadlines.show", deadline_id=deadline_id))
    return _page(queries.get_deadline(current_user, deadline_id), move_form=form), form.status


@blueprint.post("/deadlines/<int:deadline_id>/reopen")
@requires(Permission.DEADLINE_EDIT)
def reopen(deadline_id: int) -> Any:
    deadline = queries.get_deadline(current_user, deadline_id)
    form = ReopenForm(prefix=REOPEN)
    if form.validate_on_submit():
        with form.domain_errors():
            service.reopen(actor=current_user, now=clock.now(), deadline=deadline, version=form.version.data)
            flash(_("The deadline is open again."), "success")
            return redirect(url_for("deadlines.show", deadline_id=deadline_id))
    return _page(queries.get_deadline(current_user, deadline_id), reopen_form=form), form.status


@blueprint.route("/cases/<int:case_id>/deadlines/new", methods=["GET", "POST"])
@requires(Permission.DEADLINE_EDIT)
def add(case_id: int) -> Any:
    case = cases.get_case(current_user, case_id)
    form = AddForm()
    if form.validate_on_submit() and form.due_on.data and form.submission.data:
        with form.domain_errors():
            deadline = service.add_manual(
                actor=current_user,
                now=clock.now(),
                case_id=case.id,
                kind=form.kind.data,
                basis=form.basis.data,
                due_on=form.due_on.data,
                reason=form.reason.data,
                submission_id=form.submission.data,
                source=form.source.data,
                subject=form.subject.data,
            )
            flash(_("The deadline is added."), "success")
            return redirect(url_for("deadlines.show", deadline_id=deadline.id))
    case = cases.get_case(current_user, case_id)
    return render_template("deadlines/add.html", form=form, case=case), form.status
