"""Uploads by the tus protocol: opened from a case's page, and spoken to at an address that is its own permission."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Response, request
from flask_babel import gettext as _
from flask_login import current_user

from tracker.accounts.permissions import Permission, public, requires
from tracker.accounts.setup import csrf
from tracker.cases import queries as cases
from tracker.core import clock
from tracker.documents import tus
from tracker.documents.views.blueprint import blueprint
from tracker.documents.views.register import context_of

_METHODS: dict[str, Callable[[str, datetime], Response]] = {"HEAD": tus.tell, "PATCH": tus.append, "DELETE": tus.end}


@blueprint.post("/cases/<int:case_id>/uploads")
@requires(Permission.DOCUMENT_ADD)
def open_upload(case_id: int) -> Response:
    """Asked by the script of a form, with the form's token in the header X-CSRFToken."""
    case = cases.get_case(current_user, case_id)
    return tus.create(context_of(case.id), current_user.id, clock.now())


@blueprint.route(
    "/uploads/<upload_token>", methods=["HEAD", "POST", "PATCH", "DELETE"], provide_automatic_options=False
)
@public
@csrf.exempt
def upload(upload_token: str) -> Response:
    """POST is for senders that may not use the other methods, and name the one they mean."""
    method = request.method
    if method == "POST":
        method = request.headers.get("X-HTTP-Method-Override", method).upper()
    if method not in _METHODS:
        raise tus.Refused(400, _("The header X-HTTP-Method-Override must name HEAD, PATCH or DELETE."))
    return _METHODS[method](upload_token, clock.now())


@blueprint.route("/uploads/<upload_token>", methods=["OPTIONS"])
@public
def upload_options(upload_token: str) -> Response:
    return tus.options()
