"""What the evaluator is shown of what was asked, and of what was changed since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from bs4 import BeautifulSoup

from tests.factories import evaluations as make
from tests.factories import follow_up, reviews
from tests.factories.organisations import load_reference
from tests.factories.people import person
from tests.integration.evaluations.conftest import Visit
from tests.support.client import Client
from tracker.accounts.enums import Role
from tracker.core.db import db
from tracker.evaluations.enums import Criterion, DeliverableKind, ResponseKind
from tracker.evaluations.service import brief, deliverables, links, review

LATER = make.NOW + timedelta(hours=1)
FIRST_DAY, SECOND_DAY = date(2027, 6, 15), date(2027, 7, 1)


def section(here: Visit, path: str, selector: str) -> list[str]:
    """The texts of what `selector` finds, spaces made even."""
    found = BeautifulSoup(here.get(path).text, "html.parser").select(selector)
    return [" ".join(item.get_text(" ").split()) for item in found]


def test_every_return_stands_under_the_version_that_it_is_about(here: Visit) -> None:
    for number, day in enumerate((FIRST_DAY, SECOND_DAY), 1):
        reviews.delivered(here.deliverable, here.member)
        reviews.comment(here.deliverable, here.officer, f"Synpunkt i omgång {number}")
        reviews.returned(here.deliverable, here.officer, day, reason=f"Skäl {number}")
    version = reviews.delivered(here.deliverable, here.member)
    second, first = section(here, "/comments", "[aria-labelledby^=round-]")
    assert "Version 2" in second and "Skäl 2" in second and "1 juli 2027" in second and "omgång 2" in second
    assert "Version 1" in first and "Skäl 1" in first and "15 juni 2027" in first and "omgång 1" in first
    assert "Skäl 2" not in first and "Ansvarig Handläggare" in first
    names = section(here, "/comments", "article h4") + section(here, "/comments", "article button")
    assert len(names) == len(set(names)) == 4
    review.approve_version(
        actor=here.officer, now=make.NOW, deliverable=here.deliverable, version_id=version.id, note="Bra"
    )
    rounds = section(here, "/comments", "[aria-labelledby^=round-]")
    assert len(rounds) == 3 and "Godkänt av Ansvarig Handläggare" in rounds[0] and "Bra" in rounds[0]


def test_what_changed_in_the_assignment_is_told_from_old_to_new(here: Visit) -> None:
    assert section(here, "", "[aria-labelledby=changed]") == []
    brief.change_brief(
        actor=here.officer,
        now=LATER,
        evaluation=here.evaluation,
        purpose="Hur upphandlingarna fungerar",
        questions="",
        criteria=[Criterion.IMPACT],
        scope="",
    )
    deliverables.change_deliverable(
        actor=here.officer,
        now=LATER + timedelta(hours=1),
        deliverable=here.deliverable,
        title="Rapporten",
        due_on=date(2027, 6, 3),
        format="PDF",
        reason="Styrgruppens möte är flyttat",
    )
    [told] = section(here, "", "[aria-labelledby=changed]")
    assert "2027-06-01 → 2027-06-03" in told and "Styrgruppens möte är flyttat" in told and "PDF" in told
    assert "Slutrapport → Rapporten" in told
    assert told.index("Rapporten") < told.index("Hur upphandlingarna fungerar")  # the latest first
    assert "Effekter" in told and "Ansvarig Handläggare" in told


def test_what_is_none_of_the_evaluators_is_not_told(here: Visit) -> None:
    evaluation = here.evaluation
    brief.change_facts(
        actor=here.officer,
        now=LATER,
        evaluation=evaluation,
        title=evaluation.title,
        responsible_id=here.officer.id,
        secrecy_class=evaluation.secrecy_class,
        commissioner_id=evaluation.commissioner_id,
        commissioned_on=None,
        commission_decision="Protokoll 7",
        budget_ore=40_000_000,
        response_days=60,
    )
    assert section(here, "", "[aria-labelledby=changed]") == []
    other = make.deliverable(evaluation, here.officer, DeliverableKind.DRAFT_REPORT, now=LATER)
    deliverables.cancel_deliverable(actor=here.officer, now=LATER, deliverable=other, reason="Pengarna räcker inte")
    [told] = section(here, "", "[aria-labelledby=changed]")
    assert "Efterfrågar inte längre" in told and "Pengarna räcker inte" in told and "400" not in told


def test_a_long_list_of_changes_is_folded(here: Visit) -> None:
    for day in range(4, 9):
        deliverables.move_due(
            actor=here.officer,
            now=LATER + timedelta(hours=day),
            deliverable=here.deliverable,
            due_on=date(2027, 6, day),
            reason=f"Skäl {day}",
        )
    [folded] = section(here, "", "[aria-labelledby=changed] details")
    assert "2 tidigare ändringar" in folded and "Skäl 5" in folded and "Skäl 8" not in folded


def test_the_evaluator_reads_the_responses_only_when_the_commissioner_lets_them(
    client: Client, at: Callable[[datetime], None]
) -> None:
    load_reference()
    officer = person(Role.MARKET)
    evaluation = follow_up.reported(officer, count=2)
    first, _second = evaluation.recommendations
    follow_up.response(first, officer, ResponseKind.REJECTED, reason="Ryms inte i budgeten.")
    link = links.make_link(actor=officer, now=make.NOW, member=make.member(evaluation, officer))
    path = f"/commission/{links.token(link)}/recommendations"
    assert "Ryms inte i budgeten." not in client.get(path).text
    evaluation.is_sharing_responses = True
    db.session.commit()
    articles = BeautifulSoup(client.get(path).text, "html.parser").find_all("article")
    told = [" ".join(item.get_text(" ").split()) for item in articles]
    assert "Ryms inte i budgeten." in told[0] and "Marknadsfunktionen" in told[0] and "Avvisas" in told[0]
    assert "21 dagar" in told[1] and "Inte besvarad" in told[1] and "14 december 2026" in told[1]
