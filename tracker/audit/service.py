"""Writing the trail. Every verb of a service records exactly one event, in the same transaction as its change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import Enum
from typing import Any

import sqlalchemy as sa

from tracker.audit.chain import GENESIS_HASH, event_hash
from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.core.actor import Actor
from tracker.core.db import Model, db

# Any constant will do; it only has to be ours alone within the database.
_CHAIN_LOCK = 7_205_140_515
# Asked at every change, so put together once.
_HOLD_CHAIN = sa.select(sa.func.pg_advisory_xact_lock(_CHAIN_LOCK))
_LAST_HASH = sa.select(AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)

_UNTOLD_COLUMNS = frozenset({"version", "updated_at", "search_text", "password_hash"})


def record(
    action: AuditAction,
    *,
    actor: Actor,
    now: datetime,
    case_id: int | None = None,
    subject: Model | None = None,
    changes: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Append one event to the chain. ``changes`` maps a field to [old, new], or to a single fact.

    The hash is SHA-256 over the previous hash and the canonical JSON of this event.
    """
    _hold_chain()
    previous = db.session.scalar(_LAST_HASH) or GENESIS_HASH
    event = AuditEvent(
        occurred_at=now,
        actor_id=actor.id,
        actor_name=actor.name,
        action=action.value,
        case_id=case_id,
        subject_type=subject.__tablename__ if subject is not None else None,
        subject_id=_identity(subject),
        changes={key: plain(value) for key, value in (changes or {}).items()},
        previous_hash=previous,
    )
    event.hash = event_hash(event)
    db.session.add(event)
    db.session.flush()
    return event


def diff(obj: Model) -> dict[str, list[Any]]:
    """The columns of ``obj`` that were changed and not yet flushed, as field -> [old, new]."""
    state = sa.inspect(obj)
    changed: dict[str, list[Any]] = {}
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if attribute.key in _UNTOLD_COLUMNS or not history.has_changes():
            continue
        old = history.deleted[0] if history.deleted else None
        new = history.added[0] if history.added else None
        if old != new:
            changed[attribute.key] = [plain(old), plain(new)]
    return changed


def plain(value: Any) -> Any:
    """``value`` as JSON can hold it: codes for enums, ISO 8601 for dates."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def _identity(subject: Model | None) -> str | None:
    if subject is None:
        return None
    if sa.inspect(subject).pending:
        db.session.flush()
    return "/".join(str(part) for part in sa.inspect(subject).identity or ())


def _hold_chain() -> None:
    # Two writers must not both read the same last hash. SQLite has one writer at a time anyway.
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(_HOLD_CHAIN)
