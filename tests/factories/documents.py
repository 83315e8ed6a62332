"""Documents as rows alone, and files on their way in, for tests that need no upload."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from tracker.cases.models import Case
from tracker.core.db import db
from tracker.documents.enums import Direction, DocumentKind, RetentionRule, ScanState, TextState
from tracker.documents.models import Document, DocumentText, DocumentVersion

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
_number = count(1)


def document(case: Case, title: str = "Ett brev", *, body: str | None = None, **columns: Any) -> Document:
    """A document with one version, whose words are `body`. Flushed; no file is kept."""
    values: dict[str, Any] = {
        "number": next(_number),
        "kind": DocumentKind.LETTER,
        "registered_on": date(2026, 11, 20),
        "direction": Direction.INCOMING,
        "correspondent": "Bolaget Exempel AB",
        "retention": RetentionRule.KEEP,
        "created_at": NOW,
        "created_by_name": "Test Person",
        "search_text": title.casefold(),
        **columns,
    }
    made = Document(case=case, title=title, **values)
    db.session.add(made)
    version(made, body=body)
    return made


def version(of: Document, *, body: str | None = None, **columns: Any) -> DocumentVersion:
    """A further version of a document, already checked. Flushed; no file is kept."""
    number = len(of.versions) + 1
    values: dict[str, Any] = {
        "number": number,
        "sha256": hashlib.sha256(f"{of.title} {number} {next(_number)}".encode()).hexdigest(),
        "size_bytes": 1234,
        "file_name": f"fil {number}.txt",
        "media_type": "text/plain",
        "received_at": NOW,
        "uploaded_by_name": "Test Person",
        "findings": [],
        "scan_state": ScanState.CLEAN,
        "text_state": TextState.DONE if body else TextState.EMPTY,
        **columns,
    }
    made = DocumentVersion(document=of, **values)
    db.session.add(made)
    db.session.flush()
    if body:
        db.session.add(DocumentText(version_id=made.id, body=body))
        db.session.flush()
    return made
