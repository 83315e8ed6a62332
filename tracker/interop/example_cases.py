"""Running procurements placed around today's date, so that every part of the start page has something to show.

Invented from beginning to end; the substances are real, the procurements are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from tracker.accounts.models import Person
from tracker.core.calendar import add_days, add_months, add_working_days, next_working_day, roll_back, roll_forward
from tracker.deadlines.contract_terms import plan_contract
from tracker.interop.example_stage import Stage
from tracker.organisations.queries import get_by_code
from tracker.procurements import service
from tracker.procurements.enums import Capacity, Means, Procedure
from tracker.procurements.queries import find_by_import_key


def add_running_cases(*, people: Sequence[Person], now: datetime) -> int:
    """Add those that are not there yet; how many were added. ``people`` are the example people."""
    makers = (
        _late_publication,
        _tenders_this_week,
        _tenders_next_week,
        _standstill,
        _standstill_on_paper,
        _option_to_decide,
        _plan_too_tight,
        _other_body,
        _restricted,
        _ending_without_successor,
        _newly_signed,
        _successor_of_children_vaccines,
        _cancelled,
    )
    stage = Stage(people, now)
    return sum(1 for maker in makers if maker(stage))


def _late_publication(stage: Stage) -> bool:
    made = stage.log(
        "adalimumab",
        "Adalimumab för sjukhusens behov",
        substance="adalimumab",
        atc_code="L04AB04",
        cpv_code="33652300",
        began_on=stage.days(-70),
        assigned_on=stage.days(-75),
        wished_supply_on=stage.days(190),
    )
    if made is None:
        return False
    stage.plan(made, publication=add_working_days(stage.today, -6))
    stage.note(made, "Underlaget väntar på svar från två regioner om volymer.")
    return True


def _tenders_this_week(stage: Stage) -> bool:
    made = stage.log(
        "faktor-viii",
        "Koagulationsfaktor VIII",
        market=1,
        substance="koagulationsfaktor VIII",
        atc_code="B02BD02",
        cpv_code="33621200",
        began_on=stage.days(-100),
        assigned_on=stage.days(-110),
    )
    if made is None:
        return False
    friday = (
        roll_back(add_days(stage.today, 4 - stage.today.weekday())).on if stage.today.weekday() < 5 else stage.today
    )
    due_on = friday if friday > stage.today else next_working_day(stage.today)
    stage.steps(made, publication=add_days(due_on, -42))
    stage.plan(made, tenders_due=due_on)
    return True


def _tenders_next_week(stage: Stage) -> bool:
    made = stage.log(
        "trastuzumab",
        "Trastuzumab",
        substance="trastuzumab",
        atc_code="L01FD01",
        cpv_code="33652000",
        began_on=stage.days(-90),
        assigned_on=stage.days(-92),
    )
    if made is None:
        return False
    wednesday = roll_forward(add_days(stage.today, 9 - stage.today.weekday())).on
    stage.steps(made, publication=add_days(wednesday, -40))
    stage.plan(made, tenders_due=wednesday, award_decision=add_working_days(wednesday, 25))
    return True


def _standstill(stage: Stage) -> bool:
    made = stage.log(
        "immunglobulin",
        "Immunglobuliner, normala humana",
        substance="immunglobulin, humant normalt",
        atc_code="J06BA02",
        cpv_code="33651520",
        began_on=stage.days(-160),
        assigned_on=stage.days(-165),
    )
    if made is None:
        return False
    told_on = add_working_days(stage.today, -3)
    service.add_lot(actor=made.responsible, now=stage.now, procurement=made, title="Intravenös användning", number=1)
    service.add_lot(actor=made.responsible, now=stage.now, procurement=made, title="Subkutan användning", number=2)
    stage.steps(
        made,
        publication=add_days(told_on, -90),
        tenders_due=add_days(told_on, -48),
        tender_opening=next_working_day(add_days(told_on, -48)),
        award_decision=told_on,
        award_notified=told_on,
    )
    stage.plan(made, contract_signed=add_working_days(told_on, 12), supply_start=add_days(told_on, 60))
    return True


def _standstill_on_paper(stage: Stage) -> bool:
    made = stage.log(
        "filgrastim",
        "Filgrastim, med SKL Kommentus som ombud",
        market=1,
        substance="filgrastim",
        atc_code="L03AA02",
        cpv_code="33652000",
        capacity=Capacity.AGENT,
        began_on=stage.days(-140),
        assigned_on=stage.days(-141),
    )
    if made is None:
        return False
    told_on = add_working_days(stage.today, -1)
    stage.steps(
        made,
        Means.PAPER,
        publication=add_days(told_on, -80),
        tenders_due=add_days(told_on, -40),
        award_decision=add_working_days(told_on, -1),
        award_notified=told_on,
    )
    stage.note(made, "En anbudsgivare fick underrättelsen med brev, därför räknas femton dagar.")
    return True


def _option_to_decide(stage: Stage) -> bool:
    made = stage.log(
        "insulin-glargin",
        "Insulin glargin",
        substance="insulin glargin",
        atc_code="A10AE04",
        cpv_code="33615100",
        began_on=stage.days(-900),
    )
    if made is None:
        return False
    stage.contract(made, _start_that_asks_on(add_working_days(stage.today, 6)), 24, 12, 12)
    return True


def _start_that_asks_on(decide_by_on: date) -> date:
    """The start of a contract 2+1+1 whose first option is to be decided by then, or within some days before."""
    start = add_months(add_days(decide_by_on, 31), 3 - 24)
    while plan_contract(start, 24, (12, 12), notice_months=3).options[0].decide_by_on > decide_by_on:
        start -= timedelta(days=1)
    return start


def _plan_too_tight(stage: Stage) -> bool:
    made = stage.log(
        "influensavaccin",
        "Influensavaccin till kommande säsong",
        substance="influensavaccin",
        atc_code="J07BB02",
        cpv_code="33651660",
        began_on=stage.days(-5),
        assigned_on=stage.days(-6),
        wished_supply_on=roll_forward(stage.days(50)).on,
    )
    return made is not None


def _other_body(stage: Stage) -> bool:
    made = stage.log(
        "agalsidas",
        "Agalsidas alfa och beta",
        market=1,
        substance="agalsidas alfa; agalsidas beta",
        atc_code="A16AB",
        cpv_code="33610000",
        began_on=stage.days(-20),
        assigned_on=stage.days(-21),
        executing_body_id=get_by_code("region-14").id,
        executing_reason="Regionen har fullmakt av de andra regionerna och upphandlar redan samma läkemedelsgrupp.",
        capacity=None,
        wished_supply_on=stage.days(330),
    )
    return made is not None


def _restricted(stage: Stage) -> bool:
    made = stage.log(
        "antibiotika",
        "Parenterala antibiotika",
        market=1,
        substance="piperacillin och tazobaktam; meropenem",
        atc_code="J01",
        cpv_code="33651100",
        procedure=Procedure.RESTRICTED,
        began_on=stage.days(-60),
        assigned_on=stage.days(-63),
    )
    if made is None:
        return False
    stage.steps(made, publication=add_working_days(stage.today, -8))
    stage.plan(made, requests_due=roll_forward(stage.days(24)).on, invitation=roll_forward(stage.days(45)).on)
    return True


def _ending_without_successor(stage: Stage) -> bool:
    made = stage.log(
        "pneumokock-riskgrupp",
        "Pneumokockvaccin till riskgrupper",
        substance="pneumokockvaccin",
        atc_code="J07AL",
        cpv_code="33651600",
        began_on=stage.days(-1500),
    )
    if made is None:
        return False
    for number, title in enumerate(("Konjugatvaccin", "Polysackaridvaccin"), start=1):
        lot = service.add_lot(actor=made.responsible, now=stage.now, procurement=made, title=title, number=number)
        start = add_days(add_months(stage.days(150 + 30 * number), -48), 1)
        stage.contract(made, start, 48, lot_id=lot.id, supplier=number - 1)
    return True


def _newly_signed(stage: Stage) -> bool:
    made = stage.log(
        "nusinersen",
        "Nusinersen",
        market=1,
        substance="nusinersen",
        atc_code="M09AX07",
        cpv_code="33632000",
        began_on=stage.days(-200),
        assigned_on=stage.days(-205),
    )
    if made is None:
        return False
    signed_on = add_working_days(stage.today, -14)
    told_on = add_working_days(signed_on, -14)
    stage.steps(
        made,
        publication=add_days(told_on, -85),
        tenders_due=add_days(told_on, -45),
        award_decision=told_on,
        award_notified=told_on,
        contract_signed=signed_on,
    )
    stage.contract(made, add_months(signed_on.replace(day=1), 2), 24, 12, 12, supplier=1, signed_on=signed_on)
    return True


def _successor_of_children_vaccines(stage: Stage) -> bool:
    before = find_by_import_key("key:adda-barnvaccin-2021")
    contract = before.contracts[0] if before is not None and before.contracts else None
    starts_on = contract.ends_on + timedelta(days=1) if contract is not None else stage.days(280)
    made = stage.log(
        "barnvaccin-efterträdare",
        "Vaccin enligt nationella barnvaccinationsprogrammet, nästa avtal",
        substance="barnvacciner",
        atc_code="J07",
        cpv_code="33651600",
        began_on=stage.days(-30),
        assigned_on=stage.days(-33),
        succeeds_contract_id=contract.id if contract is not None else None,
        # The real contract ends on a fixed day; once that is near, the example is planned from today instead.
        wished_supply_on=max(starts_on, stage.days(240)),
    )
    return made is not None


def _cancelled(stage: Stage) -> bool:
    made = stage.log(
        "botulinumtoxin",
        "Botulinumtoxin",
        substance="botulinumtoxin",
        atc_code="M03AX01",
        cpv_code="33632000",
        began_on=stage.days(-150),
        assigned_on=stage.days(-151),
    )
    if made is None:
        return False
    stage.steps(made, publication=stage.days(-90), tenders_due=stage.days(-50))
    service.cancel_procurement(
        actor=made.responsible,
        now=stage.now,
        procurement=made,
        cancelled_on=add_working_days(stage.today, -10),
        reason="Inga anbud kom in. Behovet ses över innan en ny annons.",
    )
    return True
