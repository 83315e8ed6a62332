"""The gate before every view, as visitors and people meet it."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from tests.factories import people
from tests.support.client import Client
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit.models import AuditEvent
from tracker.core.db import db

SignIn = Callable[[Person], Client]


def test_a_visitor_is_sent_to_sign_in_and_back(client: Client) -> None:
    response = client.get("/people?q=a&page=2")
    assert (response.status_code, response.location) == (302, "/sign-in?next=/people?q%3Da%26page%3D2")
    page = client.get(response.location).get_data(as_text=True)
    assert 'name="next" type="hidden" value="/people?q=a&amp;page=2"' in page


def test_the_start_page_needs_no_way_back(client: Client) -> None:
    assert client.get("/").location == "/sign-in"


def test_a_button_pressed_after_the_session_ended_leads_to_sign_in(client: Client) -> None:
    assert client.post("/account").location == "/sign-in?next=/account"
    assert client.post("/sign-out").location == "/sign-in"  # nothing to come back to


def test_a_fragment_is_told_to_open_the_sign_in_page(client: Client) -> None:
    response = client.get("/account", headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (401, "/sign-in")


def test_whoever_may_not_is_told_so_and_it_is_recorded(sign_in: SignIn, app: Flask) -> None:
    person = people.person(Role.AUDITOR)
    response = sign_in(person).post("/people/1/disable")
    assert response.status_code == 403
    assert "Administratör" not in response.get_data(as_text=True)
    event = db.session.scalars(sa.select(AuditEvent)).one()
    assert (event.action, event.actor_id) == ("access:denied", person.id)
    assert event.changes == {"endpoint": "accounts.disable_person", "method": "POST"}


def test_an_unknown_address_is_not_found_for_everybody(client: Client, sign_in: SignIn) -> None:
    assert client.get("/nowhere").status_code == 404
    assert sign_in(people.person(Role.ADMIN)).get("/nowhere").status_code == 404


def test_the_wrong_method_is_told_with_the_right_ones(client: Client) -> None:
    response = client.get("/sign-out")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
