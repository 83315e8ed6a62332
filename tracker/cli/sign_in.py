"""``samordna sign-in``: one-time links for the terminal, for the example people and for whoever is locked out."""

from __future__ import annotations

import json

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from tracker.accounts import queries
from tracker.accounts.labels import role_labels
from tracker.accounts.models import Person
from tracker.accounts.service import links as link_service
from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db, writing

group = AppGroup("sign-in", help="One-time sign-in links.")


@group.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Make a one-time sign-in link for the person with this address."""
    person = queries.find_person_by_email(email)
    if person is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    click.echo(_make([person])[0]["url"])


@group.command("example-links")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def example_links(output: str) -> None:
    """Make a one-time sign-in link for each example person."""
    people = db.session.scalars(sa.select(Person).where(Person.is_example, Person.is_active).order_by(Person.id)).all()
    made = _make(list(people))
    if output == "json":
        click.echo(json.dumps(made, ensure_ascii=False))
        return
    if made:
        minutes = int(link_service.SIGN_IN_LIFETIME.total_seconds() // 60)
        click.echo(f"Sign in as one of the example people (each link works once, for {minutes} minutes):")
    for line in made:
        click.echo(f"  {line['name']} ({line['roles']})\n    {line['url']}")


def _make(people: list[Person]) -> list[dict[str, str]]:
    base_url = current_app.config["SETTINGS"].base_url
    made = []
    with writing():
        for person in people:
            token = link_service.create_sign_in_link(person=person, actor=SYSTEM, now=clock.now())
            roles = str(role_labels(person.roles))
            url = f"{base_url}/sign-in/link/{token}"
            made.append({"name": person.name, "email": person.email, "roles": roles, "url": url})
        db.session.commit()
    return made
