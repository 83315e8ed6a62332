from celery import shared_task

from tracker.core import clock
from tracker.core.db import db
from tracker.core.task_names import TaskName
from tracker.outbox import delivery
from tracker.outbox import rescue as rescuing


@shared_task(name=TaskName.OUTBOX_DRAIN.value)
def drain() -> None:
    """Send what is due."""
    delivery.drain()


@shared_task(name=TaskName.OUTBOX_RESCUE.value)
def rescue() -> None:
    """Take back what a lost worker held."""
    rescuing.rescue(now=clock.now())
    db.session.commit()
