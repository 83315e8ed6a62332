"""Every action that is recorded about evaluations has words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.core.i18n import using_locale
from tracker.evaluations import history

_OURS = (
    "evaluation", "team-member", "declaration", "evaluator-link", "deliverable", "progress", "extension", "comment",
    "question", "recommendation", "recommendations", "response", "action", "cost",
)  # fmt: skip


def _event(action: str, **changes: object) -> AuditEvent:
    return AuditEvent(
        action=action, actor_name="Handläggare", occurred_at=datetime(2026, 11, 23, tzinfo=UTC), changes=changes
    )


def test_every_action_has_words() -> None:
    named = {action for action in AuditAction if action.value.split(":")[0] in _OURS}
    assert named == set(history.ACTIONS)


def test_amounts_days_and_codes_are_told_as_people_read_them(texts: None) -> None:
    event = _event(
        AuditAction.EVALUATION_CHANGED,
        budget_ore=[None, 70_000_000],
        criteria=[[], ["relevance", "impact"]],
        selection=[None, "direct_award"],
        provider_id=[None, 4],
    )
    with using_locale("en"):
        told = {str(change.label): change.new for change in history.lines([event])[0].changes}
    assert told["Budget"] == "SEK\xa0700,000"
    assert told["Criteria"] == "Relevance, Impact"
    assert told["How the evaluator is chosen"] == "Direct award (LOU 19 a kap.)"
    assert told["Evaluator"] == "changed"


def test_a_deadline_follows_in_the_line_of_what_caused_it() -> None:
    events = [
        _event(AuditAction.DEADLINE_SET, kind="deliverable", due_on="2027-06-01"),
        _event(AuditAction.DELIVERABLE_ADDED, deliverable="Slutrapport"),
    ]
    lines = history.lines(events)
    assert len(lines) == 1
    assert len(lines[0].consequences) == 1


@pytest.mark.parametrize(("numbers", "told"), [([1], "1"), ([1, 2], "1, 2"), ([1, 2, 3], "1, 2, 3")])
def test_the_recommendations_that_were_issued_are_a_list_and_no_change(
    texts: None, numbers: list[int], told: str
) -> None:
    event = _event(AuditAction.RECOMMENDATIONS_ISSUED, recommendations=numbers)
    with using_locale("en"):
        changes = history.lines([event])[0].changes
    assert [(change.label, change.old, change.new) for change in changes] == [("Recommendations", None, told)]
