"""The application factory: wires extensions, blueprints, signals and commands; nothing else."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

from flask_migrate import Migrate

import tracker.models  # noqa: F401  (every table known before the first query)
from tracker.core import db as database
from tracker.core.db import db
from tracker.core.requests import Application

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def _optional(name: str) -> Any:
    try:
        if importlib.util.find_spec(name) is None:
            return None
    except ModuleNotFoundError:
        return None
    try:
        return importlib.import_module(name)
    except ImportError as error:
        print('still missing:', name, error)
        return None


def create_app(settings: Any) -> Application:
    """A configured application. ``settings`` is ``config.Settings``; opens no connection."""
    app = Application("tracker", static_folder=None)
    app.config.from_mapping(settings.flask_config)
    database.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS))
    # order matters: language and session before access, access before pages
    for name in (
        "tracker.core.i18n",
        "tracker.core.assets",
        "tracker.core.dispatch",
        "tracker.accounts.setup",
        "tracker.outbox.setup",
        "tracker.reminders.setup",
        "tracker.web.setup",
    ):
        module = _optional(name)
        if module is not None and hasattr(module, "init_app"):
            module.init_app(app)
    for name in ("accounts", "organisations", "cases", "procurements", "deadlines", "outbox", "reminders", "reports", "interop", "web"):
        module = _optional(f"tracker.{name}.views")
        if module is not None:
            if hasattr(module, "blueprint"):
                app.register_blueprint(module.blueprint)
    for name in ("deadlines", "reminders", "outbox", "reports", "reference", "examples", "imports", "people"):
        module = _optional(f"tracker.cli.{name}")
        if module is not None and hasattr(module, "group"):
            app.cli.add_command(module.group)
    finish = _optional("tracker.accounts.permissions")
    if finish is not None and hasattr(finish, "check_every_view"):
        finish.check_every_view(app)
    return app
