"""``samordna documents``: every stored file against its hash, every row against its file, and words taken out anew."""

from __future__ import annotations

import json
from typing import Any

import click

from tracker.core import clock
from tracker.core.db import db, reading, writing
from tracker.core.storage import file_store

TROUBLE_EXIT_CODE = 1


class UnknownNumber(click.ClickException):
    exit_code = 3


@click.group("documents")
def group() -> None:
    """The files of documents, receipts and status reports."""


@group.command("verify")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def verify(output: str) -> None:
    """Read every stored file and compare it with its hash and with what names it. Changes nothing.

    Exit code 1 when a file is missing or damaged. Files that nothing names are listed; they do no harm: a program that
    was stopped in the middle can leave one behind.
    """
    from tracker.cli.verification import check_files

    with reading():
        found = check_files(file_store(), clock.now())
    if output == "json":
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        for word, lines in (("missing", found.missing), ("damaged", found.damaged), ("stray", found.stray)):
            for line in lines:
                click.echo(f"{word}: {_told(line)}", err=word != "stray")
        click.echo(
            f"{found.files} files, {found.size_bytes} bytes, {found.names} names: {len(found.missing)} missing, "
            f"{len(found.damaged)} damaged, {len(found.stray)} stray"
        )
    if found.is_trouble:
        raise SystemExit(TROUBLE_EXIT_CODE)


@group.command("read-again")
@click.argument("number", required=False)
def read_again(number: str | None) -> None:
    """Take the words for the search out of files anew: of all at which it was given up, or of the document NUMBER.

    The worker begins within a minute. Exit status 3: there is no such document.
    """
    from tracker.documents import extraction, queries

    with writing():
        document = queries.find_for_command(number) if number else None
        if number and document is None:
            raise UnknownNumber(f"There is no document with the number {number}.")
        count = len(extraction.start_again(document))
        db.session.commit()
    click.echo(f"{count} files are read again" if count != 1 else "1 file is read again")


def _told(line: dict[str, Any]) -> str:
    named = ", ".join(line.get("named_by", ()))
    return f"{line['file']}" + (f" ({named})" if named else "") + (f": {line['problem']}" if "problem" in line else "")
