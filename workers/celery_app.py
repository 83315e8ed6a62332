"""The worker's Celery application, on the same factory as the web."""

import logging
import pkgutil
from typing import Any

from celery.signals import worker_process_init, worker_ready

import config
from tracker.app import create_app
from tracker.core.db import db
from tracker.core.task_names import TaskName
from workers import tasks
from workers.base import build
from workers.options import celery_options
from workers.schedule import SCHEDULE

TASK_MODULES = [f"workers.tasks.{module.name}" for module in pkgutil.iter_modules(tasks.__path__)]

settings = config.load()
flask_app = create_app(settings, is_worker=True)
celery_app = build(flask_app, celery_options(settings.broker_url), SCHEDULE, TASK_MODULES)


@worker_process_init.connect
def forget_inherited_connections(**_: Any) -> None:
    """A forked child must not speak on its parent's database connection."""
    with flask_app.app_context():
        db.engine.dispose(close=False)


@worker_ready.connect
def look_at_once(**_: Any) -> None:
    """After a stop there may be work from before: do not wait for the first tick."""
    try:
        celery_app.send_task(TaskName.HEARTBEAT.value, kwargs={"sender": "worker"})
        for name in (
            TaskName.REMINDERS_PLAN,
            TaskName.OUTBOX_RESCUE,
            TaskName.OUTBOX_DRAIN,
            TaskName.REPORTS_RESCUE,
            TaskName.DOCUMENTS_RESCAN,
        ):
            celery_app.send_task(name.value)
    except OSError as error:
        logging.getLogger(__name__).warning("first look left to the scheduler: %s", error)
