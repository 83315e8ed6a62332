"""Contacts: mail reaches them, nothing signs them in, and nobody can make them responsible for anything."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories.people import NOW, person
from tests.support.client import Client
from tracker.accounts import queries, service
from tracker.accounts.enums import Role
from tracker.accounts.models import OneTimeLink, Person
from tracker.core.db import db
from tracker.core.errors import DomainError


def add(email: str = "Contact@Example.org", name: str = "Test Contact", **values: Any) -> Person:
    return service.find_or_add_contact(email=email, name=name, actor=person(Role.MARKET), now=NOW, **values)


def test_a_contact_is_made_once_whatever_the_capitals(app: Any) -> None:
    first = add()
    assert (first.email, first.is_contact) == ("contact@example.org", True)
    assert add("contact@example.ORG", "test  contact") is first
    assert first.name == "Test Contact"


def test_an_address_is_not_given_to_somebody_else(app: Any) -> None:
    add()
    with pytest.raises(DomainError) as refused:
        add(name="Another Name")
    assert refused.value.field == "email" and "Test Contact" in str(refused.value)


def test_somebody_with_an_account_is_found(app: Any) -> None:
    known = person(Role.SUPPORT)
    assert add(known.email, "") is known


@pytest.mark.parametrize(
    ("email", "name", "field"), [("nonsense", "Test Contact", "email"), ("new@example.org", "  ", "name")]
)
def test_what_is_missing_is_told_on_its_field(app: Any, email: str, name: str, field: str) -> None:
    with pytest.raises(DomainError) as refused:
        add(email, name)
    assert refused.value.field == field


def test_a_closed_account_is_not_written_to(app: Any) -> None:
    closed = person(Role.SUPPORT)
    closed.is_active = False
    with pytest.raises(DomainError) as refused:
        add(closed.email)
    assert refused.value.field == "email"


def test_asking_for_a_link_gives_a_contact_none(client: Client) -> None:
    contact = add()
    db.session.commit()
    answer = client.post("/sign-in/link", data={"email": contact.email})
    assert answer.status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OneTimeLink)) == 0


def test_no_command_makes_a_link_for_a_contact(app: Any) -> None:
    with pytest.raises(DomainError):
        service.create_sign_in_link(person=add(), actor=person(Role.ADMIN), now=NOW)


def test_contacts_are_no_choice(app: Any) -> None:
    contact, officer = add(), person(Role.MARKET)
    ids = [person_id for person_id, _name in queries.list_choices()]
    assert officer.id in ids
    assert contact.id not in ids
