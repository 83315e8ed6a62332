"""From the register's rows to a snapshot. The rules of the report's lists stand here; the reads are in `queries`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tracker.cases.enums import CaseKind
from tracker.core.calendar import add_months
from tracker.evaluations.enums import RecommendationState
from tracker.evaluations.queries.follow_up import FollowUpRow, list_open_of_all
from tracker.procurements.enums import OptionState, ProcurementPhase
from tracker.reports import queries
from tracker.reports.enums import DecisionRule, OptionStatus
from tracker.reports.snapshot import (
    CONTRACT_MONTHS,
    DUE_WITHIN_DAYS,
    ContractLine,
    DeadlineLine,
    DecisionWanted,
    Edition,
    PhaseCount,
    ProcurementLine,
    RecommendationLine,
    Snapshot,
    Source,
)

_OVER = frozenset({ProcurementPhase.ENDED, ProcurementPhase.CANCELLED})
_BEFORE_CONTRACT = frozenset(ProcurementPhase) - _OVER - {ProcurementPhase.IN_FORCE}


@dataclass(frozen=True, slots=True)
class _Register:
    """What was read, keyed for use. `visible` holds only cases that the audience may know."""

    as_of_on: date
    cases: Sequence[Any]
    visible: Mapping[int, Any]
    procurements: Mapping[int, Any]
    bodies: Mapping[int, str]
    deadlines: Sequence[Any]
    contracts: Sequence[Any]
    options: Mapping[int, Sequence[Any]]
    succeeded: frozenset[int]
    recommendations: Sequence[FollowUpRow]

    def is_near(self, day: date | None) -> bool:
        """Passed, or at most 90 days ahead."""
        return day is not None and day <= self.as_of_on + timedelta(days=DUE_WITHIN_DAYS)

    def days_to(self, day: date | None) -> int | None:
        return None if day is None else (day - self.as_of_on).days

    def ends_soon(self, contract: Any) -> bool:
        return bool(self.as_of_on <= contract.ends_on <= add_months(self.as_of_on, CONTRACT_MONTHS))

    def undecided_option(self, contract: Any) -> Any | None:
        options = self.options.get(contract.id, ())
        return next((option for option in options if option.state == OptionState.UNDECIDED), None)


def build_snapshot(session: Session, as_of_on: date, *, number: str, now: datetime, app_version: str) -> Snapshot:
    """The report's content for `as_of_on`, read from `session` in a fixed number of statements.

    The caller holds one read transaction around it. Days are counted from `as_of_on`; the register itself is read as it
    stands at `now`.
    """
    engine, engine_version = queries.describe_engine(session)
    source = Source(engine, engine_version, queries.find_schema_revision(session), app_version)
    register = _read(session, as_of_on)
    overdue, due = _deadlines(register)
    return Snapshot(
        edition=Edition(number, as_of_on, now.replace(microsecond=0)),
        source=source,
        decisions=_decisions(register),
        overdue=overdue,
        due=due,
        phases=_phases(register),
        contracts=_contracts(register),
        procurements=_procurements(register),
        recommendations=_recommendations(register),
        noted_recommendations=sum(
            row.state is RecommendationState.NOTED and row.evaluation_id in register.visible
            for row in register.recommendations
        ),
    )


def _read(session: Session, as_of_on: date) -> _Register:
    cases = queries.list_cases(session)
    procurements = queries.list_procurements(session)
    recommendations = list_open_of_all(session)
    bodies = {row.addressee_id for row in recommendations} | {row.action_body_id for row in recommendations}
    options: dict[int, list[Any]] = defaultdict(list)
    for option in queries.list_options(session):
        options[option.contract_id].append(option)
    return _Register(
        as_of_on=as_of_on,
        cases=cases,
        visible={case.id: case for case in cases if case.is_visible},
        procurements={row.id: row for row in procurements},
        bodies=queries.body_names(session, as_of_on, bodies),
        deadlines=queries.list_open_deadlines(session),
        contracts=queries.list_contracts(session),
        options=options,
        succeeded=frozenset(row.succeeds_contract_id for row in procurements if row.succeeds_contract_id),
        recommendations=recommendations,
    )


def _decisions(register: _Register) -> list[DecisionWanted]:
    found = [*_decisions_on_procurements(register), *_decisions_on_contracts(register)]
    return sorted(found, key=lambda line: (line.deadline_on or date.max, line.case_number, line.rule))


def _decisions_on_procurements(register: _Register) -> list[DecisionWanted]:
    found = []
    for case_id, row in register.procurements.items():
        case = register.visible.get(case_id)
        if case is None or case.phase in _OVER:
            continue
        if row.has_other_executing_body and not (row.executing_reason or "").strip():
            found.append(_decision(register, case, DecisionRule.DEVIATION_GROUND, None))
        is_begun = row.published_on is not None or case.phase != ProcurementPhase.PLANNING
        is_missing = row.assigned_on is None and case.phase in _BEFORE_CONTRACT
        if is_missing and (is_begun or register.is_near(row.planned_publication_on)):
            deadline = None if is_begun else row.planned_publication_on
            found.append(_decision(register, case, DecisionRule.ASSIGNMENT, deadline))
    return found


def _decisions_on_contracts(register: _Register) -> list[DecisionWanted]:
    found = []
    for contract in register.contracts:
        case = register.visible.get(contract.procurement_id)
        if case is None or case.phase in _OVER or contract.ends_on < register.as_of_on:
            continue
        option = register.undecided_option(contract)
        if option is not None and register.is_near(option.decide_by_on):
            found.append(_decision(register, case, DecisionRule.OPTION, option.decide_by_on, _part(contract)))
        elif option is None and register.ends_soon(contract) and contract.id not in register.succeeded:
            found.append(_decision(register, case, DecisionRule.SUCCESSOR, contract.ends_on, _part(contract)))
    return found


def _decision(
    register: _Register, case: Any, rule: DecisionRule, deadline_on: date | None, part: str | None = None
) -> DecisionWanted:
    days_left = register.days_to(deadline_on)
    return DecisionWanted(case.registry_number, case.title, part, rule, deadline_on, days_left, case.responsible)


def _part(contract: Any) -> str | None:
    if contract.lot_number is not None:
        return f"{contract.lot_number}. {contract.lot_title}"
    return contract.products or None


def _deadlines(register: _Register) -> tuple[list[DeadlineLine], list[DeadlineLine]]:
    overdue: list[DeadlineLine] = []
    due: list[DeadlineLine] = []
    for row in register.deadlines:
        case = register.visible.get(row.case_id)
        if case is None or not register.is_near(row.due_on):
            continue
        line = DeadlineLine(
            case_number=case.registry_number,
            case_title=case.title,
            kind=row.kind,
            title=row.subject,
            basis=row.basis,
            due_on=row.due_on,
            days_left=(row.due_on - register.as_of_on).days,
            responsible=row.owner or case.responsible,
        )
        (overdue if row.due_on < register.as_of_on else due).append(line)
    return overdue, due


def _phases(register: _Register) -> list[PhaseCount]:
    counts = Counter(case.phase for case in register.visible.values() if case.kind == CaseKind.PROCUREMENT)
    return [PhaseCount(phase.value, counts[phase.value]) for phase in ProcurementPhase]


def _contracts(register: _Register) -> list[ContractLine]:
    lines = []
    for contract in register.contracts:
        case = register.visible.get(contract.procurement_id)
        if case is None or not register.ends_soon(contract):
            continue
        option = register.undecided_option(contract)
        lines.append(
            ContractLine(
                case_number=case.registry_number,
                case_title=case.title,
                part=_part(contract),
                end_on=contract.ends_on,
                option_status=_option_status(register.options.get(contract.id, ())),
                decide_by_on=option.decide_by_on if option else None,
                must_notify_by_on=option.must_notify_by_on if option else None,
                has_successor=contract.id in register.succeeded,
            )
        )
    return lines


def _option_status(options: Sequence[Any]) -> OptionStatus:
    states = {option.state for option in options}
    if OptionState.UNDECIDED in states:
        return OptionStatus.UNDECIDED
    return OptionStatus.DECLINED if OptionState.DECLINED in states else OptionStatus.NONE_LEFT


def _procurements(register: _Register) -> list[ProcurementLine]:
    next_deadlines: dict[int, Any] = {}
    for row in register.deadlines:
        next_deadlines.setdefault(row.case_id, row)
    ends = {contract.procurement_id: contract.ends_on for contract in register.contracts}
    lines = []
    for case in register.cases:
        if case.kind != CaseKind.PROCUREMENT:
            continue
        if not case.is_visible:
            lines.append(ProcurementLine(case.registry_number, case.secrecy_class, True))
            continue
        row, upcoming = register.procurements[case.id], next_deadlines.get(case.id)
        lines.append(
            ProcurementLine(
                case_number=case.registry_number,
                secrecy_class=case.secrecy_class,
                is_withheld=False,
                title=case.title,
                substances=_split(row.substance),
                atc_codes=_split(row.atc_code),
                phase=case.phase,
                days_in_phase=max(0, (register.as_of_on - case.phase_since_on).days),
                executing_body=register.bodies.get(row.executing_body_id),
                capacity=row.capacity,
                responsible=case.responsible,
                next_deadline_on=upcoming.due_on if upcoming else None,
                next_deadline_kind=upcoming.kind if upcoming else None,
                contract_end_on=ends.get(case.id),
                is_example=case.is_example,
            )
        )
    return lines


def _recommendations(register: _Register) -> list[RecommendationLine]:
    """The open ones of our own evaluations, the oldest first. An evaluation that the audience may not know is one line
    that tells its number and class, wherever the first of its recommendations would stand."""
    classes = {case.id: case.secrecy_class for case in register.cases}
    lines: list[RecommendationLine] = []
    withheld: set[int] = set()
    for row in register.recommendations:
        if row.state is RecommendationState.NOTED:
            continue
        case_id, secrecy_class = row.evaluation_id, classes[row.evaluation_id]
        if case_id in register.visible:
            lines.append(_recommendation(register, row, secrecy_class))
        elif case_id not in withheld:
            withheld.add(case_id)
            lines.append(RecommendationLine(row.registry_number, secrecy_class, True))
    return lines


def _recommendation(register: _Register, row: FollowUpRow, secrecy_class: str) -> RecommendationLine:
    is_unanswered = row.state is RecommendationState.UNANSWERED
    age = register.days_to(row.issued_on)
    return RecommendationLine(
        case_number=row.registry_number,
        secrecy_class=secrecy_class,
        is_withheld=False,
        case_title=row.title,
        number=row.number,
        text=" ".join(row.body.split()),
        addressee=register.bodies.get(row.addressee_id),
        priority=row.priority,
        state=row.state,
        response=row.response,
        is_unanswered=is_unanswered,
        next_action=" ".join(row.action.split()) if row.action else None,
        owner=row.action_owner,
        owner_body=register.bodies.get(row.action_body_id or 0),
        due_on=row.response_due_on if is_unanswered else row.action_due_on,
        age_days=max(0, -age) if age is not None else None,
        is_example=row.is_example,
    )


def _split(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(";") if part.strip())
