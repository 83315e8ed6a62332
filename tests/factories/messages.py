"""Messages for tests: a kind that anybody can write, and the settings that lead to a scripted server."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask

from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.outbox import renderers, service
from tracker.outbox.enums import MessageKind
from tracker.outbox.models import OutboxMessage
from tracker.outbox.renderers import Mail, Outgoing


def plain(message: Outgoing) -> Mail:
    """A mail without further thought."""
    return Mail(subject="Räksmörgås", text=f"Hej {message.address}\n.punkt\n", html="<p>Hej åäö</p>")


@contextmanager
def written_by(compose: Callable[[Outgoing], Mail] = plain, **options: Any) -> Iterator[None]:
    """Reminders are written by ``compose`` inside."""
    before = renderers._renderers.get(MessageKind.REMINDER)
    renderers.register_renderer(MessageKind.REMINDER, compose, **options)
    try:
        yield
    finally:
        if before is None:
            del renderers._renderers[MessageKind.REMINDER]
        else:
            renderers._renderers[MessageKind.REMINDER] = before


@contextmanager
def sending_to(app: Flask, port: int, **changes: Any) -> Iterator[None]:
    """The application's mail goes to ``port`` of this machine inside."""
    before = app.config["SETTINGS"]
    values = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none", **changes}
    app.config["SETTINGS"] = dataclasses.replace(before, **values)
    try:
        yield
    finally:
        app.config["SETTINGS"] = before


def message(person: Person, now: datetime, key: str, **options: Any) -> OutboxMessage:
    """A message in the queue, flushed."""
    made = service.enqueue(
        kind=options.pop("kind", MessageKind.REMINDER), person=person, dedupe_key=key, params={}, now=now, **options
    )
    assert made is not None
    return made


def outgoing(message: OutboxMessage) -> Outgoing:
    """The message as it is handed to who writes it, before the first attempt."""
    return Outgoing(
        id=message.id,
        kind=message.kind,
        person_id=message.person_id,
        address=message.address,
        locale=message.locale,
        params=message.params,
        created_at=message.created_at,
        message_id=message.message_id,
        attempts=0,
    )


def in_the_queue(kind: str, event: str | None = None) -> list[OutboxMessage]:
    """The messages of a kind, and of one event of it, as they were put there: a table has no order of its own, and
    what comes at the same instant is told apart by the rows that it names."""
    kept = db.session.scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == kind))
    wanted = [message for message in kept if event is None or message.params["event"] == event]
    return sorted(
        wanted,
        key=lambda message: (
            message.created_at,
            sorted((name, value) for name, value in message.params.items() if isinstance(value, int)),
        ),
    )
