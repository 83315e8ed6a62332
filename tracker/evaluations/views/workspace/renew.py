"""A new link for one that has expired, and the language of the pages and mails."""

from __future__ import annotations

from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import refresh
from werkzeug.wrappers import Response

from tracker.accounts.enums import Locale
from tracker.accounts.permissions import opened_by_link
from tracker.accounts.service import choose_locale
from tracker.accounts.throttle import limiter
from tracker.core import clock
from tracker.core.errors import DomainError
from tracker.core.requests import safe_path
from tracker.evaluations.addresses import masked_address
from tracker.evaluations.service import links
from tracker.evaluations.views.workspace.blueprint import blueprint, opened


@blueprint.post("/renew")
@opened_by_link
@limiter.limit("20 per hour")
def renew(token: str) -> Any:
    here = opened()
    refusal = None
    try:
        links.renew(now=clock.now(), link=here.link)
    except DomainError as error:
        refusal = error.message
    page = render_template(
        "workspace/renewed.html",
        evaluation=here.evaluation,
        title=_("No new link was mailed") if refusal else _("A new link is on its way"),
        refusal=refusal,
        address=masked_address(here.person.email),
    )
    return page, 429 if refusal else 200


@blueprint.post("/language")
@opened_by_link
def choose_language(token: str) -> Response:
    here = opened()
    chosen = request.form.get("language", "")
    if chosen in set(Locale):
        choose_locale(person=here.person, locale=Locale(chosen), actor=here.person, now=clock.now())
        g.own_locale = chosen
        refresh()
    home = url_for("workspace.overview", token=token)
    wanted = safe_path(request.form.get("next")) or home
    return redirect(wanted if wanted == home or wanted.startswith(f"{home}/") else home, 303)
