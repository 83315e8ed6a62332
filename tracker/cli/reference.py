"""``samordna reference``: the organisations, names, populations and codes that are kept in the project."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from flask.cli import AppGroup

from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db, writing

group = AppGroup("reference", help="Reference data kept in the project.")


@group.command("load")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def load(output: str) -> None:
    """Load the reference data. Running it again changes nothing."""
    from tracker.organisations import service

    with writing():
        summary = service.load_reference(actor=SYSTEM, now=clock.now())
        db.session.commit()
    if output == "json":
        click.echo(json.dumps(asdict(summary), ensure_ascii=False, sort_keys=True))
        return
    if summary.is_unchanged:
        click.echo("Reference data: unchanged.")
        return
    for word, counts in (("added", summary.added), ("changed", summary.changed)):
        told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        if told:
            click.echo(f"Reference data: {word} {told}.")
    for kept in summary.kept_names:
        click.echo(f"Reference data: kept a stored name that the files spell otherwise: {kept}", err=True)
