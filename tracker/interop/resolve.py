"""What the texts of a file stand for in the database: people, organisations, codes, procurements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.accounts.queries import find_person_by_email
from tracker.cases import service as cases
from tracker.core.actor import Actor
from tracker.core.clock import local_date
from tracker.interop.columns import fold
from tracker.interop.contract_rows import ContractDraft
from tracker.interop.faults import Fault
from tracker.interop.procurement_rows import ProcurementDraft
from tracker.interop.queries import find_by_registry_number, is_open_to
from tracker.organisations import queries as organisations
from tracker.organisations import service as organisations_service
from tracker.organisations.enums import SKL_KOMMENTUS, UNSTATED_SUPPLIER
from tracker.organisations.models import Organisation
from tracker.procurements import queries as procurements
from tracker.procurements.models import Procurement

# The company through which SKL Kommentus procures: the same executing body in the decision's words.
_CENTRAL_COMPANY = "ski"
_COMPARED = {
    "title": "title",
    "registry_number": "registry_number",
    "substance": "substance",
    "atc": "atc_code",
    "cpv": "cpv_code",
    "procedure": "procedure",
    "wished_supply_on": "wished_supply_on",
}


@dataclass
class Resolved:
    """The ids that a draft needs. ``suppliers`` by the row of the contract."""

    responsible_id: int | None = None
    market_contact_id: int | None = None
    assigned_by_id: int | None = None
    executing_body_id: int | None = None
    succeeds_contract_id: int | None = None
    began_on: date | None = None
    suppliers: dict[int, int] = field(default_factory=dict)


def names_of(draft: ProcurementDraft) -> list[str]:
    """What another row may call the draft: its key and its registry number."""
    return [fold(str(draft.values[name])) for name in ("key", "registry_number") if draft.values.get(name)]


class Resolver:
    """Looks each text up once. Unknown texts become faults; an unknown supplier is added."""

    def __init__(self, *, actor: Actor, now: datetime, responsible_id: int | None) -> None:
        self.actor = actor
        self.now = now
        self.responsible_id = responsible_id or actor.id
        self.new_suppliers: list[str] = []
        self._index = organisations.names_index()
        self._people: dict[str, int | None] = {}
        self._cpv: dict[str, bool] = {}
        self._made: dict[str, Procurement] = {}
        self._in_file: set[str] = set()

    def know(self, drafts: Sequence[ProcurementDraft]) -> None:
        """Tell which procurements the file itself brings, so that a faulty one is not also reported as missing.

        Those that it succeeds are held at once: whoever has written a line of the history waits for no case any more.
        """
        for draft in drafts:
            self._in_file.update(names_of(draft))
        cases.hold_register(local_date(self.now).year)
        succeeded = {str(name) for draft in drafts if (name := draft.values.get("succeeds"))}
        cases.hold(*(stored for name in succeeded if (stored := _find_by_name(name)) is not None))

    def remember(self, draft: ProcurementDraft, made: Procurement) -> None:
        for name in names_of(draft):
            self._made[name] = made

    def find_stored(self, draft: ProcurementDraft, faults: list[Fault]) -> Procurement | None:
        """The procurement that the draft was imported as before, or that has its registry number and its title."""
        stored = procurements.find_by_import_key(draft.import_key)
        number = draft.values.get("registry_number")
        if stored is not None and not is_open_to(self.actor, stored):
            # A case that may not be known of: another file's key, which says nothing of what it names.
            self._refuse_key(draft, faults)
            return None
        if stored is None and number:
            stored = find_by_registry_number(number)
            is_other = stored is not None and fold(stored.title) != fold(draft.title)
            if stored is not None and (is_other or not is_open_to(self.actor, stored)):
                faults.append(
                    Fault(
                        draft.where["registry_number"],
                        "registry_number",
                        number,
                        _l("The registry number belongs to another procurement."),
                        _l("Correct the number, or leave it empty to get the next free one."),
                    )
                )
                return None
        if stored is not None:
            self.remember(draft, stored)
        return stored

    def _refuse_key(self, draft: ProcurementDraft, faults: list[Fault]) -> None:
        faults.append(
            Fault(
                draft.row,
                "key" if draft.values.get("key") else None,
                str(draft.values.get("key", "")),
                _l("The row's key is already used."),
                _l("Choose another key in the column of keys."),
            )
        )

    def differences(self, draft: ProcurementDraft, stored: Procurement) -> tuple[str, ...]:
        """The columns in which a draft says otherwise than the procurement that is stored."""
        return tuple(
            column
            for column, attribute in _COMPARED.items()
            if column in draft.values and draft.values[column] != getattr(stored, attribute)
        )

    def resolve(self, draft: ProcurementDraft, faults: list[Fault]) -> Resolved | None:
        """The ids, or None when a text stands for nothing; every such text is a fault."""
        before = len(faults)
        resolved = Resolved(
            responsible_id=self._person(draft, "responsible", faults) or self.responsible_id,
            market_contact_id=self._person(draft, "market_contact", faults),
            assigned_by_id=self._organisation(draft, "assigned_by", faults),
            executing_body_id=self._organisation(draft, "executing_body", faults),
            succeeds_contract_id=self._predecessor(draft, faults),
            began_on=self._began_on(draft),
        )
        if resolved.responsible_id is None:
            faults.append(
                Fault(
                    draft.row,
                    "responsible",
                    "",
                    _l("Nobody is responsible."),
                    _l("Write an officer's e-mail address, or name one for the whole file."),
                )
            )
        self._check_cpv(draft, faults)
        for contract in draft.contracts:
            supplier = self._supplier(contract, faults)
            if supplier is not None:
                resolved.suppliers[contract.row] = supplier
        return resolved if len(faults) == before else None

    def _began_on(self, draft: ProcurementDraft) -> date:
        today = local_date(self.now)
        given: date | None = draft.values.get("began_on") or draft.earliest_on
        return min(given, today) if given else today

    def _person(self, draft: ProcurementDraft, column: str, faults: list[Fault]) -> int | None:
        email = draft.values.get(column)
        if not email:
            return None
        if email not in self._people:
            person = find_person_by_email(email)
            self._people[email] = person.id if person is not None and person.is_active else None
        if self._people[email] is None:
            self._unknown(
                draft,
                column,
                _l("Nobody with that address can be given a case."),
                _l("Check the spelling, or have the person invited first."),
                faults,
            )
        return self._people[email]

    def _organisation(self, draft: ProcurementDraft, column: str, faults: list[Fault]) -> int | None:
        text = draft.values.get(column)
        if not text:
            return None
        found = self._index.get(organisations.fold(text), [])
        if len(found) != 1:
            problem = (
                _l("Several organisations have had that name.")
                if found
                else _l("No organisation has or had that name.")
            )
            self._unknown(
                draft, column, problem, _l("Write the name as it stands under Organisations, in full."), faults
            )
            return None
        if column == "executing_body" and found[0].code == _CENTRAL_COMPANY:
            return organisations.get_by_code(SKL_KOMMENTUS).id
        return found[0].id

    def _check_cpv(self, draft: ProcurementDraft, faults: list[Fault]) -> None:
        code = draft.values.get("cpv")
        if code and code not in self._cpv:
            self._cpv[code] = organisations.find_cpv(code) is not None
        if code and not self._cpv[code]:
            self._unknown(
                draft,
                "cpv",
                _l("The CPV code is not in the list."),
                _l("Use a code of group 336, for example 33600000 or 33651600."),
                faults,
            )

    def _predecessor(self, draft: ProcurementDraft, faults: list[Fault]) -> int | None:
        text = draft.values.get("succeeds")
        if not text:
            return None
        stored = self._made.get(fold(text)) or _find_by_name(text)
        if stored is None or not is_open_to(self.actor, stored):
            if fold(text) not in self._in_file:
                self._unknown(
                    draft,
                    "succeeds",
                    _l("No procurement has that key or registry number."),
                    _l("Write the key or the registry number of a procurement that is in the file or registered."),
                    faults,
                )
            return None
        if not stored.contracts:
            self._unknown(
                draft,
                "succeeds",
                _l("That procurement has no contract to succeed."),
                _l("Give it a contract, or empty the cell."),
                faults,
            )
            return None
        return max(stored.contracts, key=lambda contract: (contract.ends_on, contract.id)).id

    def _supplier(self, contract: ContractDraft, faults: list[Fault]) -> int | None:
        name, number = contract.values.get("supplier"), contract.values.get("supplier_orgnr")
        by_number = organisations.find_by_orgnr(number) if number else None
        if not name:
            return (by_number or organisations.get_by_code(UNSTATED_SUPPLIER)).id
        named = self._index.get(organisations.fold(name), [])
        if by_number is not None:
            if by_number not in named:
                _on_supplier(
                    contract,
                    "supplier_orgnr",
                    _l("The organisation number belongs to “%(name)s”.", name=by_number.names[-1].name),
                    _l("Correct the number or the name."),
                    faults,
                )
                return None
            return by_number.id
        if len(named) > 1:
            _on_supplier(
                contract,
                "supplier",
                _l("Several organisations have had that name."),
                _l("Write the organisation number too."),
                faults,
            )
            return None
        if named and (not number or named[0].orgnr is None):
            return named[0].id
        if named:
            _on_supplier(
                contract,
                "supplier_orgnr",
                _l("The supplier is registered with another organisation number, %(number)s.", number=named[0].orgnr),
                _l("Correct the number or the name."),
                faults,
            )
            return None
        return self._add_supplier(contract, name, number).id

    def _add_supplier(self, contract: ContractDraft, name: str, number: str | None) -> Organisation:
        made = organisations_service.add_supplier(
            actor=self.actor,
            now=self.now,
            name=name,
            valid_from_on=min(contract.plan.starts_on, local_date(self.now)),
            orgnr=number,
            source=str(_l("added by an import")),
        )
        self._index.setdefault(organisations.fold(name), []).append(made)
        self.new_suppliers.append(name)
        return made

    def _unknown(self, draft: ProcurementDraft, column: str, problem: Any, mend: Any, faults: list[Fault]) -> None:
        faults.append(Fault(draft.where[column], column, str(draft.values[column]), problem, mend))


def _on_supplier(contract: ContractDraft, column: str, problem: Any, mend: Any, faults: list[Fault]) -> None:
    faults.append(Fault(contract.row, column, str(contract.values[column]), problem, mend))


def _find_by_name(text: str) -> Procurement | None:
    """The procurement that a file names by its registry number, or by the key of an earlier file."""
    return find_by_registry_number(text) or procurements.find_by_import_key(f"key:{fold(text)}")
