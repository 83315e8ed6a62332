"""Status reports for tests, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tracker.core import canonical_json
from tracker.deadlines.enums import DeadlineKind
from tracker.procurements.enums import ProcurementPhase
from tracker.reports.enums import DecisionRule, OptionStatus
from tracker.reports.snapshot import (
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

AS_OF_ON = date(2026, 11, 22)
COMPILED_AT = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)
_MEDICINES = (("adalimumab", "L04AB04"), ("trastuzumab", "L01FD01"), ("heparin", "B01AB01"))


def procurement_line(number: int, title: str | None = None) -> ProcurementLine:
    """One procurement with every fact; the same number gives the same line."""
    substance, atc = _MEDICINES[number % 3]
    return ProcurementLine(
        case_number=f"SAM 2026/{number:04d}",
        secrecy_class="open",
        is_withheld=False,
        title=title or f"Nationellt samordnad upphandling av {substance}, omgång {number}",
        substances=(substance,),
        atc_codes=(atc,),
        phase=list(ProcurementPhase)[number % 8],
        days_in_phase=number % 300,
        executing_body="SKL Kommentus Inköpscentral AB",
        capacity="agent" if number % 2 else "own_name",
        responsible=f"Handläggare {number % 9}",
        next_deadline_on=AS_OF_ON + timedelta(days=number % 200),
        next_deadline_kind=list(DeadlineKind)[number % len(DeadlineKind)],
        contract_end_on=AS_OF_ON + timedelta(days=number % 900),
        is_example=number % 2 == 0,
    )


def snapshot(procurements: int = 12, title: str | None = None) -> Snapshot:
    """A report with something in every part; `title` is what every case is called."""
    lines = [procurement_line(number, title) for number in range(procurements)]
    some = lines[:6]
    withheld = ProcurementLine("SAM 2026/9999", "restricted", True)
    return Snapshot(
        edition=Edition("2026-01", AS_OF_ON, COMPILED_AT),
        source=Source("SQLite", "3.45.0", "0001", "0.1.0"),
        decisions=[
            DecisionWanted(line.case_number, line.title or "", None, rule, AS_OF_ON, 0, line.responsible)
            for line, rule in zip(some, DecisionRule, strict=False)
        ],
        overdue=[_deadline(line, -3) for line in some[:2]],
        due=[_deadline(line, 14) for line in some],
        phases=[PhaseCount(phase, sum(line.phase == phase for line in lines)) for phase in ProcurementPhase],
        contracts=[
            ContractLine(
                line.case_number,
                line.title or "",
                "1. Anbudsområde",
                AS_OF_ON + timedelta(days=30),
                status,
                AS_OF_ON,
                AS_OF_ON,
                status is OptionStatus.NONE_LEFT,
            )
            for line, status in zip(some, OptionStatus, strict=False)
        ],
        procurements=[*lines, withheld],
        recommendations=[
            *(recommendation_line(number, title) for number in range(1, min(procurements, 4))),
            RecommendationLine("SAM 2026/9998", "restricted", True),
        ],
        noted_recommendations=2,
    )


def first_form(procurements: int = 12) -> bytes:
    """A report as the first form froze it: without recommendations."""
    content = canonical_json.loads(snapshot(procurements).to_bytes())
    assert isinstance(content, dict)
    totals = content["totals"]
    assert isinstance(totals, dict)
    for key in ("recommendations", "noted_recommendations"):
        del content[key]
    for key in ("recommendations", "unanswered", "oldest_unanswered_days", "noted_recommendations"):
        del totals[key]
    return canonical_json.dumps({**content, "format": "samordna.status-report/1"})


def recommendation_line(number: int, title: str | None = None) -> RecommendationLine:
    """An open recommendation; every third is unanswered."""
    is_unanswered = number % 3 == 0
    return RecommendationLine(
        case_number="SAM 2026/8000",
        secrecy_class="open",
        is_withheld=False,
        case_title=title or "Utvärdering av samverkansmodellen",
        number=number,
        text=f"Rekommendation {number}: inför en årlig uppföljning av avtalen.",
        addressee="Marknadsfunktionen",
        priority="high",
        state="unanswered" if is_unanswered else "under_way",
        response=None if is_unanswered else "partly",
        is_unanswered=is_unanswered,
        next_action=None if is_unanswered else "Ta fram en rutin.",
        owner=None if is_unanswered else "Avdelningschefen",
        owner_body=None if is_unanswered else "Region Exempel",
        due_on=AS_OF_ON + timedelta(days=10 * number),
        age_days=40 + number,
        is_example=number % 2 == 0,
    )


def _deadline(line: ProcurementLine, days: int) -> DeadlineLine:
    return DeadlineLine(
        case_number=line.case_number,
        case_title=line.title or "",
        kind=DeadlineKind.TENDERS_DUE,
        title=None,
        basis="statutory",
        due_on=AS_OF_ON + timedelta(days=days),
        days_left=days,
        responsible=line.responsible,
    )
