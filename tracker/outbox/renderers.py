"""Who writes which kind of message. A domain registers its renderer when the application is made."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tracker.outbox.enums import MessageKind, MessageReason


@dataclass(slots=True)
class Outgoing:
    """A claimed message, as its renderer sees it. ``loaded`` is what the kind's ``load`` gave for it."""

    id: uuid.UUID
    kind: MessageKind
    person_id: int | None
    address: str
    locale: str
    params: Mapping[str, Any]
    created_at: datetime
    message_id: str
    attempts: int
    stale_after_at: datetime | None = None
    loaded: Any = None


@dataclass(frozen=True, slots=True)
class Mail:
    """What is to be sent. ``is_secret``: the text is not kept, and ``params`` are wiped once the mail is sent."""

    subject: str
    text: str
    html: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_secret: bool = False


class Withdraw(Exception):
    """Raised by a renderer that finds, right before sending, that there is nothing left to say."""

    def __init__(self, reason: MessageReason = MessageReason.NO_LONGER_NEEDED, detail: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Renderer:
    """``compose`` writes one mail; ``load`` fetches what a whole batch needs, in as few statements as it can:
    one entry for every message it was given."""

    compose: Callable[[Outgoing], Mail]
    load: Callable[[Sequence[Outgoing]], Mapping[uuid.UUID, Any]] | None = None


_renderers: dict[MessageKind, Renderer] = {}


def register_renderer(
    kind: MessageKind,
    compose: Callable[[Outgoing], Mail],
    *,
    load: Callable[[Sequence[Outgoing]], Mapping[uuid.UUID, Any]] | None = None,
) -> None:
    """Make ``compose`` the writer of ``kind``. Registering again replaces it."""
    _renderers[kind] = Renderer(compose, load)


def renderer_of(kind: MessageKind) -> Renderer:
    """The renderer of ``kind``.

    :raises LookupError: when no domain has registered one.
    """
    found = _renderers.get(kind)
    if found is None:
        raise LookupError(f"nobody writes messages of the kind {kind.value}")
    return found
