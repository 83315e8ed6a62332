"""``samordna import``: procurements from a spreadsheet, and the template to fill in."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

import click
from flask.cli import AppGroup

from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db, writing

group = AppGroup("import", help="Read spreadsheets in.")
FAULTS_EXIT_CODE = 1


@group.command("procurements")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and tell what would happen; change nothing.")
@click.option("--responsible", metavar="EMAIL", help="The officer of rows that name none.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def procurements(file: Path, dry_run: bool, responsible: str | None, output: str) -> None:
    """Read procurements from a CSV or XLSX FILE: all of them or, with a single fault, none.

    Reading the same file again makes no doubles. The headings are explained in docs/import.md; exit code 1 means
    that there are faults and nothing was read in.
    """
    from tracker.accounts.queries import find_person_by_email
    from tracker.interop import service, told

    person = find_person_by_email(responsible) if responsible else None
    if responsible and (person is None or not person.is_active):
        raise click.ClickException(f"Nobody active has the address {responsible}.")
    responsible_id = person.id if person is not None else None
    db.session.rollback()
    with writing(), click.progressbar(length=1, label="Reading", file=sys.stderr, hidden=output == "json") as bar:

        def progress(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        outcome = service.import_procurements(
            actor=SYSTEM,
            now=clock.now(),
            content=file.read_bytes(),
            responsible_id=responsible_id,
            is_dry_run=dry_run,
            progress=progress,
        )
        db.session.commit()
    if output == "json":
        click.echo(json.dumps(_as_json(outcome), ensure_ascii=False))
    else:
        click.echo("\n".join(told.lines(outcome, "sv")))
    if outcome.faults:
        click.echo(f"samordna: import: {len(outcome.faults)} faults in {file}; nothing was read in", err=True)
        sys.exit(FAULTS_EXIT_CODE)


@group.command("template")
@click.option("--format", "output", type=click.Choice(["csv", "xlsx"]), default="xlsx", show_default=True)
@click.option("--language", type=click.Choice(["sv", "en"]), default="sv", show_default=True)
@click.option("--out", type=click.File("wb"), default="-", help="File to write (default: standard output).")
def template(output: str, language: str, out: BinaryIO) -> None:
    """Write an empty spreadsheet with the headings, their meaning and one example row."""
    from tracker.interop import template as templates

    out.write(templates.as_xlsx(language) if output == "xlsx" else templates.as_csv(language))


def _as_json(outcome: Any) -> dict[str, Any]:
    from tracker.interop.columns import column
    from tracker.interop.service import Action

    return {
        "dry_run": outcome.is_dry_run,
        "imported": outcome.is_imported,
        "created": outcome.count(Action.CREATE),
        "unchanged": outcome.count(Action.UNCHANGED),
        "procurements": [
            {
                "action": entry.action.value,
                "rows": list(entry.rows),
                "title": entry.title,
                "registry_number": entry.registry_number,
                "lots": entry.lots,
                "contracts": entry.contracts,
                "differs": list(entry.differs),
            }
            for entry in outcome.entries
        ],
        "new_suppliers": outcome.new_suppliers,
        "faults": [
            {
                "row": fault.row,
                "column": fault.column,
                "heading": column(fault.column).sv if fault.column else None,
                "value": fault.value,
                "problem": str(fault.problem),
                "mend": str(fault.mend),
            }
            for fault in outcome.faults
        ],
    }
