"""The doorbell: tells the workers, after a commit, that there is something to do.

What must happen is a row in the database; a message only makes it happen sooner. So publishing is tried once, for a
short time, and a broker that is down or frozen costs a logged line, never the request. The workers' sweeps find the
row in any case.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from celery import Celery
from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.orm import Session

from tracker.core.db import db
from tracker.core.task_names import TaskName

__all__ = ["Dispatcher", "TaskName", "after_commit", "init_app"]

log = logging.getLogger(__name__)

SOCKET_SECONDS = 0.5
# After a failure nothing is tried for this long, so that a frozen broker slows one request and not every one.
PAUSE_SECONDS = 15.0
_PENDING = "tasks_after_commit"


class Dispatcher:
    """Publishes task names to the broker at ``broker_url``; a bare Celery producer that knows no task's code."""

    def __init__(self, broker_url: str) -> None:
        # set_as_current=False: importing the application must never take the worker's role as Celery's default.
        self._celery = Celery("samordna-dispatch", broker=broker_url, set_as_current=False)
        self._celery.conf.update(
            task_serializer="json",
            task_ignore_result=True,
            task_publish_retry=False,
            broker_connection_timeout=SOCKET_SECONDS,
            broker_pool_acquire_timeout=SOCKET_SECONDS,
            broker_transport_options={
                "socket_timeout": SOCKET_SECONDS,
                "socket_connect_timeout": SOCKET_SECONDS,
                "retry_on_timeout": False,
                "max_retries": 0,
            },
        )
        self._paused_until = 0.0

    def publish(self, name: TaskName, arguments: dict[str, int | str]) -> bool:
        """Send one message; False when it was not sent. Never raises for a broker that is away."""
        if time.monotonic() < self._paused_until:
            return False
        try:
            self._celery.send_task(name.value, kwargs=arguments, retry=False, ignore_result=True)
        except Exception as error:
            # Whatever the client library raises: the row is committed and the sweeps will find it.
            self._paused_until = time.monotonic() + PAUSE_SECONDS
            log.error("broker away, %s left to the sweeps: %s: %s", name.value, type(error).__name__, error)
            return False
        return True


def init_app(app: Flask) -> None:
    """Give ``app`` its dispatcher. No connection is opened until the first message."""
    app.extensions["dispatch"] = Dispatcher(app.config["CELERY"]["broker_url"])


def after_commit(name: TaskName, **arguments: int | str) -> None:
    """Ring for ``name`` when the running transaction has been committed; not at all if it is rolled back.

    ``arguments`` are identifiers at most. The same message twice in one transaction is sent once.
    """
    pending = db.session().info.setdefault(_PENDING, [])
    if (name, arguments) not in pending:
        pending.append((name, arguments))


@event.listens_for(db.session, "after_commit")
def _publish_pending(session: Session) -> None:
    # SQLAlchemy calls this for a released savepoint too, when nothing is committed yet.
    if session.in_nested_transaction():
        return
    pending: list[tuple[TaskName, dict[str, Any]]] = session.info.pop(_PENDING, [])
    for name, arguments in pending:
        current_app.extensions["dispatch"].publish(name, arguments)


@event.listens_for(db.session, "after_rollback")
def _forget_pending(session: Session) -> None:
    # A savepoint that is rolled back must not lose what the outer transaction wants; a message too many does no harm.
    if not session.in_nested_transaction():
        session.info.pop(_PENDING, None)
