"""``samordna audit``: whether the trail is as it was written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from tracker.core.db import db, reading

if TYPE_CHECKING:
    from tracker.audit.models import AuditEvent
    from tracker.audit.queries import ChainCheck

TROUBLE_EXIT_CODE = 1

CONTENT_CHANGED = "it does not have the content that it was written with"
NOT_LINKED = "it does not follow upon the event before it: one was removed, put in, moved or rewritten there"
END_MISSING = "the event that was the last is not there: the end was cut off, or the trail was written anew"


@click.group("audit")
def group() -> None:
    """The trail of who did what."""


@group.command("verify")
@click.option("--known-hash", metavar="HASH", help="The last hash of an earlier run: it must still be in the trail.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def verify(known_hash: str | None, output: str) -> None:
    """Compute the hash of every event anew, in order, and compare it with what is written. Changes nothing.

    Exit code 1 at the first event that does not fit: nothing is said of those after it. Each hash covers the one before
    it, so whoever changes an event must write all later ones anew. That, and an end that was cut off, shows against a
    hash that was kept elsewhere: keep the last one, and give it as --known-hash the next time.
    """
    from tracker.audit.models import AuditEvent
    from tracker.audit.queries import check_chain, is_in_chain

    with reading():
        found = check_chain()
        broken = None if found.broken_id is None else db.session.get(AuditEvent, found.broken_id)
        is_known = None if known_hash is None else is_in_chain(known_hash.strip().lower())
    problem = _problem(found, is_known)
    if output == "json":
        told = {"checked": found.checked, "last_hash": found.head, "broken": _as_json(broken), "problem": problem}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        if problem is not None:
            click.echo(f"broken: {_told(broken)}{problem}", err=True)
        click.echo(f"{found.checked} events hold, last hash {found.head}")
    if problem is not None:
        raise SystemExit(TROUBLE_EXIT_CODE)


def _problem(found: ChainCheck, is_known: bool | None) -> str | None:
    if found.broken_id is not None:
        return CONTENT_CHANGED if found.is_linked else NOT_LINKED
    return END_MISSING if is_known is False else None


def _told(event: AuditEvent | None) -> str:
    return "" if event is None else f"event {event.id}, {event.occurred_at.isoformat()} {event.action}: "


def _as_json(event: AuditEvent | None) -> dict[str, Any] | None:
    if event is None:
        return None
    return {"id": event.id, "occurred_at": event.occurred_at.isoformat(), "action": event.action}
