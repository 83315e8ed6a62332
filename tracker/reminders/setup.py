"""Listens to the deadlines and registers the mail and the case page's section."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask

from tracker.deadlines import events
from tracker.deadlines.models import Deadline
from tracker.reminders import mails, service
from tracker.reminders.enums import StopReason


def _made(deadline: Deadline, *, now: datetime, **_: Any) -> None:
    service.arm(now=now, deadline=deadline)


def _moved(deadline: Deadline, *, now: datetime, **_: Any) -> None:
    service.disarm(deadline=deadline, reason=StopReason.DATE_MOVED)
    service.arm(now=now, deadline=deadline)


def _met(deadline: Deadline, **_: Any) -> None:
    service.disarm(deadline=deadline, reason=StopReason.DEADLINE_MET)


def _cancelled(deadline: Deadline, **_: Any) -> None:
    service.disarm(deadline=deadline, reason=StopReason.DEADLINE_CANCELLED)


def init_app(app: Flask) -> None:
    # blinker knows a receiver it has seen before, so a second application adds nothing.
    events.deadline_made.connect(_made)
    events.deadline_moved.connect(_moved)
    events.deadline_met.connect(_met)
    events.deadline_cancelled.connect(_cancelled)
    events.deadline_reopened.connect(_moved)
    mails.init_app()
