"""Commands of the ``samordna`` console command, one module per group.

Those named here start without loading the application; the others are registered on it by ``create_app``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

# name -> "module:attribute"
COMMANDS = {
    "deadlines": "tracker.cli.deadlines:deadlines",
    "prepare": "tracker.cli.prepare:prepare",
    "run": "tracker.cli.run:run",
    "translations": "tracker.cli.translations:translations",
}


def load_command(name: str) -> click.Command:
    """The click command that ``name`` stands for.

    :raises KeyError: for a name that is not in ``COMMANDS``.
    """
    module, _, attribute = COMMANDS[name].partition(":")
    command: click.Command = getattr(import_module(module), attribute)
    return command
