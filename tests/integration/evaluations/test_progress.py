"""On track or more time: answered through the link, decided by those who commission."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from tests.factories import evaluations as make
from tests.factories import reviews
from tests.factories.evaluations import NOW
from tests.factories.messages import in_the_queue
from tests.factories.people import person
from tests.integration.evaluations.conftest import Visit, visit
from tests.support.client import Client
from tests.support.forms import form_values
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.deadlines.service import find_by_key
from tracker.evaluations.enums import DeliverableKind, ProgressAnswer, RequestState
from tracker.evaluations.models import Progress
from tracker.evaluations.queries.review import WaitingKind, find_pending_extension, list_waiting
from tracker.evaluations.service import commission, deliverables, progress
from tracker.outbox.models import OutboxMessage

SignIn = Callable[[Person], Client]
DUE = date(2027, 6, 1)
WISHED = date(2027, 6, 22)


def answers() -> list[Progress]:
    return list(db.session.scalars(sa.select(Progress).order_by(Progress.id)))


def news(event: str) -> list[OutboxMessage]:
    return in_the_queue("evaluation_news", event)


def wish(here: Visit, wished_on: date = WISHED, **values: object) -> Progress:
    told = {"now": NOW, "reason": "Intervjuerna drog ut på tiden", **values}
    return progress.answer(
        actor=here.member.person,
        deliverable=here.deliverable,
        member=here.member,
        answer=ProgressAnswer.MORE_TIME,
        wished_on=wished_on,
        **told,  # type: ignore[arg-type]
    )


def extension_path(here: Visit, of: Progress) -> str:
    return f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}/extensions/{of.id}"


def test_reading_the_page_answers_nothing_and_sending_it_twice_answers_once(here: Visit) -> None:
    path = f"{here.deliver_path}/progress"
    page = here.client.get(f"{path}?answer=on_track")
    assert answers() == []
    fields = form_values(page)
    assert fields["answer"] == "on_track"
    for _ in range(2):
        assert here.client.post(path, data=fields).status_code == 303
    assert [(item.answer, item.state, item.answered_by_name) for item in answers()] == [
        (ProgressAnswer.ON_TRACK, RequestState.NOT_NEEDED, "Eva Utvärderare")
    ]
    assert [message.person_id for message in news("progress_answered")] == [here.officer.id]
    assert here.client.get(f"{path}?answer=nonsense").status_code == 200


def test_more_time_wants_a_later_day_and_a_reason(here: Visit) -> None:
    path = f"{here.deliver_path}/progress"
    page = here.client.get(f"{path}?answer=more_time")
    fields = form_values(page)
    for wrong, field in (
        ({"wished_on": "", "reason": "Sjukdom"}, "#wished_on"),
        ({"wished_on": DUE.isoformat(), "reason": "Sjukdom"}, "#wished_on"),
        ({"wished_on": "9999-12-31", "reason": "Sjukdom"}, "#wished_on"),
        ({"wished_on": WISHED.isoformat(), "reason": ""}, "#reason"),
    ):
        answer = here.client.post(path, data=fields | wrong)
        assert answer.status_code == 422 and f'href="{field}"' in answer.text
    assert answers() == []
    sent = fields | {"wished_on": WISHED.isoformat(), "reason": "Sjukdom"}
    assert here.client.post(path, data=sent).status_code == 303
    assert (answers()[0].wished_on, answers()[0].due_on, answers()[0].state) == (WISHED, DUE, RequestState.PENDING)


def test_a_late_answer_is_fine_but_not_a_day_that_has_passed(here: Visit) -> None:
    late = NOW + timedelta(days=250)
    with pytest.raises(DomainError, match=r"dag|day"):
        wish(here, date(2027, 6, 10), now=late)
    assert wish(here, date(2027, 9, 1), now=late).state is RequestState.PENDING


def test_the_page_says_which_answer_withdraws_the_wish(here: Visit) -> None:
    warning = "Svarar du ”Enligt plan” återkallas din begäran om mer tid till"
    path = f"{here.deliver_path}/progress"
    assert warning not in here.client.get(path).text
    wished = wish(here)
    assert f"{warning} tis 22 juni 2027." in here.client.get(path).text
    progress.decide(actor=here.officer, now=NOW, progress=wished, is_approved=False, note="Mötet kan inte flyttas")
    assert warning not in here.client.get(path).text


def test_a_later_answer_withdraws_the_wish(here: Visit) -> None:
    first = wish(here)
    second = wish(here, WISHED + timedelta(days=7))
    assert (first.state, second.state) == (RequestState.WITHDRAWN, RequestState.PENDING)
    progress.answer(
        actor=here.member.person,
        now=NOW,
        deliverable=here.deliverable,
        member=here.member,
        answer=ProgressAnswer.ON_TRACK,
    )
    assert second.state is RequestState.WITHDRAWN
    with pytest.raises(DomainError):
        progress.decide(actor=here.officer, now=NOW, progress=second, is_approved=True)


def test_what_answers_a_wish_leaves_nothing_to_decide(here: Visit) -> None:
    later = wish(here)
    for due_on, state in (
        (WISHED - timedelta(days=7), RequestState.PENDING),
        (WISHED, RequestState.WITHDRAWN),
    ):
        deliverables.change_deliverable(
            actor=here.officer, now=NOW, deliverable=here.deliverable, due_on=due_on, title="Slutrapport",
            reason="Enligt överenskommelse",
        )  # fmt: skip
        assert later.state is state
    handed_in = wish(here, WISHED + timedelta(days=7))
    here.hand_in()
    assert db.session.get_one(Progress, handed_in.id).state is RequestState.WITHDRAWN


def test_a_day_that_has_passed_is_not_granted(here: Visit) -> None:
    asked = wish(here)
    with pytest.raises(DomainError) as refused:
        progress.decide(actor=here.officer, now=NOW + timedelta(days=400), progress=asked, is_approved=True)
    assert refused.value.field == "granted_on"


def test_approving_moves_the_day_its_deadline_and_tells_the_evaluator(here: Visit, sign_in: SignIn) -> None:
    asked = wish(here)
    page = sign_in(here.officer).get(f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}")
    path = extension_path(here, asked)
    fields = form_values(page, path) | {"decision": "approve", "note": "Krya på er"}
    assert fields["granted_on"] == WISHED.isoformat()
    browser = sign_in(here.officer)
    assert browser.post(path, data=fields).status_code == 303
    assert browser.post(path, data=fields).status_code == 303  # pressed twice
    assert (asked.state, asked.granted_on, asked.decided_by_name) == (
        RequestState.APPROVED,
        WISHED,
        "Ansvarig Handläggare",
    )
    assert asked.decision_note == "Krya på er"
    assert (here.deliverable.due_on, here.deliverable.first_due_on) == (WISHED, DUE)
    deadline = find_by_key(here.evaluation.id, f"deliverable:{here.deliverable.id}")
    assert deadline is not None and deadline.due_on == WISHED
    assert [message.person_id for message in news("extension_decided")] == [here.member.person_id]
    assert list_waiting(here.evaluation) == []
    told = here.client.get(f"{here.deliver_path}/progress").text
    assert "22 juni 2027" in told


def test_a_wish_that_waits_is_told_on_the_overview_until_it_is_decided(here: Visit) -> None:
    asked = wish(here)
    assert "Mer tid är begärd, till tis 22 juni 2027" in here.get().text
    progress.decide(actor=here.officer, now=NOW, progress=asked, is_approved=True)
    assert "Mer tid är begärd" not in here.get().text


def test_refusing_wants_a_reason_and_leaves_the_day(here: Visit, sign_in: SignIn) -> None:
    asked = wish(here)
    browser, path = sign_in(here.officer), extension_path(here, asked)
    fields = form_values(browser.get(path)) | {"decision": "refuse", "note": ""}
    answer = browser.post(path, data=fields)
    assert answer.status_code == 422 and 'href="#note"' in answer.text
    assert browser.post(path, data=fields | {"note": "Styrgruppen behöver rapporten"}).status_code == 303
    assert (asked.state, asked.granted_on, here.deliverable.due_on) == (RequestState.REFUSED, None, DUE)
    assert "Styrgruppen behöver rapporten" in here.client.get(f"{here.deliver_path}/progress").text
    assert "beslut" in browser.get(path).text.casefold()


def test_refusing_is_one_press_below_the_wish(here: Visit, sign_in: SignIn) -> None:
    asked = wish(here)
    browser, path = sign_in(here.officer), extension_path(here, asked)
    page = browser.get(f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}")
    (form,) = BeautifulSoup(page.text, "html.parser").find_all("form", action=path)
    # One form: what is written goes with either answer.
    assert [button["value"] for button in form.select("button[name=decision]")] == ["approve", "refuse"]
    assert form.select_one("textarea[name=note]")
    assert browser.post(path, data={"decision": "refuse", "note": "Mötet kan inte flyttas"}).status_code == 303
    assert (asked.state, asked.decision_note) == (RequestState.REFUSED, "Mötet kan inte flyttas")


def test_two_who_decide_differently_do_not_both_win(here: Visit, sign_in: SignIn) -> None:
    asked = wish(here)
    path = extension_path(here, asked)
    first, second = sign_in(here.officer), sign_in(person(Role.SUPPORT))
    fields = form_values(first.get(path))
    assert first.post(path, data=fields | {"decision": "refuse", "note": "Nej"}).status_code == 303
    answer = second.post(path, data=fields | {"decision": "approve"})
    assert answer.status_code == 422 and "Ansvarig Handläggare" in answer.text
    assert (asked.state, here.deliverable.due_on) == (RequestState.REFUSED, DUE)


def test_another_day_than_the_wished_one_may_be_granted_but_no_earlier_than_agreed(here: Visit) -> None:
    asked = wish(here)
    with pytest.raises(DomainError) as refused:
        progress.decide(actor=here.officer, now=NOW, progress=asked, is_approved=True, granted_on=DUE)
    assert refused.value.field == "granted_on"
    with pytest.raises(DomainError) as refused:
        progress.decide(actor=here.officer, now=NOW, progress=asked, is_approved=True, granted_on=date(9999, 12, 31))
    assert refused.value.field == "granted_on"
    progress.decide(actor=here.officer, now=NOW, progress=asked, is_approved=True, granted_on=date(2027, 6, 8))
    assert here.deliverable.due_on == date(2027, 6, 8)


def test_what_nobody_waits_for_is_not_answered(here: Visit) -> None:
    asked = wish(here)
    assert [item.kind for item in list_waiting(here.evaluation)] == [WaitingKind.EXTENSION]
    reviews.delivered(here.deliverable, here.member)
    assert find_pending_extension(here.deliverable) is None
    assert [item.kind for item in list_waiting(here.evaluation)] == [WaitingKind.REVIEW]
    with pytest.raises(DomainError):
        progress.decide(actor=here.officer, now=NOW, progress=asked, is_approved=True)
    with pytest.raises(DomainError):
        wish(here)
    assert "Inget att svara på" in here.client.get(f"{here.deliver_path}/progress").text
    cancelled = make.deliverable(here.evaluation, here.officer, DeliverableKind.PRESENTATION)
    deliverables.cancel_deliverable(actor=here.officer, now=NOW, deliverable=cancelled, reason="Behövs inte")
    here.deliverable = cancelled
    with pytest.raises(DomainError):
        wish(here)


def test_nothing_is_answered_in_an_evaluation_that_is_cancelled(here: Visit) -> None:
    commission.cancel(actor=here.officer, now=NOW, evaluation=here.evaluation, reason="Avbryts")
    with pytest.raises(DomainError):
        wish(here)


def test_another_commission_is_out_of_reach(here: Visit, client: Client, sign_in: SignIn) -> None:
    other = visit(client)
    assert here.client.get(f"{here.home}/deliverables/{other.deliverable.id}/progress").status_code == 404
    assert here.client.post(f"{here.home}/deliverables/{other.deliverable.id}/progress", data={}).status_code == 404
    asked = wish(other)
    wrong = f"/evaluations/{here.evaluation.id}/deliverables/{here.deliverable.id}/extensions/{asked.id}"
    assert sign_in(here.officer).get(wrong).status_code == 404
    assert sign_in(here.officer).post(wrong, data={"decision": "approve"}).status_code == 404
