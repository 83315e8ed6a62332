"""Reminders to people outside, who have no account: each opens its commission by a link, and can be answered there."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from tracker.accounts.models import Person
from tracker.core.errors import DomainError
from tracker.deadlines.enums import DeadlineKind
from tracker.evaluations.queries import reminding
from tracker.evaluations.service import links

log = logging.getLogger(__name__)

DELIVERABLE_KEY = "deliverable:"


def prepare(told: Iterable[tuple[Person, Iterable[int]]], *, now: datetime) -> None:
    """Make sure that everybody outside who is about to be mailed has links that work, before the mail is written."""
    pairs = {(person.id, case_id) for person, cases in told if person.is_contact for case_id in cases}
    for member in reminding.list_members(pairs):
        try:
            links.live_link_for(member, now)
        except DomainError as refused:
            # One team's trouble must not keep the morning's mails of everybody else.
            log.warning("no link for team member %d: %s", member.id, refused)


def workspaces(person_ids: Iterable[int]) -> Mapping[tuple[int, int], str]:
    """(person, evaluation) -> address of the commission's pages, for those who have one."""
    return {key: links.url(link) for key, link in reminding.newest_links(list(person_ids)).items()}


def answers(workspace: str, kind: DeadlineKind, source_key: str) -> list[dict[str, Any]]:
    """What the reader can answer, and where; each leads to a page that asks once more."""
    if kind is not DeadlineKind.DELIVERABLE or not source_key.startswith(DELIVERABLE_KEY):
        return []
    page = f"{workspace.rstrip('/')}/deliverables/{source_key.removeprefix(DELIVERABLE_KEY)}"
    return [
        {"label": _("We are on track"), "url": f"{page}/progress?answer=on_track"},
        {"label": _("We need more time"), "url": f"{page}/progress?answer=more_time"},
        {"label": _("Hand it in now"), "url": page},
    ]
