"""Who acts in the example cases, when, and the short words that the cases are told in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases import service as cases
from tracker.cases.enums import ParticipantRole
from tracker.core.calendar import add_days
from tracker.core.clock import local_date
from tracker.organisations import service as organisations
from tracker.organisations.models import Organisation
from tracker.organisations.queries import get_by_code, names_index
from tracker.procurements import service
from tracker.procurements.enums import Capacity, Means, Procedure, StepKind
from tracker.procurements.models import Procurement
from tracker.procurements.queries import find_by_import_key

_SOURCE = "Påhittat exempel"
_SUPPLIERS = ("Exempelläkemedel AB", "Påhittad Pharma AB")


@dataclass
class Stage:
    """Who acts, when, and the short words that the cases below are told in."""

    people: Sequence[Person]
    now: datetime

    @property
    def today(self) -> date:
        return local_date(self.now)

    def person(self, role: Role, number: int = 0) -> Person:
        return [person for person in self.people if role in person.roles][number]

    def days(self, count: int) -> date:
        return add_days(self.today, count)

    def log(self, key: str, title: str, *, market: int = 0, **values: Any) -> Procurement | None:
        """The new procurement, or None when it was added at an earlier load."""
        if find_by_import_key(f"example:{key}") is not None:
            return None
        officer = self.person(Role.MARKET, market)
        values = {
            "procedure": Procedure.OPEN,
            "assigned_by_id": get_by_code("steering-group").id,
            "assignment_decision": "Styrgruppens protokoll, exempel",
            "capacity": Capacity.OWN_NAME,
            **values,
        }
        procurement = service.log_procurement(
            actor=officer,
            now=self.now,
            title=title,
            responsible_id=officer.id,
            market_contact_id=self.person(Role.MARKET, 1 - market).id,
            source=_SOURCE,
            import_key=f"example:{key}",
            is_example=True,
            **values,
        )
        cases.add_participant(
            actor=officer,
            now=self.now,
            case=procurement,
            person=self.person(Role.PURCHASING),
            role=ParticipantRole.PURCHASING_CONTACT,
        )
        return procurement

    def steps(self, procurement: Procurement, means: Means | None = None, **steps: date) -> None:
        for name, on in steps.items():
            kind = StepKind(name)
            service.log_step(
                actor=procurement.responsible,
                now=self.now,
                procurement=procurement,
                kind=kind,
                on=on,
                means=means if kind is StepKind.AWARD_NOTIFIED else None,
            )

    def plan(self, procurement: Procurement, **steps: date) -> None:
        for name, on in steps.items():
            service.plan_step(
                actor=procurement.responsible, now=self.now, procurement=procurement, kind=StepKind(name), planned_on=on
            )

    def note(self, procurement: Procurement, body: str) -> None:
        cases.add_note(actor=procurement.responsible, now=self.now, case=procurement, body=body)

    def supplier(self, number: int) -> Organisation:
        found = names_index().get(_SUPPLIERS[number].casefold())
        if found:
            return found[0]
        return organisations.add_supplier(
            actor=self.person(Role.MARKET),
            now=self.now,
            name=_SUPPLIERS[number],
            valid_from_on=date(2000, 1, 1),
            source=_SOURCE,
        )

    def contract(
        self, procurement: Procurement, starts_on: date, *months: int, supplier: int = 0, **values: Any
    ) -> None:
        service.add_contract(
            actor=procurement.responsible,
            now=self.now,
            procurement=procurement,
            supplier_id=self.supplier(supplier).id,
            starts_on=starts_on,
            base_months=months[0],
            option_months=months[1:],
            **values,
        )
