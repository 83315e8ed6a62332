"""What the scheduler rings for, and how often.

A tick carries no meaning: each task asks the database what is due. A missed, doubled or late tick changes nothing but
the moment. ``expires`` stays below the interval, so that ticks do not pile up while no worker runs.
"""

from typing import Any

from tracker.core.task_names import TaskName


def _every(seconds: int, task: TaskName, **arguments: str) -> dict[str, Any]:
    return {"task": task.value, "schedule": seconds, "kwargs": arguments, "options": {"expires": seconds * 0.9}}


SCHEDULE = {
    "heartbeat": _every(60, TaskName.HEARTBEAT, sender="beat"),
    "reminders": _every(300, TaskName.REMINDERS_PLAN),
    "mail": _every(60, TaskName.OUTBOX_DRAIN),
    "stranded mail": _every(60, TaskName.OUTBOX_RESCUE),
    "scheduled reports": _every(300, TaskName.REPORTS_SCHEDULE),
    "stranded reports": _every(60, TaskName.REPORTS_RESCUE),
    "lapsed contracts": _every(3600, TaskName.PROCUREMENTS_END_LAPSED),
    "unchecked files": _every(60, TaskName.DOCUMENTS_RESCAN),
    "abandoned uploads": _every(3600, TaskName.DOCUMENTS_CLEAN_UPLOADS),
    "old sessions": _every(3600, TaskName.ACCOUNTS_CLEAN),
}
