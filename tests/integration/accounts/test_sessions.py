"""Server-side sessions: what they cost, when they end, and who may end them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import people
from tests.support.client import Client
from tests.support.forms import form_values
from tests.support.statements import statements
from tracker.accounts import service
from tracker.accounts.enums import Role
from tracker.accounts.models import BrowserSession, OneTimeLink, Person
from tracker.accounts.tokens import token_hash
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SignIn = Callable[[Person], Client]


@pytest.fixture
def person(app: Flask) -> Person:
    return people.person(Role.MARKET, Role.SUPPORT)


def row_of(client: FlaskClient) -> BrowserSession:
    cookie = client.get_cookie("samordna")
    assert cookie is not None
    row = db.session.get(BrowserSession, token_hash(cookie.value))
    assert row is not None
    return row


def test_one_statement_tells_who_asks_and_what_they_may(sign_in: SignIn, person: Person) -> None:
    client = sign_in(person)
    client.get("/account")  # the first page with a form stores the form's token
    with statements() as seen:
        assert client.get("/account").status_code == 200
    about_people = [sql for sql in seen if "people" in sql or "role_grants" in sql or "browser_sessions" in sql]
    assert len(about_people) == 1, about_people
    assert not [sql for sql in seen if sql.startswith(("UPDATE", "INSERT"))]


def test_a_visitor_costs_no_statement_and_no_row(client: Client) -> None:
    with statements() as seen:
        assert client.get("/health/live").status_code == 200
        assert client.get("/no-such-page").status_code == 404
    assert [sql for sql in seen if "browser_sessions" in sql] == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BrowserSession)) == 0


def test_a_form_is_worth_a_row(client: Client, with_csrf: Flask) -> None:
    client.get("/sign-in")
    row = row_of(client)
    assert row.person_id is None
    assert set(row.data) == {"csrf_token"}
    with statements() as seen:
        client.get("/sign-in")
    assert not [sql for sql in seen if sql.startswith(("UPDATE", "INSERT"))]


def test_the_last_visit_is_written_once_a_minute(sign_in: SignIn, person: Person) -> None:
    with clock.frozen_at(NOW):
        client = sign_in(person)
        client.get("/account")
    with clock.frozen_at(NOW + timedelta(seconds=59)):
        client.get("/account")
    assert row_of(client).last_seen_at == NOW
    with clock.frozen_at(NOW + timedelta(seconds=61)):
        client.get("/account")
    assert row_of(client).last_seen_at == NOW + timedelta(seconds=61)


def test_an_idle_session_ends_and_a_used_one_lasts_twelve_hours(sign_in: SignIn, person: Person) -> None:
    with clock.frozen_at(NOW):
        idle, used = sign_in(person), sign_in(person)
    for minutes in range(30, 12 * 60, 30):
        with clock.frozen_at(NOW + timedelta(minutes=minutes)):
            assert used.get("/account").status_code == 200
    with clock.frozen_at(NOW + timedelta(minutes=61)):
        assert idle.get("/account").status_code == 302
    with clock.frozen_at(NOW + timedelta(hours=12)):
        assert used.get("/account").status_code == 302


def test_signing_out_ends_the_row_and_not_only_the_cookie(sign_in: SignIn, person: Person, app: Flask) -> None:
    client = sign_in(person)
    stolen = client.get_cookie("samordna")
    assert stolen is not None
    response = client.post("/sign-out")
    assert (response.status_code, response.location) == (303, "/sign-in")
    assert client.get_cookie("samordna") is None
    thief = app.test_client()
    thief.set_cookie("samordna", stolen.value)
    assert thief.get("/account").status_code == 302


def test_signing_out_takes_a_post(sign_in: SignIn, person: Person) -> None:
    assert sign_in(person).get("/sign-out").status_code == 405


def test_a_disabled_person_is_out_at_the_next_request(sign_in: SignIn, person: Person) -> None:
    client = sign_in(person)
    assert client.get("/account").status_code == 200
    service.disable_person(person=person, actor=SYSTEM, now=clock.now())
    assert client.get("/account").status_code == 302


def test_a_role_counts_from_the_next_request(sign_in: SignIn, person: Person) -> None:
    client = sign_in(person)
    assert client.get("/people").status_code == 403
    denied = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "access:denied")).one()
    assert (denied.actor_id, denied.changes["endpoint"]) == (person.id, "accounts.list_people")
    service.change_person(
        person=person,
        version=person.version,
        email=person.email,
        name=person.name,
        roles={Role.ADMIN},
        organisation_id=None,
        locale=person.locale,
        actor=SYSTEM,
        now=clock.now(),
    )
    assert client.get("/people").status_code == 200


def test_own_sessions_are_listed_and_ended(sign_in: SignIn, person: Person) -> None:
    mine, other = sign_in(person), sign_in(person)
    page = mine.get("/account/sessions").get_data(as_text=True)
    reference = row_of(other).token_hash[:16]
    assert f"/account/sessions/{reference}/end" in page
    assert row_of(mine).token_hash[:16] not in page
    assert mine.post(f"/account/sessions/{reference}/end").status_code == 303
    assert other.get("/account").status_code == 302
    assert mine.get("/account").status_code == 200


def test_all_other_sessions_are_ended(sign_in: SignIn, person: Person) -> None:
    mine, *others = (sign_in(person) for _ in range(3))
    assert mine.post("/account/sessions/end-others").status_code == 303
    assert [client.get("/account").status_code for client in (mine, *others)] == [200, 302, 302]


def test_a_strangers_session_is_not_found(sign_in: SignIn, person: Person) -> None:
    stranger = sign_in(people.person(Role.MARKET))
    mine = sign_in(person)
    assert mine.post(f"/account/sessions/{row_of(stranger).token_hash[:16]}/end").status_code == 404
    assert mine.post("/account/sessions/0/end").status_code == 404
    assert stranger.get("/account").status_code == 200


def test_a_new_password_ends_every_other_session(sign_in: SignIn, person: Person) -> None:
    mine, other = sign_in(person), sign_in(person)
    before = row_of(mine).token_hash
    weak = mine.post("/account/password", data={"password": "för kort"})
    assert weak.status_code == 422
    response = mine.post("/account/password", data={"password": "tolv gula paraplyer i regn"})
    assert response.status_code == 303
    assert row_of(mine).token_hash != before
    assert "Lösenordet är sparat" in mine.get("/account").get_data(as_text=True)
    assert other.get("/account").status_code == 302
    wrong = mine.post(
        "/account/password", data={"password": "sju vita segel bortom udden", "current_password": "wrong"}
    )
    assert wrong.status_code == 422


def test_the_profile_is_changed_once_and_a_conflict_shows_both(sign_in: SignIn, person: Person) -> None:
    client = sign_in(person)
    values = form_values(client.get("/account"))
    values |= {"name": "Första Namnet"}
    assert client.post("/account", data=values).status_code == 303
    response = client.post("/account", data=values | {"name": "Andra Namnet", "locale": "en"})
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "Första Namnet" in page
    assert 'value="Andra Namnet"' in page
    assert person.name == "Första Namnet"


def test_a_page_speaks_the_persons_language(sign_in: SignIn, person: Person) -> None:
    client = sign_in(person)
    client.set_cookie("samordna_language", "en")
    assert '<html lang="sv"' in client.get("/account").get_data(as_text=True)
    client.post("/account", data=form_values(client.get("/account")) | {"locale": "en"})
    assert '<html lang="en"' in client.get("/account").get_data(as_text=True)


def test_a_visitors_language_is_the_cookies_and_else_swedish(client: Client) -> None:
    assert '<html lang="sv"' in client.get("/sign-in", headers={"Accept-Language": "en"}).get_data(as_text=True)
    client.set_cookie("samordna_language", "en")
    assert '<html lang="en"' in client.get("/sign-in").get_data(as_text=True)


def test_old_rows_are_removed(app: Flask, person: Person) -> None:
    day = timedelta(days=1)
    for age, someone in ((1 * day, person.id), (40 * day, person.id), (2 * day, None), (day / 2, None)):
        service.sessions.start_session(person_id=someone, now=NOW - age, lifetime=timedelta(hours=12))
    service.create_sign_in_link(person=person, actor=SYSTEM, now=NOW - 40 * day)
    service.create_sign_in_link(person=person, actor=SYSTEM, now=NOW)
    assert service.remove_expired(now=NOW) == 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BrowserSession)) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OneTimeLink)) == 1


def test_over_https_the_cookie_is_bound_to_the_host(client: Client, app: Flask, person: Person) -> None:
    token = service.create_sign_in_link(person=person, actor=SYSTEM, now=clock.now())
    app.config.update(SESSION_COOKIE_NAME="__Host-samordna", SESSION_COOKIE_SECURE=True)
    try:
        cookie = client.post(f"/sign-in/link/{token}", base_url="https://localhost").headers["Set-Cookie"]
    finally:
        app.config.update(SESSION_COOKIE_NAME="samordna", SESSION_COOKIE_SECURE=False)
    assert cookie.startswith("__Host-samordna=")
    assert cookie.endswith("; Secure; HttpOnly; Path=/; SameSite=Lax")


def test_what_was_written_when_the_session_ended_is_given_back_without_secrets(
    sign_in: SignIn, person: Person, with_csrf: Flask
) -> None:
    client = sign_in(person)
    values = form_values(client.get("/account")) | {"name": "Nytt <Namn> & mer"}
    service.end_sessions_of(person, now=clock.now())
    response = client.post("/account", data=values)
    page = BeautifulSoup(response.get_data(as_text=True), "html.parser")
    assert response.status_code == 401
    assert "Nytt <Namn> & mer" in [box.get_text().strip() for box in page.find_all("textarea")]
    assert "Nytt" not in person.name
    secrets = {"password": "hemligt nog för alla", "current_password": "också mycket hemligt"}
    assert "hemligt" not in client.post("/account/password", data=secrets).get_data(as_text=True)
