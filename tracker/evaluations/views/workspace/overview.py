"""What is asked of the evaluator next, what has been delivered, and whom to ask."""

from __future__ import annotations

from flask import render_template

from tracker.accounts.permissions import opened_by_link
from tracker.core import clock
from tracker.evaluations import labels
from tracker.evaluations.impartiality import standing
from tracker.evaluations.queries import workspace as queries
from tracker.evaluations.views.workspace.blueprint import blueprint, opened


@blueprint.get("")
@opened_by_link
def overview(token: str) -> str:
    here = opened()
    deliverables = queries.list_deliverables(here.evaluation)
    comments = queries.unanswered_comments(here.evaluation)
    return render_template(
        "workspace/overview.html",
        evaluation=here.evaluation,
        member=here.member,
        standing=standing(here.member),
        next=queries.next_step(here.member, deliverables, comments),
        deliverables=deliverables,
        others=queries.list_others(here.evaluation),
        comments=comments,
        drafts=queries.drafts_of(here.member),
        receipts=queries.receipts_of(here.evaluation),
        labels=labels,
        today=clock.today(),
    )
