"""Listens to the deadlines and registers the mail and the case page's section."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l

from tracker.cases import panels
from tracker.cases.models import Case
from tracker.cases.secrecy import Viewer
from tracker.deadlines import events
from tracker.deadlines.models import Deadline
from tracker.outbox import labels as mail_labels
from tracker.reminders import labels, mails, queries, service
from tracker.reminders.enums import StopReason


def _made(deadline: Deadline, *, now: datetime, **_: Any) -> None:
    service.arm(now=now, deadline=deadline)


def _moved(deadline: Deadline, *, now: datetime, **_: Any) -> None:
    service.disarm(deadline=deadline, reason=StopReason.DATE_MOVED)
    service.arm(now=now, deadline=deadline)


def _replanned(deadline: Deadline, *, now: datetime, **_: Any) -> None:
    service.rearm(now=now, deadline=deadline)


def _met(deadline: Deadline, **_: Any) -> None:
    service.disarm(deadline=deadline, reason=StopReason.DEADLINE_MET)


def _cancelled(deadline: Deadline, **_: Any) -> None:
    service.disarm(deadline=deadline, reason=StopReason.DEADLINE_CANCELLED)


def _panel(case: Case, _viewer: Viewer) -> panels.Panel | None:
    """What was, is and will be said about the case; the caller has let the viewer into it."""
    rows = queries.list_for_case(case.id)
    if not rows:
        return None
    unheard = queries.list_without_recipient(case_id=case.id)
    context = {"rows": rows, "unheard": unheard, "labels": labels, "mail": mail_labels}
    return panels.Panel(_l("Reminders"), "reminders/_panel.html", context)


def init_app(app: Flask) -> None:
    # blinker knows a receiver it has seen before, so a second application adds nothing.
    events.deadline_made.connect(_made)
    events.deadline_moved.connect(_moved)
    events.deadline_replanned.connect(_replanned)
    events.deadline_met.connect(_met)
    events.deadline_cancelled.connect(_cancelled)
    events.deadline_reopened.connect(_moved)
    mails.init_app()
    panels.register(app, "reminders", _panel, position=40)
