"""Where the outside starts us: ``wsgi:create()`` for gunicorn, and ``cli``, the ``samordna`` console command."""

import gc
import os
import sys
from typing import Any

import click
from flask import Flask
from flask.cli import FlaskGroup

import config
from tracker.cli import COMMANDS, load_command


def create() -> Flask:
    """The application, configured from the environment. Faults end the process with one clear line each."""
    from werkzeug.middleware.proxy_fix import ProxyFix

    from tracker.app import create_app

    try:
        settings = config.load()
    except config.ConfigError as error:
        sys.exit(_told("configuration", str(error)))
    app = create_app(settings)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    # gunicorn forks its processes after this (--preload): a collector that leaves what is loaded alone leaves its
    # memory shared between them.
    gc.collect()
    gc.freeze()
    return app


class SamordnaGroup(FlaskGroup):
    """Flask's command group on our factory. Commands load when called; a fault is a line, not a traceback."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Flask's own options choose another application or a debugger; this command has one application.
        self.params = []

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name in COMMANDS:
            return load_command(name)
        return super().get_command(ctx, name)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        context = super().make_context(*args, **kwargs)
        context.meta["load_settings"] = config.load
        return context

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except Exception as error:
            told = None if os.environ.get("SAMORDNA_TRACEBACK") else explain(error)
            if told is None:
                raise
            sys.exit(told)


def explain(error: Exception) -> str | None:
    """What a person can do something about, in a line or a few; None for a fault of the program itself."""
    # Imported late: the commands that need no application stay quick and small without it.
    from sqlalchemy.exc import OperationalError

    from tracker.core.errors import DomainError

    if isinstance(error, config.ConfigError):
        return _told("configuration", str(error))
    if isinstance(error, DomainError):
        return _told("refused", str(error))
    if isinstance(error, OperationalError):
        return _told("database", str(error.orig).strip())
    if isinstance(error, OSError):
        return _told("system", str(error))
    return None


def _told(area: str, message: str) -> str:
    return "\n".join(f"samordna: {area}: {line}" for line in message.splitlines())


cli = SamordnaGroup(
    name="samordna",
    create_app=create,
    add_version_option=False,
    set_debug_flag=False,
    load_dotenv=False,
    help="Samordna: nationally coordinated procurements, their deadlines, reminders and status reports.",
)
