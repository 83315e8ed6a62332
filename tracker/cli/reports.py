"""``samordna report``: compile an edition here and now, and tell whether a file is one of ours."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import click

from tracker.core import clock
from tracker.core.actor import SYSTEM
from tracker.core.db import db, reading, writing
from tracker.core.errors import DomainError
from tracker.core.storage import file_store
from tracker.reports import compiling, queries, service
from tracker.reports.enums import EditionState

FAULT_EXIT_CODE = 2
UNKNOWN_FILE_EXIT_CODE = 1


class Fault(click.ClickException):
    """One clear line on stderr."""

    exit_code = FAULT_EXIT_CODE

    def show(self, file: Any = None) -> None:
        click.echo(f"samordna: {self.format_message()}", err=True)


def _day(_context: click.Context, _parameter: click.Parameter, text: str | None) -> date:
    if text is None:
        return clock.today()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise Fault(f"{text!r} is not a date; write it as YYYY-MM-DD, for example 2026-11-22")
    return day


@click.group("report")
def group() -> None:
    """The status report to SKL's health-care delegation."""


@group.command("compile")
@click.option("--as-of", "as_of_on", callback=_day, metavar="DATE", help="Reporting day; today when not said.")
@click.option(
    "--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the files."
)
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def compile_report(as_of_on: date, folder: Path, output: str) -> None:
    """Compile an edition in this process and write its PDF, workbook and frozen figures to a folder."""
    _check_folder(folder)
    with writing():
        try:
            edition = service.request_edition(actor=SYSTEM, now=clock.now(), as_of_on=as_of_on, is_dispatched=False)
        except DomainError as error:
            raise Fault(str(error)) from error
        edition_id, number = edition.id, edition.number
        db.session.commit()
    click.echo(f"edition {number}: reading the register, making the PDF and the workbook", err=True)
    state = compiling.compile_edition(edition_id, clock.now)
    with reading():
        edition = queries.get_edition(edition_id)
        if state is not EditionState.DONE:
            raise Fault(f"edition {number} was not compiled: {edition.error or 'another worker took it over'}")
        written = _write(folder, edition)
    if output == "json":
        facts = {"number": number, "as_of_on": as_of_on.isoformat(), "files": written}
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        for file in written:
            click.echo(f"{file['sha256']}  {file['path']}")


@group.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def verify(file: Path, output: str) -> None:
    """Tell whether FILE is, byte by byte, a file of one of our editions; exit code 1 if it is not."""
    with file.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    with reading():
        found = queries.find_by_checksum(sha256)
    number, kind = (found[0].number, found[1]) if found else (None, None)
    if output == "json":
        click.echo(
            json.dumps({"sha256": sha256, "is_ours": found is not None, "number": number, "kind": kind}, indent=2)
        )
    elif found:
        click.echo(f"{file}: the {kind} of edition {number}, unaltered")
    else:
        click.echo(f"{file}: not a file of any edition here, or altered since", err=True)
    if found is None:
        raise SystemExit(UNKNOWN_FILE_EXIT_CODE)


def _check_folder(folder: Path) -> None:
    """Find out before the work, not after it, that the folder cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Fault(f"cannot write to {folder} ({error.strerror}); name a folder that you may write in") from error


def _write(folder: Path, edition: Any) -> list[dict[str, str]]:
    contents = {
        "pdf": file_store().read(edition.pdf_sha256),
        "xlsx": file_store().read(edition.xlsx_sha256),
        "json": edition.snapshot.encode(),
    }
    written = []
    for ending, content in contents.items():
        path = folder / f"lagesrapport-{edition.number}.{ending}"
        _write_whole(path, content)
        written.append({"path": str(path), "sha256": hashlib.sha256(content).hexdigest()})
    return written


def _write_whole(path: Path, content: bytes) -> None:
    """The file whole or not at all, over an older one of the same name."""
    descriptor, draft = tempfile.mkstemp(prefix=".draft-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except OSError as error:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(draft)
        raise Fault(
            f"cannot write {path} ({error.strerror}); the report is kept and can be fetched from its page"
        ) from error
