"""Importing recommendations with their responses and actions: everything or nothing, by the verbs of the pages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.accounts.models import Person
from tracker.cases.service import hold
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.evaluations.queries import commission
from tracker.evaluations.queries.follow_up import list_for_evaluation
from tracker.interop import sheets
from tracker.interop.columns import RECOMMENDATIONS, fold
from tracker.interop.faults import Fault
from tracker.interop.recommendation_apply import Applying, Change, apply
from tracker.interop.recommendation_check import MEND, check
from tracker.interop.recommendation_rows import RecommendationDraft, parse
from tracker.organisations.queries import names_index


class Effect(StrEnum):
    """What importing means for a recommendation of the file."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Entry:
    """One recommendation of the file, and every fact that becomes another."""

    effect: Effect
    rows: tuple[int, ...]
    case_number: str
    number: int
    body: str
    changes: tuple[Change, ...]


@dataclass
class Outcome:
    """What an import did, or would do. With ``faults`` nothing was done, and no entry is told."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def count(self, effect: Effect) -> int:
        return sum(entry.effect is effect for entry in self.entries)

    @property
    def digest(self) -> str:
        """SHA-256 over what would happen: another one means that somebody changed what is stored meanwhile."""
        told = [
            (entry.effect, entry.case_number, entry.number, entry.body, [list(change.told) for change in entry.changes])
            for entry in self.entries
        ]
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


class _Undo(Exception):
    """Leaves the savepoint with nothing kept."""


def import_recommendations(*, actor: Person, now: datetime, content: bytes, is_dry_run: bool = False) -> Outcome:
    """Import a CSV or XLSX file. Flushes; the caller commits. A dry run does the same work and keeps none of it.

    An empty cell leaves what is stored. States follow from what is done on the pages and are never set by a file.

    :raises sheets.UnreadableFile: when the file as a whole cannot be read.
    """
    parsed = parse(sheets.read(content, keeps_lines=True))
    outcome = Outcome(faults=list(parsed.faults))
    try:
        with db.session.begin_nested():
            found = {fold(number): commission.find_by_number(actor, number) for number in _numbers(parsed.drafts)}
            # At once, since whoever has written a line of the history waits for no case any more.
            known = [each for each in found.values() if each is not None]
            hold(*known)
            for each in known:
                list_for_evaluation(each.id)
            index = cache(names_index)
            for draft in parsed.drafts:
                evaluation = found[fold(draft.case_number)]
                if evaluation is None:
                    outcome.faults.append(_unknown(draft))
                else:
                    _import_one(Applying(draft, evaluation, actor, now, index), outcome)
            if is_dry_run or outcome.faults:
                raise _Undo
    except _Undo:
        pass
    if outcome.faults:
        outcome.entries = []
    keys = [column.key for column in RECOMMENDATIONS.columns]
    outcome.faults.sort(key=lambda fault: (fault.row, keys.index(fault.column) if fault.column else -1))
    return outcome


def _numbers(drafts: Iterable[RecommendationDraft]) -> list[str]:
    """The registry numbers that the file names, each once, as they stand where they come first."""
    return list({fold(draft.case_number): draft.case_number for draft in reversed([*drafts])}.values())


def _unknown(draft: RecommendationDraft) -> Fault:
    problem: Any = _l("There is no evaluation with that registry number.")
    mend: Any = _l("Write the registry number as it stands on the evaluation's page.")
    return Fault(draft.row, "registry_number", draft.case_number, problem, mend)


def _import_one(work: Applying, outcome: Outcome) -> None:
    outcome.faults += check(work, outcome.faults)
    if any(fault.row in work.draft.rows for fault in outcome.faults):
        return
    try:
        with db.session.begin_nested():
            recommendation, is_new = apply(work)
            effect = Effect.NEW if is_new else Effect.CHANGED if work.changes else Effect.UNCHANGED
            entry = Entry(
                effect,
                tuple(work.draft.rows),
                work.evaluation.registry_number,
                recommendation.number,
                recommendation.body,
                tuple(work.changes),
            )
    except DomainError as error:
        outcome.faults.append(work.fault(error, MEND))
        return
    outcome.entries.append(entry)
