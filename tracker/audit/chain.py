"""The hash that ties each event to the one before it."""

from __future__ import annotations

import hashlib

from tracker.audit.models import AuditEvent
from tracker.core import canonical_json

GENESIS_HASH = "0" * 64


def event_hash(event: AuditEvent) -> str:
    """What ``event.hash`` must be, recomputed from its content."""
    content = {
        "occurred_at": event.occurred_at.isoformat(),
        "actor_id": event.actor_id,
        "actor_name": event.actor_name,
        "action": event.action,
        "case_id": event.case_id,
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "changes": event.changes,
    }
    return hashlib.sha256(event.previous_hash.encode() + canonical_json.dumps(content)).hexdigest()
