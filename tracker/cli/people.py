"""``samordna people``: who can sign in. The first administrator of a fresh server is added here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.accounts.enums import LinkPurpose, Locale, Role
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db, reading, writing
from tracker.core.errors import NotFound

group = AppGroup("people", help="People, their roles and how they get in.")

PATHS = {LinkPurpose.SIGN_IN: "/sign-in/link/", LinkPurpose.INVITATION: "/invitation/"}
GOOD_FOR = {LinkPurpose.SIGN_IN: "15 minutes", LinkPurpose.INVITATION: "7 days"}

format_option = click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True
)
email_argument = click.argument("email")


def _person_options(command: Any) -> Any:
    for option in (
        click.option("--email", required=True, help="Address; the person signs in with it."),
        click.option("--name", default=None, help="Name; the address until the person writes it."),
        click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role])),
        click.option("--organisation", "code", default=None, help="Code of the organisation, such as skl-kommentus."),
        click.option("--locale", type=click.Choice([locale.value for locale in Locale]), default="sv"),
        format_option,
    ):
        command = option(command)
    return command


@group.command("add")
@_person_options
def add(email: str, output: str, **details: Any) -> None:
    """Add a person and print a one-time link that is good for 7 days. No mail is sent."""
    from tracker.accounts import service

    with writing():
        person = service.add_person(**_values(email, **details))
        url = _link(person, LinkPurpose.INVITATION)
        db.session.commit()
    _tell_link(person, LinkPurpose.INVITATION, url, output)


@group.command("invite")
@_person_options
def invite(email: str, output: str, **details: Any) -> None:
    """Add a person and mail them an invitation that is good for 7 days."""
    from tracker.accounts import service

    with writing():
        person = service.invite_person(**_values(email, **details))
        db.session.commit()
    _tell(_facts(person), f"{person.email} is invited by mail.", output)


@group.command("sign-in-link")
@email_argument
@format_option
def sign_in_link(email: str, output: str) -> None:
    """Print a sign-in link that is good once, for 15 minutes."""
    with writing():
        person = _find(email)
        url = _link(person, LinkPurpose.SIGN_IN)
        db.session.commit()
    _tell_link(person, LinkPurpose.SIGN_IN, url, output)


@group.command("example-links")
@format_option
def example_links(output: str) -> None:
    """Print a sign-in link for each example person, good once, for 15 minutes."""
    from tracker.accounts.labels import role_labels

    with writing():
        examples = [person for person in _everybody(None) if person.is_example]
        people = [person for person in examples if person.is_active and not person.is_contact]
        links = [(person, _link(person, LinkPurpose.SIGN_IN)) for person in people]
        db.session.commit()
    if output == "json":
        click.echo(json.dumps([{**_facts(person), "url": url} for person, url in links], ensure_ascii=False))
        return
    if links:
        click.echo(f"Sign in as an example person; each link works once, for {GOOD_FOR[LinkPurpose.SIGN_IN]}:")
    for person, url in links:
        click.echo(f"\n  {person.name} ({role_labels(person.roles)})\n  {url}")


@group.command("disable")
@email_argument
@format_option
def disable(email: str, output: str) -> None:
    """Close an account: its sessions end and its links stop working."""
    from tracker.accounts import service

    with writing():
        person = _find(email)
        service.disable_person(person=person, actor=SYSTEM, now=clock.now())
        db.session.commit()
    _tell(_facts(person), f"{person.email} is disabled.", output)


@group.command("list")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=None, help="Only this role.")
@format_option
def list_all(role: str | None, output: str) -> None:
    """List people with their roles."""
    with reading():
        people = [_facts(person) for person in _everybody(Role(role) if role else None)]
    if output == "json":
        click.echo(json.dumps(people, ensure_ascii=False, indent=2))
        return
    for facts in people:
        click.echo(f"{facts['email']}\t{facts['name']}\t{','.join(facts['roles'])}\t{facts['state']}")


def _values(email: str, name: str | None, roles: Sequence[str], code: str | None, locale: str) -> dict[str, Any]:
    from tracker.organisations import queries as organisations

    return {
        "email": email,
        "name": name or email,
        "roles": {Role(role) for role in roles},
        "organisation_id": organisations.get_by_code(code).id if code else None,
        "locale": Locale(locale),
        "actor": SYSTEM,
        "now": clock.now(),
    }


def _everybody(role: Role | None) -> list[Person]:
    from tracker.accounts import queries

    people: list[Person] = []
    page = queries.list_people(role=role, per_page=200)
    while page.items:
        people += page.items
        page = queries.list_people(role=role, page=page.number + 1, per_page=200)
    return people


def _find(email: str) -> Person:
    from tracker.accounts import queries

    person = queries.find_person_by_email(email)
    if person is None:
        raise NotFound(f"there is nobody with the address {email}")
    return person


def _link(person: Person, purpose: LinkPurpose) -> str:
    from tracker.accounts import service

    token = service.create_sign_in_link(person=person, purpose=purpose, actor=SYSTEM, now=clock.now())
    return f"{current_app.config['SETTINGS'].base_url}{PATHS[purpose]}{token}"


def _facts(person: Person) -> dict[str, Any]:
    state = "disabled" if not person.is_active else "invited" if person.joined_at is None else "active"
    return {
        "id": person.id,
        "email": person.email,
        "name": person.name,
        "roles": sorted(role.value for role in person.roles),
        "locale": person.locale.value,
        "state": state,
    }


def _tell_link(person: Person, purpose: LinkPurpose, url: str, output: str) -> None:
    words = f"{person.email} gets in once, within {GOOD_FOR[purpose]}, by\n{url}"
    _tell({**_facts(person), "url": url}, words, output)


def _tell(facts: dict[str, Any], words: str, output: str) -> None:
    click.echo(json.dumps(facts, ensure_ascii=False) if output == "json" else words)
