"""Reads the messages that the mail catcher of the embedded mode has kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

LISTED = 200


@dataclass(frozen=True)
class CaughtMail:
    """One caught message. ``name`` is its file's name without the ending."""

    name: str
    subject: str
    sender: str
    recipient: str
    sent_at: datetime | None
    text: str
    html: str
    attachments: tuple[str, ...]


def list_mails(folder: Path, recipient: str = "") -> list[CaughtMail]:
    """The newest messages first, at most ``LISTED``; only those to ``recipient``, where one is given."""
    paths = sorted(folder.glob("*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    mails = (read_mail(path) for path in paths[: LISTED if not recipient else None])
    wanted = [mail for mail in mails if recipient.lower() in mail.recipient.lower()]
    return wanted[:LISTED]


def find_mail(folder: Path, name: str) -> CaughtMail | None:
    """The message of that name; a name that is not one of the listed files finds nothing."""
    path = next((path for path in folder.glob("*.eml") if path.stem == name), None)
    return read_mail(path) if path else None


def read_mail(path: Path) -> CaughtMail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return CaughtMail(
        name=path.stem,
        subject=str(message.get("Subject", "")),
        sender=str(message.get("From", "")),
        recipient=str(message.get("To", "")),
        sent_at=_sent_at(message),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(part.get_filename() or "" for part in message.iter_attachments()),
    )


def _sent_at(message: EmailMessage) -> datetime | None:
    try:
        sent_at = parsedate_to_datetime(str(message["Date"]))
    except (TypeError, ValueError):
        return None
    return sent_at if sent_at.tzinfo else None


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # an unknown character set
        return ""
