from celery import shared_task

from tracker.core import clock
from tracker.core.task_names import TaskName
from tracker.procurements import lapsed


@shared_task(name=TaskName.PROCUREMENTS_END_LAPSED.value)
def end_lapsed() -> None:
    """Close the cases whose last contract has run out."""
    lapsed.end_lapsed(now=clock.now())
