"""The start page's list of what evaluations ask of a person: each thing reaches whoever has to act, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories import evaluations, follow_up, organisations, people
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core import clock
from tracker.core.db import db
from tracker.evaluations.enums import Priority, ProgressAnswer, ResponseKind
from tracker.evaluations.queries.attention import Ask, list_attention
from tracker.evaluations.service import actions, deliverables, progress, questions, recommendations, responses
from tracker.organisations.enums import STEERING_GROUP
from tracker.organisations.queries import get_by_code

NOW = evaluations.NOW


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def officer(app: Flask) -> Person:
    organisations.load_reference()
    return people.person(Role.SUPPORT)


@pytest.fixture
def steering(app: Flask) -> Person:
    return people.person(Role.STEERING)


def asked(person: Person) -> set[tuple[Ask, str]]:
    return {(item.ask, item.about) for item in list_attention(person)}


def test_a_wish_for_more_time_and_a_question_wait_for_the_officer(officer: Person, steering: Person) -> None:
    _made, member, deliverable = evaluations.ready(officer, steering)
    progress.answer(
        actor=member.person,
        now=NOW,
        deliverable=deliverable,
        member=member,
        answer=ProgressAnswer.MORE_TIME,
        wished_on=deliverable.due_on + timedelta(days=14),
        reason="Två intervjuer flyttades.",
    )
    questions.ask(actor=member.person, now=NOW, member=member, body="Vem är kontakt?")
    assert asked(officer) == {
        (Ask.DECIDE_EXTENSION, deliverable.title),
        (Ask.ANSWER_QUESTION, member.person.name),
    }
    for other in (steering, people.person(Role.SUPPORT), people.person(Role.AUDITOR), people.person(Role.ADMIN)):
        assert asked(other) == set()
    deliverables.cancel_deliverable(actor=officer, now=NOW, deliverable=deliverable, reason="Behövs inte")
    assert asked(officer) == {(Ask.ANSWER_QUESTION, member.person.name)}


def test_a_declaration_waits_for_those_who_assess(officer: Person, steering: Person) -> None:
    made = evaluations.evaluation(officer)
    member = evaluations.member(made, officer)
    evaluations.declared(member)
    assert asked(steering) == {(Ask.ASSESS_DECLARATION, member.person.name)}
    assert asked(officer) == set()


def test_an_action_is_verified_by_another_than_its_owner(officer: Person, steering: Person) -> None:
    action = _done_action(officer, owner=officer)
    assert asked(officer) == set()
    assert asked(steering) == {(Ask.VERIFY_ACTION, action.body)}
    other = people.person(Role.MARKET)
    theirs = _done_action(officer, owner=other)
    assert asked(officer) == {(Ask.VERIFY_ACTION, theirs.body)}


def test_an_accepted_recommendation_without_an_action_waits_for_the_officer(officer: Person, steering: Person) -> None:
    evaluation = follow_up.reported(officer, 2)
    first = evaluation.recommendations[0]
    assert asked(officer) == set()
    follow_up.response(first, officer)
    assert asked(officer) == {(Ask.DECIDE_ACTION, first.body)}
    assert asked(steering) == asked(people.person(Role.AUDITOR)) == set()
    follow_up.action(first, officer)
    assert asked(officer) == set()


def test_the_start_page_leads_to_each(sign_in: Any, officer: Person, steering: Person) -> None:
    _made, member, _deliverable = evaluations.ready(officer, steering)
    questions.ask(actor=member.person, now=NOW, member=member, body="Vem är kontakt?")
    evaluations.declared(evaluations.member(evaluations.evaluation(officer), officer))
    _done_action(officer, owner=officer)
    follow_up.response(follow_up.reported(officer).recommendations[0], officer)
    db.session.commit()
    for person, count in ((officer, 2), (steering, 2)):
        browser = sign_in(person)
        page = BeautifulSoup(browser.get("/").get_data(as_text=True), "html.parser")
        found = [link["href"] for link in page.select("#asked li > a")]
        assert len(found) == count
        assert all(browser.get(path).status_code == 200 for path in found)


def _done_action(officer: Person, owner: Person) -> Any:
    """An action of a recommendation that was accepted, marked as done by its owner."""
    made = evaluations.evaluation(officer)
    recommendation = recommendations.add(
        actor=officer,
        now=NOW,
        evaluation=made,
        body="Inför en årsplan.",
        page="12",
        priority=Priority.HIGH,
        addressee_id=get_by_code(STEERING_GROUP).id,
    )
    recommendations.issue(actor=officer, now=NOW, evaluation=made, on=_day(NOW))
    responses.record(
        actor=officer,
        now=NOW,
        recommendation=recommendation,
        kind=ResponseKind.ACCEPTED,
        responded_by="Styrgruppen",
        responded_on=_day(NOW),
    )
    action = actions.add(
        actor=officer,
        now=NOW,
        recommendation=recommendation,
        body=f"Skriv årsplanen {owner.name}",
        due_on=date(2027, 3, 1),
        owner_id=owner.id,
    )
    return actions.mark_done(actor=owner, now=NOW, action=action, done_on=_day(NOW), evidence="Beslutad.")


def _day(now: datetime) -> date:
    return clock.local_date(now)
