"""The report as it is read: headings, tables and figures in the reader's language, made from frozen bytes alone.

The PDF, the workbook and the page are three drawings of the same `Report`. Nothing here looks at the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.core import canonical_json
from tracker.core.clock import STOCKHOLM
from tracker.reports import labels, snapshot
from tracker.reports.enums import DecisionRule, OptionStatus
from tracker.reports.recommendation_table import recommendations
from tracker.reports.tables import Cell, Column, Line, Part, Table, day, make_table, withheld_words

__all__ = ["Cell", "Column", "Part", "Report", "Table", "present"]

#: Grows when the look or the wording of the report changes; recorded with every edition.
TEMPLATE_VERSION = "2"


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a reader meets. `tables` holds one table per `Part` that the frozen form knows."""

    title: str
    number: str
    as_of_on: date
    compiled_at: datetime
    sha256: str
    facts: tuple[tuple[str, str], ...]
    figures: tuple[tuple[int, str], ...]
    notes: tuple[str, ...]
    tables: Mapping[Part, Table]
    chart: tuple[tuple[str, int], ...]
    chart_text: str


def present(frozen: bytes) -> Report:
    """The report of canonical snapshot bytes, in the language in force.

    Raises snapshot.UnknownFormat when the bytes are no report.
    """
    content: Any = snapshot.read(frozen)
    edition, totals = content["edition"], content["totals"]
    compiled_at = datetime.fromisoformat(edition["compiled_at"].removesuffix("Z")).replace(tzinfo=UTC)
    as_of_on = date.fromisoformat(edition["as_of_on"])
    sha256 = canonical_json.sha256_hex(frozen)
    chart = tuple((str(labels.phase(line["phase"])), line["count"]) for line in content["phases"])
    return Report(
        title=_("Status report on nationally coordinated procurements"),
        number=edition["number"],
        as_of_on=as_of_on,
        compiled_at=compiled_at,
        sha256=sha256,
        facts=_facts(content, as_of_on, compiled_at, sha256),
        figures=(
            (totals["decisions"], _("decisions wanted")),
            (totals["overdue"], _("deadlines overdue")),
            (totals["due"], _("deadlines within %(days)s days", days=content["limits"]["due_within_days"])),
            (totals["contracts"], _("contracts that end within %(n)s months", n=content["limits"]["contract_months"])),
            *_recommendation_figures(totals),
        ),
        notes=_notes(totals),
        tables={part: make(content) for part, make in _TABLES.items() if part.value in content},
        chart=chart,
        chart_text=_("Bar chart of the number of procurements per phase.")
        + " "
        + ", ".join(f"{label}: {count}" for label, count in chart)
        + ".",
    )


def _facts(content: Any, as_of_on: date, compiled_at: datetime, sha256: str) -> tuple[tuple[str, str], ...]:
    source = content["source"]
    local = compiled_at.astimezone(STOCKHOLM)
    return (
        (_("Edition"), content["edition"]["number"]),
        (_("Position as of"), as_of_on.isoformat()),
        (_("Compiled"), local.strftime("%Y-%m-%d %H:%M")),
        (_("Recipient"), _("SKL's health-care delegation")),
        (
            _("Read from"),
            _(
                "%(engine)s %(engine_version)s, schema %(revision)s, Samordna %(version)s",
                engine=source["engine"],
                engine_version=source["engine_version"],
                revision=source["schema_revision"],
                version=source["app_version"],
            ),
        ),
        (_("Checksum (SHA-256)"), sha256),
    )


def _notes(totals: Mapping[str, int]) -> tuple[str, ...]:
    notes = [
        ngettext(
            "%(num)s procurement in the register.", "%(num)s procurements in the register.", totals["procurements"]
        )
    ]
    if totals["withheld"]:
        notes.append(
            ngettext(
                "%(num)s of them is under secrecy: only its number and class are shown, and it is left out of all "
                "other tables and figures.",
                "%(num)s of them are under secrecy: only their numbers and classes are shown, and they are left out of "
                "all other tables and figures.",
                totals["withheld"],
            )
        )
    if totals["examples"]:
        notes.append(
            ngettext(
                "%(num)s is an example and not a real case.",
                "%(num)s are examples and not real cases.",
                totals["examples"],
            )
        )
    if totals.get("noted_recommendations"):
        notes.append(
            ngettext(
                "%(num)s recommendation of an evaluation that others commissioned is noted in the register and not "
                "counted here.",
                "%(num)s recommendations of evaluations that others commissioned are noted in the register and not "
                "counted here.",
                totals["noted_recommendations"],
            )
        )
    return tuple(notes)


def _recommendation_figures(totals: Mapping[str, int]) -> tuple[tuple[int, str], ...]:
    if "recommendations" not in totals:
        return ()
    unanswered = _("recommendations unanswered")
    if totals["unanswered"]:
        unanswered = ngettext(
            "recommendations unanswered, the oldest %(num)s day",
            "recommendations unanswered, the oldest %(num)s days",
            totals["oldest_unanswered_days"],
        )
    return (totals["recommendations"], _("recommendations open")), (totals["unanswered"], unanswered)


def _decisions(content: Any) -> Table:
    return make_table(
        Part.DECISIONS,
        _("Decisions wanted"),
        _("Decisions"),
        _("Found by rule: undecided options, missing assignments and grounds, contracts that end without a successor."),
        _("No decision is wanted."),
        (
            (Column("number", _("Registry number"), width=16), lambda line: line["case_number"]),
            (Column("title", _("Procurement"), width=48), lambda line: line["title"]),
            (Column("part", _("Concerns"), width=32), lambda line: line["part"]),
            (
                Column("decision", _("Decision"), width=48),
                _decision_text,
            ),
            (Column("deadline", _("At the latest"), "date", 14), lambda line: day(line["deadline_on"])),
            (Column("days", _("Days left"), "number", 10), lambda line: line["days_left"]),
            (Column("responsible", _("Responsible officer"), width=28), lambda line: line["responsible"]),
        ),
        content["decisions"],
    )


def _deadline_columns(
    days_heading: str, sign: int, lines: Sequence[Line]
) -> tuple[tuple[Column, Callable[[Line], Cell]], ...]:
    kinds = _kinds(lines)
    bases = {code: str(labels.basis(code)) for code in {line["basis"] for line in lines}}

    def what(line: Line) -> str:
        kind = kinds[line["kind"]]
        return f"{kind}: {line['title']}" if line["title"] else kind

    return (
        (Column("number", _("Registry number"), width=16), lambda line: line["case_number"]),
        (Column("title", _("Case"), width=48), lambda line: line["case_title"]),
        (Column("deadline", _("Deadline"), width=40), what),
        (Column("basis", _("Basis"), width=12), lambda line: bases[line["basis"]]),
        (Column("due", _("Date"), "date", 12), lambda line: day(line["due_on"])),
        (Column("days", days_heading, "number", 12), lambda line: sign * line["days_left"]),
        (Column("responsible", _("Responsible"), width=28), lambda line: line["responsible"]),
    )


def _decision_text(line: Line) -> str:
    return str(labels.DECISIONS[DecisionRule(line["rule"])])


def _option_text(line: Line) -> str:
    return str(labels.OPTIONS[OptionStatus(line["option_status"])])


def _kinds(lines: Sequence[Line], key: str = "kind") -> dict[str, str]:
    """Each kind of deadline that occurs, and its label. Looked up once per kind: per row it is felt at 1,000 rows."""
    return {code: str(labels.deadline(code)) for code in {line[key] for line in lines if line[key]}}


def _overdue(content: Any) -> Table:
    return make_table(
        Part.OVERDUE,
        _("Overdue"),
        _("Overdue"),
        _("Open deadlines whose day had passed, the oldest first. Days are calendar days."),
        _("Nothing is overdue."),
        _deadline_columns(_("Days late"), -1, content["overdue"]),
        content["overdue"],
    )


def _due(content: Any) -> Table:
    days = content["limits"]["due_within_days"]
    return make_table(
        Part.DUE,
        _("Due within %(days)s days", days=days),
        _("Due soon"),
        _("Open deadlines from the reporting day on, the nearest first."),
        _("No deadline falls within %(days)s days.", days=days),
        _deadline_columns(_("Days left"), 1, content["due"]),
        content["due"],
    )


def _phases(content: Any) -> Table:
    return make_table(
        Part.PHASES,
        _("Procurements by phase"),
        _("Phases"),
        "",
        _("There is no procurement."),
        (
            (Column("phase", _("Phase"), width=28), lambda line: str(labels.phase(line["phase"]))),
            (Column("count", _("Count"), "number", 10), lambda line: line["count"]),
        ),
        content["phases"],
    )


def _contracts(content: Any) -> Table:
    months = content["limits"]["contract_months"]
    answers = {True: _("yes"), False: _("no")}
    return make_table(
        Part.CONTRACTS,
        _("Contracts that end within %(n)s months", n=months),
        _("Contracts"),
        _("The end that holds now. Dates for the option are those of the next one that is not decided."),
        _("No contract ends within %(n)s months.", n=months),
        (
            (Column("number", _("Registry number"), width=16), lambda line: line["case_number"]),
            (Column("title", _("Procurement"), width=48), lambda line: line["case_title"]),
            (Column("part", _("Concerns"), width=32), lambda line: line["part"]),
            (Column("end", _("Ends"), "date", 12), lambda line: day(line["end_on"])),
            (
                Column("option", _("Option"), width=22),
                _option_text,
            ),
            (Column("decide", _("Decide by"), "date", 14), lambda line: day(line["decide_by_on"])),
            (Column("notify", _("Notify by"), "date", 14), lambda line: day(line["must_notify_by_on"])),
            (
                Column("successor", _("Successor"), width=12),
                lambda line: answers[line["has_successor"]],
            ),
        ),
        content["contracts"],
    )


def _procurements(content: Any) -> Table:
    yes = _("yes")
    withheld = withheld_words()
    phases = {line["phase"]: str(labels.phase(line["phase"])) for line in content["phases"]}
    capacities = {code: str(labels.capacity(code)) for code in labels.CAPACITIES}
    kinds = _kinds(content["procurements"], "next_deadline_kind")
    return make_table(
        Part.PROCUREMENTS,
        _("All procurements"),
        _("Procurements"),
        "",
        _("There is no procurement."),
        (
            (Column("number", _("Registry number"), width=16), lambda line: line["case_number"]),
            (
                Column("title", _("Procurement"), width=48),
                lambda line: withheld[line["secrecy_class"]] if line["is_withheld"] else line["title"],
            ),
            (Column("substance", _("Substance"), width=32), lambda line: ", ".join(line["substances"]) or None),
            (Column("atc", _("ATC code"), width=12), lambda line: ", ".join(line["atc_codes"]) or None),
            (Column("phase", _("Phase"), width=18), lambda line: phases.get(line["phase"], line["phase"])),
            (Column("days", _("Days in phase"), "number", 12), lambda line: line["days_in_phase"]),
            (Column("body", _("Executing body"), width=28), lambda line: line["executing_body"]),
            (Column("capacity", _("Acting"), width=14), lambda line: capacities.get(line["capacity"])),
            (Column("responsible", _("Responsible officer"), width=28), lambda line: line["responsible"]),
            (Column("next_on", _("Next deadline"), "date", 14), lambda line: day(line["next_deadline_on"])),
            (Column("next", _("What is due next"), width=34), lambda line: kinds.get(line["next_deadline_kind"])),
            (Column("contract_end", _("Contract until"), "date", 14), lambda line: day(line["contract_end_on"])),
            (Column("example", _("Example"), width=10), lambda line: yes if line["is_example"] else None),
        ),
        content["procurements"],
    )


_TABLES: Mapping[Part, Callable[[Any], Table]] = {
    Part.DECISIONS: _decisions,
    Part.OVERDUE: _overdue,
    Part.DUE: _due,
    Part.PHASES: _phases,
    Part.RECOMMENDATIONS: recommendations,
    Part.CONTRACTS: _contracts,
    Part.PROCUREMENTS: _procurements,
}
