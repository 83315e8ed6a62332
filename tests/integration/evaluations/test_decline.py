"""A member declines the commission through their own link, is thanked, and is let in by nothing afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from tests.factories import evaluations as make
from tests.factories.messages import in_the_queue
from tests.factories.people import person
from tests.integration.evaluations.conftest import Visit
from tests.support.client import signed_in
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.evaluations.enums import LinkState
from tracker.evaluations.models import Evaluation, TeamMember
from tracker.evaluations.queries import links as link_queries
from tracker.evaluations.service import commission, links, team
from tracker.outbox.models import OutboxMessage

NOW = make.NOW
REASON = "Jag har tagit ett annat uppdrag"


def news_of(event: str) -> list[OutboxMessage]:
    return in_the_queue("evaluation_news", event)


def decline(here: Visit, reason: str = REASON) -> TestResponse:
    page = here.get("/decline")
    return here.client.post(f"{here.home}/decline", data={**form_values(page, action=None), "reason": reason})


@pytest.mark.parametrize("path", ["", "/declaration", "/declaration/new"])
def test_the_way_to_decline_stands_where_one_accepts(here: Visit, path: str) -> None:
    assert f'{here.home}/decline"' in here.get(path).text


def test_reading_the_page_changes_nothing(here: Visit) -> None:
    assert here.get("/decline").status_code == 200
    assert db.session.get_one(TeamMember, here.member.id).left_on is None
    assert news_of("member_declined") == []


def test_a_word_why_is_asked_for(here: Visit) -> None:
    answer = decline(here, "  ")
    assert answer.status_code == 422
    assert "Skriv i en mening varför du inte kan delta." in answer.text
    assert db.session.get_one(TeamMember, here.member.id).left_on is None


def test_whoever_declines_is_thanked_and_their_links_open_nothing_more(here: Visit) -> None:
    older = links.make_link(actor=here.officer, now=NOW, member=here.member)
    answer = decline(here)
    assert answer.status_code == 200
    assert "Tack för att du meddelade oss" in answer.text and here.officer.email in answer.text
    member = db.session.get_one(TeamMember, here.member.id)
    assert (member.left_on, member.left_reason, member.is_contact) == (make.TODAY, REASON, False)
    for link in (older, here.link):
        assert here.client.get(f"/commission/{links.token(link)}").status_code == 410
    # Pressed once more, or reloaded: the page of a link that is withdrawn, and nothing twice.
    assert here.client.post(f"{here.home}/decline", data={"reason": REASON}).status_code == 410
    assert len(news_of("member_declined")) == 1
    left = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == AuditAction.TEAM_MEMBER_LEFT)).one()
    assert (left.actor_id, left.changes["left_on"]) == (member.person_id, make.TODAY.isoformat())


def test_the_commissioner_is_told_and_reads_why(here: Visit) -> None:
    decline(here)
    assert [message.person_id for message in news_of("member_declined")] == [here.officer.id]
    path = f"/evaluations/{here.evaluation.id}"
    assert f"tackade nej: {REASON}" in signed_in(here.client.application, here.officer).get(path).text
    reader = signed_in(here.client.application, person(Role.AUDITOR))
    assert REASON not in reader.get(path).text


def test_whoever_comes_back_is_let_in_by_a_new_link_only(here: Visit) -> None:
    team.decline(actor=here.member.person, now=NOW, member=here.member, reason=REASON)
    back = make.member(here.evaluation, here.officer, email=here.member.person.email, name=here.member.person.name)
    assert (back, back.left_on, back.left_reason) == (here.member, None, None)
    assert link_queries.state_of(here.link, NOW) is LinkState.REVOKED
    again = links.make_and_mail(actor=here.officer, now=NOW, member=back)
    assert link_queries.state_of(again, NOW) is LinkState.LIVE
    # To decline a second time is told a second time.
    team.decline(actor=back.person, now=NOW + timedelta(hours=1), member=back, reason=REASON)
    assert len(news_of("member_declined")) == 2


def test_declined_twice_is_declined_once(here: Visit) -> None:
    for reason in (REASON, "Något annat"):
        team.decline(actor=here.member.person, now=NOW, member=here.member, reason=reason)
    assert here.member.left_reason == REASON
    assert len(news_of("member_declined")) == 1


def test_the_contact_s_part_goes_to_whoever_stays(here: Visit) -> None:
    second = make.member(here.evaluation, here.officer)
    team.decline(actor=here.member.person, now=NOW, member=here.member, reason=REASON)
    assert second.is_contact and not here.member.is_contact


def test_when_it_is_over_there_is_nothing_to_decline(here: Visit) -> None:
    commission.cancel(actor=here.officer, now=NOW, evaluation=here.evaluation, reason="Behövs inte")
    assert "/decline" not in here.get().text
    with pytest.raises(DomainError):
        team.decline(actor=here.member.person, now=NOW, member=here.member, reason=REASON)
    assert db.session.get_one(Evaluation, here.evaluation.id).team[0].left_on is None
