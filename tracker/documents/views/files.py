"""Handing out files: asked for at each request, written down, and never one that is held back."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_login import current_user

from tracker.accounts.permissions import Permission, has_permission, requires
from tracker.core import clock
from tracker.documents import labels, queries, serving
from tracker.documents.inspection import FINDINGS
from tracker.documents.models import DocumentVersion
from tracker.documents.views.blueprint import blueprint, found_version

_HELD_BACK = 409


@blueprint.get("/documents/versions/<int:version_id>/file")
@requires(Permission.CASE_READ)
def download(version_id: int) -> Any:
    version = found_version(version_id)
    may_release = has_permission(current_user, Permission.DOCUMENT_RELEASE)
    if not queries.is_downloadable(version, may_release=may_release):
        return _held_back(version)
    return serving.hand_out(version, current_user._get_current_object(), clock.now())


def _held_back(version: DocumentVersion) -> Any:
    page = render_template(
        "documents/held_back.html",
        version=version,
        document=version.document,
        case=version.document.case,
        labels=labels,
        findings=FINDINGS,
    )
    return page, _HELD_BACK
