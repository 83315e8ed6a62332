"""``samordna receipts``: tell whether a receipt is ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from tracker.core.db import reading
from tracker.documents import receipts
from tracker.documents.receipts import Outcome, Verdict

NOT_OURS_EXIT_CODE = 1
FAULT_EXIT_CODE = 2


class Fault(click.ClickException):
    """One clear line on stderr."""

    exit_code = FAULT_EXIT_CODE

    def show(self, file: Any = None) -> None:
        click.echo(f"samordna: {self.format_message()}", err=True)


@click.group("receipts")
def group() -> None:
    """Receipts for received files."""


@group.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def check(file: Path, output: str) -> None:
    """Tell whether FILE is a receipt that was issued here, unaltered.

    Exit code 0: ours. 1: not ours, or altered. 2: the file cannot be read.
    """
    data = _read(file)
    with reading():
        verdict = receipts.check_bytes(data)
        if output == "json":
            click.echo(json.dumps(_as_json(verdict), ensure_ascii=False, indent=2))
        else:
            click.echo(f"{file}: {_as_text(verdict)}", err=verdict.outcome is not Outcome.OURS)
    if verdict.outcome is not Outcome.OURS:
        raise SystemExit(NOT_OURS_EXIT_CODE)


def _read(file: Path) -> bytes:
    """The file, or so much of it that it cannot be a receipt of ours."""
    try:
        with file.open("rb") as stream:
            return stream.read(receipts.LARGEST_PDF_BYTES + 1)
    except OSError as error:
        raise Fault(f"cannot read {file} ({error.strerror})") from error


def _as_text(verdict: Verdict) -> str:
    if verdict.receipt is None:
        return "no receipt that was issued here"
    if verdict.outcome is Outcome.ALTERED:
        return f"carries number and code of receipt {verdict.receipt.number}, but was altered"
    content = verdict.receipt.content
    return (
        f"receipt {verdict.receipt.number}, unaltered: {content['sha256']}, {content['size_bytes']} bytes, "
        f"received {content['received_at']}"
    )


def _as_json(verdict: Verdict) -> dict[str, Any]:
    """Of the file received, and nothing of its case."""
    told: dict[str, Any] = {"outcome": verdict.outcome.value, "is_ours": verdict.outcome is Outcome.OURS}
    if verdict.receipt is None:
        return told
    content = verdict.receipt.content
    kept = {key: content[key] for key in ("number", "received_at", "sha256", "size_bytes", "due_on", "days_late")}
    return {**told, "receipt": kept}
