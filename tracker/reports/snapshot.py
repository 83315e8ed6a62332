"""What a status report says, before it has a look: plain data, frozen as canonical JSON.

Every figure and row that a reader meets in the PDF, the workbook or the page comes from these bytes. Codes are kept
here as codes; their wording is added when the report is drawn. Dates are local calendar days (Europe/Stockholm),
`days_left` counts calendar days from `as_of_on` and is negative when the day has passed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from tracker.core import canonical_json
from tracker.reports.enums import DecisionRule, OptionStatus

#: Name and version of the form. Raise the number when a reader of old files would misread new ones.
FORMAT = "samordna.status-report/2"

#: What can be read and drawn. The first form knew no recommendations.
READABLE = frozenset({"samordna.status-report/1", FORMAT})

#: A deadline or decision is shown when it falls at most this many days after the reporting day.
DUE_WITHIN_DAYS = 90

#: A contract is shown when it ends at most this many months after the reporting day.
CONTRACT_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Edition:
    number: str
    as_of_on: date
    compiled_at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """What the data was read from: engine and its version, schema revision, version of the application."""

    engine: str
    engine_version: str
    schema_revision: str
    app_version: str


@dataclass(frozen=True, slots=True)
class DecisionWanted:
    """One decision that someone has to take, found by rule and never by judgement.

    - `option`: a contract's extension option is undecided, and its decide-by day has passed or falls within 90 days.
    - `deviation_ground`: another body than SKL Kommentus carries out the procurement and no ground for it is
      recorded (clause 9 of the decision of 15 May 2014: "företrädesvis").
    - `assignment`: no assignment from the landsting is recorded (clause 9: "på landstingens uppdrag"), and the
      procurement has been published or is to be within 90 days.
    - `successor`: the contract ends within 12 months, no option is left to decide, and no procurement succeeds it.
    """

    case_number: str
    title: str
    part: str | None
    rule: DecisionRule
    deadline_on: date | None
    days_left: int | None
    responsible: str | None


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """One open deadline; `kind` is its code and `title` what it was called by people, when they called it something."""

    case_number: str
    case_title: str
    kind: str
    title: str | None
    basis: str
    due_on: date
    days_left: int
    responsible: str | None


@dataclass(frozen=True, slots=True)
class ContractLine:
    """One contract that ends within 12 months; the option dates are those of the next undecided option.

    `part` is the lot, or else the products, that the contract is about.
    """

    case_number: str
    case_title: str
    part: str | None
    end_on: date
    option_status: OptionStatus
    decide_by_on: date | None
    must_notify_by_on: date | None
    has_successor: bool


@dataclass(frozen=True, slots=True)
class ProcurementLine:
    """One procurement. When `is_withheld`, only its number and secrecy class are told; all else is empty."""

    case_number: str
    secrecy_class: str
    is_withheld: bool
    title: str | None = None
    substances: tuple[str, ...] = ()
    atc_codes: tuple[str, ...] = ()
    phase: str | None = None
    days_in_phase: int | None = None
    executing_body: str | None = None
    capacity: str | None = None
    responsible: str | None = None
    next_deadline_on: date | None = None
    next_deadline_kind: str | None = None
    contract_end_on: date | None = None
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class RecommendationLine:
    """One open recommendation of an evaluation of ours. When `is_withheld`, the line stands for all that the evaluation
    has: only its number and secrecy class are told, and nothing of it is counted.

    `age_days` are calendar days from the day it was issued to `as_of_on`; `is_unanswered` says that no management
    response was recorded. The action is the unfinished one that is due first, `due_on` its day or else the day of the
    response, and `owner_body` the organisation of its owner.
    """

    case_number: str
    secrecy_class: str
    is_withheld: bool
    case_title: str | None = None
    number: int | None = None
    text: str | None = None
    addressee: str | None = None
    priority: str | None = None
    state: str | None = None
    response: str | None = None
    is_unanswered: bool = False
    next_action: str | None = None
    owner: str | None = None
    owner_body: str | None = None
    due_on: date | None = None
    age_days: int | None = None
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class PhaseCount:
    phase: str
    count: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole report. `phases` holds every phase in its order, those with no procurement as well.

    `noted_recommendations` is how many there are in evaluations that others commissioned: told apart, never counted.
    """

    edition: Edition
    source: Source
    decisions: Sequence[DecisionWanted]
    overdue: Sequence[DeadlineLine]
    due: Sequence[DeadlineLine]
    phases: Sequence[PhaseCount]
    contracts: Sequence[ContractLine]
    procurements: Sequence[ProcurementLine]
    recommendations: Sequence[RecommendationLine] = ()
    noted_recommendations: int = 0

    def to_bytes(self) -> bytes:
        """Canonical JSON. The same content gives the same bytes, and so the same SHA-256."""
        content = {
            **{field.name: getattr(self, field.name) for field in fields(self)},
            "format": FORMAT,
            "limits": {"due_within_days": DUE_WITHIN_DAYS, "contract_months": CONTRACT_MONTHS},
            "totals": self._totals(),
        }
        return canonical_json.dumps(content)

    def _totals(self) -> dict[str, int]:
        return {
            "procurements": len(self.procurements),
            "withheld": sum(line.is_withheld for line in self.procurements),
            "examples": sum(line.is_example for line in self.procurements),
            "decisions": len(self.decisions),
            "overdue": len(self.overdue),
            "due": len(self.due),
            "contracts": len(self.contracts),
            **self._recommendation_totals(),
        }

    def _recommendation_totals(self) -> dict[str, int]:
        told = [line for line in self.recommendations if not line.is_withheld]
        unanswered = [line.age_days or 0 for line in told if line.is_unanswered]
        return {
            "recommendations": len(told),
            "unanswered": len(unanswered),
            "oldest_unanswered_days": max(unanswered, default=0),
            "noted_recommendations": self.noted_recommendations,
        }


class UnknownFormat(ValueError):
    """The bytes are not a status report of the form that this version draws."""


def read(data: bytes) -> dict[str, Any]:
    """The content of frozen bytes. Raises UnknownFormat. That they are unaltered is told by their SHA-256."""
    try:
        content = json.loads(data)
    except ValueError as error:
        raise UnknownFormat(f"this is not JSON: {error}") from error
    if not isinstance(content, dict) or content.get("format") not in READABLE:
        raise UnknownFormat(f"this is not a status report of the form {FORMAT}, or an earlier one")
    return content
