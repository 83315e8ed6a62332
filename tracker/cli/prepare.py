"""``samordna prepare``: brings the database to where this version needs it."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

# What each start runs, in order; every one of them may be run again and then changes nothing.
STEPS = (("reference", "load"), ("examples", "load"))


@click.command()
@click.option("--examples/--no-examples", default=False, help="Load the example cases into an empty database.")
@with_appcontext
@click.pass_context
def prepare(context: click.Context, examples: bool) -> None:
    """Migrate, load the reference data and, when asked, the example cases."""
    from flask_migrate import upgrade

    click.echo("Migrating the database ...")
    upgrade()
    for group_name, command_name in STEPS:
        if group_name == "examples" and not examples:
            continue
        group = current_app.cli.commands[group_name]
        assert isinstance(group, click.Group)
        context.invoke(group.commands[command_name])
