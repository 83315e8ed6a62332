"""``samordna examples``: people and cases to try the application with."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from flask.cli import AppGroup

from tracker.core import clock
from tracker.core.db import db, writing

group = AppGroup("examples", help="Example people and cases, marked as such.")


@group.command("load")
@click.option("--force", is_flag=True, help="Add the examples although the database is in use.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def load(force: bool, output: str) -> None:
    """Load the examples into an empty database. Running it again changes nothing."""
    from tracker.interop import examples

    with writing():
        loaded = examples.load(now=clock.now(), is_forced=force)
        db.session.commit()
    if output == "json":
        click.echo(json.dumps(asdict(loaded), sort_keys=True))
    elif loaded.is_skipped:
        click.echo("Examples: the database is in use, nothing was added.")
    else:
        click.echo(
            f"Examples: added {loaded.people} people, {loaded.agreements} national vaccine agreements,"
            f" {loaded.running} running procurements and {loaded.evaluations} evaluations."
        )
