"""The migrations make exactly the tables the models describe, up and down, and there is one head."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from tracker.core.db import db

# The models do not name what each engine has in its own way: an index of PostgreSQL, the tables of the search.
ONLY_IN_MIGRATION = {"ix_cases_search_text_trgm", "ix_document_words_words"}
WORD_TABLES = "document_words"


def is_of_one_engine(item: Any) -> bool:
    name = str(getattr(item[1], "name", ""))
    return name in ONLY_IN_MIGRATION or (item[0] == "remove_table" and name.startswith(WORD_TABLES))


def migrations_of(app: Flask) -> str:
    return str(app.extensions["migrate"].directory)


@pytest.fixture
def emptied(app: Flask) -> Iterator[Flask]:
    db.session.remove()
    downgrade(directory=migrations_of(app), revision="base")
    yield app
    upgrade(directory=migrations_of(app))


def differences() -> list[Any]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, db.metadata)
    return [item for item in found if not is_of_one_engine(item)]


def test_migrated_schema_equals_the_models(app: Flask) -> None:
    assert differences() == []


def test_down_leaves_nothing_and_up_again_everything(emptied: Flask) -> None:
    assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]
    upgrade(directory=migrations_of(emptied))
    assert differences() == []


def test_a_migration_that_fails_leaves_nothing_behind(emptied: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE reminder_items (id INTEGER)"))
    with pytest.raises(sa.exc.DBAPIError):
        upgrade(directory=migrations_of(emptied))
    tables = set(sa.inspect(db.engine).get_table_names())
    with db.engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE reminder_items"))
    assert tables <= {"alembic_version", "reminder_items"}


def test_one_head_and_numbers_in_sequence(app: Flask) -> None:
    scripts = ScriptDirectory(migrations_of(app))
    assert len(scripts.get_heads()) == 1
    revisions = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    assert revisions == [f"{number:04d}" for number in range(1, len(revisions) + 1)]
