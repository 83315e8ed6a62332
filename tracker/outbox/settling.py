"""Writing down that a mail was taken, on a thread of its own, so that the next is written while the disk syncs."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from tracker.outbox import claims

# The mail is out; a database that stumbles for a moment must not make us forget it.
PAUSES_S = (0.2, 1.0, 3.0)


class Settler:
    """One connection and one thread for the whole of a worker's turn. Used by one turn at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outbox-settler")

    def pass_on(self, **values: Any) -> Future[set[uuid.UUID]]:
        """``claims.pass_on`` with these values, committed. The result raises what the database raised at last."""
        return self._thread.submit(self._write, values)

    def _write(self, values: dict[str, Any]) -> set[uuid.UUID]:
        for pause in (*PAUSES_S, None):
            try:
                if self._connection is None:
                    self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
                written = claims.pass_on(self._connection, **values)
                self._connection.commit()
                return written
            except DBAPIError:
                self._forget_connection()
                if pause is None:
                    raise
                time.sleep(pause)
        raise AssertionError("unreachable")

    def _forget_connection(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Wait for what is still being written, and let go of the connection."""
        self._thread.shutdown(wait=True)
        if self._connection is not None:
            self._connection.close()
            self._connection = None
