"""Inviting, changing and disabling people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import people
from tests.factories.messages import outgoing
from tests.integration.accounts.conftest import path_in
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts import mails, queries, service
from tracker.accounts.enums import Locale, Role
from tracker.accounts.models import Person
from tracker.audit.models import AuditEvent
from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.outbox.models import OutboxMessage

SignIn = Callable[[Person], Client]
NEWCOMER = {"email": "new@example.org", "name": "Ny Person", "roles": "market", "locale": "sv", "organisation": ""}


@pytest.fixture
def admin(app: Flask) -> Person:
    return people.person(Role.ADMIN, name="Admin Adminsson")


def invite(client: Client) -> str:
    """Invite the newcomer and give back the path in the mail."""
    assert client.post("/people/new", data=NEWCOMER).status_code == 303
    return latest_path()


def latest_path() -> str:
    message = db.session.scalars(sa.select(OutboxMessage).order_by(OutboxMessage.created_at.desc())).first()
    assert message is not None
    return path_in(mails.compose_invitation(outgoing(message)).text)


def newcomer() -> Person:
    found = queries.find_person_by_email("new@example.org")
    assert found is not None
    return found


def changed(person: Person, **changes: object) -> dict[str, object]:
    values: dict[str, object] = {
        "email": person.email,
        "name": person.name,
        "roles": [role.value for role in person.roles],
        "locale": person.locale.value,
        "organisation": "",
        "version": str(person.version),
    }
    return values | changes


def test_an_invitation_is_answered_once(sign_in: SignIn, admin: Person, client: Client) -> None:
    path = invite(sign_in(admin))
    assert client.get(path).status_code == 200
    values = form_values(client.get(path)) | {"name": "Mitt Rätta Namn", "locale": "en"}
    assert client.post(path, data=values | {"password": "kort"}).status_code == 422
    assert client.post(path, data=values | {"password": "fyra blå krukor på rad"}).status_code == 303
    person = newcomer()
    assert (person.name, person.locale, person.roles) == ("Mitt Rätta Namn", Locale.EN, {Role.MARKET})
    assert person.password_hash
    assert person.joined_at
    assert client.get("/account").status_code == 200
    assert client.post(path, data=values).status_code == 404
    actions = set(db.session.scalars(sa.select(AuditEvent.action)))
    assert {"person:added", "person:invited", "person:joined", "role:granted", "session:signed-in"} <= actions


def test_an_invitation_lasts_seven_days(sign_in: SignIn, admin: Person, client: Client) -> None:
    path = invite(sign_in(admin))
    with clock.frozen_at(clock.now() + timedelta(days=6, hours=23)):
        assert client.get(path).status_code == 200
    with clock.frozen_at(clock.now() + timedelta(days=7, seconds=1)):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("change", [{"email": "other@example.org"}, {"roles": ["market", "auditor"]}])
def test_another_address_or_role_revokes_the_invitation(
    sign_in: SignIn, admin: Person, client: Client, change: dict[str, object]
) -> None:
    office = sign_in(admin)
    path, person = invite(office), newcomer()
    assert office.post(f"/people/{person.id}", data=changed(person, **change)).status_code == 303
    assert client.get(path).status_code == 404


def test_another_name_leaves_the_invitation(sign_in: SignIn, admin: Person, client: Client) -> None:
    office = sign_in(admin)
    path, person = invite(office), newcomer()
    assert office.post(f"/people/{person.id}", data=changed(person, name="Nyare Person")).status_code == 303
    assert client.get(path).status_code == 200


def test_a_second_invitation_replaces_the_first(sign_in: SignIn, admin: Person, client: Client) -> None:
    office = sign_in(admin)
    first = invite(office)
    assert office.post(f"/people/{newcomer().id}/invite").status_code == 303
    second = latest_path()
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_an_address_is_taken_once_and_must_be_one(sign_in: SignIn, admin: Person) -> None:
    office = sign_in(admin)
    invite(office)
    for email in ("NEW@example.org", "not an address", ""):
        response = office.post("/people/new", data=NEWCOMER | {"email": email})
        assert response.status_code == 422
        assert "Ny Person" in response.get_data(as_text=True)
    assert office.post("/people/new", data=NEWCOMER | {"email": "x@example.org", "roles": ""}).status_code == 422


def test_two_administrators_do_not_overwrite_each_other(sign_in: SignIn, admin: Person) -> None:
    office = sign_in(admin)
    person = people.person(Role.MARKET, name="Före")
    stale = changed(person)
    assert office.post(f"/people/{person.id}", data=stale | {"roles": ["market", "support"]}).status_code == 303
    response = office.post(f"/people/{person.id}", data=stale | {"name": "Efter"})
    assert response.status_code == 409
    assert 'value="Efter"' in response.get_data(as_text=True)
    assert (person.name, person.roles) == ("Före", {Role.MARKET, Role.SUPPORT})


def test_disabling_and_opening_again(sign_in: SignIn, admin: Person) -> None:
    office = sign_in(admin)
    person = people.person(Role.MARKET)
    theirs = sign_in(person)
    assert office.post(f"/people/{person.id}/disable").status_code == 303
    assert (person.is_active, theirs.get("/account").status_code) == (False, 302)
    assert office.post(f"/people/{person.id}/enable").status_code == 303
    assert (person.is_active, theirs.get("/account").status_code) == (True, 302)


def test_the_last_administrator_stays(app: Flask, admin: Person) -> None:
    with pytest.raises(DomainError):
        service.disable_person(person=admin, actor=SYSTEM, now=clock.now())
    people.person(Role.ADMIN)
    service.disable_person(person=admin, actor=SYSTEM, now=clock.now())
    assert not admin.is_active


def test_nobody_disables_themselves(sign_in: SignIn, admin: Person) -> None:
    people.person(Role.ADMIN)
    sign_in(admin).post(f"/people/{admin.id}/disable")
    assert admin.is_active


def test_people_are_found_by_name_address_role_and_state(sign_in: SignIn, admin: Person) -> None:
    people.person(Role.AUDITOR, name="Åsa Exempel", email="revision@example.org")
    people.person(Role.MARKET, name="100%_Person", email="procent@example.org")
    office = sign_in(admin)

    def names(query: str) -> list[str]:
        page = office.get(f"/people?{query}").get_data(as_text=True)
        return [name for name in ("Åsa Exempel", "100%_Person", "Admin Adminsson") if f">{name}</a></th>" in page]

    assert names("q=%C3%A5sa") == ["Åsa Exempel"]
    assert names("q=REVISION@") == ["Åsa Exempel"]
    assert names("q=%25_") == ["100%_Person"]
    assert names("role=admin") == ["Admin Adminsson"]
    assert names("state=disabled") == []
    assert len(names("")) == 3


def test_a_person_who_is_not_there_is_not_found(sign_in: SignIn, admin: Person) -> None:
    office = sign_in(admin)
    assert office.get("/people/99999").status_code == 404
    assert office.post("/people/99999/disable").status_code == 404
