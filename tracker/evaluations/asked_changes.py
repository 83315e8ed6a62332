"""What has changed in what the evaluator is asked for, read from the trail, for the mail that tells it.

Pure: reads loaded events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.core.filters import date_long
from tracker.evaluations.enums import DeliveredBy

TOLD = (AuditAction.DELIVERABLE_CHANGED.value, AuditAction.DELIVERABLE_CANCELLED.value)
_FIELDS = ("due_on", "title", "format", "delivered_by")
_WRITTEN = frozenset({"title", "format"})


@dataclass(slots=True)
class Changed:
    """What became of one deliverable. ``pairs``: column -> (before, now), as the trail writes them."""

    pairs: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    is_cancelled: bool = False
    reason: str | None = None

    def lines(self, *, is_open: bool = True) -> list[str]:
        """In words. Texts that people wrote are told only of an open case."""
        told = [self._line(name, *pair) for name, pair in self.pairs.items() if is_open or name not in _WRITTEN]
        if self.is_cancelled:
            told = [_("It is not to be delivered any more. What you have handed in stays.")]
        if is_open and self.reason:
            told.append(_("Why: %(reason)s", reason=self.reason))
        return told

    @property
    def new_day(self) -> date | None:
        return date.fromisoformat(self.pairs["due_on"][1]) if "due_on" in self.pairs else None

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

    What was changed and changed back is no change.
    """
    found: dict[int, Changed] = {}
    for event in events:
        if event.action not in TOLD or event.subject_id is None:
            continue
        one = found.setdefault(int(event.subject_id), Changed())
        one.is_cancelled = event.action == AuditAction.DELIVERABLE_CANCELLED
        one.reason = event.changes.get("reason") or one.reason
        for name in _FIELDS:
            if isinstance(event.changes.get(name), list):
                old, new = event.changes[name]
                one.pairs[name] = (one.pairs[name][0] if name in one.pairs else old, new)
    for one in found.values():
        one.pairs = {name: pair for name, pair in one.pairs.items() if pair[0] != pair[1]}
    return {number: one for number, one in found.items() if one.pairs or one.is_cancelled}
