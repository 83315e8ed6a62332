"""Planning one morning: 1,000,000 open deadlines of which 10,000 have a reminder due, on PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from tests.benchmarks import data, site
from tests.benchmarks.table import Row
from tracker.core.db import db
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.reminders import planning, service
from tracker.reminders.enums import ReminderState
from tracker.reminders.models import Reminder

DEADLINES = 1_000_000
DUE = 10_000
CASES = 10_000
PEOPLE = 200
TARGET = 1.5
RUNS = 5

# What the statement must do at the least: find the due rows by their index, and write one row for each.
BARE = """
INSERT INTO bare_items (reminder_id, person_id)
SELECT r.id, c.responsible_id
FROM reminders r JOIN deadlines d ON d.id = r.deadline_id JOIN cases c ON c.id = d.case_id
WHERE r.state = 'planned' AND r.planned_on <= :today AND d.state = 'open' AND d.date_version = r.date_version
ON CONFLICT DO NOTHING
"""


def measure(scale: float) -> list[Row]:
    large, small = int(DEADLINES * scale), int(DEADLINES * scale / 10)
    due = int(DUE * scale)
    bare, ours = _times(large, due)
    _, ours_small = _times(small, due)
    ratio = ours["statement"] / bare
    growth = ours["statement"] / ours_small["statement"]
    what = f"planning, {large} open deadlines, {due} due"
    return [
        Row(
            f"{what}: rows given to people",
            f"{ours['statement'] * 1000:.0f} ms",
            f"{bare * 1000:.0f} ms (bare INSERT … SELECT)",
            f"≤ {TARGET} ×; is {ratio:.2f} ×",
            ratio <= TARGET,
        ),
        Row(
            f"{what}: the same with a tenth of the deadlines",
            f"{ours_small['statement'] * 1000:.0f} ms",
            f"{ours['statement'] * 1000:.0f} ms",
            f"follows the due rows; grows {growth:.2f} × for 10 × the table",
            growth <= 2.0,
        ),
        Row(
            f"{what}: the whole morning, mails queued",
            f"{ours['morning'] * 1000:.0f} ms",
            "",
            "told, no target",
            True,
        ),
    ]


def _times(count: int, due: int) -> tuple[float, dict[str, float]]:
    with site.on_postgresql():
        with db.engine.begin() as connection:
            _fill(connection, count, due)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))
        bare, statement = (
            min(times)
            for times in zip(
                *((_rolled_back(_bare), _rolled_back(lambda: planning.make_items(data.TODAY))) for _ in range(RUNS)),
                strict=True,
            )
        )
        morning = min(_rolled_back(lambda: service.plan(now=data.NOW)) for _ in range(RUNS))
    return bare, {"statement": statement, "morning": morning}


def _rolled_back(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    db.session.flush()
    took = time.perf_counter() - started
    db.session.rollback()
    return took


def _bare() -> None:
    # As ours does: without it PostgreSQL may read every deadline, and the baseline would be slow.
    db.session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    db.session.execute(sa.text(BARE), {"today": data.TODAY})


def _fill(connection: Connection, count: int, due: int) -> None:
    people = data.add_people(connection, PEOPLE)
    data.add_procurements(connection, CASES, people)
    connection.execute(sa.delete(Deadline))
    connection.execute(
        sa.text(
            "CREATE TABLE bare_items (id serial PRIMARY KEY, reminder_id int REFERENCES reminders, "
            "person_id int REFERENCES people, UNIQUE (reminder_id, person_id))"
        )
    )
    every = max(1, count // due)
    first_case = connection.scalar(sa.text("SELECT min(id) FROM cases"))
    # A million rows through the driver would take minutes; the database makes them by itself.
    connection.execute(
        sa.text(
            f"""INSERT INTO {Deadline.__tablename__}
            (case_id, source_key, kind, basis, due_on, date_version, state, set_by_name, set_at, version)
            SELECT :first + (n % :cases), 'bench:' || n, :kind, :basis,
                :today + (n % 700)::int, 1, :state, 'Samordna', now(), 1
            FROM generate_series(1, :count) AS n"""
        ),
        {
            "first": first_case,
            "cases": CASES,
            "kind": DeadlineKind.OTHER.value,
            "basis": Basis.INTERNAL.value,
            "today": data.TODAY,
            "state": DeadlineState.OPEN.value,
            "count": count,
        },
    )
    connection.execute(
        sa.text(
            f"""INSERT INTO {Reminder.__tablename__} (deadline_id, date_version, step, planned_on, state)
            SELECT id, 1, -7,
                CASE WHEN id % :every = 0 THEN CAST(:today AS date)
                    ELSE CAST(:later AS date) + (id % 300)::int END, :state
            FROM {Deadline.__tablename__}"""
        ),
        {
            "every": every,
            "today": data.TODAY,
            "later": data.TODAY + timedelta(days=1),
            "state": ReminderState.PLANNED.value,
        },
    )
