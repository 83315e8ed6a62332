from celery import shared_task

from tracker.core import clock
from tracker.core.db import db
from tracker.core.task_names import TaskName
from tracker.outbox import delivery, rescue


@shared_task(name=TaskName.OUTBOX_DRAIN.value)
def drain() -> None:
    """Send the mails that are due."""
    delivery.drain()


@shared_task(name=TaskName.OUTBOX_RESCUE.value)
def take_back() -> None:
    """Settle what a lost worker left behind."""
    rescue.rescue(now=clock.now())
    db.session.commit()
