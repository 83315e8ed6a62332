"""One product for the tests that leave it whole, and a prepared instance for those that need their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import site as whole
from tracker.cli import redis_server


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder that has been prepared and is copied by each start."""
    try:
        redis_server.find()
    except redis_server.NoRedis as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("prepared") / "instance"
    whole.prepare(folder)
    return folder


@pytest.fixture(scope="session")
def site(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[whole.Site]:
    """The whole product, shared: what a test stops or freezes runs again when the test is over."""
    with whole.started(prepared, tmp_path_factory.mktemp("site") / "instance") as running:
        yield running
