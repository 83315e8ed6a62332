"""Rows in bulk for the benchmarks: one officer, many procurements with a deadline each, and contracts for some."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from tracker.accounts.enums import Locale, Role
from tracker.accounts.models import Person, RoleGrant
from tracker.cases.enums import CaseKind, SecrecyClass
from tracker.cases.models import Case
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.organisations.enums import SKL_KOMMENTUS, OrganisationKind
from tracker.organisations.models import Organisation, OrganisationName
from tracker.procurements.enums import Procedure, ProcurementPhase
from tracker.procurements.models import Contract

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)
# One title in a hundred holds the searched word.
RARE_WORD = "pneumokock"
COMMON_WORDS = ("vaccin", "immunglobulin", "insulin", "heparin", "filgrastim", "adalimumab", "rituximab")
PHASES = list(ProcurementPhase)
# A procurement is a row in each of two tables.
TABLES = Case.metadata.tables
BATCH = 5000


def add_people(connection: Connection, count: int = 1) -> list[int]:
    """Officers of the Market function; their ids."""
    people = [
        {"email": f"bench{number}@example.org", "name": f"Handläggare {number}", "locale": Locale.SV, "created_at": NOW}
        for number in range(count)
    ]
    ids = list(connection.scalars(sa.insert(Person).returning(Person.id, sort_by_parameter_order=True), people))
    connection.execute(
        sa.insert(RoleGrant), [{"person_id": one, "role": Role.MARKET, "granted_at": NOW} for one in ids]
    )
    return ids


def add_organisation(connection: Connection, code: str, kind: OrganisationKind, name: str) -> int:
    statement = sa.insert(Organisation).returning(Organisation.id)
    identity = connection.scalar(statement, {"code": code, "kind": kind})
    assert identity is not None
    connection.execute(
        sa.insert(OrganisationName),
        [{"organisation_id": identity, "name": name, "short_name": name, "valid_from_on": date(2011, 1, 1)}],
    )
    return identity


def add_procurements(connection: Connection, count: int, people: list[int]) -> None:
    """``count`` procurements with one open deadline each; every third has a contract. Analysed afterwards."""
    body = add_organisation(connection, SKL_KOMMENTUS, OrganisationKind.CENTRAL_PURCHASING_BODY, "SKL Kommentus")
    supplier = add_organisation(connection, "supplier-bench", OrganisationKind.SUPPLIER, "Exempelbolaget")
    assigner = add_organisation(connection, "region-bench", OrganisationKind.REGION, "Exempelregionen")
    for start in range(1, count + 1, BATCH):
        numbers = range(start, min(start + BATCH, count + 1))
        connection.execute(sa.insert(TABLES["cases"]), [_case(number, people) for number in numbers])
        connection.execute(
            sa.insert(TABLES["procurements"]), [_procurement(number, body, assigner) for number in numbers]
        )
        connection.execute(sa.insert(Deadline), [_deadline(number) for number in numbers])
        connection.execute(sa.insert(Contract), [_contract(number, supplier) for number in numbers if number % 3 == 0])
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("ANALYZE"))


def title_of(number: int) -> str:
    word = RARE_WORD if number % 100 == 0 else COMMON_WORDS[number % len(COMMON_WORDS)]
    return f"Nationell upphandling av {word} nr {number}"


def _case(number: int, people: list[int]) -> dict[str, Any]:
    registry_number = f"SAM 2026/{number:06d}"
    title = title_of(number)
    return {
        "id": number,
        "kind": CaseKind.PROCUREMENT,
        "registry_number": registry_number,
        "registry_year": 2026,
        "registry_sequence": number,
        "title": title,
        "responsible_id": people[number % len(people)],
        "secrecy_class": SecrecyClass.OPEN,
        "phase": PHASES[number % len(PHASES)].value,
        "phase_since_on": TODAY - timedelta(days=number % 300),
        "search_text": f"{registry_number} {title} substans {number} j07bb02 exempelbolaget".lower(),
        "opened_on": TODAY - timedelta(days=number % 400),
        "created_at": NOW,
        "updated_at": NOW,
    }


def _procurement(number: int, body: int, assigner: int) -> dict[str, Any]:
    # One in twenty waits for its assignment, as in an ordinary quarter.
    is_assigned = number % 20 != 0
    return {
        "id": number,
        "substance": f"substans {number}",
        "atc_code": "J07BB02",
        "procedure": Procedure.OPEN,
        "executing_body_id": body,
        "assigned_by_id": assigner if is_assigned else None,
        "assignment_decision": f"RS 2025-{number:05d}" if is_assigned else None,
        "assigned_on": TODAY - timedelta(days=400 + number % 100) if is_assigned else None,
        "began_on": TODAY - timedelta(days=number % 400),
    }


def _deadline(number: int) -> dict[str, Any]:
    return {
        "case_id": number,
        "source_key": "step:tenders_due",
        "kind": DeadlineKind.TENDERS_DUE,
        "basis": Basis.INTERNAL,
        "due_on": TODAY + timedelta(days=1 + number % 365),
        "state": DeadlineState.OPEN,
        "set_by_name": "Samordna",
        "set_at": NOW,
    }


def _contract(number: int, supplier: int) -> dict[str, Any]:
    starts_on = TODAY - timedelta(days=number % 500)
    ends_on = starts_on + timedelta(days=730)
    return {
        "procurement_id": number,
        "supplier_id": supplier,
        "starts_on": starts_on,
        "base_months": 24,
        "base_ends_on": ends_on,
        "ends_on": ends_on,
    }


def in_batches(rows: Iterator[dict[str, Any]], size: int = BATCH) -> Iterator[list[dict[str, Any]]]:
    """The rows, ``size`` at a time."""
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
