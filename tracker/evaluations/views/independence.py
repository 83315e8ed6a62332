"""A declaration of independence, for those who assess it and those who look after the commission."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, has_permission, requires
from tracker.cases.models import Case
from tracker.cases.panels import Panel
from tracker.cases.secrecy import Viewer
from tracker.core import clock
from tracker.core.db import db, writing
from tracker.deadlines.enums import DeadlineState
from tracker.deadlines.service import find_by_key
from tracker.evaluations import impartiality, labels
from tracker.evaluations.forms.independence import AssessmentForm
from tracker.evaluations.models import Declaration, Evaluation
from tracker.evaluations.queries import review as queries
from tracker.evaluations.queries.readers import list_readers
from tracker.evaluations.service import independence
from tracker.evaluations.views.blueprint import back_to, blueprint, found, saving
from tracker.organisations.mentions import LOOKED_FOR, names_of
from tracker.organisations.queries import list_of_kinds, name_on


@blueprint.get("/evaluations/<int:evaluation_id>/declarations/<int:declaration_id>")
@requires(Permission.EVALUATION_EDIT)
def show_declaration(evaluation_id: int, declaration_id: int) -> str:
    queries.get_declaration(found(evaluation_id), declaration_id)
    _log_reading(evaluation_id, declaration_id)
    declaration = queries.get_declaration(found(evaluation_id), declaration_id)
    data = {
        "assessment": declaration.assessment,
        "measure": declaration.measure,
        "reason": declaration.assessment_reason,
        "version": declaration.version,
    }
    return _page(declaration, AssessmentForm(data=data))


@blueprint.post("/evaluations/<int:evaluation_id>/declarations/<int:declaration_id>")
@requires(Permission.EVALUATION_ASSESS)
def assess_declaration(evaluation_id: int, declaration_id: int) -> Any:
    declaration = queries.get_declaration(found(evaluation_id), declaration_id)
    form = AssessmentForm(data={"version": declaration.version})
    if form.validate_on_submit():
        with saving(form, lambda: independence.assessment_texts(_again(evaluation_id, declaration_id))):
            independence.assess(
                actor=current_user,
                now=clock.now(),
                declaration=declaration,
                assessment=form.assessment.data,
                measure=form.measure.data,
                reason=form.reason.data,
                version=form.version.data,
            )
            flash(_("The assessment is saved, and the member is told."), "success")
            return back_to(evaluation_id, "independence")
    return _page(_again(evaluation_id, declaration_id), form), form.status


def independence_panel(case: Case, viewer: Viewer) -> Panel | None:
    """How far the team has come, and what is held back. What was declared is never told here."""
    if not isinstance(case, Evaluation) or not case.is_own:
        return None
    deadline = find_by_key(case.id, "independence")
    context = {
        "evaluation": case,
        "members": [
            (member, impartiality.standing(member), impartiality.latest(member))
            for member in impartiality.current_team(case)
        ],
        "gaps": independence.gaps(case),
        "due_on": deadline.due_on if deadline is not None and deadline.state is DeadlineState.OPEN else None,
        "today": clock.today(),
        "may_read": has_permission(viewer, Permission.EVALUATION_EDIT),
        "may_assess": has_permission(viewer, Permission.EVALUATION_ASSESS),
        "labels": labels,
    }
    return Panel(_("Independence"), "evaluations/_independence.html", context)


def _again(evaluation_id: int, declaration_id: int) -> Declaration:
    return queries.get_declaration(found(evaluation_id), declaration_id)


def _log_reading(evaluation_id: int, declaration_id: int) -> None:
    """That somebody reads it is written in a transaction of its own: a page that is only read writes nothing else."""
    db.session.rollback()
    with writing():
        declaration = queries.get_declaration(found(evaluation_id), declaration_id)
        independence.record_reading(actor=current_user._get_current_object(), now=clock.now(), declaration=declaration)
        db.session.commit()


def _earlier(declaration: Declaration) -> list[Declaration]:
    """What the same person declared before, the newest first; also for an evaluator whose contract has ended."""
    member = declaration.member
    theirs = [item for item in member.evaluation.team if item.person_id == member.person_id]
    found = [item for each in theirs for item in each.declarations if item.id < declaration.id]
    return sorted(found, key=lambda item: item.id, reverse=True)


def _page(declaration: Declaration, form: AssessmentForm) -> str:
    evaluation = declaration.member.evaluation
    team = {member.person_id for member in evaluation.team}
    named = impartiality.mentions(declaration, names_of(list_of_kinds(LOOKED_FOR)))
    return render_template(
        "evaluations/declaration.html",
        evaluation=evaluation,
        declaration=declaration,
        member=declaration.member,
        earlier=_earlier(declaration),
        is_latest=impartiality.latest(declaration.member) is declaration,
        is_current=declaration.member.left_on is None,
        may_assess=has_permission(current_user, Permission.EVALUATION_ASSESS) and current_user.id not in team,
        flags=impartiality.flags(declaration, evaluation, named),
        named={part: [name_on(item, clock.today()) for item in found] for part, found in named.items()},
        readers=list_readers(declaration),
        form=form,
        labels=labels,
    )
