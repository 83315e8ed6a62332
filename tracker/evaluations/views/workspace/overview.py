"""What is asked of the evaluator next, what has been delivered, and whom to ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import render_template
from flask_babel import lazy_gettext as _l

from tracker.accounts.permissions import opened_by_link
from tracker.core import clock
from tracker.evaluations import labels
from tracker.evaluations.deadlines import contact_of
from tracker.evaluations.history import lines_for_evaluator
from tracker.evaluations.impartiality import Standing, standing
from tracker.evaluations.models import Evaluation, TeamMember
from tracker.evaluations.queries import workspace as queries
from tracker.evaluations.queries.given import list_files
from tracker.evaluations.queries.review import list_pending_extensions
from tracker.evaluations.reminder_days import mailed_on
from tracker.evaluations.views.workspace.blueprint import blueprint, opened
from tracker.evaluations.workflow import CLOSED_PHASES

# What has changed lately stands open on the page, and what came before it is folded.
LATELY = timedelta(days=14)
MOST_SHOWN = 3
STANDINGS = {
    Standing.UNDECLARED: _l("Your declaration of independence is not signed yet."),
    Standing.UNASSESSED: _l("Your declaration is signed, and the styrgrupp is assessing it."),
    Standing.CLEAR: _l("Your declaration is assessed: nothing stands in the way."),
    Standing.MANAGEABLE: _l("Your declaration is assessed: nothing stands in the way as long as the measure is kept."),
    Standing.DISQUALIFIED: _l(
        "Your declaration is assessed as disqualifying. The contact person tells you what happens."
    ),
}


@blueprint.get("")
@opened_by_link
def overview(token: str) -> str:
    evaluation, member = opened().evaluation, opened().member
    history = lines_for_evaluator(queries.list_changes(member))
    return render_template(
        "workspace/overview.html",
        evaluation=evaluation,
        member=member,
        standing=STANDINGS[standing(member)],
        history=history,
        news=min(MOST_SHOWN, sum(line.at > clock.now() - LATELY for line in history)),
        given=list_files(evaluation),
        others=queries.list_others(evaluation),
        contact=contact_of(evaluation),
        labels=labels,
        today=clock.today(),
        **_asked_of(evaluation, member),
    )


def _asked_of(evaluation: Evaluation, member: TeamMember) -> dict[str, Any]:
    """What is to be delivered, and how far each of it has come."""
    deliverables = queries.list_deliverables(evaluation)
    comments = queries.unanswered_comments(evaluation)
    is_over = evaluation.phase in CLOSED_PHASES
    return {
        "deliverables": deliverables,
        "comments": comments,
        "next": queries.next_step(member, deliverables, comments),
        "drafts": queries.drafts_of(member),
        "receipts": queries.receipts_of(evaluation),
        "wishes": {item.deliverable_id: item for item in list_pending_extensions(evaluation)},
        "mailed_on": mailed_on,
        "is_over": is_over,
        "is_awaiting": not is_over and any(item.state in queries.WAITING for item in deliverables),
    }
