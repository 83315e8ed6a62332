"""Signing in by password and by link; what strangers learn from it: nothing."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import people
from tests.factories.messages import outgoing
from tests.integration.accounts.conftest import path_in
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts import mails, passwords, service
from tracker.accounts.enums import Role
from tracker.accounts.models import BrowserSession, OneTimeLink, Person
from tracker.accounts.tokens import link_token, token_hash
from tracker.accounts.views import sign_in as sign_in_views
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.outbox.enums import MessageKind
from tracker.outbox.models import OutboxMessage
from tracker.outbox.renderers import Withdraw

PASSWORD = "en grön cykel vid bryggan"
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def person(app: Flask) -> Person:
    made = people.person(Role.MARKET, email="officer@example.org")
    made.password_hash = passwords.hash_password(PASSWORD)
    db.session.commit()
    return made


def attempt(
    client: FlaskClient, email: str = "officer@example.org", password: str = PASSWORD, **fields: str
) -> TestResponse:
    return client.post("/sign-in", data={"email": email, "password": password, **fields})


def mailed_link(client: Client, next: str = "") -> str:
    """Ask for a link and give back the path that the mail carries."""
    client.post("/sign-in/link", data={"email": "officer@example.org", "next": next})
    message = db.session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.created_at.desc())).first()
    assert message is not None
    return path_in(mails.compose_sign_in(outgoing(message)).text)


def test_password_signs_in_and_leads_on(client: Client, person: Person) -> None:
    response = attempt(client, email=" Officer@Example.org ", next="/account?tab=1")
    assert (response.status_code, response.location) == (303, "/account?tab=1")
    assert person.name in client.get("/account").get_data(as_text=True)
    assert person.joined_at is not None


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:x", "\\\\x"]
)
def test_a_sign_in_never_leads_to_another_site(client: Client, person: Person, target: str) -> None:
    assert attempt(client, next=target).location == "/"


def test_wrong_password_unknown_address_and_disabled_person_look_the_same(client: Client, person: Person) -> None:
    disabled = people.person(Role.MARKET, email="closed@example.org")
    disabled.password_hash, disabled.is_active = passwords.hash_password(PASSWORD), False
    answers = [
        attempt(client, password="not the right one at all"),
        attempt(client, email="nobody@example.org"),
        attempt(client, email="closed@example.org"),
    ]
    bodies = {strip(response.get_data(as_text=True)) for response in answers}
    assert {response.status_code for response in answers} == {422}
    assert len(bodies) == 1
    failed = sa.select(AuditEvent).where(AuditEvent.action == "session:sign-in-failed")
    events = db.session.scalars(failed.order_by(AuditEvent.id)).all()
    assert [event.changes["is_known"] for event in events] == [True, False, True]


def strip(html: str) -> str:
    """A page without what differs between any two answers."""
    html = re.sub(r'nonce="[^"]+"|name="csrf_token"[^>]*|value="[^"]*@[^"]*"', "", html)
    return re.sub(r"[0-9a-f]{16,}", "", html)


def test_unknown_address_costs_as_much_hashing(app: Flask, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            verified.append(str(hash).split("$")[3])
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "hasher", Counting(time_cost=1, memory_cost=8, parallelism=1))
    for email in ("officer@example.org", "nobody@example.org"):
        assert service.verify_password(email, "wrong wrong wrong wrong") is None
    assert verified == ["m=8,t=1,p=1", "m=8,t=1,p=1"]


def test_a_hash_of_yesterdays_cost_is_renewed(app: Flask, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert service.verify_password(person.email, PASSWORD) is person
    assert person.password_hash is not None
    assert "m=16,t=2" in person.password_hash


def test_link_answer_tells_nothing_about_the_account(client: Client, person: Person) -> None:
    answers = [client.post("/sign-in/link", data={"email": email}) for email in (person.email, "nobody@example.org")]
    assert {(answer.status_code, answer.location, answer.get_data()) for answer in answers} == {
        (303, "/sign-in/sent", answers[0].get_data())
    }
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 1
    assert client.get("/sign-in/sent").status_code == 200


def test_the_time_of_the_answer_tells_nothing(client: Client, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in_views, "LINK_ANSWER_SECONDS", 0.4)
    for email in (person.email, "nobody@example.org"):
        started = time.monotonic()
        client.post("/sign-in/link", data={"email": email})
        assert 0.4 <= time.monotonic() - started < 2


def test_the_links_token_is_stored_nowhere(client: Client, person: Person) -> None:
    token = mailed_link(client).rsplit("/", 1)[1]
    message = db.session.scalars(sa.select(OutboxMessage)).one()
    link = db.session.scalars(sa.select(OneTimeLink)).one()
    assert len(token) == 43
    assert token not in str(message.params)
    assert token_hash(token) == link.token_hash
    assert link_token(message.params["seed"]) == token
    assert token_hash(message.params["seed"]) != link.token_hash


def test_looking_at_a_link_does_not_use_it_and_using_it_does(client: Client, app: Flask, person: Person) -> None:
    path = mailed_link(client, next="/account")
    for _ in range(3):
        assert client.get(path).status_code == 200
    response = client.post(path, data=form_values(client.get(path)))
    assert (response.status_code, response.location) == (303, "/account")
    other = app.test_client()
    assert other.post(path, data={}).status_code == 404
    assert other.get(path).status_code == 404
    assert other.get("/account").status_code == 302


def test_an_expired_a_revoked_and_a_made_up_link_are_not_found(client: Client, person: Person) -> None:
    path = mailed_link(client)
    with clock.frozen_at(clock.now() + service.SIGN_IN_LIFETIME + timedelta(seconds=1)):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert client.get(path).status_code == 200
    service.set_password(person=person, new="tre röda stolar i snön", current_password=PASSWORD, now=clock.now())
    assert client.post(path).status_code == 404
    assert client.get("/sign-in/link/" + "A" * 43).status_code == 404


def test_a_link_that_no_longer_works_is_not_mailed(client: Client, person: Person) -> None:
    client.post("/sign-in/link", data={"email": person.email})
    message = db.session.scalars(sa.select(OutboxMessage)).one()
    db.session.execute(sa.update(OneTimeLink).values(used_at=NOW))
    with pytest.raises(Withdraw):
        mails.compose_sign_in(outgoing(message))


def test_a_forged_host_does_not_reach_the_mail(client: Client, person: Person) -> None:
    client.post("/sign-in/link", data={"email": person.email}, headers={"Host": "evil.example"})
    message = db.session.scalars(sa.select(OutboxMessage)).one()
    mail = mails.compose_sign_in(outgoing(message))
    assert message.kind is MessageKind.SIGN_IN_LINK
    assert mail.is_secret
    assert "evil.example" not in mail.text + str(mail.html)
    assert path_in(mail.text).startswith("/sign-in/link/")


def test_sign_in_replaces_the_session_before_it(client: Client, with_csrf: Flask, person: Person) -> None:
    values = form_values(client.get("/sign-in"), "/sign-in")
    name = with_csrf.config["SESSION_COOKIE_NAME"]
    before = client.get_cookie(name)
    client.post("/sign-in", data={**values, "email": person.email, "password": PASSWORD})
    after = client.get_cookie(name)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert db.session.get(BrowserSession, token_hash(before.value)) is None
    kept = db.session.get(BrowserSession, token_hash(after.value))
    assert kept is not None
    assert kept.person_id == person.id


def test_cookie_is_closed_to_scripts_and_other_sites(client: Client, person: Person) -> None:
    cookie = attempt(client).headers["Set-Cookie"]
    assert re.fullmatch(r"samordna=[\w-]{43}; HttpOnly; Path=/; SameSite=Lax", cookie)


def test_a_token_for_forms_is_asked_for_even_at_sign_in(client: Client, with_csrf: Flask, person: Person) -> None:
    assert attempt(client).status_code == 400
    values = form_values(client.get("/sign-in"), "/sign-in")
    assert attempt(with_csrf.test_client(), **values).status_code == 400
    values.pop("email"), values.pop("password")
    assert attempt(client, **values).status_code == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 400),
        ({"Sec-Fetch-Site": "same-site"}, 400),
        ({"Origin": "https://evil.example"}, 400),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "http://127.0.0.1:8000"}, 303),
    ],
)
def test_writes_from_another_site_are_refused(
    client: Client, person: Person, headers: dict[str, str], status: int
) -> None:
    response = client.post("/sign-in", data={"email": person.email, "password": PASSWORD}, headers=headers)
    assert response.status_code == status


def test_a_person_without_password_cannot_use_one(client: Client, app: Flask) -> None:
    people.person(Role.MARKET, email="linkonly@example.org")
    assert attempt(client, email="linkonly@example.org", password="nobody has this password").status_code == 422


def test_sign_in_page_is_for_those_outside(sign_in: Callable[[Person], Client], person: Person) -> None:
    assert sign_in(person).get("/sign-in?next=/account").location == "/account"


def test_command_line_link_is_usable_once(client: Client, person: Person) -> None:
    token = service.create_sign_in_link(person=person, actor=SYSTEM, now=clock.now())
    assert client.post(f"/sign-in/link/{token}").status_code == 303
    assert client.post(f"/sign-in/link/{token}").status_code == 404


def test_of_simultaneous_uses_one_gets_in(app: Flask, person: Person) -> None:
    token = service.create_sign_in_link(person=person, actor=SYSTEM, now=clock.now())
    db.session.commit()
    together = threading.Barrier(4)

    def use(_: int) -> int:
        with app.app_context():
            client = app.test_client()
            together.wait(timeout=10)
            try:
                return client.post(f"/sign-in/link/{token}").status_code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(use, range(4)))
    assert statuses == [303, 404, 404, 404]
