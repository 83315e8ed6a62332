"""The procurement list of a signed-in person against Django's admin over the same 100,000 rows."""

from __future__ import annotations

import os
import subprocess
import sys

import sqlalchemy as sa
from flask import Flask

from tests.benchmarks import data, site
from tests.benchmarks.load import Load, ask
from tests.benchmarks.table import Row
from tracker.core.db import db

CASES = 100_000
SECONDS = 8.0
TARGET_RATIO = 3.0
TARGET_P95 = 1 / 3
PAGES = (
    ("filter", "/procurements?phase=advertised", "/admin/auth/procurement/?case__phase__exact=advertised", "2026/"),
    (
        "search 1 %",
        f"/procurements?q={data.RARE_WORD}",
        f"/admin/auth/procurement/?q={data.RARE_WORD}",
        data.RARE_WORD,
    ),
)


def measure(scale: float) -> list[Row]:
    count = int(CASES * scale)
    with site.on_postgresql() as (app, surroundings):
        with db.engine.begin() as connection:
            people = data.add_people(connection)
            data.add_procurements(connection, count, people)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # What autovacuum does within a minute of such a load.
            connection.execute(sa.text("VACUUM ANALYZE"))
        cookie = _cookie(app, people[0])
        rows = []
        ours = _load("wsgi:create()", surroundings, cookie, "/health", column=1)
        django_cookie = _django_cookie(surroundings)
        baseline = _load("tests.benchmarks.django_site:application", surroundings, django_cookie, "/admin/", column=2)
    for (name, *_rest), mine, theirs in zip(PAGES, ours, baseline, strict=True):
        rows += _compare(name, count, mine, theirs)
    return rows


def _load(application: str, surroundings: dict[str, str], cookie: str, probe: str, column: int) -> list[Load]:
    with site.gunicorn(application, surroundings, probe) as port:
        return [ask(port, page[column], cookie, must_hold=page[3], seconds=SECONDS) for page in PAGES]


def _compare(name: str, count: int, mine: Load, theirs: Load) -> list[Row]:
    ratio = mine.per_second / theirs.per_second
    quicker = mine.p95_ms / theirs.p95_ms
    what = f"list, {name}, {count} cases"
    return [
        Row(
            f"{what}: requests/s",
            f"{mine.per_second:.0f}",
            f"{theirs.per_second:.0f} (Django admin)",
            f"≥ {TARGET_RATIO:.0f} ×; is {ratio:.1f} ×",
            ratio >= TARGET_RATIO,
        ),
        Row(
            f"{what}: p95",
            f"{mine.p95_ms:.0f} ms",
            f"{theirs.p95_ms:.0f} ms",
            f"≤ 0.33 ×; is {quicker:.2f} ×",
            quicker <= TARGET_P95,
        ),
    ]


def _cookie(app: Flask, person_id: int) -> str:
    from tests.support.client import start_session
    from tracker.accounts.models import Person

    person = db.session.get_one(Person, person_id)
    token = start_session(person)
    db.session.remove()
    return f"{app.config['SESSION_COOKIE_NAME']}={token}"


def _django_cookie(surroundings: dict[str, str]) -> str:
    command = [sys.executable, "-m", "tests.benchmarks.django_site"]
    made = subprocess.run(
        command, cwd=site.ROOT, env={**os.environ, **surroundings}, check=True, capture_output=True, text=True
    )
    return f"sessionid={made.stdout.strip()}"
