"""A file is scanned and read by a real worker, rung for through the real broker."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import clamd as scanners
from tests.support.clamd import FakeScanner
from tests.support.redis import Broker
from tests.support.running import ROOT
from tests.support.site import until
from tests.workers.processes import Processes
from tracker.core.dispatch import Dispatcher
from tracker.core.task_names import TaskName

HAND_IN = """
import wsgi
from tests.factories import documents, files
from tests.factories.cases import bare_case
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.core.db import db, writing
from tracker.core.storage import file_store
from tracker.documents.enums import ScanState, TextState
with wsgi.create().app_context(), writing():
    case = bare_case(person(Role.MARKET))
    made = [
        documents.version(
            documents.document(case),
            sha256=file_store().put(files.pdf("vankomycin")),
            media_type="application/pdf",
            scan_state=ScanState.PENDING,
            text_state=TextState.PENDING,
        )
        for _ in range(2)
    ]
    db.session.commit()
    print(*(version.id for version in made))
"""


@pytest.fixture
def scanner() -> Iterator[FakeScanner]:
    with scanners.fake_scanner() as running:
        yield running


@pytest.fixture
def processes(tmp_path: Path, broker: Broker, scanner: FakeScanner) -> Iterator[Processes]:
    running = Processes(tmp_path, broker)
    running.environment["CLAMD"] = scanner.address
    running.migrate()
    yield running
    running.end()


def hand_in(processes: Processes) -> list[int]:
    command = [sys.executable, "-c", HAND_IN]
    done = subprocess.run(command, cwd=ROOT, env=processes.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [int(number) for number in done.stdout.split()]


def stored(processes: Processes, version_id: int) -> tuple[str, str, str | None]:
    query = (
        "SELECT scan_state, text_state, body FROM document_versions"
        " LEFT JOIN document_texts ON version_id = id WHERE id = ?"
    )
    with sqlite3.connect(processes.folder / "samordna.sqlite3", timeout=10) as database:
        found: tuple[str, str, str | None] = database.execute(query, (version_id,)).fetchone()
    return found


def test_scan_leads_to_reading_and_the_sweep_finds_what_nobody_rang_for(
    processes: Processes, broker: Broker, scanner: FakeScanner
) -> None:
    rung, forgotten = hand_in(processes)
    processes.start("worker")
    dispatcher = Dispatcher(broker.celery_url)
    until(lambda: dispatcher.publish(TaskName.DOCUMENTS_SCAN, {"version_id": rung}), "a message to the broker")
    until(lambda: stored(processes, rung)[1] == "done", "the words of the first file")
    assert stored(processes, rung) == ("clean", "done", "vankomycin")
    until(lambda: dispatcher.publish(TaskName.DOCUMENTS_RESCAN, {}), "the scheduler's tick")
    until(lambda: stored(processes, forgotten)[0] == "clean", "the scan of the second file")
    until(lambda: stored(processes, forgotten)[1] == "done", "the words of the second file")
    assert len(scanner.received) == 2
