"""kill -9 at the worst moment, and everything twice: nothing is lost, nothing comes twice that need not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.faults.owing import AN_HOUR_AGO, PEOPLE, owe, plan, states
from tests.support.running import ROOT
from tests.support.site import Site, until
from tracker.core.task_names import TaskName

MAILS = (TaskName.OUTBOX_RESCUE, TaskName.OUTBOX_DRAIN)
REPORTS = (TaskName.REPORTS_RESCUE,)


def let_leases_run_out(site: Site) -> None:
    site.change(f"UPDATE outbox_messages SET lease_until = {AN_HOUR_AGO} WHERE state = 'sending'")


@contextmanager
def second(site: Site, part: str) -> Iterator[subprocess.Popen[bytes]]:
    """One more worker or scheduler beside the product's own."""
    environment = {**os.environ, **site.running.environment}
    with (site.folder / "logs" / f"second-{part}.log").open("wb") as log:
        command = [sys.executable, "-m", "workers", part]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_worker_killed_while_it_sends(site: Site) -> None:
    """The server has taken the 10th mail and the worker dies before it can write that down."""
    domain = "killed.example"
    owe(site, domain)
    killed: list[int] = []

    def kill_at_the_tenth(_: bytes) -> None:
        if not killed and sum(site.mail.copies(f"@{domain}").values()) == 10:
            killed.append(site.kill("worker"))
            time.sleep(0.2)

    site.mail.script.before_answer = kill_at_the_tenth
    try:
        plan(site)
        site.ring(TaskName.OUTBOX_DRAIN)
        until(lambda: killed, "the worker is killed at the tenth mail")
    finally:
        site.mail.script.before_answer = None
    assert states(site, domain).get("sent") == 9
    site.await_another("worker", than=killed[0])

    let_leases_run_out(site)
    site.ring(*MAILS)
    until(lambda: states(site, domain) == {"sent": 29, "unknown": 1}, "the others are sent")
    copies = site.mail.copies(f"@{domain}")
    assert len(copies) == PEOPLE and set(copies.values()) == {1}, "what is in doubt is not repeated at once"

    site.change(f"UPDATE outbox_messages SET settled_at = {AN_HOUR_AGO} WHERE state = 'unknown'")
    site.ring(*MAILS)
    until(lambda: states(site, domain) == {"sent": 30}, "the one in doubt is sent once more")
    copies = site.mail.copies(f"@{domain}")
    assert sorted(copies.values()) == [1] * 29 + [2], "a second copy of the one in doubt, under the same Message-ID"


@pytest.mark.parametrize("moment", ["rendering_pdf", pytest.param("building", marks=pytest.mark.slow)])
def test_a_worker_killed_while_it_compiles(site: Site, moment: str) -> None:
    browser = site.signed_in()
    worker = site.part("worker")
    answer = browser.fill_in("/reports", as_of_on="idag")
    edition = int(answer.location.rpartition("/")[2])
    query = "SELECT state, attempts, snapshot_sha256 FROM report_editions WHERE id = ?"
    until(lambda: site.rows(query, edition)[0][0] == moment, f"the worker is at {moment}", pause=0.002)
    site.kill("worker")
    state, attempts, frozen = site.rows(query, edition)[0]
    assert (state, attempts) in ((moment, 1), ("rendering_pdf", 1))
    assert "Försök igen" not in browser.get(answer.location).text, "it is not given up"
    site.await_another("worker", than=worker.pid)

    site.ring(*REPORTS)
    site.change(f"UPDATE report_editions SET lease_until = {AN_HOUR_AGO} WHERE id = ?", edition)
    site.ring(*REPORTS)
    until(lambda: site.rows(query, edition)[0][0] == "done", "another attempt finishes it")
    state, attempts, finished = site.rows(query, edition)[0]
    assert attempts == 2
    assert frozen in (None, finished), "frozen figures are never read anew"
    assert [browser.get(f"{answer.location}/{kind}").status for kind in ("pdf", "xlsx", "json")] == [200] * 3


def test_everything_twice_and_three_days_late(site: Site) -> None:
    """Two schedulers, two workers, three mornings missed: one mail for each person, with both dates in it."""
    domain = "late.example"
    with second(site, "beat") as beat, second(site, "worker") as worker:
        log = site.folder / "logs" / "second-worker.log"
        owe(site, domain, days_ago=3)
        until(lambda: "ready" in log.read_text() or worker.poll() is not None, "the second worker is there")
        with ThreadPoolExecutor(2) as planners:
            list(planners.map(plan, [site, site]))
        for _ in range(10):
            site.ring(*MAILS)
        until(lambda: states(site, domain) == {"sent": PEOPLE}, "all are sent")
        plan(site)
        site.ring(*MAILS)
        time.sleep(1)
        assert beat.poll() is None and worker.poll() is None
    copies = site.mail.copies(f"@{domain}")
    assert len(copies) == PEOPLE and set(copies.values()) == {1}
    items = site.rows(
        "SELECT count(*) FROM reminder_items JOIN people ON people.id = person_id WHERE email LIKE ? GROUP BY mail_id",
        f"%@{domain}",
    )
    assert items == [(2,)] * PEOPLE
