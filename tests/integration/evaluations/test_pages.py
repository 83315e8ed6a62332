"""The pages of evaluations, as the people who commission them use them; conflicts, strangers and files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from flask import Flask

from tests.factories import evaluations as make
from tests.factories import follow_up, procurements
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.enums import SecrecyClass
from tracker.cases.models import Case, Note
from tracker.core import clock
from tracker.core.calendar import is_working_day
from tracker.core.db import db
from tracker.evaluations.enums import Assessment, DeliverableState, ResponseKind
from tracker.evaluations.models import Deliverable, Evaluation
from tracker.evaluations.queries import listing
from tracker.evaluations.queries.listing import EvaluationFilters, Tab

SignIn = Callable[[Person], Client]
SUBMISSION = "22222222-2222-4222-8222-222222222222"


@pytest.fixture(autouse=True)
def _reference(app: Flask) -> None:
    load_reference()


@pytest.fixture
def officer() -> Person:
    return person(Role.MARKET, name="Marknadshandläggare Ett")


@pytest.fixture
def browser(officer: Person, sign_in: SignIn) -> Client:
    return sign_in(officer)


def forms_of(base: str, evaluation: Evaluation) -> list[str]:
    member, deliverable = evaluation.team[0], evaluation.deliverables[0]
    return [
        f"{base}/facts", f"{base}/brief", f"{base}/selection", f"{base}/evaluator", f"{base}/contract",
        f"{base}/cancel", f"{base}/close", f"{base}/team/new", f"{base}/team/{member.id}",
        f"{base}/team/{member.id}/leave", f"{base}/deliverables/new", f"{base}/deliverables/usual",
        f"{base}/deliverables/usual?report_on=2027-09-01", f"{base}/deliverables/{deliverable.id}/change",
        f"{base}/deliverables/{deliverable.id}/cancel",
    ]  # fmt: skip


def text_of(response: object) -> str:
    return BeautifulSoup(response.text, "html.parser").get_text(" ", strip=True)  # type: ignore[attr-defined]


def test_every_page_of_an_evaluation_is_well_formed(officer: Person, browser: Client) -> None:
    evaluation, _member, _deliverable = make.ready(officer, person(Role.STEERING), report_on=date(2027, 6, 1))
    noted = make.noted(officer, report_url="https://example.org/rapport")
    base = f"/evaluations/{evaluation.id}"
    others = ["?tab=noted", "?tab=all", "?q=finns+inte", "/new", "/note", f"/{noted.id}", f"/{noted.id}/noted"]
    for path in ["/evaluations", *(f"/evaluations{part}" for part in others), base, *forms_of(base, evaluation)]:
        assert browser.get(path).status_code == 200, path


def test_three_answers_open_an_evaluation_and_its_page_says_what_comes_next(browser: Client) -> None:
    answers = {"title": "Samverkan 2015–2026", "report_on": "2027-06-01", "submission": SUBMISSION}
    for _again in range(2):
        answer = browser.post("/evaluations/new", data=answers)
        assert answer.status_code == 302
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Evaluation)) == 1
    shown = text_of(browser.get(answer.location))
    assert "Skriv syfte och frågor" in shown
    assert "Väntar på: Uppdragsgivaren" in shown


def test_before_a_link_is_mailed_the_commissioner_is_waited_for_and_then_the_evaluator(
    browser: Client, officer: Person
) -> None:
    evaluation = make.evaluation(officer, report_on=date(2027, 6, 1))
    member = make.member(evaluation, officer)
    page, links = f"/evaluations/{evaluation.id}", f"/evaluations/{evaluation.id}/links"
    name = member.person.name
    first = f"Mejla länken till jävsdeklarationen till {name} Väntar på: Uppdragsgivaren"
    assert first in text_of(browser.get(page))
    assert f"Mejla länken till {name}" in text_of(browser.get(links))
    assert browser.post(f"{page}/team/{member.id}/link").status_code == 303
    assert f"Väntar på: {name}" in text_of(browser.get(page))
    assert f"Mejla en ny länk till {name}" in text_of(browser.get(links))


def test_who_sees_no_evaluation_is_not_told_that_there_is_none(
    officer: Person, sign_in: Callable[[Person], Client]
) -> None:
    make.evaluation(officer)
    shown = text_of(sign_in(person(Role.REGION_CONTACT)).get("/evaluations"))
    assert "Det finns ingen utvärdering som du har tillgång till." in shown
    assert "beställd ännu" not in shown


def test_nothing_typed_is_lost_when_an_answer_is_refused(browser: Client) -> None:
    answer = browser.post(
        "/evaluations/new", data={"title": "Samverkan", "report_on": "2001-01-01", "submission": SUBMISSION}
    )
    assert answer.status_code == 422
    assert 'value="2001-01-01"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Evaluation)) == 0


def test_two_who_change_the_brief_are_shown_both_texts(officer: Person, browser: Client) -> None:
    evaluation = make.evaluation(officer)
    path, version = f"/evaluations/{evaluation.id}/brief", evaluation.version
    first = browser.post(path, data={"purpose": "Den första", "criteria": ["impact"], "version": version})
    assert first.status_code == 302
    second = browser.post(path, data={"purpose": "Den andra", "version": version})
    assert second.status_code == 409
    assert "Den första" in second.text and "Den andra" in second.text
    db.session.expire_all()
    assert (evaluation.purpose, evaluation.criteria) == ("Den första", ["impact"])


def test_the_usual_deliverables_are_added_once_however_often_the_form_is_sent(officer: Person, browser: Client) -> None:
    evaluation = make.evaluation(officer)
    path = f"/evaluations/{evaluation.id}/deliverables/usual"
    answers = {"submission": SUBMISSION, "take_draft_report": "y", "due_draft_report": "2027-05-03",
               "take_final_report": "y", "due_final_report": "2027-06-01", "due_fact_check": "2027-05-20"}  # fmt: skip
    for _again in range(2):
        assert browser.post(path, data=answers).status_code == 302
    assert [(item.title, item.due_on) for item in evaluation.deliverables] == [
        ("Rapportutkast", date(2027, 5, 3)),
        ("Slutrapport", date(2027, 6, 1)),
    ]
    missing = browser.post(path, data={"submission": SUBMISSION, "take_presentation": "y", "due_presentation": ""})
    assert missing.status_code == 422
    assert browser.post(path, data={"submission": SUBMISSION}).status_code == 422


def test_usual_days_that_are_off_or_shared_are_asked_about(officer: Person, browser: Client) -> None:
    evaluation = make.evaluation(officer)
    path = f"/evaluations/{evaluation.id}/deliverables/usual"
    answers = {"submission": SUBMISSION, "take_fact_check": "y", "due_fact_check": "2027-05-29",
               "take_final_report": "y", "due_final_report": "2027-05-29"}  # fmt: skip
    answer = browser.post(path, data=answers)
    assert answer.status_code == 422 and 'href="#is_meant"' in answer.text
    assert "På samma dag: Faktagranskning, Slutrapport." in text_of(answer) and "ingen arbetsdag:" in text_of(answer)
    assert browser.post(path, data={**answers, "is_meant": "y"}).status_code == 302
    assert len(evaluation.deliverables) == 2


def test_too_short_a_time_is_said_and_nothing_is_made(browser: Client) -> None:
    wished = clock.today() + timedelta(days=1)
    while not is_working_day(wished):
        wished += timedelta(days=1)
    answers = {"title": "Snabb", "report_on": wished.isoformat(), "submission": SUBMISSION}
    answer = browser.post("/evaluations/new", data=answers)
    assert answer.status_code == 422 and "4 arbetsdagar till" in text_of(answer)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Evaluation)) == 0


def test_what_is_ours_to_deliver_is_marked_as_done_once(officer: Person, browser: Client) -> None:
    evaluation = make.evaluation(officer, report_on=date(2027, 6, 1))
    ours, theirs = evaluation.deliverables[0], evaluation.deliverables[1]
    path = f"/evaluations/{evaluation.id}/deliverables"
    assert browser.post(f"{path}/{ours.id}/done", data={"version": ours.version}).status_code == 302
    assert browser.post(f"{path}/{ours.id}/done", data={"version": 1}).status_code == 409
    assert browser.post(f"{path}/{theirs.id}/done", data={"version": theirs.version}).status_code == 422
    db.session.expire_all()
    assert (ours.state, theirs.state) == (DeliverableState.APPROVED, DeliverableState.OPEN)


def test_a_part_of_another_evaluation_does_not_exist(officer: Person, browser: Client) -> None:
    evaluation, member, deliverable = make.ready(officer, person(Role.STEERING))
    other = make.evaluation(officer)
    base = f"/evaluations/{other.id}"
    for path in (
        f"team/{member.id}", f"team/{member.id}/leave", f"deliverables/{deliverable.id}/change",
        f"deliverables/{deliverable.id}/cancel",
    ):  # fmt: skip
        assert browser.get(f"{base}/{path}").status_code == 404
        assert browser.post(f"{base}/{path}", data={"version": 1}).status_code == 404
    assert browser.post(f"{base}/deliverables/{deliverable.id}/done", data={"version": 1}).status_code == 404
    assert browser.get("/evaluations/999999").status_code == 404
    noted = make.noted(officer)
    for section in ("facts", "brief", "selection", "evaluator", "contract", "cancel", "close"):
        assert browser.get(f"/evaluations/{noted.id}/{section}").status_code == 404
    assert browser.get(f"/evaluations/{evaluation.id}/noted").status_code == 404


def test_a_sealed_evaluation_does_not_exist_for_others(officer: Person, sign_in: SignIn) -> None:
    evaluation, _member, _deliverable = make.ready(
        officer, person(Role.STEERING), title="Hemlig utvärdering", secrecy_class=SecrecyClass.SEALED
    )
    stranger = sign_in(person(Role.MARKET))
    base = f"/evaluations/{evaluation.id}"
    for path in [base, *forms_of(base, evaluation)]:
        assert stranger.get(path).status_code == 404, path
    assert "Hemlig" not in stranger.get("/evaluations?tab=all").text
    assert "Hemlig" not in stranger.get("/evaluations.csv?tab=all").text
    assert sign_in(officer).get(base).status_code == 200


def test_how_a_declaration_was_assessed_is_known_to_those_who_commission_only(officer: Person, sign_in: SignIn) -> None:
    evaluation = make.evaluation(officer)
    make.assessed(make.member(evaluation, officer), person(Role.STEERING), Assessment.DISQUALIFYING)
    path = f"/evaluations/{evaluation.id}"
    assert "jävig" in sign_in(officer).get(path).text
    assert "jävig" not in sign_in(person(Role.AUDITOR)).get(path).text


def test_a_note_is_kept_once(officer: Person, browser: Client) -> None:
    evaluation = make.evaluation(officer)
    for _again in range(2):
        answer = browser.post(
            f"/evaluations/{evaluation.id}/notes", data={"body": "Ring utvärderaren", "submission": SUBMISSION}
        )
        assert answer.status_code == 302
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Note)) == 1


def test_an_evaluator_of_the_model_is_refused_where_it_is_written(officer: Person, browser: Client) -> None:
    evaluation = make.evaluation(officer)
    answer = browser.post(
        f"/evaluations/{evaluation.id}/evaluator", data={"new_provider": "Region Skåne", "version": evaluation.version}
    )
    assert answer.status_code == 422
    assert "oberoende part" in answer.text


def test_a_name_that_one_of_the_models_stands_in_is_asked_about_once(officer: Person, browser: Client) -> None:
    evaluation = make.evaluation(officer)
    path = f"/evaluations/{evaluation.id}/evaluator"
    assert 'name="is_outside"' not in browser.get(path).text
    answer = browser.post(path, data={"new_provider": "Adda Lind Analys AB", "version": evaluation.version})
    assert answer.status_code == 422 and 'href="#is_outside"' in answer.text
    sent = form_values(answer) | {"is_outside": "y"}
    assert browser.post(path, data=sent).status_code == 302
    assert evaluation.provider is not None and evaluation.provider.names[-1].name == "Adda Lind Analys AB"


def test_noted_evaluations_are_never_counted_as_ours(officer: Person, browser: Client) -> None:
    ours, noted = make.evaluation(officer), make.noted(officer, "Andras utvärdering")
    assert [row.id for row in listing.list_evaluations(officer, EvaluationFilters()).items] == [ours.id]
    assert [row.id for row in listing.list_evaluations(officer, EvaluationFilters(tab=Tab.NOTED)).items] == [noted.id]
    assert listing.list_evaluations(officer, EvaluationFilters(tab=Tab.ALL)).total == 2
    assert listing.list_evaluations(officer, EvaluationFilters(is_running=True, tab=Tab.ALL)).total == 1
    assert f'/evaluations/{noted.id}"' not in browser.get("/evaluations").text


@pytest.mark.parametrize("path", ["/evaluations", "/recommendations", "/procurements"])
def test_a_query_that_means_something_to_an_address_maker_harms_nothing(browser: Client, path: str) -> None:
    make.evaluation(person(Role.MARKET))
    procurements.procurement(person(Role.MARKET))
    for query in ("endpoint=x", "_external=1", "_scheme=javascript", "_anchor=x", "_method=POST", "tab=all&self=x"):
        assert browser.get(f"{path}?state=all&{query}").status_code == 200, query


def test_the_recommendations_are_found_from_the_list_and_belong_to_the_same_menu_entry(browser: Client) -> None:
    for path, own in (("/evaluations", "/evaluations"), ("/recommendations", "/recommendations")):
        page = BeautifulSoup(browser.get(path).text, "html.parser")
        tabs = page.select("nav.tabs a")
        assert "/recommendations" in [tab["href"] for tab in tabs]
        (current,) = [tab["href"] for tab in tabs if tab.get("aria-current") == "page"]
        assert str(current).split("?")[0] == own
        (entry,) = page.select(".site-nav a[aria-current]")
        assert entry.get_text(strip=True) == "Utvärderingar"


def test_a_page_of_the_list_is_one_statement(officer: Person) -> None:
    for _number in range(5):
        make.evaluation(officer, report_on=date(2027, 6, 1))
    db.session.commit()
    _ = officer.id, officer.roles
    said: list[str] = []
    engine = db.engine

    def count(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        page = listing.list_evaluations(
            officer, EvaluationFilters(text="utvärdering", overdue_on=date(2030, 1, 1)), 1, 2
        )
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)
    assert (len(page.items), page.total) == (2, 5)
    assert len([statement for statement in said if statement.lstrip().upper().startswith("SELECT")]) == 1


def test_the_list_is_searched_filtered_and_sorted(officer: Person) -> None:
    first = make.evaluation(officer, "Åtgärder i primärvård", report_on=date(2027, 6, 1))
    second = make.evaluation(officer, "Samordning av 100 % av inköpen", report_on=date(2027, 3, 1))

    def found(**filters: object) -> list[int]:
        return [row.id for row in listing.list_evaluations(officer, EvaluationFilters(**filters)).items]  # type: ignore[arg-type]

    assert found(text="ÅTGÄRDER") == [first.id]
    assert found(text="100 %") == [second.id]
    assert found(text="slutrapport") == [second.id, first.id]
    assert found(sort="due") == [second.id, first.id]
    assert found(sort="title") == [second.id, first.id]
    assert found(overdue_on=date(2020, 1, 1)) == []
    assert found(has_open_recommendations=True) == []


def test_files_of_the_list_are_safe_in_a_spreadsheet_program(officer: Person, browser: Client) -> None:
    make.evaluation(officer, '=HYPERLINK("https://example.org")')
    answer = browser.get("/evaluations.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))
    assert rows[1][1].startswith("'=")
    assert browser.get("/evaluations.xlsx").get_data().startswith(b"PK")


def test_damaged_addresses_give_the_list_rather_than_a_fault(officer: Person, browser: Client) -> None:
    make.evaluation(officer)
    for query in ("tab=x", "phase=%00", "sort=;drop", "page=-4", "page=999999999999", "q=%25_%5C"):
        assert browser.get(f"/evaluations?{query}").status_code == 200, query


def test_the_case_and_the_deliverables_are_rows_of_their_own(officer: Person) -> None:
    evaluation = make.evaluation(officer, report_on=date(2027, 6, 1))
    assert db.session.get(Case, evaluation.id) is evaluation
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Deliverable)) == 6


@pytest.mark.parametrize(
    ("typed", "told"),
    [("1e9", "Skriv ett heltal med siffror."), ("400", "Ett tal från 1 till 365."),
     ("", "Här behövs ett svar.")],
)  # fmt: skip
def test_a_number_that_cannot_be_is_told_in_one_sentence(
    browser: Client, officer: Person, typed: str, told: str
) -> None:
    path = f"/evaluations/{make.evaluation(officer).id}/facts"
    page = browser.post(path, data={**form_values(browser.get(path)), "response_days": typed})
    lines = BeautifulSoup(page.text, "html.parser").select('#error-summary a[href="#response_days"]')
    assert [line.get_text() for line in lines] == [f"Dagar för åtgärdssvar: {told}"]


def test_closing_is_offered_once_it_would_not_be_refused(browser: Client, officer: Person) -> None:
    evaluation = follow_up.reported(officer)
    path = f"/evaluations/{evaluation.id}/close"
    page = browser.get(path).text
    assert "Allt är inte uppföljt" in page and "Tillbaka till utvärderingen" in page
    assert not BeautifulSoup(page, "html.parser").select("main form.form")
    follow_up.response(evaluation.recommendations[0], officer, kind=ResponseKind.REJECTED, reason="Lagen hindrar det")
    assert BeautifulSoup(browser.get(path).text, "html.parser").select("main form.form")


def test_what_the_page_of_closing_says_can_still_be_added_can(browser: Client, officer: Person) -> None:
    evaluation = follow_up.reported(officer)
    follow_up.response(evaluation.recommendations[0], officer, kind=ResponseKind.REJECTED, reason="Lagen hindrar det")
    path = f"/evaluations/{evaluation.id}"
    page = browser.get(f"{path}/close")
    assert "Anteckningar, handlingar och tidsfrister kan fortfarande läggas till" in text_of(page)
    assert browser.post(f"{path}/close", data=form_values(page)).status_code == 302
    assert evaluation.phase == "closed"
    assert browser.post(f"{path}/notes", data={"body": "Arkiverad", "submission": SUBMISSION}).status_code == 302
    told = {"kind": "other", "subject": "Gallring", "due_on": "2031-01-15", "basis": "internal", "reason": "Arkivet"}
    asked = browser.get(f"/cases/{evaluation.id}/deadlines/new")
    assert browser.post(f"/cases/{evaluation.id}/deadlines/new", data=form_values(asked) | told).status_code == 302
    assert browser.get(f"/cases/{evaluation.id}/documents/new").status_code == 200


def test_beside_the_button_that_cancels_stands_another_word(browser: Client, officer: Person) -> None:
    page = BeautifulSoup(browser.get(f"/evaluations/{make.evaluation(officer).id}/cancel").text, "html.parser")
    words = [part.get_text(strip=True) for part in page.select("main .form__buttons > *")]
    assert words == ["Avbryt utvärderingen", "Behåll utvärderingen"]


def test_the_usual_deliverables_are_not_offered_after_the_report(browser: Client, officer: Person) -> None:
    running, reported = make.evaluation(officer), follow_up.reported(officer)
    assert "/deliverables/usual" in browser.get(f"/evaluations/{running.id}").text
    assert "/deliverables/usual" not in browser.get(f"/evaluations/{reported.id}").text


def test_what_happens_now_names_who_answers_and_leads_to_the_one_that_is_left(browser: Client, officer: Person) -> None:
    evaluation = follow_up.reported(officer, count=2)
    last, first = evaluation.recommendations
    follow_up.response(first, officer)
    page = BeautifulSoup(browser.get(f"/evaluations/{evaluation.id}").text, "html.parser")
    turn = page.select(".card--accent li")[0]
    assert "Marknadsfunktionen" in turn.get_text()
    link = turn.select_one("a")
    assert link is not None and link["href"] == f"/evaluations/{evaluation.id}/recommendations/{last.id}"
