"""``samordna outbox``: the queue of mail, for whoever looks after the server."""

from __future__ import annotations

import json
import uuid
from typing import Any

import click
from flask.cli import AppGroup

from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db, reading, writing
from tracker.core.errors import DomainError

group = AppGroup("outbox", help="The queue of mail: send, look, repeat, cancel.")
format_option = click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@group.command("drain")
@click.option("--seconds", default=600.0, show_default=True, help="Stop after this long.")
def drain(seconds: float) -> None:
    """Take back what was left behind and send what is due, without broker or worker."""
    from tracker.outbox import delivery, rescue

    with writing():
        rescue.rescue(now=clock.now())
        db.session.commit()
        tally = delivery.drain(budget_s=seconds)
    click.echo(", ".join(f"{name}: {count}" for name, count in sorted(tally.items())) or "nothing was due")


@group.command("status")
@format_option
def status(output: str) -> None:
    """How many messages there are in each state, and whether the mail server answers."""
    from tracker.outbox import queries

    with reading():
        found = queries.get_status(clock.now())
    told: dict[str, Any] = {state.value: count for state, count in found.counts.items()}
    told["due"] = found.due
    told["oldest_due_at"] = found.oldest_due_at.isoformat() if found.oldest_due_at else None
    told["server_closed_until"] = found.closed_until.isoformat() if found.closed_until else None
    told["server_error"] = found.server_error
    if output == "json":
        click.echo(json.dumps(told, indent=2))
        return
    for name, value in told.items():
        click.echo(f"{name.replace('_', ' '):20} {'-' if value is None else value}")


@group.command("retry")
@click.argument("message_id", type=click.UUID)
def retry(message_id: uuid.UUID) -> None:
    """Put a message that failed or is in doubt back into the queue."""
    from tracker.outbox import service

    _change(service.retry, message_id)
    click.echo(f"{message_id} waits to be sent")


@group.command("cancel")
@click.argument("message_id", type=click.UUID)
def cancel(message_id: uuid.UUID) -> None:
    """Take a message out of the queue for good."""
    from tracker.outbox import service

    _change(service.cancel, message_id)
    click.echo(f"{message_id} is cancelled")


def _change(verb: Any, message_id: uuid.UUID) -> None:
    with writing():
        try:
            verb(actor=SYSTEM, now=clock.now(), message_id=message_id)
        except DomainError as error:
            raise click.ClickException(str(error)) from None
        db.session.commit()
