"""Reading editions, and reading the register for a snapshot.

The snapshot's reads are a fixed number of statements, whatever the number of cases: cases and procurements, open
deadlines, contracts with options, what succeeds what, open recommendations, names of bodies, and two for the database
itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, aliased

from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.models import Case
from tracker.cases.secrecy import visible_cases
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.paging import Page, clamp
from tracker.deadlines.enums import DeadlineState
from tracker.deadlines.models import Deadline
from tracker.organisations.models import OrganisationName
from tracker.procurements.enums import StepKind
from tracker.procurements.models import Contract, ContractOption, Lot, Milestone, Procurement
from tracker.reports.enums import RUNNING, EditionState
from tracker.reports.models import ReportEdition


@dataclass(frozen=True)
class Audience:
    """The health-care delegation as a reader: it takes part in no case of its own."""

    id: None = None
    roles: frozenset[Role] = frozenset({Role.HEALTH_CARE_DELEGATION})


def list_cases(session: Session) -> Sequence[Any]:
    """Every case, by registry number: `Case` columns, the officer's name, and whether the audience may know it."""
    officer = aliased(Person)
    return session.execute(
        sa.select(
            Case.id,
            Case.kind,
            Case.registry_number,
            Case.title,
            Case.secrecy_class,
            Case.phase,
            Case.phase_since_on,
            Case.is_example,
            officer.name.label("responsible"),
            sa.cast(visible_cases(Audience()), sa.Boolean).label("is_visible"),
        )
        .join(officer, officer.id == Case.responsible_id)
        .order_by(Case.registry_year, Case.registry_sequence)
    ).all()


def list_procurements(session: Session) -> Sequence[Any]:
    """What procurements have beyond their case: medicine, executing body, assignment, publication."""
    procurement = Procurement.__table__
    published = sa.select(Milestone.actual_on).where(
        Milestone.procurement_id == procurement.c.id, Milestone.kind == StepKind.PUBLICATION
    )
    return session.execute(
        sa.select(
            procurement.c.id,
            procurement.c.substance,
            procurement.c.atc_code,
            procurement.c.capacity,
            procurement.c.has_other_executing_body,
            procurement.c.executing_reason,
            procurement.c.assigned_on,
            procurement.c.assignment_decision,
            procurement.c.planned_publication_on,
            procurement.c.succeeds_contract_id,
            published.scalar_subquery().label("published_on"),
            procurement.c.executing_body_id,
        )
    ).all()


def list_open_deadlines(session: Session) -> Sequence[Any]:
    """Every open deadline, the earliest first, with its owner's name where it has an owner."""
    return session.execute(
        sa.select(
            Deadline.case_id,
            Deadline.kind,
            Deadline.subject,
            Deadline.basis,
            Deadline.due_on,
            Person.name.label("owner"),
        )
        .outerjoin(Person, Person.id == Deadline.owner_id)
        .where(Deadline.state == DeadlineState.OPEN)
        .order_by(Deadline.due_on, Deadline.id)
    ).all()


def list_contracts(session: Session) -> Sequence[Any]:
    """Every contract with its lot, the one that ends first first."""
    return session.execute(
        sa.select(
            Contract.id,
            Contract.procurement_id,
            Contract.ends_on,
            Contract.products,
            Lot.number.label("lot_number"),
            Lot.title.label("lot_title"),
        )
        .outerjoin(Lot, Lot.id == Contract.lot_id)
        .order_by(Contract.ends_on, Contract.id)
    ).all()


def list_options(session: Session) -> Sequence[Any]:
    """Every option of every contract, in order."""
    return session.execute(
        sa.select(
            ContractOption.contract_id,
            ContractOption.state,
            ContractOption.starts_on,
            ContractOption.decide_by_on,
            ContractOption.must_notify_by_on,
        ).order_by(ContractOption.contract_id, ContractOption.position)
    ).all()


def find_schema_revision(session: Session) -> str:
    """The revision that the database's tables are at."""
    found = session.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().first()
    return str(found or "none")


def describe_engine(session: Session) -> tuple[str, str]:
    """The database's name and version, for example ("PostgreSQL", "15.4")."""
    if session.get_bind().dialect.name == "postgresql":
        return "PostgreSQL", str(session.execute(sa.text("SHOW server_version")).scalar_one()).split(" ")[0]
    return "SQLite", str(session.execute(sa.text("SELECT sqlite_version()")).scalar_one())


def get_edition(edition_id: int) -> ReportEdition:
    """The edition. Raises NotFound."""
    edition = db.session.get(ReportEdition, edition_id)
    if edition is None:
        raise NotFound(_l("There is no such edition of the status report."))
    return edition


def list_editions(page: int | None = 1, per_page: int | None = None) -> Page[ReportEdition]:
    """One page of editions, the newest first, without the frozen figures themselves."""
    number, size = clamp(page, per_page)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(ReportEdition)) or 0
    items = db.session.scalars(
        sa.select(ReportEdition)
        .options(sa.orm.defer(ReportEdition.snapshot))
        .order_by(ReportEdition.id.desc())
        .limit(size)
        .offset((number - 1) * size)
    ).all()
    return Page(items=items, total=total, number=number, per_page=size)


def find_by_schedule_key(key: str) -> ReportEdition | None:
    return db.session.scalar(sa.select(ReportEdition).where(ReportEdition.schedule_key == key))


def find_unfinished(requested_by_id: int | None, as_of_on: date) -> ReportEdition | None:
    """The edition that somebody has asked for, for this day, and that is on its way."""
    return db.session.scalar(
        sa.select(ReportEdition)
        .where(
            ReportEdition.requested_by_id == requested_by_id,
            ReportEdition.as_of_on == as_of_on,
            ReportEdition.state.in_((EditionState.PENDING, *RUNNING)),
        )
        .limit(1)
    )


def find_by_checksum(sha256: str) -> tuple[ReportEdition, str] | None:
    """The edition that has a file with this SHA-256, and which file it is: `snapshot`, `pdf` or `xlsx`."""
    columns = {
        "snapshot": ReportEdition.snapshot_sha256,
        "pdf": ReportEdition.pdf_sha256,
        "xlsx": ReportEdition.xlsx_sha256,
    }
    edition = db.session.scalar(
        sa.select(ReportEdition)
        .where(sa.or_(*(column == sha256 for column in columns.values())))
        .order_by(ReportEdition.id)
    )
    if edition is None:
        return None
    return edition, next(kind for kind in columns if getattr(edition, columns[kind].key) == sha256)


def list_unfinished(now: datetime) -> Sequence[int]:
    """Ids of editions that nobody works on although they are not finished: waiting, or with a lease run out."""
    return db.session.scalars(
        sa.select(ReportEdition.id)
        .where(
            sa.or_(
                ReportEdition.state == EditionState.PENDING,
                sa.and_(ReportEdition.state.in_(RUNNING), ReportEdition.lease_until < now),
            )
        )
        .order_by(ReportEdition.id)
    ).all()


def body_names(session: Session, on: date, others: Collection[int | None] = ()) -> dict[int, str]:
    """What each executing body, and each of `others`, was called on the day; before its first known name the first
    one."""
    wanted: sa.ColumnElement[bool] = OrganisationName.organisation_id.in_(
        sa.select(Procurement.__table__.c.executing_body_id)
    )
    numbers = sorted({number for number in others if number is not None})
    if numbers:
        wanted = sa.or_(wanted, OrganisationName.organisation_id.in_(numbers))
    rows = session.execute(
        sa.select(OrganisationName.organisation_id, OrganisationName.name, OrganisationName.valid_from_on)
        .where(wanted)
        .order_by(OrganisationName.organisation_id, OrganisationName.valid_from_on)
    )
    names: dict[int, str] = {}
    for row in rows:
        if row.organisation_id not in names or row.valid_from_on <= on:
            names[row.organisation_id] = row.name
    return names
