"""The start page."""

from __future__ import annotations

from flask import render_template
from flask_login import current_user

from tracker.accounts.permissions import Permission, requires
from tracker.core import clock
from tracker.web import dashboard
from tracker.web.views.blueprint import blueprint


@blueprint.get("/")
@requires(Permission.OWN_ACCOUNT)
def home() -> str:
    overview = dashboard.build(current_user._get_current_object(), clock.now())
    return render_template("web/home.html", overview=overview)
