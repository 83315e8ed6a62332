from celery import shared_task

from tracker.core import clock
from tracker.core.task_names import TaskName
from tracker.documents import extraction, scanning, staging, sweeping


@shared_task(name=TaskName.DOCUMENTS_SCAN.value)
def scan(version_id: int) -> None:
    """Have one file scanned for harmful content."""
    scanning.scan_version(version_id, clock.now)


@shared_task(name=TaskName.DOCUMENTS_READ.value)
def read(version_id: int) -> None:
    """Take the words out of one file, for the search."""
    extraction.read_version(version_id, clock.now)


@shared_task(name=TaskName.DOCUMENTS_RESCAN.value)
def rescan() -> None:
    """Scan and read what was left: a lost message, a scanner that was away, or one that could not say."""
    sweeping.sweep(clock.now)


@shared_task(name=TaskName.DOCUMENTS_CLEAN_UPLOADS.value)
def clean_uploads() -> None:
    """Remove uploads that nobody goes on with."""
    staging.clean(clock.now())
