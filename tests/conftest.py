"""What every test shares: the application on each engine with its real migrations, emptied after each test."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
import pytest
import sqlalchemy as sa
from flask import Flask

from tests.support import postgresql
from tests.support.client import Client, signed_in
from tests.support.distribution import FolderScheduling
from tracker.accounts.models import Person

ENGINES = ("sqlite", "postgresql")

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("samordna", deadline=None)
hypothesis.settings.load_profile("samordna")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--one-engine",
        action="store_true",
        help="run each integration test on one of the two databases, half of them on PostgreSQL",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FolderScheduling:
    """How several processes share the tests, whatever ``--dist`` says."""
    return FolderScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With ``--one-engine`` each test is left out on one of the two."""
    if config.getoption("--one-engine"):
        left_out = {item for item in items if _engine_of(item) not in (None, _chosen_engine(item))}
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


def _engine_of(item: pytest.Item) -> str | None:
    callspec = getattr(item, "callspec", None)
    return None if callspec is None else callspec.params.get("engine_name")


def _chosen_engine(item: pytest.Item) -> str:
    """The same engine for the same test on every machine that has both."""
    if postgresql.find_programs() is None:
        return ENGINES[0]
    name = item.nodeid
    for engine in ENGINES:
        name = name.replace(engine, "")
    return ENGINES[zlib.crc32(name.encode()) % len(ENGINES)]


def settings_for(folder: Path, **environment: str) -> Any:
    """Embedded settings in ``folder``; ``environment`` overrides them as the real one would."""
    import config

    base = {"SAMORDNA_INSTANCE": str(folder / "instance"), "REDIS_URL": f"unix://{folder}/nobody-home.sock"}
    return config.load({**base, **environment})


@pytest.fixture(scope="session", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Integration tests run once per engine."""
    return str(request.param)


@pytest.fixture(scope="session")
def database_url(engine_name: str) -> Iterator[str]:
    if engine_name == "sqlite":
        # In memory where the machine has such a folder: every commit waits for the disk otherwise.
        fast = Path("/dev/shm")
        with TemporaryDirectory(prefix="samordna-", dir=fast if os.access(fast, os.W_OK) else None) as folder:
            yield f"sqlite:///{folder}/test.db"
        return
    if postgresql.find_programs() is None:
        pytest.skip("PostgreSQL is not installed (package postgresql)")
    with postgresql.cluster() as url:
        yield url


@pytest.fixture(scope="session")
def _migrated_app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    from flask_migrate import upgrade

    from tracker.app import create_app
    from tracker.core.db import db

    folder = tmp_path_factory.mktemp("app")
    production = {
        "DATABASE_URL": database_url,
        "SECRET_KEY": "a-key-of-random-letters-" + os.urandom(16).hex(),
        "BASE_URL": "http://127.0.0.1:8000",
        "MAIL_FROM": "samordna@samordna.example",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_SECURITY": "none",
    }
    settings = settings_for(folder, **(production if database_url.startswith("postgresql") else {}))
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    app.test_client_class = Client
    with app.app_context():
        upgrade(directory=app.extensions["migrate"].directory)
    # No context stays behind: tests without an application would read its language.
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(_migrated_app: Flask) -> Iterator[Flask]:
    """The application with an empty database and nothing on its way in, inside an application context."""
    from tracker.core.db import expect_reads

    # The page that the test before it read last says nothing about this one.
    expect_reads(only_reads=False)
    with _migrated_app.app_context():
        yield _migrated_app
        _empty()
    for path in (_migrated_app.config["SETTINGS"].files_dir / "incoming").glob("*"):
        path.unlink()


def _empty() -> None:
    """Take out every row, and only where there is one: to truncate thirty tables costs more than most tests do."""
    from tracker.core.db import db

    db.session.rollback()
    db.session.remove()
    tables = {table.name: table for table in reversed(db.metadata.sorted_tables)}
    with db.engine.begin() as connection:
        is_postgresql = connection.dialect.name == "postgresql"
        filled = sa.union_all(
            *(
                sa.select(sa.literal(name)).where(sa.exists(sa.select(1).select_from(table)))
                for name, table in tables.items()
            )
        )
        names = set(connection.scalars(filled))
        # Procurements and contracts point at each other, so no order would do.
        connection.exec_driver_sql(
            "SET LOCAL session_replication_role = replica" if is_postgresql else "PRAGMA defer_foreign_keys = ON"
        )
        for name, table in tables.items():
            if name in names:
                connection.execute(sa.delete(table))
                if is_postgresql and "id" in table.c and isinstance(table.c.id.type, sa.Integer):
                    connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), 1, false)")


@pytest.fixture
def client(app: Flask) -> Client:
    """Nobody's browser."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Person], Client]:
    """``sign_in(person)``: a browser in which that person is signed in."""
    return lambda person: signed_in(app, person)
