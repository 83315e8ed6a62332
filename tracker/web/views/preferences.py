"""Language and appearance: by button, kept in a cookie, and for a signed-in person's language on the account."""

from __future__ import annotations

from flask import abort, current_app, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from tracker.accounts import service as accounts
from tracker.accounts.enums import Locale
from tracker.accounts.permissions import public
from tracker.core import clock
from tracker.core.i18n import LANGUAGE_COOKIE
from tracker.web.layout import APPEARANCE_COOKIE, APPEARANCES, LANGUAGES, safe_next
from tracker.web.views.blueprint import blueprint

COOKIE_SECONDS = 365 * 24 * 3600


@blueprint.post("/language")
@public
def choose_language() -> Response:
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    if current_user.is_authenticated:
        person = current_user._get_current_object()
        accounts.change_profile(
            person=person, name=person.name, locale=Locale(chosen), version=person.version, now=clock.now()
        )
    return _remember(LANGUAGE_COOKIE, chosen)


@blueprint.post("/appearance")
@public
def choose_appearance() -> Response:
    chosen = request.form.get("appearance", "")
    if chosen not in APPEARANCES:
        abort(400)
    return _remember(APPEARANCE_COOKIE, chosen)


def _remember(cookie: str, value: str) -> Response:
    response = redirect(safe_next(request.form.get("next")))
    response.set_cookie(
        cookie,
        value,
        max_age=COOKIE_SECONDS,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return response
