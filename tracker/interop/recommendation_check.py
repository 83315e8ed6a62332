"""What a recommendation of a file lacks or names wrongly, all of it at once, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.errors import DomainError
from tracker.evaluations.models import Action
from tracker.interop.faults import Fault
from tracker.interop.recommendation_apply import (
    RESPONSE,
    Applying,
    action_meant,
    bears,
    find,
    organisation_named,
    owner_named,
)
from tracker.interop.recommendation_rows import ActionDraft

MEND: Any = _l("Correct the cell and read the file in again.")
# The words of the services, which refuse one thing at a time.
_NEEDED: dict[str, Any] = {
    "body": _l("Write what is recommended."),
    "page": _l("Write on which page of the report the recommendation stands."),
    "priority": _l("A new recommendation needs a priority."),
    "addressee": _l("Choose the body or the county council that the recommendation is for."),
}
_NEEDED_OF_RESPONSE: dict[str, Any] = {
    "responded_by": _l("Write who responded."),
    "responded_on": _l("Write the day of the response."),
}
_NEEDED_OF_ACTION: dict[str, Any] = {
    "action": _l("Write what is to be done."),
    "action_due_on": _l("Write the day by which the action is to be done."),
    "owner": _l("Choose who owns the action, or write who it is."),
}


def check(work: Applying, told: Collection[Fault]) -> list[Fault]:
    """The faults of a recommendation that are not ``told`` yet. Nothing is written.

    What depends on the state of the matter (not issued yet, closed) is left to the services.
    """
    cells = {(fault.row, fault.column) for fault in told if fault.row in work.draft.rows}
    found: dict[tuple[int, str | None], Fault] = {}
    for fault in _faults(work, cells):
        if (fault.row, fault.column) not in cells:
            found.setdefault((fault.row, fault.column), fault)
    return list(found.values())


def _faults(work: Applying, cells: Collection[tuple[int, str | None]]) -> Iterator[Fault]:
    """``cells``: those that could not be read, and in which therefore nothing is missing."""
    draft, stored = work.draft, find(work)
    unread = {column for _row, column in cells}
    values, where = draft.values, draft.where
    if stored is None and "number" not in unread:
        yield from _missing(_NEEDED, values, unread, draft.row)
    if stored is None or not bears(stored.addressee, values.get("addressee", "")):
        yield from _refused(
            lambda: organisation_named(work, values.get("addressee"), "addressee"),
            "addressee", values, where.get("addressee", draft.row),
        )  # fmt: skip
    written = [column for column in RESPONSE if column in values]
    if written and (stored is None or stored.response is None):
        is_told = "response" in values or "response" in unread
        needed = _NEEDED_OF_RESPONSE if is_told else {"response": _l("Write what the response is.")}
        yield from _missing(needed, values, unread, where[written[0]])
    for action in draft.actions:
        unread = {column for row, column in cells if row == action.row}
        yield from _of_action(work, stored.actions if stored else (), action, unread)


def _of_action(
    work: Applying, made: Sequence[Action], draft: ActionDraft, unread: Collection[str | None]
) -> Iterator[Fault]:
    values, meant = draft.values, None
    try:
        meant = action_meant(made, draft)
    except DomainError as error:
        yield Fault(draft.row, "action_number", str(values["action_number"]), error.message, MEND)
    else:
        if meant is None and "action_number" not in unread:
            yield from _missing(_NEEDED_OF_ACTION, values, unread, draft.row)
    yield from _refused(lambda: owner_named(values.get("owner"), meant), "owner", values, draft.row)
    organisation, given = meant.organisation if meant else None, values.get("owner_organisation")
    if given and not (organisation and bears(organisation, given)):
        yield from _refused(
            lambda: organisation_named(work, given, "owner_organisation"), "owner_organisation", values, draft.row
        )


def _missing(
    needed: Mapping[str, Any], values: Mapping[str, Any], unread: Collection[str | None], row: int
) -> Iterator[Fault]:
    for column, problem in needed.items():
        if column not in values and column not in unread:
            yield Fault(row, column, "", problem, MEND)


def _refused(look_up: Callable[[], Any], column: str, values: Mapping[str, Any], row: int) -> Iterator[Fault]:
    try:
        look_up()
    except DomainError as error:
        yield Fault(row, column, str(values[column]), error.message, MEND)
