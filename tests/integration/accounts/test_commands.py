"""`samordna people`."""

from __future__ import annotations

import json

import pytest
from click.testing import Result
from flask import Flask

from tests.support.client import Client
from tracker.accounts import queries
from tracker.accounts.enums import Role
from tracker.cli.people import group
from tracker.core.db import db
from tracker.core.errors import DomainError, NotFound


def run(app: Flask, *arguments: str) -> Result:
    db.session.commit()
    result = app.test_cli_runner().invoke(group, list(arguments))
    db.session.expire_all()
    return result


def add(app: Flask, email: str = "first@example.org", *more: str) -> Result:
    return run(app, "add", "--email", email, "--role", "admin", *more)


def test_the_first_administrator_of_a_fresh_server_gets_in(app: Flask, client: Client) -> None:
    result = add(app)
    assert result.exit_code == 0
    url = result.output.split()[-1]
    assert url.startswith("http://127.0.0.1:8000/invitation/")
    path = url.removeprefix("http://127.0.0.1:8000")
    assert client.post(path, data={"name": "Första Admin", "locale": "sv"}).status_code == 303
    assert client.get("/people").status_code == 200


def test_a_sign_in_link_as_json(app: Flask, client: Client) -> None:
    add(app)
    facts = json.loads(run(app, "sign-in-link", "FIRST@example.org", "--format", "json").output)
    assert facts["email"] == "first@example.org"
    assert client.post(facts["url"].removeprefix("http://127.0.0.1:8000")).status_code == 303


def test_people_as_json(app: Flask) -> None:
    add(app)
    run(app, "invite", "--email", "second@example.org", "--name", "Andra", "--role", "market", "--role", "support")
    listed = json.loads(run(app, "list", "--format", "json").output)
    assert [(item["email"], item["roles"], item["state"]) for item in listed] == [
        ("second@example.org", ["market", "support"], "invited"),
        ("first@example.org", ["admin"], "invited"),
    ]
    assert "second@example.org" in run(app, "list", "--role", "market").output
    assert "first@example.org" not in run(app, "list", "--role", "market").output


def test_disabling(app: Flask) -> None:
    add(app)
    add(app, "second@example.org")
    assert run(app, "disable", "second@example.org").exit_code == 0
    person = queries.find_person_by_email("second@example.org")
    assert person is not None
    assert not person.is_active
    assert person.roles == {Role.ADMIN}


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("sign-in-link", "nobody@example.org"), NotFound),
        (("disable", "nobody@example.org"), NotFound),
        (("add", "--email", "no address", "--role", "admin"), DomainError),
        (("add", "--email", "a@example.org", "--role", "admin", "--organisation", "nowhere"), NotFound),
    ],
)
def test_a_fault_ends_the_command_and_changes_nothing(
    app: Flask, arguments: tuple[str, ...], fault: type[Exception]
) -> None:
    result = run(app, *arguments)
    assert result.exit_code == 1
    assert isinstance(result.exception, fault)
    assert queries.list_people().total == 0


def test_an_unknown_role_is_told_with_the_known_ones(app: Flask) -> None:
    result = run(app, "add", "--email", "a@example.org", "--role", "boss")
    assert result.exit_code == 2
    assert "'health_care_delegation'" in result.output
