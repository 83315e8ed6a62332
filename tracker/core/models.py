"""Rows that belong to the machinery rather than to a domain."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model
from tracker.core.types import UTCDateTime


class Heartbeat(Model):
    """When a part last showed that it lives: written by a task, so it proves beat, broker and worker together."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(UTCDateTime)
