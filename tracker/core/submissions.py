"""A form that was sent twice makes one row: its number is kept in the row that it made."""

from __future__ import annotations

from typing import TypeVar

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from tracker.core.db import Model, db
from tracker.core.errors import DomainError

Row = TypeVar("Row", bound=Model)


def made_before(table: type[Row], submission_id: str | None, **parent: int | None) -> Row | None:
    """The row that this submission made already. Whoever asks holds what it hangs on, so that two at once make one.

    :param parent: the columns that say whose the row is. A number comes from the browser: one that made something of
        another parent gives nothing of it back.
    :raises DomainError: when the submission made a row of another parent.
    """
    if not submission_id:
        return None
    made = db.session.scalar(sa.select(table).filter_by(submission_id=submission_id))
    if made is not None and any(getattr(made, name) != number for name, number in parent.items()):
        raise DomainError(_l("This form was used for something else before. Open the page anew, and fill it in again."))
    return made
