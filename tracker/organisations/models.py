"""Organisations, bodies, their names through time, populations, and CPV codes."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Model
from tracker.core.types import Versioned, enum_column
from tracker.organisations.enums import OrganisationKind


class Organisation(Versioned, Model):
    """A landsting/region, SKL, SKL Kommentus, a supplier, or a body of the collaboration.

    ``code`` is our own stable key (``region-01``, ``skl``); names are rows of their own and never overwritten.
    ``orgnr`` is written ``NNNNNN-NNNN`` (lag 1974:174); ``is_orgnr_verified`` is true when it was read in a document.
    """

    __tablename__ = "organisations"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(enum_column(OrganisationKind, "kind"), index=True)
    orgnr: Mapped[str | None] = mapped_column(sa.String(11), unique=True)
    is_orgnr_verified: Mapped[bool] = mapped_column(default=False)
    county_code: Mapped[str | None] = mapped_column(sa.String(2), unique=True)
    county_letter: Mapped[str | None] = mapped_column(sa.String(2))
    nuts3: Mapped[str | None] = mapped_column(sa.String(5))
    health_care_region: Mapped[str | None] = mapped_column(sa.String(100))
    host_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisations.id"))
    appointed_by: Mapped[str | None] = mapped_column(sa.String(200))
    decision_clause: Mapped[int | None] = mapped_column()
    source: Mapped[str] = mapped_column(sa.String(300), default="")

    names: Mapped[list[OrganisationName]] = relationship(
        back_populates="organisation", order_by="OrganisationName.valid_from_on", lazy="selectin"
    )
    host: Mapped[Organisation | None] = relationship(remote_side=[id])


class OrganisationName(Model):
    """The name in force from ``valid_from_on`` up to and including ``valid_to_on`` (open when null).

    Never overwritten: a new name is a new row. ``source`` says also what is uncertain about the dates.
    """

    __tablename__ = "organisation_names"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "valid_from_on"),
        sa.CheckConstraint("valid_to_on IS NULL OR valid_to_on >= valid_from_on", name="valid_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200), index=True)
    name_en: Mapped[str | None] = mapped_column(sa.String(200))
    short_name: Mapped[str | None] = mapped_column(sa.String(80))
    valid_from_on: Mapped[date] = mapped_column()
    valid_to_on: Mapped[date | None] = mapped_column()
    source: Mapped[str] = mapped_column(sa.String(300), default="")

    organisation: Mapped[Organisation] = relationship(back_populates="names")


class Population(Model):
    """Inhabitants of a landsting/region on a date, with its source."""

    __tablename__ = "populations"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "as_of_on"),
        sa.CheckConstraint("inhabitants > 0", name="inhabitants_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisations.id"))
    as_of_on: Mapped[date] = mapped_column()
    inhabitants: Mapped[int] = mapped_column()
    source: Mapped[str] = mapped_column(sa.String(300))


class CpvCode(Model):
    """A code of the Common Procurement Vocabulary, Regulation (EC) 213/2008, eight digits without the check digit."""

    __tablename__ = "cpv_codes"

    code: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    label_sv: Mapped[str] = mapped_column(sa.String(300))
    label_en: Mapped[str] = mapped_column(sa.String(300))


class ReferenceLoad(Model):
    """Which version of the project's reference data is loaded (SHA-256 over its files)."""

    __tablename__ = "reference_loads"

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
