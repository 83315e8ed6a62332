"""The gate of views that a secret in the address opens."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Blueprint, Flask, g, request
from flask_login import LoginManager
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from tracker.accounts import access
from tracker.accounts.permissions import LINK, allow_public, check_every_view, declared_access, opened_by_link
from tracker.accounts.setup import FormTokens
from tracker.core import i18n
from tracker.core.requests import Application

GOOD, OLD = "good-secret", "old-secret"


def opener(token: str) -> Any:
    return {GOOD: "the commission", OLD: Response("expired", status=410)}.get(token)


@pytest.fixture
def app() -> Flask:
    pages = Blueprint("pages", __name__, url_prefix="/commission/<token>")

    @pages.route("/", methods=["GET", "POST"])
    @opened_by_link
    def show(token: str) -> str:
        form_is_valid = FlaskForm().validate_on_submit()
        return f"{g.opened} {request.method} {form_is_valid}"

    @pages.get("/broken")
    @opened_by_link
    def broken(token: str) -> str:
        raise RuntimeError("broken")

    other = Blueprint("other", __name__)

    @other.get("/other/<token>")
    @opened_by_link
    def unguarded(token: str) -> str:
        return "never"

    app = Application("gate")
    settings = SimpleNamespace(base_url="http://localhost")
    app.config.update(SECRET_KEY="only for this test", WTF_CSRF_ENABLED=True, SETTINGS=settings)
    i18n.init_app(app)
    login = LoginManager()
    login.request_loader(lambda _request: None)
    login.init_app(app)
    app.register_blueprint(pages)
    app.register_blueprint(other)
    access.init_app(app)
    FormTokens().init_app(app)
    access.register_link_gate(app, "pages", opener)
    return app


def test_the_declaration_counts_as_one(app: Flask) -> None:
    allow_public(app, "static")
    check_every_view(app)
    assert declared_access(app, "pages.show") == LINK


def test_the_secret_opens_what_it_belongs_to(app: Flask) -> None:
    assert app.test_client().get(f"/commission/{GOOD}/").text == "the commission GET False"


def test_a_foreign_secret_finds_nothing(app: Flask) -> None:
    assert app.test_client().get("/commission/foreign/").status_code == 404
    assert app.test_client().post("/commission/foreign/").status_code == 404


def test_a_page_in_its_stead_is_shown(app: Flask) -> None:
    response = app.test_client().get(f"/commission/{OLD}/")
    assert (response.status_code, response.text) == (410, "expired")


def test_a_form_needs_no_token_of_a_session(app: Flask) -> None:
    assert app.test_client().post(f"/commission/{GOOD}/").text == "the commission POST True"


def test_another_sites_page_cannot_send_it(app: Flask) -> None:
    response = app.test_client().post(f"/commission/{GOOD}/", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 400


def test_a_view_without_an_opener_stays_shut(app: Flask) -> None:
    assert app.test_client().get(f"/other/{GOOD}").status_code == 404


def test_the_secret_is_not_in_the_log(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert app.test_client().get(f"/commission/{GOOD}/broken").status_code == 500
    assert "/commission/***/broken" in caplog.text
    assert GOOD not in caplog.text
