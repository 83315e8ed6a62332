"""A member declines the commission, or leaves it: asked once more, with a reason, and thanked."""

from __future__ import annotations

from typing import Any

from flask import render_template

from tracker.accounts.permissions import opened_by_link
from tracker.core import clock
from tracker.evaluations.forms.workspace import DeclineForm
from tracker.evaluations.service import team
from tracker.evaluations.views.workspace.blueprint import blueprint, opened, saving
from tracker.evaluations.workflow import CLOSED_PHASES


@blueprint.route("/decline", methods=["GET", "POST"])
@opened_by_link
def decline(token: str) -> Any:
    here = opened()
    form = DeclineForm()
    if form.validate_on_submit():
        with saving(form):
            team.decline(actor=here.person, now=clock.now(), member=here.member, reason=form.reason.data)
            # The link has just been revoked: there is no page to send the browser on to.
            page = render_template(
                "workspace/declined.html", evaluation=here.evaluation, member=here.member, opened=None, may_switch=False
            )
            return page
    page = render_template(
        "workspace/decline.html",
        evaluation=here.evaluation,
        member=here.member,
        form=form,
        is_over=here.evaluation.phase in CLOSED_PHASES,
    )
    return page, form.status
