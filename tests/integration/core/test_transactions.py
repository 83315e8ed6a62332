"""One commit per writing request, none by a page that is only read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask, g
from flask.testing import FlaskClient

from tracker.core.db import db, prepare_engine
from tracker.core.models import Heartbeat
from tracker.core.requests import Application

NOW = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


@pytest.fixture
def small(database_url: str, app: Flask) -> Iterator[FlaskClient]:
    """A bare application with one writing view, on the migrated database of the engine under test."""
    bare = Application("small")
    bare.config.update(SQLALCHEMY_DATABASE_URI=app.config["SQLALCHEMY_DATABASE_URI"], TESTING=True)
    db.init_app(bare)

    @bare.route("/write/<int:status>", methods=["GET", "POST"])
    def write(status: int) -> tuple[str, int]:
        db.session.add(Heartbeat(name="x", beat_at=NOW))
        db.session.flush()
        g.commit_anyway = status == 401
        return "", status

    with bare.app_context():
        prepare_engine(db.engine)
        yield bare.test_client()
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    ("method", "status", "kept"),
    [("POST", 200, 1), ("POST", 302, 1), ("POST", 422, 0), ("POST", 401, 1), ("GET", 200, 0)],
)
def test_what_is_kept(small: FlaskClient, app: Flask, method: str, status: int, kept: int) -> None:
    small.open(f"/write/{status}", method=method)
    with db.engine.begin() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(Heartbeat)) == kept
