"""Recommendations, responses and actions on their pages: shown, written once, and only by whom it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories import documents as make_documents
from tests.factories import evaluations as make
from tests.factories import follow_up, reviews
from tests.factories.evaluations import NOW
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.support.client import Client
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.enums import InformationClass, SecrecyClass
from tracker.core import clock
from tracker.core.db import db
from tracker.evaluations.enums import ActionState, ResponseKind
from tracker.evaluations.models import Action, Evaluation, ManagementResponse, Recommendation
from tracker.evaluations.queries import follow_up as queries
from tracker.evaluations.queries.follow_up import FollowUpFilters
from tracker.evaluations.service import actions, commission, links
from tracker.evaluations.standing import OPEN_STATES, state_of

SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _on_a_monday(app: Flask) -> Iterator[None]:
    load_reference()
    with clock.frozen_at(NOW):
        yield


@pytest.fixture
def officer(app: Flask) -> Person:
    return person(Role.MARKET, name="Ansvarig Handläggare")


@pytest.fixture
def browser(officer: Person, sign_in: SignIn) -> Client:
    return sign_in(officer)


def _address(recommendation: Recommendation, rest: str = "") -> str:
    return f"/evaluations/{recommendation.evaluation_id}/recommendations/{recommendation.id}{rest}"


def _values(**changes: Any) -> dict[str, Any]:
    return {
        "body": "Inför en årlig uppföljning.",
        "page": "12",
        "priority": "high",
        "addressee_id": follow_up.addressee_id(),
        **changes,
    }


def _count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def _words(page: Any) -> str:
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def test_a_recommendation_is_entered_once_and_shown(browser: Client, officer: Person) -> None:
    evaluation = make.evaluation(officer)
    db.session.commit()
    address = f"/evaluations/{evaluation.id}/recommendations/new"
    assert browser.get(address).status_code == 200
    faulty = browser.post(address, data=_values(page="", addressee_id=""))
    assert faulty.status_code == 422
    assert BeautifulSoup(faulty.text, "html.parser").select_one("#page-error") is not None
    values = _values(submission="6f1c1f43-0f0e-4d6a-9f57-9a3a2f7a1f10")
    for _ in range(2):
        assert browser.post(address, data=values).status_code == 303
    assert _count(Recommendation) == 1
    page = browser.get(f"/evaluations/{evaluation.id}")
    assert "Inför en årlig uppföljning." in page.text
    made = db.session.scalars(sa.select(Recommendation)).one()
    assert browser.get(_address(made)).status_code == 200


def test_the_second_who_saves_meets_both_texts(browser: Client, officer: Person) -> None:
    made = follow_up.recommendation(make.evaluation(officer), officer)
    db.session.commit()
    address, version = _address(made, "/change"), made.version
    assert browser.post(address, data=_values(body="Första", version=version)).status_code == 303
    conflict = browser.post(address, data=_values(body="Andra", version=version))
    assert conflict.status_code == 409
    assert "Första" in conflict.text and "Andra" in conflict.text


def test_a_change_after_approval_asks_for_a_reason(browser: Client, officer: Person) -> None:
    made = follow_up.reported(officer).recommendations[0]
    db.session.commit()
    address = _address(made, "/change")
    values = _values(version=made.version, page="99")
    assert browser.post(address, data=values).status_code == 422
    assert browser.post(address, data={**values, "reason": "Fel sida"}).status_code == 303
    history = _words(browser.get(_address(made)))
    assert "Fel sida" in history and "12 → 99" in history


def test_from_response_to_closing(browser: Client, officer: Person, sign_in: SignIn) -> None:
    made = follow_up.reported(officer).recommendations[0]
    db.session.commit()
    response = {"kind": "partly", "reason": "", "responded_by": "Marknadsfunktionen", "responded_on": "2026-11-20"}
    assert browser.post(_address(made, "/response"), data=response).status_code == 422
    response |= {"reason": "Bara del 1", "version": ""}
    for _ in range(2):
        assert browser.post(_address(made, "/response"), data=response).status_code == 303
    assert _count(ManagementResponse) == 1
    other_first = browser.post(_address(made, "/response"), data={**response, "kind": "accepted"})
    assert other_first.status_code == 409 and "Bara del 1" in other_first.text
    plan = {"body": "Ta fram en rutin.", "owner_id": officer.id, "due_on": "2027-03-31", "organisation_id": ""}
    plan["submission"] = "6f1c1f43-0f0e-4d6a-9f57-9a3a2f7a1f11"
    for _ in range(2):
        assert browser.post(_address(made, "/actions/new"), data=plan).status_code == 303
    action = db.session.scalars(sa.select(Action)).one()
    one = _address(made, f"/actions/{action.id}")
    db.session.rollback()
    done = {"done_on": "2026-11-23", "evidence": "Beslutad i dag", "evidence_document_id": "", "version": 1}
    assert browser.post(f"{one}/done", data=done).status_code == 303
    offered = BeautifulSoup(browser.get(f"{one}/check").text, "html.parser").select('input[name="outcome"]')
    assert [choice["value"] for choice in offered] == ["sent_back"]
    refused = browser.post(f"{one}/check", data={"outcome": "verified", "note": "", "version": 2})
    assert refused.status_code == 422
    assert "Någon annan måste avgöra detta" in refused.text
    other = sign_in(person(Role.STEERING, name="Ledamot Ett"))
    db.session.commit()
    assert other.post(f"{one}/check", data={"outcome": "sent_back", "note": "", "version": 2}).status_code == 422
    assert other.post(f"{one}/check", data={"outcome": "verified", "note": "Sett", "version": 2}).status_code == 303
    db.session.rollback()
    assert db.session.get(Action, action.id).state is ActionState.VERIFIED  # type: ignore[union-attr]
    page = browser.get(_address(made))
    assert "Stängd" in _words(page) and "Ledamot Ett" in page.text


def test_a_response_after_closing_is_refused_in_words(browser: Client, officer: Person) -> None:
    evaluation = follow_up.reported(officer)
    made = evaluation.recommendations[0]
    follow_up.response(made, officer, ResponseKind.REJECTED)
    commission.close(actor=officer, now=NOW, evaluation=evaluation)
    db.session.commit()
    values = {
        "kind": "accepted", "responded_by": "X", "responded_on": "2026-11-23", "version": made.response.version,  # type: ignore[union-attr]
    }  # fmt: skip
    refused = browser.post(_address(made, "/response"), data=values)
    assert refused.status_code == 422
    assert "stängdes 2026-11-23" in refused.text
    page = browser.get(_address(made))
    assert "/response" not in page.text and "/actions/new" not in page.text


@pytest.mark.parametrize(
    "rest", ["", "/change", "/remove", "/response", "/actions/new", "/actions/1", "/actions/1/done", "/actions/1/check"]
)
def test_what_belongs_to_another_evaluation_is_not_there(browser: Client, officer: Person, rest: str) -> None:
    theirs = follow_up.reported(officer).recommendations[0]
    follow_up.response(theirs, officer)
    action = follow_up.action(theirs, officer)
    other = make.evaluation(officer)
    db.session.commit()
    rest = rest.replace("/1", f"/{action.id}")
    assert browser.get(_address(theirs, rest)).status_code == 200
    assert browser.get(f"/evaluations/{other.id}/recommendations/{theirs.id}{rest}").status_code == 404
    if "actions" in rest and not rest.endswith("new"):
        own = follow_up.reported(officer).recommendations[0]
        db.session.commit()
        assert browser.get(_address(own, rest)).status_code == 404


def test_a_sealed_evaluation_is_nowhere_for_others(officer: Person, sign_in: SignIn) -> None:
    made = follow_up.reported(officer, secrecy_class=SecrecyClass.SEALED).recommendations[0]
    stranger = sign_in(person(Role.MARKET))
    db.session.commit()
    assert stranger.get(_address(made)).status_code == 404
    assert stranger.post(_address(made, "/response"), data={}).status_code == 404
    assert "Rekommendation nummer" not in stranger.get("/recommendations?state=all").text
    assert "Rekommendation nummer" not in stranger.get("/recommendations.csv?state=all").text


def test_an_owner_may_mark_done_and_others_without_the_task_may_not(officer: Person, sign_in: SignIn) -> None:
    made = follow_up.reported(officer).recommendations[0]
    follow_up.response(made, officer)
    owner, reader = person(Role.PURCHASING), person(Role.PURCHASING)
    action = follow_up.action(made, officer, owner_id=owner.id)
    db.session.commit()
    one = _address(made, f"/actions/{action.id}")
    assert sign_in(reader).get(f"{one}/done").status_code == 403
    mine = sign_in(owner)
    assert "/done" in mine.get(_address(made)).text
    assert (
        mine.post(f"{one}/done", data={"done_on": "2026-11-23", "evidence": "Klart", "version": 1}).status_code == 303
    )
    assert mine.get(f"{one}/check").status_code == 403


def test_a_document_that_is_not_open_to_the_reader_is_not_named(officer: Person, sign_in: SignIn) -> None:
    evaluation = follow_up.reported(officer)
    made = evaluation.recommendations[0]
    follow_up.response(made, officer)
    secret = make_documents.document(evaluation, "HEMLIGT pris", information_class=InformationClass.PRICE)
    follow_up.done(follow_up.action(made, officer), officer, evidence_document_id=secret.id)
    reader = sign_in(person(Role.HEALTH_CARE_DELEGATION))
    db.session.commit()
    page = reader.get(_address(made))
    assert page.status_code == 200
    assert "HEMLIGT" not in page.text


def test_the_list_is_filtered_and_its_ages_turn_red(browser: Client, officer: Person) -> None:
    old = follow_up.reported(officer, 2, on=date(2026, 8, 3))
    follow_up.response(old.recommendations[1], officer)
    new = follow_up.reported(officer)
    follow_up.recommendation(make.noted(officer), officer, "Någon annans.")
    db.session.commit()
    page = browser.get("/recommendations")
    rows = BeautifulSoup(page.text, "html.parser").select("tbody tr")
    assert [old.title in str(row) for row in rows] == [True, True, False]
    # 112 days unanswered is red; the same age, answered, is not.
    assert [bool(row.select('[data-color="danger"] path')) for row in rows] == [True, False, False]
    assert "Någon annans." not in page.text
    for query, count in (
        ("state=unanswered", 2), ("state=without_action", 1), ("state=noted", 1), ("state=closed", 0), ("state=all", 4),
        ("priority=low", 0), ("priority=high", 3), (f"addressee={follow_up.addressee_id()}", 3),
        (f"evaluation={new.id}", 1), (f"evaluation={new.id}&priority=low", 0),
        ("page=99999999999999999999", 3), ("evaluation=99999999999999999999", 3),
    ):  # fmt: skip
        found = BeautifulSoup(browser.get(f"/recommendations?{query}").text, "html.parser").select("tbody tr")
        assert len(found) == count, query


def test_what_waits_is_told_to_whom_it_waits_for(browser: Client, officer: Person, sign_in: SignIn) -> None:
    evaluation = follow_up.reported(officer, 3)
    second, third = evaluation.recommendations[1:]
    follow_up.response(second, officer)
    follow_up.response(third, officer)
    owner, other = person(Role.PURCHASING), person(Role.STEERING)
    follow_up.action(third, officer, "Att göra", owner_id=owner.id)
    follow_up.done(follow_up.action(third, officer, "Att verifiera", owner_id=officer.id), officer)
    db.session.commit()

    def told(who: Person) -> list[tuple[str, int]]:
        return [(item.what, item.number) for item in queries.list_waiting_for(who, who.id)]

    assert told(officer) == [("answer", 1), ("decide", 2)]
    assert told(owner) == [("do", 3), ("verify", 3)]
    assert told(other) == [("verify", 3)]
    # A reader without the task of verifying is not asked to.
    assert "Verifiera en åtgärd" not in sign_in(owner).get("/recommendations").text
    assert "Verifiera en åtgärd" in sign_in(other).get("/recommendations").text


def test_the_database_says_the_same_state_as_the_rule(officer: Person) -> None:
    evaluation = follow_up.reported(officer, 6)
    verifier = person(Role.STEERING)
    for number, recommendation in enumerate(evaluation.recommendations[1:], start=1):
        follow_up.response(recommendation, officer, ResponseKind.REJECTED if number == 5 else ResponseKind.ACCEPTED)
        if number in (2, 3, 4):
            action = follow_up.action(recommendation, officer)
            if number > 2:
                follow_up.done(action, officer)
            if number > 3:
                actions.verify(actor=verifier, now=NOW, action=action)
    follow_up.recommendation(make.noted(officer), officer)
    follow_up.recommendation(make.evaluation(officer), officer)
    rows = queries.list_open(officer, FollowUpFilters(states=tuple(type(OPEN_STATES[0]))), per_page=100).items
    stored = {item.id: state_of(item) for item in db.session.scalars(sa.select(Recommendation))}
    assert {row.id: row.state for row in rows} == stored
    assert len(set(stored.values())) == 7
    figures = queries.count_open(officer)
    assert (figures.open, figures.unanswered, figures.to_verify, figures.closed) == (4, 1, 1, 2)
    assert figures.oldest_unanswered_on == follow_up.APPROVED_ON


def _commission(officer: Person) -> tuple[Evaluation, str]:
    evaluation, member, _report = make.ready(officer, person(Role.STEERING))
    link = links.make_link(actor=officer, now=NOW, member=member)
    db.session.commit()
    return evaluation, f"/commission/{links.token(link)}/recommendations"


def test_the_evaluator_enters_changes_and_takes_away(client: Client, officer: Person) -> None:
    evaluation, address = _commission(officer)
    assert client.get(address).status_code == 200
    assert client.post(address, data=_values(page="")).status_code == 422
    values = _values(submission="6f1c1f43-0f0e-4d6a-9f57-9a3a2f7a1f12")
    for _ in range(2):
        assert client.post(address, data=values).status_code == 303
    made = db.session.scalars(sa.select(Recommendation)).one()
    assert made.entered_by_name == evaluation.team[0].person.name
    one = f"{address}/{made.id}"
    db.session.rollback()
    assert client.get(one).status_code == 200
    assert client.post(one, data=_values(body="Bättre", version=1)).status_code == 303
    assert client.post(one, data=_values(body="Sämre", version=1)).status_code == 409
    assert client.get(f"{one}/remove").status_code == 200
    assert client.post(f"{one}/remove", data={"version": 2}).status_code == 303
    assert _count(Recommendation) == 0


def test_another_commission_is_out_of_reach(client: Client, officer: Person) -> None:
    _evaluation, address = _commission(officer)
    foreign = follow_up.recommendation(make.evaluation(officer), officer)
    db.session.commit()
    for rest in ("", "/remove"):
        assert client.get(f"{address}/{foreign.id}{rest}").status_code == 404
        assert client.post(f"{address}/{foreign.id}{rest}", data=_values(version=1)).status_code == 404


def test_nothing_is_entered_before_independence_is_assessed_or_after_approval(client: Client, officer: Person) -> None:
    evaluation = make.evaluation(officer)
    member = make.member(evaluation, officer)
    link = links.make_link(actor=officer, now=NOW, member=member)
    address = f"/commission/{links.token(link)}/recommendations"
    db.session.commit()
    page = client.get(address)
    assert 'name="body"' not in page.text
    assert client.post(address, data=_values()).status_code == 422
    approved, address = _commission(officer)
    made = follow_up.recommendation(approved, officer)
    made.issued_on, made.response_due_on = date(2026, 11, 20), date(2027, 1, 4)
    db.session.commit()
    page = client.get(address)
    assert 'name="body"' not in page.text
    assert client.post(address, data=_values()).status_code == 422
    assert client.post(f"{address}/{made.id}", data=_values(body="Annat", version=made.version)).status_code == 422
    assert _count(Recommendation) == 1


def test_whoever_approves_a_report_is_told_that_samordna_sends_nothing(officer: Person, browser: Client) -> None:
    evaluation, member, report = make.ready(officer, person(Role.STEERING))
    follow_up.recommendation(evaluation, officer)
    reviews.delivered(report, member)
    page = browser.get(f"/evaluations/{evaluation.id}/deliverables/{report.id}/approve").text
    assert "Svarstiden för 1 rekommendation börjar i dag. Samordna skickar den inte" in page
