"""The lots and contracts in the rows of a spreadsheet. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.calendar import CalendarError
from tracker.deadlines import contract_terms
from tracker.interop.columns import Of, columns
from tracker.interop.faults import Fault

# The notice that `procurements.service.add_contract` assumes where none is given.
DEFAULT_NOTICE_MONTHS = 3


@dataclass
class LotDraft:
    """A lot; ``number`` is None where the next free one is meant."""

    row: int
    number: int | None
    title: str
    atc: str | None


@dataclass
class ContractDraft:
    """A contract. ``values`` holds the cells of its row by column key; ``plan`` its periods."""

    row: int
    lot: LotDraft | None
    values: dict[str, Any]
    base_months: int
    option_months: tuple[int, ...]
    plan: contract_terms.ContractPlan

    @property
    def used_options(self) -> int:
        """How many of the options were used, by ``extended_to``."""
        until = self.values.get("extended_to")
        return sum(1 for option in self.plan.options if until is not None and option.ends_on <= until)


def take_lot(lots: list[LotDraft], row: int, values: Mapping[str, Any], faults: list[Fault]) -> LotDraft | None:
    """The lot of a row, found among ``lots`` or added to them; None when the row names none."""
    number, title = values.get("lot_number"), values.get("lot_title")
    if number is None and title is None:
        return None
    for lot in lots:
        if (number is not None and lot.number == number) or (number is None and lot.title == title):
            if title is not None and title != lot.title:
                faults.append(
                    Fault(
                        row,
                        "lot_title",
                        title,
                        _l("The lot has another title in an earlier row."),
                        _l("Write the same as in row %(row)s, or leave the cell empty.", row=lot.row),
                    )
                )
            return lot
    if title is None:
        faults.append(
            Fault(
                row,
                "lot_title",
                "",
                _l("The lot has no title."),
                _l("Write the title of the lot the first time it stands."),
            )
        )
        return None
    lot = LotDraft(row, number, title, values.get("lot_atc"))
    lots.append(lot)
    return lot


def take_contract(
    row: int,
    values: Mapping[str, Any],
    written: Mapping[str, str],
    lot: LotDraft | None,
    faults: list[Fault],
) -> ContractDraft | None:
    """The contract of a row, or None when it has none or one that cannot be counted (a fault is then told)."""
    given = [item.key for item in columns() if item.of is Of.CONTRACT and item.key in written]
    if not given:
        return None
    starts_on = values.get("contract_start")
    if starts_on is None:
        if "contract_start" not in written:
            faults.append(
                Fault(
                    row,
                    "contract_start",
                    "",
                    _l("The contract has no start."),
                    _l("Write the first day of the contract, or empty the contract's other cells."),
                )
            )
        return None
    if ("term" in written and "term" not in values) or ("contract_end" in written and "contract_end" not in values):
        return None
    planned = _plan(row, starts_on, values, faults)
    if planned is None:
        return None
    months, plan = planned
    own = {key: values[key] for key in given if key in values}
    return ContractDraft(row, lot, own, months[0], months[1:], plan)


def _plan(
    row: int, starts_on: date, values: Mapping[str, Any], faults: list[Fault]
) -> tuple[tuple[int, ...], contract_terms.ContractPlan] | None:
    months: tuple[int, ...] | None = values.get("term")
    ends_on: date | None = values.get("contract_end")
    if months is None and ends_on is None:
        faults.append(
            Fault(
                row,
                "term",
                "",
                _l("The contract has no end."),
                _l("Write the term, for example 2+1+1, or the contract's last day."),
            )
        )
        return None
    if ends_on is not None and ends_on < starts_on:
        faults.append(
            Fault(row, "contract_end", str(ends_on), _l("The contract ends before it starts."), _l("Check both dates."))
        )
        return None
    try:
        if months is None:
            assert ends_on is not None
            months = (_months_covering(starts_on, ends_on),)
        plan = contract_terms.plan_contract(
            starts_on,
            months[0],
            months[1:],
            notice_months=values.get("notice_months", DEFAULT_NOTICE_MONTHS),
            base_ends_on=None if "term" in values else ends_on,
        )
        counted = contract_terms.term_end(starts_on, months[0])
    except (contract_terms.TermError, CalendarError):
        faults.append(
            Fault(
                row,
                "term" if "term" in values else "contract_end",
                "",
                _l("The contract's periods do not work out."),
                _l("Check the start, the term and the notice. Nothing may end after 2060."),
            )
        )
        return None
    if "term" in values and ends_on not in (None, counted):
        faults.append(
            Fault(
                row,
                "contract_end",
                str(ends_on),
                _l("The last day does not agree with start and term."),
                _l("The base period ends on %(day)s. Correct one of the three cells.", day=counted.isoformat()),
            )
        )
    _check_contract(row, values, plan, faults)
    return months, plan


def _check_contract(
    row: int, values: Mapping[str, Any], plan: contract_terms.ContractPlan, faults: list[Fault]
) -> None:
    extended_to = values.get("extended_to")
    ends = [option.ends_on for option in plan.options]
    if extended_to is not None and extended_to not in ends:
        days = ", ".join(day.isoformat() for day in ends)
        mend = (
            _l("Write the last day of an option: %(days)s.", days=days)
            if days
            else _l("Write the options into the term, for example 2+1+1, or empty the cell.")
        )
        faults.append(Fault(row, "extended_to", str(extended_to), _l("No option ends on that day."), mend))
    if plan.needs_long_term_reason and not values.get("long_term_reason"):
        faults.append(
            Fault(
                row,
                "long_term_reason",
                "",
                _l("The contract with its options is longer than four years."),
                _l("Write the reason (LOU 7 kap. 2 §), or shorten the term."),
            )
        )


def _months_covering(starts_on: date, ends_on: date) -> int:
    months = max(1, (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month)
    return months if contract_terms.term_end(starts_on, months) >= ends_on else months + 1
