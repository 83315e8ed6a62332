from celery import shared_task

from tracker.core import clock
from tracker.core.db import db
from tracker.core.task_names import TaskName
from tracker.reports import compiling, service


@shared_task(name=TaskName.REPORTS_COMPILE.value)
def compile_edition(edition_id: int) -> None:
    """Compile one edition of the status report."""
    compiling.compile_edition(edition_id, clock.now)


@shared_task(name=TaskName.REPORTS_SCHEDULE.value)
def open_scheduled() -> None:
    """Open the quarter's edition when its day has come."""
    service.open_scheduled_edition(now=clock.now())
    db.session.commit()


@shared_task(name=TaskName.REPORTS_RESCUE.value)
def ring_again() -> None:
    """Ring again for editions whose message or worker was lost."""
    service.ring_for_unfinished(now=clock.now())
    db.session.commit()
