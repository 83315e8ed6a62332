from celery import shared_task

from tracker.core import clock, heartbeat
from tracker.core.db import db
from tracker.core.task_names import TaskName


@shared_task(name=TaskName.HEARTBEAT.value)
def beat(sender: str) -> None:
    """Show life: the worker's own, and the sender's."""
    heartbeat.record(heartbeat.WORKER, sender, now=clock.now())
    db.session.commit()
