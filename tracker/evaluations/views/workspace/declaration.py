"""The evaluator declares independence: the step that accepts the commission. Each signs through their own link."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from tracker.accounts.permissions import opened_by_link
from tracker.core import clock
from tracker.evaluations import labels
from tracker.evaluations.forms.independence import PARTS, DeclarationForm, declared
from tracker.evaluations.impartiality import Standing, latest, standing
from tracker.evaluations.service import independence
from tracker.evaluations.views.workspace.blueprint import blueprint, opened, saving


@blueprint.get("/declaration")
@opened_by_link
def declaration(token: str) -> Any:
    """What is declared and how it stands; the form when there is nothing yet."""
    found = latest(opened().member)
    if found is None:
        return redirect(url_for("workspace.sign_declaration", token=token))
    return render_template(
        "workspace/declaration.html",
        evaluation=opened().evaluation,
        declaration=found,
        earlier=opened().member.declarations[:-1][::-1],
        standing=standing(opened().member),
        Standing=Standing,
        labels=labels,
    )


@blueprint.route("/declaration/new", methods=["GET", "POST"])
@opened_by_link
def sign_declaration(token: str) -> Any:
    here = opened()
    form = DeclarationForm(data=declared(latest(here.member)))
    if request.method == "POST" and "add_row" in request.form:
        form.add_row()
        return _form_page(form)
    if form.validate_on_submit():
        with saving(form):
            independence.sign(
                actor=here.person,
                now=clock.now(),
                member=here.member,
                engagements=[row.facts() for row in form.filled_rows()],
                signed_name=form.signed_name.data or "",
                submission_id=form.submission.data,
                **{part: form.text_of(part) for part in PARTS},
            )
            flash(_("Your declaration is signed and has gone to the steering group."), "success")
            return redirect(url_for("workspace.declaration", token=token), 303)
    return _form_page(form), form.status


def _form_page(form: DeclarationForm) -> str:
    here = opened()
    return render_template(
        "workspace/declaration_form.html",
        evaluation=here.evaluation,
        member=here.member,
        form=form,
        is_first=latest(here.member) is None,
        labels=labels,
    )
