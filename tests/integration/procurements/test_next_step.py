"""What the case page asks for next: nothing of the past of a contract, nothing while the standstill runs."""

from __future__ import annotations

from datetime import date

from tests.factories.procurements import NOW, TODAY, contract, procurement
from tests.support.client import Client
from tracker.accounts.models import Person
from tracker.procurements import service
from tracker.procurements.enums import ProcurementPhase, StepKind
from tracker.procurements.service.standing import next_step_of


def test_a_contract_recorded_without_its_steps_asks_for_no_past(browser: Client, officer: Person) -> None:
    case = procurement(officer, began_on=date(2024, 6, 5))
    contract(case, officer, starts_on=date(2026, 1, 1))
    assert case.phase == ProcurementPhase.IN_FORCE
    assert next_step_of(case) is None
    page = browser.get(f"/procurements/{case.id}").text
    assert "Nästa steg" not in page


def test_a_logged_contract_still_asks_for_what_follows_it(officer: Person) -> None:
    case = procurement(officer)
    service.log_step(actor=officer, now=NOW, procurement=case, kind=StepKind.CONTRACT_SIGNED, on=TODAY)
    contract(case, officer, starts_on=TODAY)
    assert next_step_of(case) is StepKind.AWARD_NOTICE


def test_while_the_standstill_runs_the_first_day_for_signing_is_told(browser: Client, officer: Person) -> None:
    case = procurement(officer)
    service.log_step(actor=officer, now=NOW, procurement=case, kind=StepKind.AWARD_NOTIFIED, on=TODAY)
    assert next_step_of(case) is StepKind.STANDSTILL_END
    page = browser.get(f"/procurements/{case.id}").text
    assert "Avtal får tecknas tidigast" in page
    assert "fre 4 dec" in page
    assert "Nästa steg" not in page
