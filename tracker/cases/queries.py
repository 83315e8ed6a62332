"""Reading cases. What a viewer may not see does not exist for that viewer."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from tracker.cases.models import Case, Note, Participant
from tracker.cases.secrecy import Viewer, visible_cases
from tracker.core.db import db
from tracker.core.errors import NotFound

__all__ = [
    "as_registered",
    "find_case_by_number",
    "get_case",
    "has_case_like",
    "list_notes",
    "list_participants",
    "visible_cases",
]


def get_case(viewer: Viewer, case_id: int) -> Case:
    """:raises NotFound: no such case, or none that `viewer` may know of."""
    case = db.session.scalar(sa.select(Case).where(Case.id == case_id, visible_cases(viewer)))
    if case is None:
        raise NotFound(_l("There is no such case."))
    return case


def find_case_by_number(viewer: Viewer, registry_number: str) -> Case | None:
    """The case with this registry number, if `viewer` may know of it."""
    query = sa.select(Case).where(Case.registry_number == as_registered(registry_number), visible_cases(viewer))
    return db.session.scalar(query)


def as_registered(text: str) -> str:
    """A registry number as it stands in the register, however it was written: "sam 2026/25", "SAM2026/0025"."""
    text = " ".join(text.split())
    ours = re.fullmatch(r"SAM *(\d{4}) */ *(\d{1,8})", text, re.IGNORECASE | re.ASCII)
    return f"SAM {ours[1]}/{int(ours[2]):04d}" if ours else text


def has_case_like(viewer: Viewer, beginning: str) -> bool:
    """Whether `viewer` may know of a case whose registry number begins so."""
    is_like = Case.registry_number.istartswith(beginning, autoescape=True)
    return db.session.scalar(sa.select(Case.id).where(is_like, visible_cases(viewer)).limit(1)) is not None


def list_notes(case_id: int) -> Sequence[Note]:
    """The notes of a case that the caller has already been let into, newest first."""
    return db.session.scalars(sa.select(Note).where(Note.case_id == case_id).order_by(Note.id.desc())).all()


def list_participants(case_id: int) -> Sequence[Participant]:
    """The people who take part in a case, beside the responsible officer."""
    return db.session.scalars(
        sa.select(Participant).where(Participant.case_id == case_id).order_by(Participant.role, Participant.id)
    ).all()
