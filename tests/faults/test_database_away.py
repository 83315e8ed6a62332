"""The database locked by another, or gone: a page that says so in time, with everything that was typed."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.support.browser import Answer
from tests.support.site import Site

# SQLite's own patience (5 s) and what the page takes.
LOCKED_SECONDS = 8.0
TYPED = {
    "title": "Vaccin mot bältros",
    "substance": "zostervaccin",
    "wished_supply_on": "2028-03-01",
    "procedure": "open",
}


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program writes, and does not come to an end."""
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            writer.execute("ROLLBACK")


def check_kept(answer: Answer) -> dict[str, str]:
    """The page says what is wrong and holds what was typed; the fields that send it again."""
    assert answer.status == 503
    assert answer.headers["Retry-After"]
    assert answer.heading == "Tjänsten är inte tillgänglig just nu"
    again = answer.form()
    assert {name: again[name] for name in TYPED} == TYPED
    return again


@pytest.mark.long
def test_sqlite_locked_by_another_writer(site: Site) -> None:
    browser = site.signed_in()
    form = browser.get("/procurements/new").form() | TYPED
    before = site.one("SELECT count(*) FROM cases")
    with locked(site.folder / "samordna.sqlite3"):
        assert browser.get("/procurements").status == 200, "reading goes on"
        answer = browser.post("/procurements/new", form)
    print(f"locked: {answer.status} after {answer.seconds:.1f} s")
    assert answer.seconds < LOCKED_SECONDS
    again = check_kept(answer)
    assert site.one("SELECT count(*) FROM cases") == before

    sent = browser.post("/procurements/new", again)
    assert sent.status == 302, "what the page kept can be sent again as it stands"
    assert site.rows("SELECT title FROM cases ORDER BY id DESC LIMIT 1") == [(TYPED["title"],)]
    assert site.one("SELECT count(*) FROM cases") == before + 1


def test_sqlite_locked_for_a_moment(site: Site) -> None:
    """A short lock costs patience and nothing else."""
    from threading import Timer

    browser = site.signed_in()
    form = browser.get("/procurements/new").form() | TYPED
    writer = sqlite3.connect(site.folder / "samordna.sqlite3", isolation_level=None, check_same_thread=False)
    with closing(writer):
        writer.execute("BEGIN IMMEDIATE")
        Timer(2.0, lambda: writer.execute("ROLLBACK")).start()
        answer = browser.post("/procurements/new", form)
        assert answer.status == 302
        assert answer.seconds > 1.0, "it waited"
        time.sleep(0.2)
