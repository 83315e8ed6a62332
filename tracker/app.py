"""The application factory: wires extensions, blueprints, signals and commands; nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tracker.models  # noqa: F401  (every table known before the first query)
from tracker.accounts import setup as accounts
from tracker.accounts.permissions import check_every_view
from tracker.accounts.views import blueprint as account_pages
from tracker.cases import paths
from tracker.cli import audit as audit_commands
from tracker.cli import documents as document_commands
from tracker.cli import evaluations as evaluation_commands
from tracker.cli import examples, imports, outbox, people, receipts, reference, reminders, reports
from tracker.core import assets, db, dispatch, i18n
from tracker.core.requests import Application
from tracker.deadlines.views import blueprint as deadline_pages
from tracker.documents import setup as documents
from tracker.documents.views import blueprint as document_pages
from tracker.evaluations import setup as evaluations
from tracker.interop.views import blueprint as import_pages
from tracker.organisations.views import blueprint as organisation_pages
from tracker.outbox.views import blueprint as outbox_pages
from tracker.procurements.views import blueprint as procurement_pages
from tracker.reminders import setup as reminder_signals
from tracker.reminders.views import blueprint as reminder_templates
from tracker.reports.views import blueprint as report_pages
from tracker.web import setup as web
from tracker.web.views import blueprint as common_pages

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"

PAGES = (
    account_pages,
    organisation_pages,
    procurement_pages,
    deadline_pages,
    document_pages,
    outbox_pages,
    reminder_templates,
    report_pages,
    import_pages,
    common_pages,
)
COMMANDS = (
    audit_commands,
    document_commands,
    evaluation_commands,
    examples,
    imports,
    outbox,
    people,
    receipts,
    reference,
    reminders,
    reports,
)


def create_app(settings: Any, *, is_worker: bool = False) -> Application:
    """A configured application. ``settings`` is ``config.Settings``; opens no connection.

    :param is_worker: leave out what only commands need: Alembic holds a seventh of a worker's memory.
    :raises accounts.permissions.UndeclaredView: when a view does not say who may use it.
    """
    app = Application("tracker", static_folder=None)
    app.config.from_mapping(settings.flask_config)
    db.init_app(app)
    if not is_worker:
        from flask_migrate import Migrate

        Migrate(app, db.db, directory=str(MIGRATIONS))
    # Language and session come before access, access before the frame of the pages.
    for part in (i18n, assets, dispatch, paths, accounts, reminder_signals, documents, evaluations, web):
        part.init_app(app)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command.group)
    check_every_view(app)
    return app
