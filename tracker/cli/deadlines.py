"""``samordna deadlines``: statutory dates with their working, without the application or a database.

Sentences are in English, so that the output is the same on every machine.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import click

from tracker.core.calendar import CalendarError
from tracker.deadlines import explain
from tracker.deadlines.rules import (
    RULE_SETS,
    Facts,
    Means,
    NoStandstill,
    Result,
    RuleError,
    RuleSet,
    compute,
    rule_set_for,
)

COLUMNS = ("rule", "from", "means")
FAULT_EXIT_CODE = 2


class Fault(click.ClickException):
    """One clear line on stderr."""

    exit_code = FAULT_EXIT_CODE

    def show(self, file: Any = None) -> None:
        click.echo(f"samordna: {self.format_message()}", err=True)


class Day(click.ParamType[date]):
    """A date written as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        return value if isinstance(value, date) else parse_day(value)


def parse_day(text: str) -> date:
    """The date; `Fault` says how to write one."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = None
    # fromisoformat also takes 20190418 and 2019-W16-4, which nobody means to write here.
    if day is None or day.isoformat() != text.strip():
        raise Fault(f"{text!r} is not a date; write it as YYYY-MM-DD, for example 2026-11-22")
    return day


@click.group()
def deadlines() -> None:
    """Statutory dates, and how each one comes about."""


@deadlines.command("rules")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_rules(output: str) -> None:
    """List the rules that dates can be computed by."""
    rows = [_rule_row(rule_set, name) for rule_set in RULE_SETS for name in rule_set.rules]
    if output == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    widths = [max(len(str(row[key])) for row in rows) for key in ("rule", "section", "title")]
    for row in rows:
        cells = (row["rule"].ljust(widths[0]), row["section"].ljust(widths[1]), row["title"].ljust(widths[2]))
        click.echo("  ".join((*cells, f"from {row['counts_from']}")).rstrip())
    click.echo()
    for rule_set in RULE_SETS:
        click.echo(f"{rule_set.title}, version {rule_set.version}, for procurements begun from {rule_set.begun_from}.")


def _rule_row(rule_set: RuleSet, name: str) -> dict[str, Any]:
    rule = rule_set.rules[name]
    return {
        "rule": rule.code,
        "title": rule.title,
        "section": rule.section,
        "counts_from": explain.event_name(rule.event.value, explain.ENGLISH),
        "options": sorted(rule.options),
        "is_statutory": rule.is_statutory,
        "rule_set": rule_set.code,
        "rule_set_version": rule_set.version,
    }


@deadlines.command("compute")
@click.argument("rule", required=False)
@click.option("--from", "start", type=Day(), help="Day 0 of the count.", metavar="DATE")
@click.option("--electronic/--paper", "is_electronic", default=None,
              help="How the notification was sent; electronic when not said.")  # fmt: skip
@click.option("--began", "began_on", type=Day(), metavar="DATE",
              help="When the procurement began, which decides the law; --from when not said.")  # fmt: skip
@click.option("--stated-until", type=Day(), metavar="DATE", help="Standstill stated in the notification.")
@click.option("--award-under", type=click.Choice([award.value for award in NoStandstill]),
              help="An award that needs no standstill.")  # fmt: skip
@click.option("--voluntary", "is_voluntary", is_flag=True, help="A standstill kept although none is required.")
@click.option("--electronic-tenders", is_flag=True, help="Tenders may be sent electronically.")
@click.option("--accelerated", is_flag=True, help="Accelerated procedure.")
@click.option("--prior-notice", "prior_notice_on", type=Day(), metavar="DATE",
              help="When a full prior information notice was sent.")  # fmt: skip
@click.option("--notice", "notice_on", type=Day(), metavar="DATE",
              help="When the contract notice was sent, if --from is the invitation.")  # fmt: skip
@click.option("--agreed", "agreed_on", type=Day(), metavar="DATE", help="Last tender day agreed with the candidates.")
@click.option("--no-agreement", is_flag=True, help="Agreement was sought and not reached.")
@click.option("--no-full-access", is_flag=True, help="Documents are not all freely available electronically.")
@click.option("--extended", is_flag=True, help="The longer time for a reasoned case.")
@click.option("--full-days", is_flag=True, help="Count full days between.")
@click.option("--input", "source", type=click.Path(path_type=Path), metavar="FILE.csv",
              help="Rows with the columns rule,from,means; prints one JSON object per line.")  # fmt: skip
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def compute_command(
    rule: str | None, start: date | None, is_electronic: bool | None, began_on: date | None, source: Path | None,
    output: str, award_under: str | None, **facts: Any,
) -> None:  # fmt: skip
    """Compute a date by RULE, or one per row of a file."""
    if source is not None:
        if rule is not None or start is not None:
            raise Fault("give either RULE with --from, or --input, not both")
        _compute_file(source)
        return
    if rule is None or start is None:
        raise Fault("say which RULE and --from which date; `samordna deadlines rules` lists the rules")
    means = Means.PAPER if is_electronic is False else Means.ELECTRONIC
    award = NoStandstill(award_under) if award_under else None
    try:
        result = _compute(rule, start, Facts(means=means, award_under=award, **facts), began_on)
    except (RuleError, CalendarError) as error:
        raise Fault(_with_hint(error)) from error
    click.echo(json.dumps(as_json(result), ensure_ascii=False, indent=2) if output == "json" else as_text(result))


def _compute(rule: str, start: date, facts: Facts, began_on: date | None = None) -> Result:
    if began_on is not None and began_on > start:
        raise Fault(f"the procurement cannot have begun on {began_on}, after the count starts on {start}")
    return compute(rule_set_for(began_on or start), rule, start, facts, began_on=began_on)


def _with_hint(error: Exception) -> str:
    hint = "; `samordna deadlines rules` lists the rules" if type(error).__name__ == "UnknownRule" else ""
    return f"{error}{hint}"


def as_json(result: Result) -> dict[str, Any]:
    """The printed object: dates as YYYY-MM-DD or null, steps as sentences in English."""
    return {
        "raw_on": _iso(result.raw_on),
        "due_on": _iso(result.due_on),
        "earliest_contract_on": _iso(result.earliest_contract_on),
        "rule": result.rule,
        "section": result.section,
        "rule_set": result.rule_set,
        "steps": explain.sentences(result.steps),
    }


def as_text(result: Result) -> str:
    """The same for a person to read."""
    lines = [
        f"due               {_iso(result.due_on) or '-'}",
        f"bare count        {_iso(result.raw_on) or '-'}",
        f"contract from     {_iso(result.earliest_contract_on) or '-'}",
        f"rule              {result.rule}, {result.section}",
        f"rule set          {result.rule_set}, version {result.rule_set_version}",
        "",
    ]
    return "\n".join([*lines, *(f"{n}. {text}" for n, text in enumerate(explain.sentences(result.steps), start=1))])


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong in a file: which row (the header is row 1), which column, and how to mend it."""

    row: int
    column: str
    problem: str

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: {self.problem}"


def _compute_file(source: Path) -> None:
    rows = _read_rows(source)
    results: list[Result] = []
    faults: list[RowFault] = []
    for number, row in rows:
        found = _compute_row(number, row)
        if isinstance(found, Result):
            results.append(found)
        else:
            faults.extend(found)
    if faults:
        _refuse(source, faults)
    for result in results:
        click.echo(json.dumps(as_json(result), ensure_ascii=False))


def _refuse(source: Path, faults: list[RowFault]) -> NoReturn:
    for fault in faults:
        click.echo(f"{source}: {fault}", err=True)
    raise Fault(f"{source}: {len(faults)} fault{'' if len(faults) == 1 else 's'}, nothing was computed")


def _compute_row(number: int, row: dict[str, str]) -> Result | list[RowFault]:
    faults: list[RowFault] = []
    start, means = None, Means.ELECTRONIC
    try:
        start = parse_day(row["from"])
    except Fault as error:
        faults.append(RowFault(number, "from", error.message))
    if row["means"]:
        try:
            means = Means(row["means"].lower())
        except ValueError:
            faults.append(RowFault(number, "means", f"{row['means']!r} is unknown; write electronic or paper"))
    if not any(row["rule"].lower().replace("-", "_") in rule_set.rules for rule_set in RULE_SETS):
        problem = f"there is no rule called {row['rule']!r}; `samordna deadlines rules` lists them"
        faults.append(RowFault(number, "rule", problem))
    if faults or start is None:
        return faults
    try:
        return _compute(row["rule"], start, Facts(means=means))
    except (RuleError, CalendarError) as error:
        return [RowFault(number, "from", str(error))]


def _read_rows(source: Path) -> list[tuple[int, dict[str, str]]]:
    """The data rows with their row number in the file; empty rows are left out but counted."""
    try:
        text = source.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Fault(f"{source} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Fault(f"{source} is not UTF-8 text; save it as CSV UTF-8") from error
    first_line = text.partition("\n")[0]
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    try:
        table = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Fault(f"{source} is not a CSV file: {error}") from error
    header = [name.strip().lower() for name in table[0]] if table else []
    _check_header(source, header)
    rows: list[tuple[int, dict[str, str]]] = []
    for number, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            _refuse(source, [RowFault(number, str(len(header) + 1), "the row has more cells than the header")])
        named = dict(zip(header, (cell.strip() for cell in cells), strict=False))
        rows.append((number, {column: named.get(column, "") for column in COLUMNS}))
    return rows


def _check_header(source: Path, header: list[str]) -> None:
    missing = [column for column in ("rule", "from") if column not in header]
    unknown = [column for column in header if column not in COLUMNS]
    if missing or unknown or len(set(header)) != len(header):
        found = ",".join(header) or "nothing"
        raise Fault(f"{source}: row 1 must name the columns {','.join(COLUMNS)}, and says {found}")
