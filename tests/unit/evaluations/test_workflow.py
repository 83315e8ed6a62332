"""Phases follow from what is stored; the limits for direct award; the usual days."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from tracker.evaluations.direct_award import LIMITS, limit_on
from tracker.evaluations.enums import EvaluationPhase
from tracker.evaluations.service.eligibility import MODEL_KINDS
from tracker.evaluations.workflow import Answered, Facts, Standing, is_closable, may_become, standing
from tracker.organisations.enums import OrganisationKind

P = EvaluationPhase
OPENED, CHOSEN, SIGNED, REPORTED = date(2026, 1, 7), date(2026, 2, 2), date(2026, 3, 2), date(2026, 9, 1)
facts = partial(Facts, opened_on=OPENED, selection_on=None, contract_signed_on=None, reported_on=None)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (facts(), Standing(P.PREPARATION, OPENED)),
        (facts(selection_on=CHOSEN), Standing(P.SELECTION, CHOSEN)),
        (facts(selection_on=CHOSEN, contract_signed_on=SIGNED), Standing(P.UNDER_WAY, SIGNED)),
        (
            facts(contract_signed_on=SIGNED, reported_on=REPORTED, recommendations=[Answered(None, None)]),
            Standing(P.RESPONSE, REPORTED),
        ),
        (
            facts(reported_on=REPORTED, recommendations=[Answered(date(2026, 10, 5), None)]),
            Standing(P.FOLLOW_UP, date(2026, 10, 5)),
        ),
        (facts(reported_on=REPORTED), Standing(P.FOLLOW_UP, REPORTED)),
    ],
)
def test_the_phase_follows_from_what_is_stored(given: Facts, expected: Standing) -> None:
    assert standing(given) == expected


def test_by_hand_it_is_cancelled_before_the_report_and_closed_after_the_responses() -> None:
    assert [phase for phase in P if may_become(phase, P.CANCELLED)] == [P.PREPARATION, P.SELECTION, P.UNDER_WAY]
    assert [phase for phase in P if may_become(phase, P.CLOSED)] == [P.FOLLOW_UP]
    assert not any(may_become(phase, other) for phase in P for other in set(P) - {P.CANCELLED, P.CLOSED})


def test_closing_waits_for_the_last_recommendation() -> None:
    closed, still_open = Answered(REPORTED, REPORTED), Answered(REPORTED, None)
    assert is_closable(P.FOLLOW_UP, facts(reported_on=REPORTED, recommendations=[closed]))
    assert not is_closable(P.FOLLOW_UP, facts(reported_on=REPORTED, recommendations=[closed, still_open]))
    assert not is_closable(P.UNDER_WAY, facts())


@pytest.mark.parametrize(
    ("day", "ore", "is_allowed"),
    [
        (date(2022, 2, 1), 69_999_999, True),
        (date(2022, 2, 1), 70_000_000, False),
        (date(2022, 1, 31), 61_531_200, True),
        (date(2022, 1, 31), 61_531_201, False),
        (date(2019, 6, 1), 58_690_700, True),
        (date(2014, 7, 1), 50_580_001, False),
    ],
)
def test_the_limit_of_its_time_applies(day: date, ore: int, is_allowed: bool) -> None:
    limit = limit_on(day)
    assert limit is not None
    assert limit.allows(ore) is is_allowed


def test_no_limit_is_invented_for_earlier_times() -> None:
    assert limit_on(date(2014, 6, 30)) is None


def test_every_limit_says_where_it_stands_and_reasons_are_asked_for_above_100_000() -> None:
    assert [limit.from_on for limit in LIMITS] == sorted(limit.from_on for limit in LIMITS)
    for limit in LIMITS:
        assert limit.section and limit.documented_section and limit.source
        assert not limit.demands_reasons(10_000_000)
        assert limit.demands_reasons(10_000_001)


def test_everybody_who_is_evaluated_is_of_the_model() -> None:
    others = {OrganisationKind.SUPPLIER, OrganisationKind.EVALUATION_PROVIDER, OrganisationKind.OTHER}
    assert set(OrganisationKind) - MODEL_KINDS == others
