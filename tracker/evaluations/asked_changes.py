"""What has changed in what the evaluator is asked for, read from the trail, for the mail that tells it.

Pure: reads loaded events.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.core.filters import date_long
from tracker.evaluations.enums import DeliveredBy

ADDED = AuditAction.DELIVERABLE_ADDED.value
TOLD = (ADDED, AuditAction.DELIVERABLE_CHANGED.value, AuditAction.DELIVERABLE_CANCELLED.value)
# A decision that moves the day, each told by a mail of its own -> where it keeps the new day.
DECIDED = {AuditAction.EXTENSION_DECIDED.value: "granted_on", AuditAction.DELIVERABLE_REVIEWED.value: "new_due_on"}
_FIELDS = ("due_on", "title", "format", "delivered_by")
_WRITTEN = frozenset({"title", "format"})


@dataclass(slots=True)
class Changed:
    """What became of one deliverable. ``pairs``: column -> (before, now), as the trail writes them. ``added_due_on`` is
    the day that it was first asked for by, when it is new."""

    pairs: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    added_due_on: date | None = None
    is_cancelled: bool = False
    reason: str | None = None

    def lines(self, *, is_open: bool = True) -> list[str]:
        """In words. Texts that people wrote are told only of an open case."""
        if self.is_new:
            return [_("New: to be delivered by %(day)s.", day=date_long(self.new_day))]
        told = [self._line(name, *pair) for name, pair in self.pairs.items() if is_open or name not in _WRITTEN]
        if self.is_cancelled:
            told = [_("It is not to be delivered any more. What you have handed in stays.")]
        if is_open and self.reason:
            told.append(_("Why: %(reason)s", reason=self.reason))
        return told

    @property
    def is_new(self) -> bool:
        return self.added_due_on is not None

    @property
    def is_told(self) -> bool:
        """Whether anything is another than before: what was asked for and cancelled again is not."""
        return self.is_cancelled != self.is_new if self.is_cancelled or self.is_new else bool(self.pairs)

    @property
    def new_day(self) -> date | None:
        return date.fromisoformat(self.pairs["due_on"][1]) if "due_on" in self.pairs else self.added_due_on

    def _line(self, name: str, old: Any, new: Any) -> str:
        if name == "due_on":
            days = {"old": date_long(date.fromisoformat(old)), "new": date_long(date.fromisoformat(new))}
            return str(_("Due: %(old)s → %(new)s.", **days))
        if name == "title":
            return str(_("Called: %(old)s → %(new)s.", old=old, new=new))
        if name == "format":
            return str(_("Format: %(old)s → %(new)s.", old=old or _("not given"), new=new or _("not given")))
        if new == DeliveredBy.EVALUATOR:
            return str(_("It is now yours to deliver."))
        return str(_("The commissioner delivers it instead of you."))


def changed(events: Sequence[AuditEvent]) -> dict[int, Changed]:
    """By the id of the deliverable, for those in which something is another than before; `events` the oldest first.

    What was changed and changed back is no change, nor is a day that a decision among the `events` has moved: that is
    told of on its own.
    """
    decided = set(_decided(events))
    found: dict[int, Changed] = {}
    for event in events:
        if event.action not in TOLD or event.subject_id is None or _move(event) in decided:
            continue
        one = found.setdefault(int(event.subject_id), Changed())
        if event.action == ADDED:
            one.added_due_on = date.fromisoformat(event.changes["due_on"])
        one.is_cancelled = event.action == AuditAction.DELIVERABLE_CANCELLED
        one.reason = event.changes.get("reason") or one.reason
        for name in _FIELDS:
            if isinstance(event.changes.get(name), list):
                old, new = event.changes[name]
                one.pairs[name] = (one.pairs[name][0] if name in one.pairs else old, new)
    for one in found.values():
        one.pairs = {name: pair for name, pair in one.pairs.items() if pair[0] != pair[1]}
    return {number: one for number, one in found.items() if one.is_told}


def _decided(events: Sequence[AuditEvent]) -> Iterable[tuple[Any, ...]]:
    """What each decision did to a day, as `_move` names it: both are written in the same act."""
    for event in events:
        if event.action in DECIDED:
            yield event.occurred_at, event.changes.get("deliverable"), event.changes.get(DECIDED[event.action])


def _move(event: AuditEvent) -> tuple[Any, ...]:
    moved = event.changes.get("due_on")
    return event.occurred_at, event.changes.get("deliverable"), moved[1] if isinstance(moved, list) else ""
