from celery import shared_task

from tracker.core import clock
from tracker.core.task_names import TaskName
from tracker.reminders import morning


@shared_task(name=TaskName.REMINDERS_PLAN.value)
def plan() -> None:
    """Make the morning's mails, when it is morning."""
    morning.plan_if_morning(now=clock.now())
