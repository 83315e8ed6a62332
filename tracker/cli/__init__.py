"""Commands of the ``samordna`` console command, one module per group.

Those named here start without loading the application; the others are registered on it by ``create_app``.
"""

from importlib import import_module

import click

# name -> "module:attribute"
COMMANDS = {
    "deadlines": "tracker.cli.deadlines:deadlines",
    "mail-catcher": "tracker.cli.mail_catcher:mail_catcher",
    "reference": "tracker.cli.reference:group",
    "run": "tracker.cli.run:run",
    "translations": "tracker.cli.translations:translations",
}


def load_command(name: str) -> click.Command:
    """The click command that ``name`` stands for.

    :raises KeyError: for a name that is not in ``COMMANDS``.
    """
    module, _, attribute = COMMANDS[name].partition(":")
    command = getattr(import_module(module), attribute)
    assert isinstance(command, click.Command)
    return command
