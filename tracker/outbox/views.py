"""The page of mail that did not go as it should."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from tracker.accounts.permissions import Permission, requires
from tracker.core import clock
from tracker.core.errors import DomainError, NotFound
from tracker.core.paging import clamp
from tracker.outbox import labels, queries, service
from tracker.outbox.enums import MessageState

blueprint = Blueprint("outbox", __name__, template_folder="templates")

VIEWS = {
    "trouble": queries.TROUBLED,
    "waiting": (MessageState.PENDING, MessageState.SENDING),
    "sent": (MessageState.SENT,),
    "dropped": (MessageState.CANCELLED,),
}


@blueprint.get("/outbox")
@requires(Permission.MAIL_MANAGE)
def list_messages() -> str:
    chosen = request.args.get("show", "")
    chosen = chosen if chosen in VIEWS else "trouble"
    number, _size = clamp(request.args.get("page", type=int), None)
    return render_template(
        "outbox/list.html",
        chosen=chosen,
        page=queries.list_messages(states=VIEWS[chosen], number=number),
        status=queries.get_status(clock.now()),
        labels=labels,
    )


@blueprint.post("/outbox/<uuid:message_id>/retry")
@requires(Permission.MAIL_MANAGE)
def retry(message_id: uuid.UUID) -> Response:
    try:
        message = service.retry(actor=current_user, now=clock.now(), message_id=message_id)
        flash(_("The message to %(address)s is sent again within a minute.", address=message.address), "success")
    except NotFound:
        raise
    except DomainError as error:
        flash(str(error.message), "error")
    return redirect(url_for("outbox.list_messages"))


@blueprint.post("/outbox/<uuid:message_id>/cancel")
@requires(Permission.MAIL_MANAGE)
def cancel(message_id: uuid.UUID) -> Response:
    try:
        message = service.cancel(actor=current_user, now=clock.now(), message_id=message_id)
        flash(_("The message to %(address)s is cancelled.", address=message.address), "success")
    except NotFound:
        raise
    except DomainError as error:
        flash(str(error.message), "error")
    return redirect(url_for("outbox.list_messages"))
