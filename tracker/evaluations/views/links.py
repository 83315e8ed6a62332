"""The links of the team: who has one, how it stands; a new one is mailed, an old one revoked.

A link is only ever mailed to its member. Nobody else reads it here, so that what comes in by it is the member's own.
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from tracker.accounts.permissions import Permission, requires
from tracker.core import clock
from tracker.core.errors import DomainError
from tracker.evaluations import labels
from tracker.evaluations.models import Evaluation
from tracker.evaluations.queries import links as queries
from tracker.evaluations.service import links
from tracker.evaluations.views.blueprint import blueprint, found, found_member


@blueprint.get("/evaluations/<int:evaluation_id>/links")
@requires(Permission.EVALUATION_EDIT)
def list_links(evaluation_id: int) -> str:
    return _page(found(evaluation_id))


@blueprint.post("/evaluations/<int:evaluation_id>/team/<int:member_id>/link")
@requires(Permission.EVALUATION_EDIT)
def mail_new_link(evaluation_id: int, member_id: int) -> Any:
    """A second press of the button mails the link that the first one made."""
    now, member = clock.now(), found_member(evaluation_id, member_id)
    try:
        made = links.make_and_mail(actor=current_user, now=now, member=member)
    except DomainError as error:
        return _page(found(evaluation_id), refusal=error.message), 422
    flash(_("A link is mailed to %(name)s.", name=made.member.person.name), "success")
    return _back(evaluation_id)


@blueprint.post("/evaluations/<int:evaluation_id>/links/<int:link_id>/revoke")
@requires(Permission.EVALUATION_EDIT)
def revoke_link(evaluation_id: int, link_id: int) -> Response:
    link = queries.get_link(found(evaluation_id), link_id)
    links.revoke(actor=current_user, now=clock.now(), link=link)
    flash(_("The link no longer opens anything."), "success")
    return _back(evaluation_id)


def _back(evaluation_id: int) -> Response:
    return redirect(url_for("evaluations.list_links", evaluation_id=evaluation_id), 303)


def _page(evaluation: Evaluation, refusal: Any = None) -> str:
    now = clock.now()
    rows = [
        (link, queries.state_of(link, now), queries.expires_at(link))
        for link in queries.list_for_evaluation(evaluation)
    ]
    return render_template(
        "evaluations/links.html",
        evaluation=evaluation,
        members=[member for member in evaluation.team if member.left_on is None],
        rows=rows,
        linked={link.member_id for link, _state, _until in rows},
        refusal=refusal,
        labels=labels,
    )
