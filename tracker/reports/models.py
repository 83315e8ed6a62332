"""Editions of the status report to the health-care delegation."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Model
from tracker.core.types import UTCDateTime, enum_column
from tracker.reports.enums import EditionState


class ReportEdition(Model):
    """One edition. Once ``snapshot`` is set it never changes; ``snapshot_sha256`` is over its UTF-8 bytes.

    ``schedule_key`` (``2026-Q4``) makes the scheduled edition of a period exist once; null for editions by button.
    """

    __tablename__ = "report_editions"
    __table_args__ = (
        sa.UniqueConstraint("year", "sequence"),
        sa.CheckConstraint("(snapshot IS NULL) = (snapshot_sha256 IS NULL)", name="snapshot_has_sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column()
    sequence: Mapped[int] = mapped_column()
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    schedule_key: Mapped[str | None] = mapped_column(sa.String(20), unique=True)
    as_of_on: Mapped[date] = mapped_column()
    state: Mapped[EditionState] = mapped_column(enum_column(EditionState, "state"), default=EditionState.PENDING)
    step: Mapped[str] = mapped_column(sa.String(40), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    claim_token: Mapped[str | None] = mapped_column(sa.String(36))
    error: Mapped[str | None] = mapped_column(sa.String(500))
    requested_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"))
    requested_by_name: Mapped[str] = mapped_column(sa.String(200))
    requested_at: Mapped[datetime] = mapped_column(UTCDateTime)
    frozen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    snapshot: Mapped[str | None] = mapped_column(sa.Text)
    snapshot_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    template_version: Mapped[str | None] = mapped_column(sa.String(20))
    pdf_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    xlsx_sha256: Mapped[str | None] = mapped_column(sa.String(64))
