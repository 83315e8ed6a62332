"""Wires sessions, sign-in, form tokens and throttling into the application."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, Request, g
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from tracker.accounts import access, mails
from tracker.accounts.labels import browser_name, role_labels
from tracker.accounts.sessions import DatabaseSessions, current_session
from tracker.accounts.throttle import STORAGE_OPTIONS, limiter
from tracker.core import clock
from tracker.core.filters import locale_code
from tracker.organisations import queries as organisations


class FormTokens(CSRFProtect):
    """Form tokens for everybody who is known by a cookie. Who comes by a link proves with each request that they have
    it, and may think for hours over what they write."""

    def protect(self, apply_exemptions: bool = False) -> None:
        if apply_exemptions and g.get("opened") is not None:
            g.csrf_valid = True
            return
        super().protect(apply_exemptions=apply_exemptions)


csrf = FormTokens()


def init_app(app: Flask) -> None:
    """Order matters: first from where, then who asks, then the form's token; limits stand on the views."""
    settings = app.config["SETTINGS"]
    app.session_interface = DatabaseSessions(timedelta(minutes=settings.session_idle_minutes))
    _init_login(app)
    access.init_app(app)
    # The token lives and dies with the server-side session. Our pages send no referrer, and the origin is checked.
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)
    csrf.init_app(app)
    app.config.setdefault("RATELIMIT_STORAGE_OPTIONS", STORAGE_OPTIONS)
    limiter.init_app(app)
    mails.init_app()
    app.jinja_env.filters["role_labels"] = role_labels
    app.jinja_env.filters["browser_name"] = browser_name
    app.jinja_env.filters["organisation_name"] = lambda item: organisations.name_on(item, clock.today(), locale_code())


def _init_login(app: Flask) -> None:
    # Flask-Login's own cookie is not used; a name that no neighbour on the host has keeps it from being looked at.
    app.config.setdefault("REMEMBER_COOKIE_NAME", "__samordna_unused")
    login = LoginManager()
    login.session_protection = None
    login.request_loader(_signed_in_person)
    login.init_app(app)


def _signed_in_person(_request: Request) -> Any:
    return current_session().person
