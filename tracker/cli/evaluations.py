"""``samordna evaluations``: the evaluations there are, and links for the people who make them."""

from __future__ import annotations

import json
from typing import Any

import click
from flask.cli import AppGroup

from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db, reading, writing
from tracker.core.errors import DomainError
from tracker.evaluations.impartiality import current_team
from tracker.evaluations.models import Evaluation, TeamMember
from tracker.evaluations.queries import commission, listing
from tracker.evaluations.queries.listing import EvaluationFilters, EvaluationRow, Tab

group = AppGroup("evaluations", help="Evaluations of the collaboration and links for their evaluators.")


# Each refusal has an exit status of its own, so that scripts can tell them apart.
class UnknownNumber(click.ClickException):
    exit_code = 3


class NobodyInTeam(click.ClickException):
    exit_code = 4


class SeveralInTeam(click.ClickException):
    exit_code = 5


class NotInTeam(click.ClickException):
    exit_code = 6


format_option = click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@group.command("list")
@click.option("--tab", type=click.Choice([tab.value for tab in Tab]), default=Tab.OURS.value, show_default=True)
@format_option
def list_all(tab: str, output: str) -> None:
    """List evaluations: ours, those only noted, or all. Noted ones are never counted as ours."""
    with reading():
        rows = list(listing.iterate_evaluations(None, EvaluationFilters(tab=Tab(tab), sort="number")))
    if output == "json":
        click.echo(json.dumps([_facts(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        due = f", next deadline {row.next_due_on}" if row.next_due_on else ""
        click.echo(f"{row.registry_number}  {row.phase}  {row.title}  ({row.responsible}{due})")
    click.echo(f"{len(rows)} evaluations")


@group.command("link")
@click.argument("number")
@click.option("--person", "email", default=None, help="Address of the member of the team; the contact by default.")
@format_option
def link(number: str, email: str | None, output: str) -> None:
    """Make a link that opens one commission for one evaluator, and print it. It is recorded in the case's history.

    Exit status: 3 no such evaluation, 4 nobody in the team, 5 several and none of them the contact, 6 not in the team.
    """
    from tracker.evaluations.queries import links as queries
    from tracker.evaluations.service import links

    with writing():
        member = _member(_evaluation(number), email)
        try:
            made = links.make_link(actor=SYSTEM, now=clock.now(), member=member)
        except DomainError as error:
            raise click.ClickException(str(error)) from None
        db.session.commit()
        url, expires_at = links.url(made), queries.expires_at(made)
    if output == "json":
        told = {
            "number": member.evaluation.registry_number,
            "person": member.person.email,
            "url": url,
            "expires_at": expires_at.isoformat(),
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo(url)
    until = clock.local_date(expires_at)
    click.echo(f"for {member.person.name} <{member.person.email}>, works until {until}", err=True)


def _evaluation(number: str) -> Evaluation:
    evaluation = commission.find_for_command(number)
    if evaluation is None:
        raise UnknownNumber(
            f"There is no evaluation with the number {number}."
            " `samordna evaluations list --tab all` lists every evaluation with its number."
        )
    return evaluation


def _member(evaluation: Evaluation, email: str | None) -> TeamMember:
    team = current_team(evaluation)
    if not team:
        raise NobodyInTeam(f"Nobody is in the evaluation team of {evaluation.registry_number}.")
    if email is not None:
        for member in team:
            if member.person.email == email.strip().lower():
                return member
        raise NotInTeam(f"{email} is not in the team: {_addresses(team)}.")
    contacts = [member for member in team if member.is_contact] or team
    if len(contacts) > 1:
        raise SeveralInTeam(f"Several people are in the team. Choose one with --person: {_addresses(team)}.")
    return contacts[0]


def _addresses(team: list[TeamMember]) -> str:
    return ", ".join(sorted(member.person.email for member in team))


def _facts(row: EvaluationRow) -> dict[str, Any]:
    return {
        "number": row.registry_number,
        "title": row.title,
        "is_ours": row.is_own,
        "phase": row.phase,
        "phase_since": row.phase_since_on.isoformat(),
        "responsible": row.responsible,
        "commissioner": row.commissioner,
        "evaluator": row.provider,
        "next_deadline": row.next_due_on.isoformat() if row.next_due_on else None,
        "open_recommendations": row.open_recommendations if row.is_own else None,
        "is_example": row.is_example,
    }
