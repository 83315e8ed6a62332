"""Example people and cases for trying the application out: invented, marked as examples, placed around today.

The national vaccine agreements in ``samples/`` are real, with their published dates and sources; they are marked too,
so that nobody takes the example database for the register.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from tracker.accounts import service as accounts
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.accounts.queries import find_person_by_email
from tracker.cases.models import Case
from tracker.core.actor import SYSTEM
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.interop import service
from tracker.interop.example_cases import add_running_cases
from tracker.interop.example_evaluations import add_evaluations
from tracker.organisations.queries import get_by_code

SAMPLE = Path(__file__).parent / "samples" / "national_vaccine_agreements.csv"


@dataclass(frozen=True)
class ExamplePerson:
    """Somebody invented, named after their role."""

    email: str
    name: str
    role: Role
    organisation: str


PEOPLE = (
    ExamplePerson("marknad1@example.org", "Exempel Marknad Ett", Role.MARKET, "market-function"),
    ExamplePerson("marknad2@example.org", "Exempel Marknad Två", Role.MARKET, "market-function"),
    ExamplePerson("inkop@example.org", "Exempel Inköp", Role.PURCHASING, "skl-kommentus"),
    ExamplePerson("styrgrupp@example.org", "Exempel Styrgrupp", Role.STEERING, "steering-group"),
    ExamplePerson("stod@example.org", "Exempel Stöd", Role.SUPPORT, "support-function"),
    ExamplePerson(
        "delegation@example.org", "Exempel Sjukvårdsdelegation", Role.HEALTH_CARE_DELEGATION, "health-care-delegation"
    ),
    ExamplePerson("granskare@example.org", "Exempel Granskare", Role.AUDITOR, "skl"),
    ExamplePerson("admin@example.org", "Exempel Administratör", Role.ADMIN, "skl"),
)


@dataclass(frozen=True)
class Loaded:
    """How many people and cases were added; ``is_skipped`` when the database was in use and nothing was done."""

    people: int = 0
    agreements: int = 0
    running: int = 0
    evaluations: int = 0
    is_skipped: bool = False


def load(*, now: datetime, is_forced: bool = False) -> Loaded:
    """Add the examples. Only into a database without cases and people, unless forced; what is there is left alone.

    The same ``now`` gives the same cases. Needs the reference data.
    """
    if not is_forced and _is_in_use():
        return Loaded(is_skipped=True)
    added = _add_people(now)
    market = find_person_by_email(PEOPLE[0].email)
    assert market is not None
    outcome = service.import_procurements(
        actor=market, now=now, content=SAMPLE.read_bytes(), responsible_id=market.id, is_example=True
    )
    if outcome.faults:
        first = outcome.faults[0]
        raise DomainError(f"{SAMPLE.name}, row {first.row}: {first.problem}")
    running = add_running_cases(people=list_people(), now=now)
    evaluations = add_evaluations(people=list_people(), now=now)
    return Loaded(added, outcome.count(service.Action.CREATE), running, evaluations)


def list_people() -> Sequence[Person]:
    """The example people, in the order in which they were added."""
    return db.session.scalars(sa.select(Person).where(Person.is_example).order_by(Person.id)).all()


def _is_in_use() -> bool:
    return bool(
        db.session.scalar(sa.select(sa.exists(sa.select(Case.id))))
        or db.session.scalar(sa.select(sa.exists(sa.select(Person.id))))
    )


def _add_people(now: datetime) -> int:
    added = 0
    for example in PEOPLE:
        if find_person_by_email(example.email) is None:
            accounts.add_person(
                actor=SYSTEM,
                now=now,
                email=example.email,
                name=example.name,
                roles=[example.role],
                organisation_id=get_by_code(example.organisation).id,
                is_example=True,
            )
            added += 1
    return added
