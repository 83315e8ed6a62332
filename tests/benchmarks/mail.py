"""10,000 reminder mails through the outbox by one process, against a bare smtplib loop over the same texts.

Both speak to `smtp-sink` (package postfix) where the machine has it; the loop knows no database.
"""

from __future__ import annotations

import os
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

import sqlalchemy as sa

from tests.benchmarks import data, site
from tests.benchmarks.table import Row
from tests.support import smtp
from tests.support.ports import free_port
from tracker.core import clock
from tracker.core.db import db
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.outbox import delivery
from tracker.outbox.enums import MessageState
from tracker.outbox.models import OutboxMessage
from tracker.reminders import service
from tracker.reminders.enums import ReminderState
from tracker.reminders.models import Reminder

MAILS = 10_000
TARGET = 0.5
SINK = "/usr/sbin/smtp-sink"


def measure(scale: float) -> list[Row]:
    count = int(MAILS * scale)
    with _sink() as (port, sink), site.on_postgresql(SMTP_PORT=str(port)), clock.frozen_at(data.NOW):
        _fill(count)
        service.plan(now=data.NOW)
        db.session.commit()
        started = time.perf_counter()
        while delivery.drain(budget_s=600):
            pass
        ours = count / (time.perf_counter() - started)
        messages = db.session.execute(
            sa.select(OutboxMessage.state, OutboxMessage.address, OutboxMessage.subject, OutboxMessage.text)
        ).all()
        assert [row.state for row in messages] == [MessageState.SENT] * count
        bare = count / _bare_loop(port, [(row.address, row.subject or "", row.text or "") for row in messages])
    ratio = ours / bare
    return [
        Row(
            f"{count} reminder mails to {sink}, one process, PostgreSQL",
            f"{ours:.0f} mails/s",
            f"{bare:.0f} mails/s (bare smtplib loop)",
            f"≥ {TARGET} ×; is {ratio:.2f} ×",
            ratio >= TARGET,
        )
    ]


def _bare_loop(port: int, messages: list[tuple[str, str, str]]) -> float:
    """Seconds for building and sending the same texts, text and HTML, over one connection."""
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as connection:
        for address, subject, text in messages:
            message = EmailMessage()
            message["From"] = "Samordna <samordna@samordna.example>"
            message["To"] = address
            message["Subject"] = subject
            message["Date"] = format_datetime(data.NOW)
            message["Message-ID"] = make_msgid(domain="samordna.example")
            message["Auto-Submitted"] = "auto-generated"
            message.set_content(text)
            message.add_alternative(f"<!doctype html><html lang='sv'><body>{text}</body></html>", subtype="html")
            connection.send_message(message)
    return time.perf_counter() - started


def _fill(count: int) -> None:
    """``count`` officers, each with one case whose only deadline has a reminder today."""
    with db.engine.begin() as connection:
        people = data.add_people(connection, count)
        data.add_procurements(connection, count, people)
        connection.execute(sa.delete(Deadline))
        deadlines = [_deadline(number) for number in range(1, count + 1)]
        ids = list(connection.scalars(sa.insert(Deadline).returning(Deadline.id), deadlines))
        reminders = [
            {
                "deadline_id": one,
                "date_version": 1,
                "step": -7,
                "planned_on": data.TODAY,
                "state": ReminderState.PLANNED,
            }
            for one in ids
        ]
        connection.execute(sa.insert(Reminder), reminders)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))


def _deadline(number: int) -> dict[str, object]:
    return {
        "case_id": number,
        "source_key": "step:publication",
        "kind": DeadlineKind.PUBLICATION,
        "basis": Basis.INTERNAL,
        "due_on": date(2026, 12, 2),
        "state": DeadlineState.OPEN,
        "set_by_name": "Samordna",
        "set_at": data.NOW,
    }


@contextmanager
def _sink() -> Iterator[tuple[int, str]]:
    """A server that takes everything: its port and name."""
    program = shutil.which("smtp-sink") or (SINK if Path(SINK).exists() else None)
    if program is None:
        with smtp.server() as server:
            yield server.port, "the tests' own server (smtp-sink is not installed)"
        return
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="samordna-sink-", dir="/tmp") as folder:
        Path(folder, "main.cf").write_text("")
        os.chmod(folder, 0o755)
        identity = ["-u", "nobody"] if os.geteuid() == 0 else []
        process = subprocess.Popen(
            [program, *identity, f"127.0.0.1:{port}", "100"], env={**os.environ, "MAIL_CONFIG": folder}
        )
        try:
            time.sleep(1)
            yield port, "smtp-sink"
        finally:
            process.terminate()
            process.wait(timeout=10)
