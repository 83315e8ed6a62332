"""The history of a case in plain words: what was done, and each fact from old to new.

Each kind of case has its own words; what every case has (notes, participants, documents, deadlines) is told here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.cases.enums import ParticipantRole, SecrecyClass
from tracker.cases.labels import PARTICIPANTS, SECRECY
from tracker.core.filters import instant, money

Codes = tuple[tuple[type[StrEnum], Mapping[Any, Any]], ...]

_ACTIONS: Mapping[str, Any] = {
    AuditAction.NOTE_ADDED: _l("Wrote a note"),
    AuditAction.PARTICIPANT_ADDED: _l("Gave somebody a part in the case"),
    AuditAction.PARTICIPANT_REMOVED: _l("Took somebody's part in the case away"),
    AuditAction.DEADLINE_SET: _l("Deadline set"),
    AuditAction.DEADLINE_MOVED: _l("Deadline moved"),
    AuditAction.DEADLINE_MET: _l("Deadline met"),
    AuditAction.DEADLINE_REOPENED: _l("Deadline opened again"),
    AuditAction.DEADLINE_CANCELLED: _l("Deadline dropped"),
    AuditAction.DOCUMENT_REGISTERED: _l("Registered a document"),
    AuditAction.DOCUMENT_CHANGED: _l("Changed what is registered of a document"),
    AuditAction.DOCUMENT_VERSION_ADDED: _l("Added a version of a document"),
    AuditAction.DOCUMENT_DOWNLOADED: _l("Downloaded a document"),
    AuditAction.DOCUMENT_SCANNED: _l("A document was checked for harmful content"),
    AuditAction.DOCUMENT_RELEASED: _l("Let out a file that was set aside"),
    AuditAction.RECEIPT_ISSUED: _l("Receipt issued"),
}

_FIELDS: Mapping[str, Any] = {
    "registry_number": _l("Registry number"),
    "title": _l("Title"),
    "phase": _l("Phase"),
    "closed_on": _l("Closed on"),
    "secrecy_class": _l("Who may know of the case"),
    "note": _l("Note"),
    "reason": _l("Reason"),
    "number": _l("Number"),
    "state": _l("State"),
    "person": _l("Person"),
    "role": _l("Part in the case"),
    "kind": _l("Deadline"),
    "due_on": _l("Date"),
    "basis": _l("Set by"),
    "met_on": _l("Done on"),
    "file_name": _l("File"),
    "sha256": _l("Checksum (SHA-256)"),
    "for_name": _l("For"),
    "media_type": _l("File type"),
    "size_bytes": _l("Size in bytes"),
    "document": _l("Document"),
    "correspondent": _l("From or to"),
    "receipt": _l("Receipt"),
}

_CODES: Mapping[str, Codes] = {
    "secrecy_class": ((SecrecyClass, SECRECY),),
    "role": ((ParticipantRole, PARTICIPANTS),),
}

# Numbers of rows, which tell a reader nothing.
_UNTOLD = frozenset(
    {
        "content_sha256",
        "id",
        "set_by_id",
        "set_by_name",
        "set_at",
        "date_version",
        "rule",
        "rule_set",
        "rule_set_version",
        "section",
        "raw_on",
        "subject",
        "owner_id",
        "submission_id",
        "basis",
        "phase_since_on",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one kind of case, which go before the common ones.

    ``references``: columns that hold the number of a row; only that they were changed is told. ``lists``: facts that
    are a list themselves, not a change. ``sums``: lists of numbers that are added up, as months are. ``amounts``:
    facts in öre. ``counts``: numbers that are told unless they are 0.
    """

    actions: Mapping[str, Any]
    fields: Mapping[str, Any]
    codes: Mapping[str, Codes]
    references: Mapping[str, Any] = field(default_factory=dict)
    untold: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    sums: frozenset[str] = frozenset()
    amounts: frozenset[str] = frozenset()
    counts: frozenset[str] = frozenset()

    def line(self, event: AuditEvent) -> HistoryLine:
        """One event, with each of its facts."""
        told = (self._change(name, value) for name, value in event.changes.items())
        changes = [change for change in told if change is not None]
        return HistoryLine(event.occurred_at, event.actor_name, self._action(event.action), changes)

    def sentence(self, event: AuditEvent) -> str:
        """What happened to a deadline."""
        what, told = self._action(event.action), event.changes
        kind, due = told.get("kind"), told.get("due_on")
        label = self._shown("kind", kind) if isinstance(kind, str) else None
        if isinstance(due, list):
            moved = gettext("%(old)s → %(new)s", old=due[0], new=due[1])
            return f"{what}: {moved}"
        return ": ".join(part for part in (what, label, due if isinstance(due, str) else None) if part)

    def _action(self, action: str) -> str:
        return str(self.actions.get(action) or _ACTIONS.get(action) or action)

    def _change(self, name: str, value: Any) -> Change | None:
        if name in self.references and isinstance(value, list):
            return Change(str(self.references[name]), None, gettext("changed"))
        if name in self.untold or name in self.references or name in _UNTOLD or value is None:
            return None
        if name in self.counts and value == 0:
            return None
        label = str(self.fields.get(name) or _FIELDS.get(name) or name)
        is_pair = isinstance(value, list) and len(value) == 2
        if is_pair and name in self.lists:
            is_pair = any(isinstance(part, list) for part in value)
        if is_pair:
            return Change(label, self._shown(name, value[0]), self._shown(name, value[1]))
        return Change(label, None, self._shown(name, value))

    def _shown(self, name: str, value: Any) -> str | None:
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return gettext("yes") if value else gettext("no")
        if isinstance(value, list):
            joint = " + " if name in self.sums else ", "
            return joint.join(self._shown(name, part) or "" for part in value) or gettext("none")
        if name in self.amounts and isinstance(value, int):
            return money(value)
        for codes, names in (*self.codes.get(name, ()), *_CODES.get(name, ())):
            if value in set(codes):
                return str(names[codes(value)])
        if name.endswith("_at") and isinstance(value, str):
            return instant(datetime.fromisoformat(value))
        return str(value)


@dataclass(frozen=True, slots=True)
class Change:
    """One fact. ``old`` is None where there was none, or where the fact is new as a whole."""

    label: str
    old: str | None
    new: str | None


@dataclass(slots=True)
class HistoryLine:
    """What one person did at one time; ``consequences`` are the deadlines that followed from it."""

    at: datetime
    who: str
    what: str
    changes: list[Change] = field(default_factory=list)
    consequences: list[str] = field(default_factory=list)


def lines(events: Sequence[AuditEvent], words: Vocabulary) -> list[HistoryLine]:
    """The newest first. What the same person caused at the same instant follows in one line."""
    found: list[HistoryLine] = []
    for event in reversed(events):
        previous = found[-1] if found else None
        belongs = previous is not None and (previous.at, previous.who) == (event.occurred_at, event.actor_name)
        if event.action.startswith("deadline:") and belongs and previous is not None:
            previous.consequences.append(words.sentence(event))
            continue
        found.append(words.line(event))
    return found[::-1]
