"""The mail catcher keeps what it is sent, whole and in order, and ends when told."""

from __future__ import annotations

import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.support.ports import free_port


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int, Path]]:
    port, folder = free_port(), tmp_path / "mail"
    process = subprocess.Popen([sys.executable, "-m", "tracker.cli.mail_catcher", str(port), str(folder)])
    yield process, port, folder
    process.kill()
    process.wait()


def connect(port: int) -> smtplib.SMTP:
    deadline = time.monotonic() + 15
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=5)
        except OSError:
            assert time.monotonic() < deadline, "the mail catcher does not answer"
            time.sleep(0.05)


def message(number: int) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "samordna@samordna.example", "handlaggare@example.org"
    mail["Subject"] = f"Påminnelse {number}"
    mail.set_content("Avtalsspärren löper ut på måndag.\n.\nEn punkt ensam på en rad.\n")
    return mail


def test_messages_are_kept_whole_in_order_and_closed_to_others(
    catcher: tuple[subprocess.Popen[bytes], int, Path],
) -> None:
    process, port, folder = catcher
    with connect(port) as client:
        for number in range(3):
            client.send_message(message(number))
    kept = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))]
    assert [mail["Subject"] for mail in kept] == ["Påminnelse 0", "Påminnelse 1", "Påminnelse 2"]
    assert kept[0]["X-Envelope-To"] == "handlaggare@example.org"
    assert "\r\n.\r\nEn punkt ensam på en rad." in kept[0].get_content()
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert [path for path in folder.iterdir() if path.suffix != ".eml"] == []


def test_full_disk_is_a_passing_refusal(catcher: tuple[subprocess.Popen[bytes], int, Path]) -> None:
    _, port, folder = catcher
    with connect(port) as client:
        # Stands for a disk that takes nothing: the folder is gone.
        folder.rmdir()
        with pytest.raises(smtplib.SMTPDataError) as refused:
            client.send_message(message(0))
    assert refused.value.smtp_code == 452
