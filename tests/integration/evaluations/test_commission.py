"""The rules of a commission: who can evaluate, when a contract can be signed, what direct award allows, how it ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from tests.factories import evaluations as make
from tests.factories import follow_up, reviews
from tests.factories.organisations import load_reference, organisation, supplier
from tests.factories.people import person
from tests.factories.procurements import procurement
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.audit.queries import list_for_case as events_of
from tracker.core.db import db
from tracker.core.errors import DomainError, StaleVersion
from tracker.deadlines.enums import Basis, DeadlineState
from tracker.deadlines.queries import list_for_case
from tracker.evaluations.enums import Assessment, DeliverableKind, DeliveredBy, EvaluationPhase, Selection
from tracker.evaluations.models import Evaluation
from tracker.evaluations.service import commission, deliverables, selection, team
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.models import OrganisationName
from tracker.organisations.queries import get_by_code

KRONA = 100


@pytest.fixture(autouse=True)
def _reference(app: Flask) -> None:
    load_reference()


@pytest.fixture
def officer() -> Person:
    return person(Role.MARKET)


def refused(field: str | None = None) -> pytest.RaisesExc[DomainError]:
    return pytest.raises(DomainError, check=lambda error: field is None or error.field == field)


def choose(evaluation: Evaluation, officer: Person, how: Selection = Selection.DIRECT_AWARD, **values: object) -> None:
    told = {"selection_reason": "Tre tillfrågades", "procurement_id": None, **values}
    selection.change_selection(actor=officer, now=make.NOW, evaluation=evaluation, selection=how, **told)  # type: ignore[arg-type]


def sign(evaluation: Evaluation, officer: Person, **values: object) -> Evaluation:
    told = {"signed_on": make.TODAY, "ends_on": None, "contract_ore": 500_000 * KRONA, **values}
    return selection.sign_contract(actor=officer, now=make.NOW, evaluation=evaluation, **told)  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["region-14", "skl", "skl-kommentus", "nt-council"])
def test_an_organisation_of_the_model_is_never_the_evaluator(officer: Person, code: str) -> None:
    evaluation = make.evaluation(officer)
    with refused("provider_id"):
        selection.choose_evaluator(actor=officer, now=make.NOW, evaluation=evaluation, provider_id=get_by_code(code).id)


def chosen(officer: Person, name: str, **values: object) -> Evaluation:
    told = {"new_provider": name, **values}
    return selection.choose_evaluator(actor=officer, now=make.NOW, evaluation=make.evaluation(officer), **told)  # type: ignore[arg-type]


# How a name can be written is tested with `organisations.mentions`.
@pytest.mark.parametrize(
    "name", ["SKL AB", "Rådet för nya terapier", "REGION SKANE", "Sveriges Kommuner & Landsting", "VGR"]
)
def test_nor_is_one_that_is_written_by_its_name(officer: Person, name: str) -> None:
    with refused("new_provider"):
        chosen(officer, name, is_outside=True)


@pytest.mark.parametrize("number", ["232100-0131", "2321000131", "16 556026-1900"])
def test_nor_one_that_is_known_by_its_number(officer: Person, number: str) -> None:
    with refused("new_orgnr"):
        chosen(officer, "Oberoende Granskning AB", new_orgnr=number)


def test_the_number_of_a_new_evaluator_is_kept_and_known_again(officer: Person) -> None:
    first = chosen(officer, "Oberoende Granskning AB", new_orgnr="5560000167")
    assert first.provider is not None and first.provider.orgnr == "556000-0167"
    assert chosen(officer, "Oberoende Granskning", new_orgnr="556000-0167").provider is first.provider
    with refused("new_orgnr"):
        chosen(officer, "Oberoende Granskning AB", new_orgnr="556000-0168")


@pytest.mark.parametrize(
    "name", ["Enheten för analys, Sveriges  Kommuner och Regioner", "Adda Affärslösningar AB", "SKL Analys AB"]
)
def test_a_name_in_which_one_of_theirs_stands_is_asked_about(officer: Person, name: str) -> None:
    with refused("is_outside"):
        chosen(officer, name)
    made = chosen(officer, name, is_outside=True)
    assert made.provider is not None
    assert events_of(made.id)[0].changes["is_outside"] is True


@pytest.mark.parametrize(
    "name",
    ["Marknad och Analys AB", "Skånes Analysbyrå AB", "Uppsala universitet", "Skandinavisk Hälsoekonomi AB",
     "Stockholm Health Economics AB"],
)  # fmt: skip
def test_a_word_of_its_names_makes_nobody_a_part_of_the_model(officer: Person, name: str) -> None:
    made = chosen(officer, name)
    assert made.provider is not None and made.provider.names[-1].name == name


def test_nor_one_that_was_entered_as_something_else(officer: Person) -> None:
    disguised = organisation(OrganisationKind.EVALUATION_PROVIDER, "Förhandlingsdelegationen")
    with refused("provider_id"):
        selection.choose_evaluator(
            actor=officer, now=make.NOW, evaluation=make.evaluation(officer), provider_id=disguised.id
        )


def test_nor_is_a_company_that_supplies_medicines(officer: Person) -> None:
    company, evaluation = supplier("Läkemedelsbolaget Exempel AB"), make.evaluation(officer)
    with refused("provider_id"):
        selection.choose_evaluator(actor=officer, now=make.NOW, evaluation=evaluation, provider_id=company.id)
    with refused("new_provider"):
        selection.choose_evaluator(
            actor=officer, now=make.NOW, evaluation=evaluation, new_provider="läkemedelsbolaget  exempel ab"
        )
    assert evaluation.provider_id is None


def test_a_new_evaluator_is_kept_once(officer: Person) -> None:
    first, second = make.evaluation(officer), make.evaluation(officer)
    for evaluation in (first, second):
        selection.choose_evaluator(
            actor=officer, now=make.NOW, evaluation=evaluation, new_provider="Exempel Utvärdering AB"
        )
    assert first.provider is not None
    assert first.provider.kind is OrganisationKind.EVALUATION_PROVIDER
    assert first.provider_id == second.provider_id
    assert "exempel utvärdering" in first.search_text


@pytest.mark.parametrize("role", [Role.STEERING, Role.MARKET, Role.REGION_CONTACT])
def test_nobody_with_a_role_in_the_model_is_in_the_team(officer: Person, role: Role) -> None:
    insider = person(role)
    with refused("email"):
        make.member(make.evaluation(officer), officer, email=insider.email, name=insider.name)


def test_nobody_of_an_organisation_of_the_model_is_in_the_team(officer: Person) -> None:
    insider = person()
    insider.organisation_id = get_by_code("region-01").id
    with refused("email"):
        make.member(make.evaluation(officer), officer, email=insider.email, name=insider.name)


def test_no_contract_before_every_declaration_is_assessed(officer: Person) -> None:
    evaluation = make.evaluation(officer)
    choose(evaluation, officer)
    selection.choose_evaluator(actor=officer, now=make.NOW, evaluation=evaluation, new_provider="Exempel AB")
    with refused():
        sign(evaluation, officer)
    first, second = make.member(evaluation, officer), make.member(evaluation, officer)
    make.assessed(first, person(Role.STEERING))
    with refused():
        sign(evaluation, officer)
    make.assessed(second, person(Role.STEERING), Assessment.DISQUALIFYING)
    with refused():
        sign(evaluation, officer)
    team.end_membership(actor=officer, now=make.NOW, member=second)
    sign(evaluation, officer)
    assert evaluation.phase == EvaluationPhase.UNDER_WAY


def test_no_contract_with_somebody_who_joined_the_collaboration_meanwhile(officer: Person) -> None:
    evaluation, member, _deliverable = make.ready(officer, person(Role.STEERING))
    choose(evaluation, officer)
    selection.choose_evaluator(actor=officer, now=make.NOW, evaluation=evaluation, new_provider="Exempel AB")
    member.person.organisation_id = get_by_code("region-01").id
    db.session.flush()
    db.session.expire(member.person)
    with refused("signed_on"):
        sign(evaluation, officer)
    assert (evaluation.contract_signed_on, evaluation.phase) == (None, EvaluationPhase.SELECTION)
    member.person.organisation_id = None
    db.session.flush()
    db.session.expire(member.person)
    sign(evaluation, officer)


@pytest.mark.parametrize("becomes", ["a part of it", "a namesake of a part of it", "a supplier's namesake"])
def test_no_contract_with_an_evaluator_who_became_a_part_of_the_model_since_the_choice(
    officer: Person, becomes: str
) -> None:
    evaluation, _member, _deliverable = make.ready(officer, person(Role.STEERING))
    choose(evaluation, officer)
    selection.choose_evaluator(actor=officer, now=make.NOW, evaluation=evaluation, new_provider="Exempelkansliet Nio")
    assert evaluation.provider is not None
    if becomes == "a part of it":
        evaluation.provider.kind = OrganisationKind.BODY
    elif becomes == "a namesake of a part of it":
        named = {"name": "EXEMPELKANSLIET  NIO", "valid_from_on": date(2026, 11, 1)}
        db.session.add(OrganisationName(organisation=get_by_code("nt-council"), **named))
    else:
        supplier("Exempelkansliet nio AB")
    db.session.flush()
    db.session.expire_all()
    with refused("signed_on"):
        sign(evaluation, officer)
    assert evaluation.contract_signed_on is None


def test_the_contract_makes_the_evaluators_days_contractual(officer: Person) -> None:
    evaluation, _member, deliverable = make.ready(officer, person(Role.STEERING))
    ours = make.deliverable(evaluation, officer, DeliverableKind.FACT_CHECK, date(2027, 4, 1))
    choose(evaluation, officer)
    selection.choose_evaluator(actor=officer, now=make.NOW, evaluation=evaluation, new_provider="Exempel AB")
    sign(evaluation, officer)
    bases = {item.source_key: item.basis for item in list_for_case(evaluation.id)}
    assert bases[f"deliverable:{deliverable.id}"] is Basis.CONTRACTUAL
    assert bases[f"deliverable:{ours.id}"] is Basis.INTERNAL
    with refused("reason"):
        deliverables.change_deliverable(
            actor=officer, now=make.NOW, deliverable=deliverable, title="Slutrapport", due_on=date(2027, 7, 1)
        )
    deliverables.move_due(
        actor=officer, now=make.NOW, deliverable=deliverable, due_on=date(2027, 7, 1), reason="Sjukdom"
    )
    assert (deliverable.first_due_on, deliverable.due_on) == (date(2027, 6, 1), date(2027, 7, 1))


def test_a_direct_award_stays_under_the_limit(officer: Person) -> None:
    evaluation, _member, _deliverable = make.ready(officer, person(Role.STEERING))
    choose(evaluation, officer)
    selection.choose_evaluator(actor=officer, now=make.NOW, evaluation=evaluation, new_provider="Exempel AB")
    with refused("contract_ore"):
        sign(evaluation, officer, contract_ore=700_000 * KRONA)
    assert evaluation.contract_signed_on is None
    evaluation.contract_ore = None
    sign(evaluation, officer, contract_ore=699_999 * KRONA)


def test_a_direct_award_above_100_000_kronor_has_its_reasons(officer: Person) -> None:
    small = make.evaluation(officer, budget_ore=100_000 * KRONA)
    choose(small, officer, selection_reason=None)
    larger = make.evaluation(officer, budget_ore=100_001 * KRONA)
    with refused("selection_reason"):
        choose(larger, officer, selection_reason=" ")


def test_a_call_off_names_its_case_or_where_it_is_found(officer: Person) -> None:
    evaluation, _member, _deliverable = make.ready(officer, person(Role.STEERING))
    choose(evaluation, officer, Selection.CALL_OFF, selection_reason=None)
    selection.choose_evaluator(actor=officer, now=make.NOW, evaluation=evaluation, new_provider="Exempel AB")
    with refused():
        sign(evaluation, officer)
    with refused("procurement_id"):
        choose(evaluation, officer, Selection.CALL_OFF, procurement_id=evaluation.id)
    choose(evaluation, officer, Selection.CALL_OFF, procurement_id=procurement(officer).id)
    sign(evaluation, officer)


def test_somebody_elses_change_is_not_overwritten(officer: Person) -> None:
    evaluation = make.evaluation(officer)
    choose(evaluation, officer)
    with pytest.raises(StaleVersion) as caught:
        choose(evaluation, officer, version=1)
    assert caught.value.current["selection"] == "direct_award"


def test_the_contact_is_one_at_a_time_and_passed_on(officer: Person) -> None:
    evaluation = make.evaluation(officer)
    first = make.member(evaluation, officer)
    second = make.member(evaluation, officer, is_contact=True)
    assert (first.is_contact, second.is_contact) == (False, True)
    with refused("is_contact"):
        team.change_member(actor=officer, now=make.NOW, member=second, part=None, is_contact=False)
    team.end_membership(actor=officer, now=make.NOW, member=second)
    assert first.is_contact


def test_whoever_is_in_the_team_is_not_answered_for_with_anothers_name_or_part(officer: Person) -> None:
    evaluation = make.evaluation(officer)
    first = make.member(evaluation, officer, part="Projektledare")
    told = {"name": first.person.name, "email": first.person.email}
    assert make.member(evaluation, officer, part="Projektledare", **told) is first
    with refused("email"):
        make.member(evaluation, officer, name="Andra Personen", part="Analytiker", email=first.person.email)
    with refused("email"):
        make.member(evaluation, officer, part="Analytiker", **told)
    assert [item.person.name for item in evaluation.team] == [first.person.name]


def test_our_own_deliverables_are_marked_as_done_and_theirs_are_not(officer: Person) -> None:
    evaluation = make.evaluation(officer)
    ours = make.deliverable(evaluation, officer, DeliverableKind.TERMS_OF_REFERENCE)
    theirs = make.deliverable(evaluation, officer)
    assert ours.delivered_by is DeliveredBy.COMMISSIONER
    deliverables.mark_done(actor=officer, now=make.NOW, deliverable=ours)
    met = {item.source_key: item.met_on for item in list_for_case(evaluation.id)}
    assert met[f"deliverable:{ours.id}"] == make.TODAY
    with refused():
        deliverables.mark_done(actor=officer, now=make.NOW, deliverable=theirs)
    with refused():
        deliverables.cancel_deliverable(actor=officer, now=make.NOW, deliverable=ours, reason="Behövs inte")


def test_the_final_report_is_the_evaluators_to_deliver(officer: Person) -> None:
    evaluation, member, report = make.ready(officer, person(Role.STEERING))
    ours = DeliveredBy.COMMISSIONER
    with refused("delivered_by"):
        make.deliverable(evaluation, officer, delivered_by=ours)
    draft = make.deliverable(evaluation, officer, DeliverableKind.DRAFT_REPORT)
    reviews.delivered(draft, member)
    for item in (report, draft):
        with refused("delivered_by"):
            deliverables.change_deliverable(
                actor=officer, now=make.NOW, deliverable=item, title=item.title, due_on=item.due_on, delivered_by=ours
            )
    with refused():
        deliverables.mark_done(actor=officer, now=make.NOW, deliverable=report)


def test_a_corrected_report_that_is_asked_for_turns_no_clock_back(officer: Person) -> None:
    evaluation = follow_up.reported(officer)
    make.deliverable(evaluation, officer, title="Rättad slutrapport")
    assert (evaluation.phase, evaluation.phase_since_on) == (EvaluationPhase.RESPONSE, follow_up.APPROVED_ON)
    with refused():
        commission.cancel(actor=officer, now=make.NOW, evaluation=evaluation, reason="Nej")


def test_a_cancelled_evaluation_drops_its_days_and_takes_nothing_more(officer: Person) -> None:
    evaluation = make.evaluation(officer, report_on=date(2027, 6, 1))
    with refused("reason"):
        commission.cancel(actor=officer, now=make.NOW, evaluation=evaluation, reason=" ")
    commission.cancel(actor=officer, now=make.NOW, evaluation=evaluation, reason="Uppdraget dras tillbaka")
    assert evaluation.phase == EvaluationPhase.CANCELLED
    assert {item.state for item in list_for_case(evaluation.id)} == {DeadlineState.CANCELLED}
    with refused():
        make.deliverable(evaluation, officer)
    with refused():
        commission.cancel(actor=officer, now=make.NOW, evaluation=evaluation, reason="Igen")


def test_nothing_was_commissioned_on_a_day_that_has_not_been(officer: Person) -> None:
    with refused("commissioned_on"):
        make.evaluation(officer, commissioned_on=make.TODAY + timedelta(days=1))
    assert make.evaluation(officer, commissioned_on=make.TODAY).commissioned_on == make.TODAY


def test_an_evaluation_without_an_approved_report_is_not_closed(officer: Person) -> None:
    with refused():
        commission.close(actor=officer, now=make.NOW, evaluation=make.evaluation(officer))


def test_what_is_only_noted_takes_no_part_in_anything(officer: Person) -> None:
    noted = make.noted(officer)
    assert (noted.phase, noted.is_own) == (EvaluationPhase.NOTED, False)
    for attempt in (make.member, make.deliverable, choose):
        with refused():
            attempt(noted, officer)
    with refused():
        commission.cancel(actor=officer, now=make.NOW, evaluation=noted, reason="Nej")
    with refused("report_url"):
        make.noted(officer, report_url="javascript:alert(1)")
