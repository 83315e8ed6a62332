"""Registers what the documents give to other parts: the section of a case's page, the mail about a stopped file, and
how sizes are written."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from tracker.accounts.permissions import Permission, has_permission
from tracker.cases import panels
from tracker.cases.models import Case
from tracker.cases.secrecy import Viewer
from tracker.documents import labels, mails, queries

SHOWN = 8


def _panel(case: Case, viewer: Viewer) -> panels.Panel | None:
    """The latest documents that the viewer may know of; the caller has let the viewer into the case."""
    may_add = has_permission(viewer, Permission.DOCUMENT_ADD)
    documents = queries.list_for_case(viewer, case.id, SHOWN)
    if not documents and not may_add:
        return None
    total = len(documents) if len(documents) < SHOWN else queries.count_for_case(viewer, case.id)
    context = {
        "case": case,
        "documents": documents,
        "total": total,
        "may_add": may_add,
        "labels": labels,
        "is_downloadable": queries.is_downloadable,
    }
    return panels.Panel(_l("Documents"), "documents/_panel.html", context)


def init_app(app: Flask) -> None:
    app.add_template_filter(labels.file_size)
    mails.init_app()
    panels.register(app, "documents", _panel, position=35)
