"""The section of the case page that leads to the team's links and questions."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from tracker.cases.models import Case
from tracker.cases.panels import Panel
from tracker.cases.secrecy import Viewer
from tracker.core import clock
from tracker.evaluations.enums import LinkState
from tracker.evaluations.impartiality import current_team
from tracker.evaluations.models import Evaluation
from tracker.evaluations.queries import links as queries
from tracker.evaluations.queries.workspace import count_unanswered


def load(case: Case, _viewer: Viewer) -> Panel | None:
    """Who in the team has a link that works, and how many questions wait. The caller has let the viewer in."""
    if not isinstance(case, Evaluation) or not case.is_own:
        return None
    now = clock.now()
    links = queries.list_for_evaluation(case)
    live = [link for link in links if queries.state_of(link, now) is LinkState.LIVE]
    members = [
        (
            member,
            any(link.member_id == member.id for link in live),
            any(link.member_id == member.id and link.opened_at for link in links),
        )
        for member in current_team(case)
    ]
    context = {"evaluation": case, "members": members, "unanswered": count_unanswered(case)}
    return Panel(_l("The evaluators' workspace"), "evaluations/_workspace_panel.html", context)
