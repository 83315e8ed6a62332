"""The file of a plain form that is shown again for another fault becomes an upload, as if it had been sent before the
form: it is named on the page, and goes in when the rest is mended. Needs no scripts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from flask import url_for

from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.documents import incoming, uploads
from tracker.documents.models import Upload
from tracker.documents.service import inspect_first
from tracker.documents.upload_fields import FileFields


def keep_sent(form: FileFields, *, context: str, person_id: int | None, now: datetime) -> None:
    """For a view whose form is shown again. Commits, after a rollback of what the view has begun.

    A file that came whole and passes is kept; what is wrong with one that does not is said on its field. Where as much
    waits as may, nothing is kept, and the file is asked for again.
    """
    if form.is_file_refused:
        form.upload.data = None
    elif form.file.data:
        db.session.rollback()
        try:
            sent = incoming.from_form(form.file.data)
            uploads.refuse_too_many(context, person_id, sent.size_bytes, now)
            inspect_first(sent)
            if form.upload.data:
                uploads.let_go(sa.and_(incoming.is_at(form.upload.data), Upload.context == context))
            _upload, token = uploads.keep(sent, context, person_id, now)
            db.session.commit()
            form.upload.data = url_for("documents.upload", upload_token=token)
        except uploads.TooMany:
            db.session.rollback()
        except DomainError as error:
            db.session.rollback()
            form.file.errors = [*form.file.errors, error.message]
