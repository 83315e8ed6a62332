"""Declaring and assessing independence: through the services, the evaluator's pages and those of the staff."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories import evaluations as make
from tests.factories.evaluations import NOW
from tests.factories.messages import in_the_queue
from tests.factories.people import person
from tests.integration.evaluations.conftest import Visit, visit
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit.enums import AuditAction
from tracker.audit.models import AuditEvent
from tracker.core.clock import local_date
from tracker.core.db import db
from tracker.core.errors import DomainError, StaleVersion
from tracker.core.filters import date_short
from tracker.deadlines.enums import DeadlineState
from tracker.deadlines.service import find_by_key
from tracker.evaluations.enums import Assessment, Counterpart, EngagementKind
from tracker.evaluations.models import Declaration, Delivery
from tracker.evaluations.queries.readers import list_readers
from tracker.evaluations.service import independence, team
from tracker.evaluations.service.independence import EngagementFacts
from tracker.outbox.models import OutboxMessage

SignIn = Callable[[Person], Client]

NOTHING = {
    "has_engagements": "no",
    "has_ownership": "no",
    "has_family": "no",
    "has_expectations": "no",
    "has_other": "no",
    "signed_name": "Eva Utvärderare",
}
JOB = {
    "engagements-0-counterpart": "medicine_company",
    "engagements-0-kind": "employment",
    "engagements-0-organisation": "Bolaget Exempel AB",
    "engagements-0-what": "Hemlig rådgivning",
    "engagements-0-from_on": "2024-01-01",
    "engagements-0-to_on": "",
}


@pytest.fixture
def new(here: Visit, client: Client) -> Visit:
    """A commission whose only member has declared nothing yet."""
    return visit(client, is_ready=False)


def declarations() -> list[Declaration]:
    return list(db.session.scalars(sa.select(Declaration).order_by(Declaration.id)))


def events(action: AuditAction) -> list[AuditEvent]:
    query = sa.select(AuditEvent).where(AuditEvent.action == action.value)
    return list(db.session.scalars(query.order_by(AuditEvent.id)))


def news(event: str) -> list[OutboxMessage]:
    return in_the_queue("evaluation_news", event)


def sent(new: Visit, **fields: str) -> dict[str, str]:
    page = new.get("/declaration/new")
    return {**form_values(page), **NOTHING, **fields}


def test_the_first_visit_leads_to_the_form_and_signing_to_the_styrgrupp(new: Visit) -> None:
    answer = new.get("/declaration")
    assert answer.status_code == 302 and answer.location.endswith("/declaration/new")
    before = len(declarations())
    fields = sent(new)
    assert new.client.post(f"{new.home}/declaration/new", data=fields).status_code == 303
    assert new.client.post(f"{new.home}/declaration/new", data=fields).status_code == 303
    assert len(declarations()) == before + 1
    made = declarations()[-1]
    assert (made.signed_name, made.ownership, made.engagements) == ("Eva Utvärderare", "", [])
    assert {message.person_id for message in news("declaration_signed")} >= {new.assessor.id}
    assert "väntar" in new.get("/declaration").text


def test_every_part_needs_an_answer(new: Visit) -> None:
    page = new.client.post(f"{new.home}/declaration/new", data={"signed_name": "", "submission": str(uuid.uuid4())})
    assert page.status_code == 422
    for part in ("engagements", "ownership", "family", "expectations", "other"):
        assert f'href="#has_{part}"' in page.text
    assert 'href="#signed_name"' in page.text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"has_ownership": "yes"}, "#ownership"),
        ({"has_family": "no", "family": "En make"}, "#has_family"),
        ({"has_engagements": "yes"}, "#has_engagements"),
        ({**JOB, "has_engagements": "no"}, "#has_engagements"),
        ({**JOB, "has_engagements": "yes", "engagements-0-from_on": ""}, "#engagements-0-from_on"),
        ({**JOB, "has_engagements": "yes", "engagements-0-counterpart": ""}, "#engagements-0-counterpart"),
        ({**JOB, "has_engagements": "yes", "engagements-0-from_on": "i våras"}, "#engagements-0-from_on"),
    ],
)
def test_answers_that_contradict_themselves_are_sent_back(new: Visit, fields: dict[str, str], field: str) -> None:
    count = len(declarations())
    page = new.client.post(f"{new.home}/declaration/new", data=sent(new, **fields))
    assert page.status_code == 422
    assert f'href="{field}"' in page.text
    assert len(declarations()) == count


def test_each_fault_of_a_row_leads_to_its_field_by_name(new: Visit) -> None:
    row = {"engagements-1-what": "Råd", "engagements-1-to_on": "i våras"}
    page = new.client.post(f"{new.home}/declaration/new", data=sent(new, **JOB, **row, has_engagements="yes"))
    summary = BeautifulSoup(page.text, "html.parser").select("#error-summary a")
    ids = ("counterpart", "kind", "organisation", "from_on", "to_on")
    assert {link["href"] for link in summary} == {f"#engagements-1-{name}" for name in ids}
    assert summary[0].get_text() == "Anställning eller uppdrag 2, Hos vem: Här behövs ett svar."


@pytest.mark.parametrize("days", [{"engagements-0-to_on": "2023-12-31"}, {"engagements-0-from_on": "2027-05-01"}])
def test_days_that_cannot_be_are_refused(new: Visit, days: dict[str, str]) -> None:
    count = len(declarations())
    fields = sent(new, **{**JOB, "has_engagements": "yes", **days})
    page = new.client.post(f"{new.home}/declaration/new", data=fields)
    assert page.status_code == 422 and "Bolaget Exempel AB" in page.text
    assert len(declarations()) == count


def test_another_row_is_added_without_script_and_keeps_what_was_typed(new: Visit) -> None:
    fields = sent(new, **JOB, has_engagements="yes", add_row="1")
    page = new.client.post(f"{new.home}/declaration/new", data=fields)
    assert page.status_code == 200
    assert 'name="engagements-1-organisation"' in page.text and "Hemlig rådgivning" in page.text
    assert 'name="engagements-2-organisation"' not in page.text
    values = {**form_values(page), **NOTHING, **JOB, "has_engagements": "yes"}
    assert new.client.post(f"{new.home}/declaration/new", data=values).status_code == 303
    assert [item.organisation for item in declarations()[-1].engagements] == ["Bolaget Exempel AB"]


def test_a_changed_situation_closes_the_gate_until_it_is_assessed(here: Visit) -> None:
    independence.refuse_unless_assessed(here.evaluation)
    page = here.get("/declaration/new")
    assert "bedömas igen" in page.text
    fields = {**form_values(page), **NOTHING, **JOB, "has_engagements": "yes"}
    assert here.client.post(f"{here.home}/declaration/new", data=fields).status_code == 303
    with pytest.raises(DomainError, match="Eva Utvärderare"):
        independence.refuse_unless_assessed(here.evaluation)
    here.hand_in()
    assert db.session.scalars(sa.select(Delivery)).all() == []
    independence.assess(
        actor=here.assessor,
        now=NOW + timedelta(hours=1),
        declaration=declarations()[-1],
        assessment=Assessment.MANAGEABLE,
        measure="Skriver inte om priser",
    )
    independence.refuse_unless_assessed(here.evaluation)
    assert "Skriver inte om priser" in here.get("/declaration").text
    assert [message.person_id for message in news("team_cleared")][-1] == here.officer.id


def test_each_member_signs_for_themself_and_reads_nothing_of_the_others(here: Visit) -> None:
    other = make.member(here.evaluation, here.officer, name="Olle Utvärderare")
    make.declared(other, ownership="Aktier i ett bolag")
    assert "Aktier i ett bolag" not in here.get("/declaration").text
    assert "Olle Utvärderare" in [gap.member.person.name for gap in independence.gaps(here.evaluation) if gap.member]


def test_who_has_left_or_whose_evaluation_is_over_declares_nothing(here: Visit) -> None:
    other = make.member(here.evaluation, here.officer)
    team.end_membership(actor=here.officer, now=NOW, member=other)
    with pytest.raises(DomainError):
        make.declared(other)
    here.evaluation.phase = "closed"
    with pytest.raises(DomainError):
        make.declared(here.member)


def test_the_deadline_of_independence_follows(new: Visit) -> None:
    deadline = find_by_key(new.evaluation.id, "independence")
    assert deadline is not None and deadline.state is DeadlineState.OPEN
    declaration = make.declared(new.member)
    assert deadline.due_on == date(2026, 11, 30)
    independence.assess(actor=new.assessor, now=NOW, declaration=declaration, assessment=Assessment.NONE)
    assert deadline.state is DeadlineState.MET


def test_assessing_needs_a_measure_or_a_reason_and_another_person(new: Visit) -> None:
    declaration = make.declared(new.member)
    for assessment, field in ((Assessment.MANAGEABLE, "measure"), (Assessment.DISQUALIFYING, "reason")):
        with pytest.raises(DomainError) as refused:
            independence.assess(actor=new.assessor, now=NOW, declaration=declaration, assessment=assessment)
        assert refused.value.field == field
    with pytest.raises(DomainError, match="FL 16"):
        independence.assess(actor=new.member.person, now=NOW, declaration=declaration, assessment=Assessment.NONE)
    make.declared(new.member)
    with pytest.raises(DomainError):
        independence.assess(actor=new.assessor, now=NOW, declaration=declaration, assessment=Assessment.NONE)


def test_somebody_disqualified_keeps_the_gate_closed_until_they_leave(new: Visit) -> None:
    make.assessed(new.member, new.assessor, Assessment.DISQUALIFYING)
    other = make.member(new.evaluation, new.officer)
    make.assessed(other, new.assessor)
    with pytest.raises(DomainError):
        independence.refuse_unless_assessed(new.evaluation)
    team.end_membership(actor=new.officer, now=NOW, member=new.member)
    independence.refuse_unless_assessed(new.evaluation)


def test_an_assessment_is_changed_with_a_reason_and_told_once(new: Visit) -> None:
    declaration = make.assessed(new.member, new.assessor)
    again = independence.assess(actor=new.assessor, now=NOW, declaration=declaration, assessment=Assessment.NONE)
    assert again is declaration and len(events(AuditAction.DECLARATION_ASSESSED)) == 2  # `here`'s and this one
    with pytest.raises(DomainError) as refused:
        independence.assess(
            actor=new.assessor, now=NOW, declaration=declaration, assessment=Assessment.MANAGEABLE, measure="M"
        )
    assert refused.value.field == "reason"
    independence.assess(
        actor=new.assessor,
        now=NOW,
        declaration=declaration,
        assessment=Assessment.DISQUALIFYING,
        reason="Ny uppgift",
    )
    assert events(AuditAction.DECLARATION_ASSESSED)[-1].changes["assessment"] == ["none", "disqualifying"]
    with pytest.raises(StaleVersion):
        independence.assess(
            actor=new.assessor, now=NOW, declaration=declaration, assessment=Assessment.NONE, reason="Nej", version=1
        )


def test_the_styrgrupp_reads_and_assesses_and_every_reading_is_logged(new: Visit, sign_in: SignIn) -> None:
    declaration = independence.sign(
        actor=new.member.person,
        now=NOW,
        member=new.member,
        engagements=[
            EngagementFacts(Counterpart.REGION, EngagementKind.EMPLOYMENT, "Landstinget Exempel", date(2025, 1, 1))
        ],
        ownership="Aktier i Bolaget Exempel AB",
        family="",
        expectations="",
        other="",
        signed_name="Eva Utvärderare",
    )
    path = f"/evaluations/{new.evaluation.id}/declarations/{declaration.id}"
    browser = sign_in(new.assessor)
    page = browser.get(path)
    assert "Landstinget Exempel" in page.text and "Inom fem år" in page.text and "Samtidigt som uppdraget" in page.text
    read = events(AuditAction.DECLARATION_READ)
    assert [(event.actor_id, event.case_id) for event in read] == [(new.assessor.id, new.evaluation.id)]
    fields = form_values(page, path) | {"assessment": "manageable", "measure": "Skriver inte om landstinget"}
    assert browser.post(path, data=fields).status_code == 422  # an interest of one's own is to be ruled out
    assert browser.post(path, data=fields | {"is_impartial": "y"}).status_code == 302
    assert declaration.assessment is Assessment.MANAGEABLE
    assert declaration.assessed_by_id == new.assessor.id


def test_who_has_read_it_stands_on_its_own_page_and_not_in_the_history(new: Visit, sign_in: SignIn) -> None:
    declaration = make.declared(new.member)
    officer = person(Role.MARKET, name="Olle Handläggare")
    for reader, at in (
        (officer, NOW),
        (officer, NOW + timedelta(hours=1)),
        (new.assessor, NOW + timedelta(hours=2)),
        (officer, NOW + timedelta(days=1)),
    ):
        independence.record_reading(actor=reader, now=at, declaration=declaration)
    told = list_readers(declaration)
    first, second = local_date(NOW), local_date(NOW + timedelta(days=1))
    assert [(reader.on, reader.name) for reader in told] == [
        (second, "Olle Handläggare"),
        (first, new.assessor.name),
        (first, "Olle Handläggare"),
    ]
    page = sign_in(officer).get(f"/evaluations/{new.evaluation.id}/declarations/{declaration.id}").text
    assert "Vilka som har läst den" in page and f"{date_short(second)}, Olle Handläggare" in page
    assert "Läste en jävsdeklaration" not in sign_in(officer).get(f"/evaluations/{new.evaluation.id}").text


def test_two_who_assess_at_once_see_both_texts(new: Visit, sign_in: SignIn) -> None:
    declaration = make.declared(new.member)
    path = f"/evaluations/{new.evaluation.id}/declarations/{declaration.id}"
    first, second = sign_in(new.assessor), sign_in(person(Role.STEERING))
    values = form_values(first.get(path), path) | {"is_impartial": "y"}
    assert first.post(path, data=values | {"assessment": "disqualifying", "reason": "Anställd"}).status_code == 302
    answer = second.post(path, data=values | {"assessment": "none"})
    assert answer.status_code == 409 and "Anställd" in answer.text
    assert declaration.assessment is Assessment.DISQUALIFYING


def test_a_declaration_is_personal(new: Visit, sign_in: SignIn, app: Flask) -> None:
    declaration = make.declared(new.member, ownership="Aktier i Bolaget Exempel AB")
    path = f"/evaluations/{new.evaluation.id}/declarations/{declaration.id}"
    for role in (Role.PURCHASING, Role.HEALTH_CARE_DELEGATION, Role.AUDITOR, Role.REGION_CONTACT):
        assert sign_in(person(role)).get(path).status_code == 403
    assert sign_in(new.officer).get(path).status_code == 200
    assert sign_in(new.officer).post(path, data={"assessment": "none"}).status_code == 403
    assert "Aktier" not in str([message.params for message in db.session.scalars(sa.select(OutboxMessage))])
    assert "Aktier" not in str([event.changes for event in db.session.scalars(sa.select(AuditEvent))])
    assert "aktier" not in new.evaluation.search_text


def test_a_declaration_of_another_evaluation_is_not_found(new: Visit, here: Visit, sign_in: SignIn) -> None:
    declaration = make.declared(new.member)
    wrong = f"/evaluations/{here.evaluation.id}/declarations/{declaration.id}"
    assert sign_in(new.assessor).get(wrong).status_code == 404
    assert sign_in(new.assessor).post(wrong, data={"assessment": "none", "is_impartial": "y"}).status_code == 404


def test_the_section_tells_what_is_held_back_and_hides_outcomes(new: Visit, sign_in: SignIn) -> None:
    path = f"/evaluations/{new.evaluation.id}"
    assert "Eva Utvärderare har inte skrivit under" in sign_in(new.officer).get(path).text
    declaration = make.assessed(new.member, new.assessor, Assessment.DISQUALIFYING)
    page = sign_in(new.officer).get(path).text
    assert "lämna utvärderingsteamet" in page and f"/declarations/{declaration.id}" in page
    page = sign_in(person(Role.HEALTH_CARE_DELEGATION)).get(path).text
    assert "Eva Utvärderare är inte godkänd" in page
    assert "/declarations/" not in page and "jäv" not in page.casefold().replace("jävsdeklaration", "")


def test_an_evaluation_by_others_has_no_such_section(here: Visit, sign_in: SignIn) -> None:
    noted = make.noted(here.officer)
    assert 'id="independence"' not in sign_in(here.officer).get(f"/evaluations/{noted.id}").text


def test_whoever_assesses_is_shown_whom_a_free_text_is_likely_to_name(new: Visit, sign_in: SignIn) -> None:
    job = EngagementFacts(
        Counterpart.OTHER, EngagementKind.ASSIGNMENT, "Uppsala läns landsting", date(2024, 1, 1), what="Utredning"
    )
    made = make.declared(new.member, engagements=[job], family="Make på Adda")
    page = sign_in(new.assessor).get(f"/evaluations/{new.evaluation.id}/declarations/{made.id}").text
    assert "Nämner troligen någon som står saken nära" in page
    assert "Heter i dag: Region Uppsala" in page
    assert "Heter i dag: Adda" in page
    assert "Nämner troligen" not in new.get("/declaration").text
