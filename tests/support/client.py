"""A test client that keeps the test's own session out of the request's way and reads every page strictly."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

try:
    from tests.html import check_page
except ImportError:
    check_page = lambda response: None
from tracker.accounts.models import Person
from tracker.core.db import db


class Client(FlaskClient):
    """Commits what the test has arranged before each request, and forgets it afterwards."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        # On SQLite an open transaction of the test would lock the request out.
        db.session.commit()
        response = super().open(*args, **kwargs)
        db.session.expire_all()
        is_page = response.mimetype == "text/html" and response.status_code != 302
        if is_page and not response.is_streamed:
            check_page(response)
        return response


def signed_in(app: Flask, person: Person) -> Client:
    """A client with a session of ``person``'s."""
    from tracker.accounts import sessions

    client = app.test_client()
    db.session.commit()
    token = sessions.start_for_test(person)
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], token)
    assert isinstance(client, Client)
    return client
