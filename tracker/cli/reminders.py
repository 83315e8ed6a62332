"""``samordna reminders``: what a morning would bring, and the morning itself."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import click
from flask.cli import AppGroup

from tracker.core import clock
from tracker.core.calendar import CalendarError
from tracker.core.db import db, reading, writing
from tracker.reminders import labels
from tracker.reminders import preview as previews

group = AppGroup("reminders", help="Reminders of deadlines.")


@group.command("preview")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The morning; today by default.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def preview(day: datetime | None, output: str) -> None:
    """Tell who would get what, and why others would not. Changes nothing."""
    on = day.date() if day else clock.today()
    try:
        with reading():
            found = previews.preview(on, clock.today())
    except CalendarError as error:
        raise click.ClickException(str(error)) from None
    if output == "json":
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
    else:
        _tell(found)


@group.command("plan")
def plan() -> None:
    """Make this morning's mails now, whatever the time; again on the same day makes only what is new."""
    from tracker.reminders import service

    with writing():
        done = service.plan(now=clock.now())
        db.session.commit()
    click.echo(f"{done.due} reminders due, {done.items} given to people, {done.mails} mails in the queue")


def _as_json(found: previews.Preview) -> dict[str, Any]:
    return {
        "on": found.on.isoformat(),
        "is_working_day": found.next_morning_on is None,
        "next_morning_on": _iso(found.next_morning_on),
        "mails": [
            {
                "person": mail.name,
                "address": mail.address,
                "deadlines": [_spoken(one) | {"because": part.value} for one, part in mail.items],
            }
            for mail in found.mails
        ],
        "not_sent": [
            _spoken(item.spoken) | {"reason": item.reason.value, "person": item.person} for item in found.not_sent
        ],
    }


def _spoken(one: previews.Spoken) -> dict[str, Any]:
    return {
        "case": one.case_number,
        "case_title": one.case_title,
        "deadline": one.deadline_id,
        "kind": one.kind.value,
        "title": one.title,
        "basis": one.basis.value,
        "due_on": one.due_on.isoformat(),
        "step": one.step,
        "planned_on": one.planned_on.isoformat(),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _tell(found: previews.Preview) -> None:
    if found.next_morning_on is not None:
        click.echo(f"{found.on} is not a working day: no mail. The next morning is {found.next_morning_on}.")
        return
    click.echo(f"{found.on}: {len(found.mails)} mails")
    for mail in found.mails:
        click.echo(f"\n{mail.name} <{mail.address}>")
        for one, part in mail.items:
            click.echo(f"  {_line(one)}  ({labels.PARTS[part]})")
    if found.not_sent:
        click.echo("\nNot sent:")
    for item in found.not_sent:
        who = f"{item.person}: " if item.person else ""
        click.echo(f"  {_line(item.spoken)}  {who}{labels.REASONS[item.reason]}")


def _line(one: previews.Spoken) -> str:
    return f"{one.due_on}  {one.case_number}  {one.title}, {labels.step(one.step)}"
