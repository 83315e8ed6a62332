from celery import shared_task

from tracker.accounts import service
from tracker.core import clock
from tracker.core.db import db
from tracker.core.task_names import TaskName


@shared_task(name=TaskName.ACCOUNTS_CLEAN.value)
def clean() -> None:
    """Remove sessions and links that have long been over."""
    service.remove_expired(now=clock.now())
    db.session.commit()
