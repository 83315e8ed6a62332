"""A real broker for the tests of the workers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support import redis
from tracker.cli import redis_server


@pytest.fixture
def broker() -> Iterator[redis.Broker]:
    try:
        redis_server.find()
    except redis_server.NoRedis as error:
        pytest.skip(str(error))
    with redis.broker() as running:
        yield running
