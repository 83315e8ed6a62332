"""`samordna documents verify` finds what is missing, damaged or named by nothing, and nothing where all is well."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.factories.documents import NOW, document, version
from tracker.cases.models import Case
from tracker.cli.documents import group
from tracker.core import clock
from tracker.core.db import db
from tracker.core.storage import FileStore, file_store
from tracker.documents.models import DocumentVersion
from tracker.reports.models import ReportEdition


@pytest.fixture
def store(app: Flask) -> Iterator[FileStore]:
    """The files of this test alone, looked at two hours from now."""
    found = file_store()
    empty(found)
    with clock.frozen_at(clock.now() + timedelta(hours=2)):
        yield found
    empty(found)


def empty(store: FileStore) -> None:
    """Links that lead nowhere as well."""
    for path in list(store.root.rglob("*")):
        if path.is_symlink() or path.is_file():
            path.unlink()


def stored(case: Case, store: FileStore, content: bytes) -> DocumentVersion:
    made = document(case)
    found = version(made, sha256=store.put(content), size_bytes=len(content))
    db.session.delete(made.versions[0])
    db.session.flush()
    return found


def verified(app: Flask, expected_exit: int) -> dict[str, Any]:
    db.session.commit()
    outcome = app.test_cli_runner().invoke(group, ["verify", "--format", "json"])
    assert outcome.exit_code == expected_exit, outcome.output
    told: dict[str, Any] = json.loads(outcome.output)
    return told


def test_nothing_is_said_where_all_is_well(app: Flask, case: Case, store: FileStore) -> None:
    first, second = stored(case, store, b"ett"), stored(case, store, b"ett")
    assert first.sha256 == second.sha256
    told = verified(app, 0)
    assert told == {"files": 1, "bytes": 3, "names": 2, "missing": [], "damaged": [], "stray": []}


def test_files_of_reports_are_no_strays(app: Flask, store: FileStore) -> None:
    edition = ReportEdition(
        year=2026,
        sequence=1,
        number="2026-01",
        as_of_on=date(2026, 11, 23),
        requested_by_name="Test",
        requested_at=NOW,
        pdf_sha256=store.put(b"pdf"),
        xlsx_sha256=store.put(b"xlsx"),
    )
    db.session.add(edition)
    assert verified(app, 0)["stray"] == []


def test_a_missing_file_is_told_with_what_names_it(app: Flask, case: Case, store: FileStore) -> None:
    made = stored(case, store, b"ett")
    store.path(made.sha256).unlink()
    told = verified(app, 1)
    assert told["missing"] == [{"file": made.sha256, "named_by": [f"document version {made.id}"]}]


def test_a_changed_file_is_told(app: Flask, case: Case, store: FileStore) -> None:
    made = stored(case, store, b"ett")
    path = store.path(made.sha256)
    path.chmod(0o600)
    path.write_bytes(b"tva")
    (line,) = verified(app, 1)["damaged"]
    assert (line["file"], line["named_by"]) == (made.sha256, [f"document version {made.id}"])


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_looked_at(
    app: Flask, case: Case, store: FileStore
) -> None:
    made, other = stored(case, store, b"ett"), stored(case, store, b"annat")
    for gone in (made, other):
        store.path(gone.sha256).unlink()
    unreadable = store.path(made.sha256)
    unreadable.symlink_to(unreadable)
    told = verified(app, 1)
    assert [line["problem"] for line in told["damaged"]] == ["cannot be read (Too many levels of symbolic links)"]
    assert other.sha256 in [line["file"] for line in told["missing"]]


def test_a_row_with_another_size_is_told(app: Flask, case: Case, store: FileStore) -> None:
    made = stored(case, store, b"ett")
    made.size_bytes = 4
    (line,) = verified(app, 1)["damaged"]
    assert line["problem"] == "has 3 bytes, but 4 are registered"


def test_files_that_nothing_names_are_listed_and_do_no_harm(app: Flask, store: FileStore) -> None:
    digest = store.put(b"ensam")
    (store.root / "skrap.txt").write_bytes(b"?")
    (store.staging / "draft-x").write_bytes(b"on its way")
    told = verified(app, 0)
    assert {line["file"] for line in told["stray"]} == {digest, "skrap.txt"}


def test_a_file_of_this_hour_may_belong_to_somebody(app: Flask, store: FileStore) -> None:
    path = store.path(store.put(b"ensam"))
    assert path.is_file()
    os.utime(path)
    with clock.frozen_at(clock.now() - timedelta(hours=2)):
        assert verified(app, 0)["stray"] == []


def test_words_for_people(app: Flask, case: Case, store: FileStore) -> None:
    made = stored(case, store, b"ett")
    store.path(made.sha256).unlink()
    db.session.commit()
    outcome = app.test_cli_runner().invoke(group, ["verify"])
    assert outcome.exit_code == 1
    assert f"missing: {made.sha256} (document version {made.id})" in outcome.output
    assert "1 missing, 0 damaged, 0 stray" in outcome.output
