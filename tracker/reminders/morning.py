"""What the scheduler's tick does: most of the time nothing, and that cheaply."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import current_app

from tracker.core.db import db
from tracker.reminders import service

log = logging.getLogger(__name__)


def plan_if_morning(*, now: datetime) -> service.Morning | None:
    """Plan and commit today's mails; None while it is not a working day's morning (or the day after it)."""
    if not service.is_morning(now, current_app.config["SETTINGS"].reminder_time):
        return None
    done = service.plan(now=now)
    db.session.commit()
    if done.due:
        log.info("reminders: %d due, %d given to people in %d mails", done.due, done.items, done.mails)
    return done
