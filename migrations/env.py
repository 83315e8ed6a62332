"""Runs the numbered migrations, on SQLite and PostgreSQL, in one transaction each, one runner at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

import tracker.models  # noqa: F401  (fills the metadata)
from tracker.core.db import db

# Two starts at once must not both migrate; the second waits and finds nothing to do.
MIGRATION_LOCK = 7_205_140_517
LOCK_TIMEOUT = "10s"


def configure(connection: Connection | None) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        compare_type=True,
        render_as_batch=db.engine.dialect.name == "sqlite",
        # We begin SQLite transactions ourselves, so its DDL rolls back like any other statement.
        transactional_ddl=True,
    )


def run() -> None:
    with db.engine.connect() as connection, alone(connection):
        configure(connection)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """Hold the lock of the session, which outlives the transactions of the migrations."""
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.execute(text(f"SELECT pg_advisory_lock({MIGRATION_LOCK})"))
    connection.commit()
    try:
        yield
    finally:
        # The connection goes back to a pool, with everything that is set on it.
        connection.rollback()
        connection.execute(text(f"SELECT pg_advisory_unlock({MIGRATION_LOCK})"))
        connection.execute(text("RESET lock_timeout"))
        connection.commit()


if context.is_offline_mode():
    raise SystemExit("offline migrations are not supported: connect to the database")

current_app.logger.debug("migrating %s", db.engine.url.render_as_string(hide_password=True))
run()
