"""Handing out files: asked for at each request, written down, and never one that is held back."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_login import current_user

from tracker.accounts.permissions import Permission, has_permission, requires
from tracker.core import clock
from tracker.core.db import db, writing
from tracker.documents import labels, queries, service, serving
from tracker.documents.inspection import FINDINGS
from tracker.documents.models import DocumentVersion
from tracker.documents.views.blueprint import blueprint, found_version

_GIVEN, _HELD_BACK = (200, 206), 409


@blueprint.get("/documents/versions/<int:version_id>/file")
@requires(Permission.CASE_READ)
def download(version_id: int) -> Any:
    version = found_version(version_id)
    may_release = has_permission(current_user, Permission.DOCUMENT_RELEASE)
    if not queries.is_downloadable(version, may_release=may_release):
        return _held_back(version)
    response = serving.send_version(version)
    if response.status_code in _GIVEN and _is_to_be_recorded(version):
        _record(version_id)
    return response


def _is_to_be_recorded(version: DocumentVersion) -> bool:
    """A question for the headers is no download, and the parts of a file that is fetched in parts are one."""
    if request.method != "GET":
        return False
    ranges = request.range
    begins = ranges is None or ranges.units != "bytes" or any(not start for start, _end in ranges.ranges)
    return begins or not queries.is_recorded_download(version, current_user.id, clock.now())


def _record(version_id: int) -> None:
    """In a transaction of its own: a page that is read keeps nothing otherwise."""
    person = current_user._get_current_object()
    db.session.rollback()
    with writing():
        service.record_download(actor=person, now=clock.now(), version=found_version(version_id))
        db.session.commit()


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
