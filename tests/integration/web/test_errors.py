"""Error pages say what is wrong and what to do, and lose nothing that was typed."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from tests.factories import people
from tests.support.client import Client
from tracker.accounts import queries
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core.errors import DomainError, Forbidden, StaleVersion, Unavailable

TYPED = {"language": "sv", "note": "En mening\nmed <b>två</b> rader & åäö", "password": "hemligt", "version": "3"}


@pytest.fixture
def person() -> Person:
    return people.person(Role.MARKET, name="Maja Exempelsson")


@pytest.fixture
def with_csrf(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def like_production(app: Flask) -> Iterator[None]:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield
    app.config["PROPAGATE_EXCEPTIONS"] = None


@pytest.fixture
def failing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """``failing(error)``: the view behind POST /language raises it from now on."""

    def fail(error: BaseException) -> None:
        def raise_it() -> Any:
            raise error

        raise_it.access_declaration = "public"  # type: ignore[attr-defined]
        monkeypatch.setitem(app.view_functions, "web.choose_language", raise_it)

    return fail


def read(response: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def test_a_page_that_is_not_there(client: Client) -> None:
    response = client.get("/nowhere")
    page = read(response)
    assert response.status_code == 404
    assert page.h1 is not None and page.h1.get_text() == "Sidan hittades inte"
    assert response.headers["X-Request-ID"] in page.get_text()
    assert not page.find("form")  # nobody's error page begins no session
    assert "Set-Cookie" not in response.headers


def test_a_person_keeps_the_menu_on_an_error_page(sign_in: Any, person: Person) -> None:
    page = read(sign_in(person).get("/nowhere"))
    assert page.find("nav") is not None
    assert "Maja Exempelsson" in page.get_text()


def test_the_wrong_method(client: Client) -> None:
    response = client.put("/language")
    assert (response.status_code, set(response.headers["Allow"].split(", "))) == (405, {"OPTIONS", "POST"})


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (DomainError("Diarienumret finns redan."), 422, "Diarienumret finns redan."),
        (Forbidden("Bara handläggaren får göra det."), 403, "Bara handläggaren"),
        (StaleVersion("Någon annan hann före."), 409, "Någon annan hann före."),
        (Unavailable("Kön svarar inte."), 503, "Kön svarar inte."),
    ],
)
def test_a_refusal_outside_of_a_form(
    sign_in: Any, person: Person, failing: Callable[[BaseException], None], error: DomainError, status: int, words: str
) -> None:
    failing(error)
    response = sign_in(person).post("/language", data=TYPED)
    page = read(response)
    assert response.status_code == status
    assert words in page.get_text()
    kept = page.find("textarea", attrs={"name": "note"})
    assert kept is not None and kept.get_text().strip() == TYPED["note"]
    assert "hemligt" not in response.get_data(as_text=True)


def test_the_database_away(
    client: Client, failing: Callable[[BaseException], None], caplog: pytest.LogCaptureFixture
) -> None:
    failing(OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked")))
    response = client.post("/language", data=TYPED, headers={"Sec-Fetch-Site": "same-origin"})
    page = read(response)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert page.h1 is not None and page.h1.get_text() == "Tjänsten är inte tillgänglig just nu"
    resend = page.find("form")
    assert resend is not None and resend["action"] == "/language"
    assert {field["name"]: field.get_text() for field in resend.find_all("textarea")}.keys() == {"language", "note"}
    assert resend.find("input", attrs={"name": "version", "value": "3"}) is not None
    assert response.headers["X-Request-ID"] in caplog.text


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full")),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
@pytest.mark.usefixtures("like_production")
def test_a_full_disk(client: Client, failing: Callable[[BaseException], None], error: BaseException) -> None:
    failing(error)
    response = client.post("/language", data=TYPED)
    assert response.status_code == 503
    assert "Lagringsutrymmet är fullt" in response.get_data(as_text=True)
    assert "En mening" in response.get_data(as_text=True)


@pytest.mark.usefixtures("like_production")
def test_a_crash_tells_its_number_and_nothing_else(
    client: Client, failing: Callable[[BaseException], None], caplog: pytest.LogCaptureFixture
) -> None:
    failing(RuntimeError("inner secret"))
    response = client.post("/language", data=TYPED)
    text = response.get_data(as_text=True)
    assert response.status_code == 500
    assert "inner secret" not in text
    assert response.headers["X-Request-ID"] in text
    assert response.headers["X-Request-ID"] in caplog.text


@pytest.mark.usefixtures("like_production")
def test_the_database_away_before_anybody_is_known(
    sign_in: Any, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in(person)

    def away(*_args: Any, **_kwargs: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr(queries, "find_live_session", away)
    response = browser.post("/account", data={"name": "Nytt namn", "version": "1"})
    assert response.status_code == 503
    assert "Nytt namn" in response.get_data(as_text=True)
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("with_csrf")
def test_a_form_that_was_open_too_long_can_be_sent_again(sign_in: Any, person: Person) -> None:
    browser = sign_in(person)
    at_home = {"Sec-Fetch-Site": "same-origin"}
    response = browser.post("/appearance", data={"appearance": "dark", "next": "/account"}, headers=at_home)
    page = read(response)
    assert response.status_code == 400
    assert page.h1 is not None and page.h1.get_text() == "Sidan hade varit öppen för länge"
    form = page.find("form", attrs={"action": "/appearance", "class": "form"})
    assert form is not None
    again = {str(field["name"]): str(field.get("value", "")) for field in form.find_all("input")}
    again |= {str(field["name"]): field.get_text().strip() for field in form.find_all("textarea")}
    response = browser.post("/appearance", data=again, headers=at_home)
    assert (response.status_code, response.location) == (302, "/account")


@pytest.mark.usefixtures("with_csrf")
def test_a_strangers_form_is_neither_shown_nor_offered_again(sign_in: Any, person: Person) -> None:
    response = sign_in(person).post("/appearance", data=TYPED, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 400
    assert "En mening" not in response.get_data(as_text=True)


def test_what_was_typed_survives_an_ended_session(client: Client) -> None:
    response = client.post("/account", data={"name": "Nytt namn", "locale": "sv", "version": "1"})
    page = read(response)
    assert response.status_code == 401
    assert page.find("textarea", attrs={"name": "name"}) is not None
    link = page.find("a", string=lambda text: bool(text) and "ny flik" in text)
    assert link is not None and link["href"] == "/sign-in"


def test_a_body_too_large(app: Flask, sign_in: Any, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 20 * 1024)
    response = sign_in(person).post("/account", data={"name": "x" * 30 * 1024})
    assert response.status_code == 413
    assert "större än gränsen, 20 kB" in response.get_data(as_text=True)
