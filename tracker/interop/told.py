"""An import told in lines of text, as a terminal shows it."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.interop.columns import column
from tracker.interop.faults import grouped
from tracker.interop.service import Action, Entry, Outcome


def heading_of(key: str | None, language: str) -> str:
    """The heading of a column, or what stands for a fault of the whole row."""
    return column(key).heading(language) if key else _("The row")


def lines(outcome: Outcome, language: str) -> list[str]:
    """The faults by kind, each with its rows; without faults, what was done or would be done with each procurement."""
    told: list[str] = []
    for group in grouped(outcome.faults):
        told.append(f"{heading_of(group.column, language)}: {group.problem} {group.mend}")
        told += [_("  row %(row)s: %(value)s", row=fault.row, value=fault.value or "–") for fault in group.faults]
    if told:
        return told
    told += [_line(entry, language) for entry in outcome.entries]
    told += [_("new supplier: %(name)s", name=name) for name in outcome.new_suppliers]
    if outcome.is_dry_run:
        told.append(_("Dry run: nothing was changed."))
    return told


def differs_text(entry: Entry, language: str) -> str:
    """The headings of the columns in which the file says otherwise than what is stored."""
    return ", ".join(column(key).heading(language) for key in entry.differs)


def _line(entry: Entry, language: str) -> str:
    rows = ", ".join(str(row) for row in entry.rows)
    if entry.action is Action.CREATE:
        return _("row %(rows)s: %(title)s: new", rows=rows, title=entry.title)
    if not entry.differs:
        return _("row %(rows)s: %(title)s: already there, unchanged", rows=rows, title=entry.title)
    return _(
        "row %(rows)s: %(title)s: already there and left as it is, though the file differs in %(columns)s",
        rows=rows,
        title=entry.title,
        columns=differs_text(entry, language),
    )
