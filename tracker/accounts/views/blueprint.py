"""The blueprint, and what its views share."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask_limiter import RateLimitExceeded
from werkzeug.wrappers import Response as AnyResponse

from tracker.accounts import service
from tracker.accounts.models import Person
from tracker.accounts.sessions import current_session
from tracker.accounts.throttle import TooSoon, seconds_left
from tracker.core import clock
from tracker.core.requests import safe_path

blueprint = Blueprint("accounts", "tracker.accounts", template_folder="templates")


def begin_session(person: Person, means: str, target: str | None = None) -> AnyResponse:
    """Sign the person in under a new token and lead on to `target`, if that is a path on this site."""
    token = service.sign_in(
        person=person,
        now=clock.now(),
        lifetime=session_lifetime(),
        means=means,
        replaces=current_session().hash,
        user_agent=request.user_agent.string,
        address=request.remote_addr or "",
    )
    current_session().adopt(token)
    return redirect(safe_path(target) or url_for("web.home"), 303)


def session_lifetime() -> timedelta:
    return timedelta(minutes=current_app.config["SETTINGS"].session_absolute_minutes)


@blueprint.errorhandler(TooSoon)
def show_delay(error: TooSoon) -> Response:
    return _wait(error.seconds)


@blueprint.errorhandler(RateLimitExceeded)
def show_limit(_error: RateLimitExceeded) -> Response:
    return _wait(seconds_left())


def _wait(seconds: int) -> Response:
    again_at = clock.now() + timedelta(seconds=seconds)
    page = render_template("accounts/too_many.html", seconds=seconds, minutes=ceil(seconds / 60), again_at=again_at)
    response = make_response(page, 429)
    response.headers["Retry-After"] = str(seconds)
    return response
