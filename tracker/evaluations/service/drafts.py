"""What an evaluator has uploaded and written for a deliverable without handing it in.

A draft belongs to the member, not to the link: it is still there when a link has expired and was renewed.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.documents import incoming, uploads
from tracker.documents.incoming import IncomingFile
from tracker.documents.models import Upload
from tracker.evaluations.models import Deliverable, TeamMember, UploadedDraft
from tracker.evaluations.queries.workspace import find_draft

# As long as a link: whoever comes back by it finds what was left.
KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Shown:
    """A draft as its page tells of it. ``is_lost``: there was a file, and it is gone."""

    file_name: str | None
    size_bytes: int
    saved_at: datetime
    is_lost: bool


def context_of(deliverable: Deliverable) -> str:
    """Where a file that is uploaded for this deliverable can be used, and nowhere else."""
    return f"deliverable:{deliverable.id}"


def save(
    *, now: datetime, deliverable: Deliverable, member: TeamMember, chosen: IncomingFile | None, note: str | None
) -> UploadedDraft | None:
    """Keep a file, what was written, or both; a new file replaces the one before. None: there is nothing to keep."""
    draft = find_draft(deliverable, member)
    if draft is None:
        if chosen is None and not note:
            return None
        draft = UploadedDraft(deliverable_id=deliverable.id, member_id=member.id, saved_at=now)
        db.session.add(draft)
    if chosen is not None:
        upload_id = _keep(chosen, context_of(deliverable), member, now)
        if draft.upload_id != upload_id:
            uploads.let_go(Upload.id == draft.upload_id)
            draft.upload_id = upload_id
    draft.change_note, draft.saved_at = note, now
    db.session.flush()
    return draft


def drop(deliverable: Deliverable, member: TeamMember | None) -> None:
    """Forget a member's draft: it was handed in, or is thrown away."""
    draft = find_draft(deliverable, member) if member is not None else None
    if draft is not None:
        uploads.let_go(Upload.id == draft.upload_id)
        db.session.delete(draft)
        db.session.flush()


def file_of(deliverable: Deliverable, member: TeamMember, *, now: datetime) -> IncomingFile | None:
    """The file that waits in the member's draft.

    :raises DomainError: on ``file``, when it was there and is gone.
    """
    draft = find_draft(deliverable, member)
    if draft is None or draft.upload_id is None:
        return None
    return incoming.from_kept(draft.upload_id, context=context_of(deliverable), now=now)


def shown(deliverable: Deliverable, member: TeamMember, *, now: datetime) -> Shown | None:
    """The member's draft for its page."""
    draft = find_draft(deliverable, member)
    if draft is None:
        return None
    try:
        file = file_of(deliverable, member, now=now)
    except DomainError:
        return Shown(None, 0, draft.saved_at, is_lost=True)
    return Shown(file.file_name if file else None, file.size_bytes if file else 0, draft.saved_at, is_lost=False)


def _keep(chosen: IncomingFile, context: str, member: TeamMember, now: datetime) -> uuid.UUID:
    """The upload that holds the file from now on; a file of a plain form becomes one."""
    upload = db.session.get(Upload, chosen.upload_id) if chosen.upload_id is not None else None
    if upload is None:
        upload, _token = uploads.keep(chosen, context, member.person_id, now)
    upload.expires_at = now + KEPT
    db.session.flush()
    return upload.id
