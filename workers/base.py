"""The task class: application context around every run, and a clean session after it."""

from typing import Any

from celery import Celery, Task
from flask import Flask

from tracker.core.db import db
from workers.watch import Watch


def task_class(flask_app: Flask) -> type[Task]:
    """A task class whose tasks run inside ``flask_app``."""

    class ApplicationTask(Task):
        abstract = True

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            # The end of the context removes the session; a rollback before that frees the database at once.
            with flask_app.app_context():
                try:
                    return self.run(*args, **kwargs)
                finally:
                    db.session.rollback()

    return ApplicationTask


def build(flask_app: Flask, options: dict[str, Any], schedule: dict[str, Any], modules: list[str]) -> Celery:
    """The Celery application of the workers; becomes Celery's default, which ``shared_task`` needs."""
    celery_app = Celery("samordna", task_cls=task_class(flask_app), include=modules)
    celery_app.config_from_object(options)
    celery_app.conf.beat_schedule = schedule
    celery_app.steps["consumer"].add(Watch)
    celery_app.set_default()
    return celery_app
