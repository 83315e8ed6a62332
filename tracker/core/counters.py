"""Numbers drawn per year without gaps: register, receipts."""

from __future__ import annotations

from sqlalchemy import case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import db


class YearCounter:
    """The last number that was given in a year."""

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_sequence: Mapped[int] = mapped_column()


def draw(counter: type[YearCounter], year: int, *, step: int = 1, at_least: int = 0) -> int:
    """Raise the counter of `year` in one statement, by `step` or to `at_least`, and return it.

    Its row stays locked until the transaction ends, so numbers that are drawn at the same time come one after the
    other, and one that was rolled back is drawn again.
    """
    raised = counter.last_sequence + step
    if at_least:
        raised = case((counter.last_sequence < at_least, at_least), else_=counter.last_sequence)
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(counter)
        .values(year=year, last_sequence=max(step, at_least))
        .on_conflict_do_update(index_elements=[counter.year], set_={"last_sequence": raised})
        .returning(counter.last_sequence)
    )
    return int(db.session.execute(statement).scalar_one())
