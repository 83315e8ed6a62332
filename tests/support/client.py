"""A test client that keeps the test's own session out of the request's way and reads every page strictly."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.html import check_page
from tracker.accounts.models import Person
from tracker.accounts.service import sessions
from tracker.core import clock
from tracker.core.db import db


class Client(FlaskClient):
    """Commits what the test has arranged before each request, and forgets it afterwards."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # On SQLite an open transaction of the test would lock the request out.
        db.session.commit()
        # A context of its own: Flask would otherwise share the test's ``g``, and with it who is signed in.
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        db.session.expire_all()
        # The answers of a test client are all streamed, so what is read is decided by what it is.
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            check_page(response)
        return response


def start_session(person: Person) -> str:
    """A committed session of ``person``'s; the token that belongs in the cookie."""
    token = sessions.start_session(person_id=person.id, now=clock.now(), lifetime=timedelta(hours=12))
    db.session.commit()
    return token


def signed_in(app: Flask, person: Person) -> Client:
    """A browser in which ``person`` is signed in."""
    client = app.test_client()
    assert isinstance(client, Client)
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], start_session(person))
    return client
