"""Links that open one commission: how long they live, and what ends them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories import evaluations as make
from tests.factories.messages import in_the_queue, outgoing
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.accounts.tokens import token_hash
from tracker.audit.models import AuditEvent
from tracker.cases.enums import SecrecyClass
from tracker.core import clock
from tracker.core.clock import STOCKHOLM
from tracker.core.db import db
from tracker.core.errors import DomainError, NotFound
from tracker.core.i18n import using_locale
from tracker.evaluations.enums import LinkState
from tracker.evaluations.mails import compose_link
from tracker.evaluations.models import EvaluatorLink, TeamMember
from tracker.evaluations.queries import links as queries
from tracker.evaluations.service import deliverables, links, team
from tracker.outbox.models import OutboxMessage

NOW = make.NOW


@pytest.fixture
def member(app: Flask) -> TeamMember:
    load_reference()
    officer = person(Role.MARKET, name="Ansvarig Handläggare")
    return make.member(make.evaluation(officer), officer)


def made(member: TeamMember, now: datetime = NOW) -> EvaluatorLink:
    return links.make_link(actor=member.evaluation.responsible, now=now, member=member)


def mails() -> list[OutboxMessage]:
    return in_the_queue("evaluator_link")


def test_the_token_is_stored_nowhere(member: TeamMember) -> None:
    link = made(member)
    token = links.token(link)
    assert link.token_hash == token_hash(token)
    assert token not in (link.seed, link.token_hash)
    assert links.url(link) == f"http://127.0.0.1:8000/commission/{token}"
    assert queries.find_link(token) is link
    assert queries.find_link(link.seed) is None


def test_another_secret_key_makes_another_token(
    member: TeamMember, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = made(member)
    before = links.token(link)
    monkeypatch.setitem(app.config, "SECRET_KEY", "another key of random letters 0123456789")
    assert links.token(link) != before


def test_under_another_key_it_goes_on_being_mailed_as_it_was_made(
    member: TeamMember, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, earlier = made(member), app.config["SECRET_KEY"]
    token = links.token(link)
    monkeypatch.setitem(app.config, "SECRET_KEY", "another-" + "key" * 12)
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", ["a-third-" + "key" * 12, earlier])
    assert links.token(link) == token
    newer = made(member)
    assert newer.token_hash == token_hash(links.token(newer))
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [])
    assert newer.token_hash == token_hash(links.token(newer)), "made under the new one"


def test_without_anything_due_it_lives_for_ninety_days(member: TeamMember) -> None:
    link = made(member)
    assert queries.state_of(link, NOW + timedelta(days=90) - timedelta(seconds=1)) is LinkState.LIVE
    assert queries.state_of(link, NOW + timedelta(days=90)) is LinkState.EXPIRED


def test_it_lives_until_thirty_days_after_the_last_deliverable(member: TeamMember) -> None:
    link = made(member)
    due = make.deliverable(member.evaluation, member.evaluation.responsible, due_on=date(2027, 6, 1))
    end = datetime(2027, 7, 2, tzinfo=STOCKHOLM)
    assert queries.expires_at(link) == end
    assert queries.state_of(link, end - timedelta(seconds=1)) is LinkState.LIVE
    assert queries.state_of(link, end) is LinkState.EXPIRED
    deliverables.cancel_deliverable(actor=member.evaluation.responsible, now=NOW, deliverable=due, reason="Behövs inte")
    assert queries.expires_at(link) == NOW + timedelta(days=90)


def test_a_link_that_was_replaced_does_not_come_to_life_when_a_date_moves(member: TeamMember) -> None:
    link = made(member)
    later = NOW + timedelta(days=120)
    fresh = links.renew(now=later, link=link)
    make.deliverable(member.evaluation, member.evaluation.responsible, due_on=date(2027, 6, 1))
    assert queries.state_of(link, later) is LinkState.EXPIRED
    assert queries.state_of(fresh, later) is LinkState.LIVE


def test_it_is_worthless_once_it_is_revoked_or_its_owner_has_left(member: TeamMember) -> None:
    first, second = made(member), made(member)
    officer = member.evaluation.responsible
    links.revoke(actor=officer, now=NOW, link=first)
    assert queries.state_of(first, NOW) is LinkState.REVOKED
    assert queries.state_of(second, NOW) is LinkState.LIVE
    team.end_membership(actor=officer, now=NOW, member=member, left_on=make.TODAY)
    assert queries.state_of(second, NOW) is LinkState.REVOKED
    with pytest.raises(DomainError):
        made(member)


def test_revoking_twice_is_recorded_once(member: TeamMember) -> None:
    link = made(member)
    for minutes in (0, 5):
        links.revoke(actor=member.evaluation.responsible, now=NOW + timedelta(minutes=minutes), link=link)
    assert link.revoked_at == NOW
    actions = db.session.scalars(
        sa.select(AuditEvent.action).where(AuditEvent.action.startswith("evaluator-link")).order_by(AuditEvent.id)
    ).all()
    assert actions == ["evaluator-link:made", "evaluator-link:revoked"]


def test_an_expired_link_is_renewed_by_one_mail_to_the_same_address(member: TeamMember) -> None:
    later = NOW + timedelta(days=91)
    link = made(member)
    fresh = links.renew(now=later, link=link)
    assert (fresh.renewed_from_id, fresh.member_id) == (link.id, member.id)
    assert [mail.address for mail in mails()] == [member.person.email]
    assert mails()[0].params == {"link_id": fresh.id, "sent_by": member.person.name}


def test_pressing_the_button_twice_brings_one_mail(member: TeamMember) -> None:
    link, later = made(member), NOW + timedelta(days=91)
    first = links.renew(now=later, link=link)
    assert links.renew(now=later + timedelta(seconds=30), link=link) is first
    assert len(mails()) == 1


def test_staff_mail_one_link_however_often_they_press(member: TeamMember) -> None:
    links.live_link_for(member, NOW)  # made by itself for another mail, a moment ago
    officer = member.evaluation.responsible
    first = links.make_and_mail(actor=officer, now=NOW, member=member)
    assert links.make_and_mail(actor=officer, now=NOW + timedelta(seconds=5), member=member) is first
    assert [mail.params["link_id"] for mail in mails()] == [first.id]
    later = links.make_and_mail(actor=officer, now=NOW + timedelta(minutes=10), member=member)
    assert later is not first
    assert len(mails()) == 2


def test_five_renewals_a_day_are_enough(member: TeamMember) -> None:
    link, later = made(member), NOW + timedelta(days=91)
    for number in range(5):
        links.renew(now=later + timedelta(minutes=10 * number), link=link)
    with pytest.raises(DomainError):
        links.renew(now=later + timedelta(hours=2), link=link)
    assert links.renew(now=later + timedelta(days=1, minutes=1), link=link)
    assert len(mails()) == 6


def test_an_older_link_does_not_let_in_again_whoever_had_the_newest_withdrawn(member: TeamMember) -> None:
    old, later = made(member), NOW + timedelta(days=91)
    links.revoke(actor=member.evaluation.responsible, now=later, link=links.renew(now=later, link=old))
    assert queries.state_of(old, later) is LinkState.EXPIRED
    with pytest.raises(DomainError):
        links.renew(now=later + timedelta(hours=1), link=old)
    links.make_and_mail(actor=member.evaluation.responsible, now=later + timedelta(hours=2), member=member)
    assert links.renew(now=later + timedelta(hours=3), link=old).renewed_from_id == old.id


def test_a_revoked_link_is_not_renewed(member: TeamMember) -> None:
    link = links.revoke(actor=member.evaluation.responsible, now=NOW, link=made(member))
    with pytest.raises(DomainError):
        links.renew(now=NOW, link=link)
    with pytest.raises(DomainError):
        links.mail_link(actor=member.evaluation.responsible, now=NOW, link=link)
    assert mails() == []


def test_mails_lead_in_by_the_newest_link_that_works(member: TeamMember) -> None:
    first = links.live_link_for(member, NOW)
    assert links.live_link_for(member, NOW) is first
    second = made(member)
    assert links.live_link_for(member, NOW) is second
    links.revoke(actor=member.evaluation.responsible, now=NOW, link=second)
    assert links.live_link_for(member, NOW) is first


def test_an_expired_link_is_replaced_for_a_mail_and_a_revoked_one_is_not(member: TeamMember) -> None:
    first = made(member)
    later = NOW + timedelta(days=91)
    second = links.live_link_for(member, later)
    assert second is not first
    assert queries.find_live_link(member, later) is second
    links.revoke(actor=member.evaluation.responsible, now=later, link=second)
    assert queries.find_live_link(member, later) is None
    with pytest.raises(DomainError):
        links.live_link_for(member, later)


def test_a_noted_evaluation_has_no_workspace(app: Flask) -> None:
    load_reference()
    officer = person(Role.MARKET)
    noted = make.noted(officer)
    member = TeamMember(evaluation=noted, person=person(), joined_on=make.TODAY)
    db.session.add(member)
    db.session.flush()
    with pytest.raises(DomainError):
        made(member)


@pytest.mark.parametrize("days", [0, 366])
def test_it_lives_for_a_sensible_time(member: TeamMember, days: int) -> None:
    with pytest.raises(DomainError) as caught:
        links.make_link(actor=member.evaluation.responsible, now=NOW, member=member, days=days)
    assert caught.value.field == "days"


def test_a_link_of_another_evaluation_is_not_found(member: TeamMember) -> None:
    link = made(member)
    other = make.evaluation(member.evaluation.responsible)
    assert queries.get_link(member.evaluation, link.id) is link
    with pytest.raises(NotFound):
        queries.get_link(other, link.id)


@pytest.mark.parametrize("secrecy", list(SecrecyClass))
def test_the_mailed_link_says_what_for_and_how_to_accept_decline_or_ask(app: Flask, secrecy: SecrecyClass) -> None:
    load_reference()
    officer = person(Role.MARKET)
    evaluation = make.evaluation(officer, purpose="Lära av samverkan. " * 60, secrecy_class=secrecy)
    member = make.member(evaluation, officer)
    link = links.make_link(actor=officer, now=NOW, member=member)
    links.mail_link(actor=officer, now=NOW, link=link)
    with clock.frozen_at(NOW), using_locale("sv"):
        mail = compose_link(outgoing(mails()[-1]))
    for text in (mail.text, mail.html or ""):
        for path in ("/declaration", "/decline", "/questions"):
            assert links.url(link, path) in text
        assert ("Lära av samverkan" in text) == (secrecy is SecrecyClass.OPEN)
        assert text.count("Lära av samverkan") < 25
