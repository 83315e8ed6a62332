"""The due dates for the evaluator's own calendar. The secret of the link is not in it: calendars are shared."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, current_app
from flask_babel import gettext as _

from tracker.accounts.permissions import opened_by_link
from tracker.deadlines.calendar_event import MEDIA_TYPE, Entry
from tracker.deadlines.calendar_event import calendar as written
from tracker.evaluations.models import Deliverable
from tracker.evaluations.queries import workspace as queries
from tracker.evaluations.reminder_days import rung_in_calendar
from tracker.evaluations.views.workspace.blueprint import blueprint, found_deliverable, opened


@blueprint.get("/calendar.ics")
@opened_by_link
def calendar(token: str) -> Response:
    """Every day on which something is still to be delivered."""
    items = [item for item in queries.list_deliverables(opened().evaluation) if item.state in queries.WAITING]
    return _file(items)


@blueprint.get("/deliverables/<int:deliverable_id>/calendar.ics")
@opened_by_link
def deliverable_calendar(token: str, deliverable_id: int) -> Response:
    return _file([found_deliverable(deliverable_id)])


def _file(items: Sequence[Deliverable]) -> Response:
    evaluation = opened().evaluation
    settings = current_app.config["SETTINGS"]
    entries = [
        Entry(
            uid=f"deliverable-{item.id}@{settings.mail_domain}",
            on=item.due_on,
            title=_("%(title)s: to be delivered", title=item.title),
            description=_(
                "%(case)s. Hand it in by the link in your mail from Samordna. Contact person: %(name)s, %(email)s",
                case=f"{evaluation.title} ({evaluation.registry_number})",
                name=evaluation.responsible.name,
                email=evaluation.responsible.email,
            ),
            url=None,
            sequence=item.version,
            changed_at=evaluation.updated_at,
            alarms=rung_in_calendar(opened().member.reminder_days, item.due_on),
        )
        for item in items
    ]
    response = Response(written(entries, evaluation.title), content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = 'attachment; filename="samordna.ics"'
    return response
