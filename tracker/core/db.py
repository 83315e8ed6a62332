"""The database: one SQLAlchemy session per request or task, the same code on SQLite and PostgreSQL.

SQLite runs in WAL mode with foreign keys on. A transaction that may write starts with ``BEGIN IMMEDIATE``: a deferred
transaction that turns into a writer fails at once with SQLITE_BUSY, whatever the busy timeout says.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SQLITE_BUSY_TIMEOUT_MS = 5000


class _Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)


db = SQLAlchemy(model_class=_Base, disable_autonaming=True)

if TYPE_CHECKING:
    # Flask-SQLAlchemy builds its base class at run time, out of sight of a type checker.
    class Model(DeclarativeBase):
        """Base of every table."""
else:
    Model = db.Model

_read_only: ContextVar[bool] = ContextVar("read_only", default=False)


def expect_reads(*, only_reads: bool) -> None:
    """Say whether the coming transactions of this thread or task only read (SQLite then takes no write lock)."""
    _read_only.set(only_reads)


def is_reading() -> bool:
    """Whether transactions begun now only read: what they write is never committed."""
    return _read_only.get()


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside take no write lock on SQLite."""
    token = _read_only.set(True)
    try:
        yield
    finally:
        _read_only.reset(token)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions begun inside take the write lock at once on SQLite, even while a page is only being read."""
    token = _read_only.set(False)
    try:
        yield
    finally:
        _read_only.reset(token)


@contextmanager
def writing_after_reading() -> Iterator[None]:
    """As ``writing``, for a page that has only read so far: where a transaction may not turn from reading to writing,
    it is begun anew, and what was read is read again.

    :raises RuntimeError: when something is there to be saved, which would be lost.
    """
    if db.session.get_bind().dialect.name == "sqlite":
        release()
    with writing():
        yield


def release() -> None:
    """End a transaction that has only read, before something slow: SQLite's write lock is free meanwhile.

    Objects are read anew when they are used next.

    :raises RuntimeError: when something is there to be saved, which would be lost.
    """
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("something is there to be saved")
    session.rollback()


def _prepare_sqlite_connection(dbapi_connection: sqlite3.Connection, _record: Any) -> None:
    # Python's sqlite3 would begin transactions by itself, and late; we say BEGIN ourselves.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA journal_mode = WAL")
    # NORMAL may lose the last commits at a power cut; a reminder marked as sent must stay so.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if _read_only.get() else "BEGIN IMMEDIATE")


def prepare_engine(engine: Engine) -> None:
    """Attach the SQLite settings; PostgreSQL needs none."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite_connection)
        event.listen(engine, "begin", _begin_sqlite)


def init_app(app: Flask) -> None:
    """Bind the database to ``app``. No connection is opened."""
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
