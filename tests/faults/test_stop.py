"""Stopping: everything ends, in time, whatever is going on; and the next start finds all that was kept."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from tests.support.site import started, until
from tracker.cli.supervisor import is_free

STOP_SECONDS = 20.0
NO_SMTP = {"SMTP_HOST": "", "SMTP_PORT": "", "SMTP_SECURITY": ""}


def family(pid: int) -> list[psutil.Process]:
    root = psutil.Process(pid)
    return [root, *root.children(recursive=True)]


def living(processes: list[psutil.Process]) -> list[str]:
    return [
        " ".join(process.cmdline())
        for process in processes
        if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]


@pytest.mark.long
def test_sigterm_while_a_request_runs(prepared: Path, tmp_path: Path) -> None:
    with started(prepared, tmp_path / "instance", **NO_SMTP) as site:
        parts = family(site.running.process.pid)
        assert {name for name in ("web", "worker", "beat", "redis", "mail") if site.find(name)} == {
            "web",
            "worker",
            "beat",
            "redis",
            "mail",
        }
        browser = site.signed_in()
        form = browser.get("/procurements/new").form() | {"title": "Mitt i", "wished_supply_on": "2028-03-01"}
        writer = sqlite3.connect(site.folder / "samordna.sqlite3", isolation_level=None)
        with closing(writer), ThreadPoolExecutor(1) as pool:
            writer.execute("BEGIN IMMEDIATE")
            pending = pool.submit(browser.post, "/procurements/new", form | {"procedure": "open"})
            time.sleep(0.5)
            asked_at = time.monotonic()
            site.running.process.send_signal(signal.SIGTERM)
            time.sleep(1)
            writer.execute("ROLLBACK")
            answer = pending.result(timeout=20)
        assert site.running.process.wait(timeout=STOP_SECONDS) == 0
        print(f"stopped within {time.monotonic() - asked_at:.1f} s, the request that ran got {answer.status}")
        assert answer.status == 302, "the request that ran was finished"
        assert site.rows("SELECT count(*) FROM cases WHERE title = 'Mitt i'") == [(1,)]
        assert living(parts) == []
        assert is_free(int(site.running.environment["PORT"]))
        assert site.rows("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.slow
def test_a_killed_supervisor_leaves_nobody_behind(prepared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    with started(prepared, folder) as site:
        parts = family(site.running.process.pid)
        os.kill(site.running.process.pid, signal.SIGKILL)
        site.running.process.wait()
        until(lambda: not living(parts), "all parts end with the supervisor", seconds=STOP_SECONDS)
        port = site.running.environment["PORT"]
    with started(prepared, folder, PORT=port) as again:
        assert again.signed_in().get("/procurements").status == 200
        print(f"started again in {again.running.took:.1f} s")
