"""Keeps a worker from standing still after the broker was lost at the wrong moment.

When the connection breaks while a task runs, Celery logs that it could not acknowledge the message and goes on. The
message then still counts as held, and with one message at a time the worker asks for no further one: it lives, is
connected, and does nothing for ever (seen with Celery 5.7.0 on Redis 7, each time the broker was killed during a task).
"""

import logging
from typing import Any

from celery import bootsteps
from celery.worker import state
from celery.worker.consumer.tasks import Tasks

log = logging.getLogger(__name__)

INTERVAL_SECONDS = 5.0


class Watch(bootsteps.StartStopStep):
    """A step of the worker's consumer that connects anew when a message is held that nobody works on."""

    requires = (Tasks,)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._timer: Any = None
        self._was_idle_and_full = False

    def start(self, consumer: Any) -> None:
        self._was_idle_and_full = False
        self._timer = consumer.timer.call_repeatedly(INTERVAL_SECONDS, self.look, (consumer,))

    def stop(self, consumer: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def look(self, consumer: Any) -> None:
        """Raise a connection error, which makes the consumer start anew, when it stood still twice in a row."""
        is_idle = not state.reserved_requests and not state.active_requests
        is_idle_and_full = is_idle and not consumer.task_consumer.channel.qos.can_consume()
        if is_idle_and_full and self._was_idle_and_full:
            log.warning("a message could not be acknowledged; connecting to the broker anew")
            raise ConnectionResetError("message held that nobody works on")
        self._was_idle_and_full = is_idle_and_full
