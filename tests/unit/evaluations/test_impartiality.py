"""How declarations stand, and what the rules point at. Pure, over rows that no database has seen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.accounts.models import Person
from tracker.core.calendar import add_months
from tracker.evaluations.enums import Assessment, Counterpart, EngagementKind
from tracker.evaluations.impartiality import (
    Flag,
    Standing,
    commission_days,
    current_team,
    flags,
    flags_of,
    gaps,
    mentions,
    standing,
)
from tracker.evaluations.models import Declaration, Deliverable, Engagement, Evaluation, TeamMember
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.mentions import names_of
from tracker.organisations.models import Organisation, OrganisationName

SIGNED_AT = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SIGNED_ON = SIGNED_AT.date()
COMMISSION = (date(2026, 10, 1), date(2027, 6, 1))


def engagement(
    counterpart: Counterpart, from_on: date, to_on: date | None = None, number: int | None = None
) -> Engagement:
    return Engagement(
        id=number,
        counterpart=counterpart,
        kind=EngagementKind.ASSIGNMENT,
        organisation="Exempel",
        from_on=from_on,
        to_on=to_on,
    )


def member(name: str = "Eva Exempel") -> TeamMember:
    return TeamMember(person=Person(name=name), joined_on=date(2026, 10, 1), declarations=[])


def declaration(of: TeamMember, assessment: Assessment | None = None, **texts: str) -> Declaration:
    values = {"ownership": "", "family": "", "expectations": "", "other": "", **texts}
    made = Declaration(signed_name=of.person.name, signed_at=SIGNED_AT, assessment=assessment, engagements=[], **values)
    of.declarations.append(made)
    return made


def evaluation(*team: TeamMember, is_own: bool = True) -> Evaluation:
    return Evaluation(title="Utvärdering", is_own=is_own, opened_on=COMMISSION[0], team=list(team), deliverables=[])


@pytest.mark.parametrize("counterpart", [item for item in Counterpart if item is not Counterpart.OTHER])
def test_everybody_close_to_the_matter_is_pointed_at(counterpart: Counterpart) -> None:
    found = flags_of(engagement(counterpart, date(2024, 1, 1)), on=SIGNED_ON, commission=COMMISSION)
    assert found == [Flag.WITHIN_FIVE_YEARS, Flag.DURING_COMMISSION]


def test_somebody_else_is_not_pointed_at() -> None:
    assert flags_of(engagement(Counterpart.OTHER, date(2024, 1, 1)), on=SIGNED_ON, commission=COMMISSION) == []


def test_somebody_else_who_is_likely_one_of_them_is_pointed_at() -> None:
    names = names_of(
        [Organisation(code="skl", kind=OrganisationKind.ASSOCIATION, names=[OrganisationName(name="SKL")])]
    )
    made = declaration(member(), ownership="Inga", family="Make på SKL:s kansli")
    made.engagements = [
        engagement(Counterpart.OTHER, date(2024, 1, 1), number=1),
        engagement(Counterpart.OTHER, date(2024, 1, 1), number=2),
        engagement(Counterpart.REGION, date(2024, 1, 1), number=3),
    ]
    made.engagements[0].organisation = made.engagements[2].organisation = "SKL"
    named = mentions(made, names)
    assert {part: [item.code for item in found] for part, found in named.items()} == {
        "family": ["skl"],
        "engagement:1": ["skl"],
    }
    found = flags(made, evaluation(made.member), named)
    assert found["engagement:1"] == [Flag.KNOWN_NAME, Flag.WITHIN_FIVE_YEARS, Flag.DURING_COMMISSION]
    assert found["family"] == [Flag.SOMETHING_TOLD, Flag.KNOWN_NAME]
    assert "engagement:2" not in found and Flag.KNOWN_NAME not in found["ownership"] + found["engagement:3"]


@pytest.mark.parametrize(
    ("to_on", "expected"),
    [
        (date(2021, 11, 22), []),
        (date(2021, 11, 23), [Flag.WITHIN_FIVE_YEARS]),
        (date(2026, 9, 30), [Flag.WITHIN_FIVE_YEARS]),
        (date(2026, 10, 1), [Flag.WITHIN_FIVE_YEARS, Flag.DURING_COMMISSION]),
    ],
)
def test_the_last_day_of_an_engagement_decides(to_on: date, expected: list[Flag]) -> None:
    item = engagement(Counterpart.SKL, date(2015, 1, 1), to_on)
    assert flags_of(item, on=SIGNED_ON, commission=COMMISSION) == expected


def test_an_engagement_after_the_commission_does_not_overlap_it() -> None:
    after = engagement(Counterpart.REGION, date(2027, 6, 2))
    assert flags_of(after, on=SIGNED_ON, commission=COMMISSION) == [Flag.WITHIN_FIVE_YEARS]
    open_ended = (COMMISSION[0], None)
    assert Flag.DURING_COMMISSION in flags_of(after, on=SIGNED_ON, commission=open_ended)


# A laden machine is no fault of the data.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dates(date(2000, 1, 1), date(2026, 11, 23)),
    st.integers(0, 9000),
    st.sampled_from([item for item in Counterpart if item is not Counterpart.OTHER]),
)
def test_whatever_lasted_into_the_five_years_is_pointed_at(from_on: date, days: int, counterpart: Counterpart) -> None:
    to_on = from_on + timedelta(days=days)
    found = flags_of(engagement(counterpart, from_on, to_on), on=SIGNED_ON, commission=COMMISSION)
    assert (Flag.WITHIN_FIVE_YEARS in found) == (to_on >= add_months(SIGNED_ON, -60))


def test_every_part_that_tells_something_is_pointed_at_and_so_is_another_name() -> None:
    who = member()
    made = declaration(who, ownership="Aktier", expectations="Ett uppdrag")
    made.engagements.append(engagement(Counterpart.MEDICINE_COMPANY, date(2025, 1, 1), date(2025, 2, 1), number=7))
    made.signed_name = "E. Exempel"
    assert flags(made, evaluation(who)) == {
        "engagement:7": [Flag.WITHIN_FIVE_YEARS],
        "ownership": [Flag.SOMETHING_TOLD],
        "expectations": [Flag.SOMETHING_TOLD],
        "signed_name": [Flag.OTHER_NAME],
    }


def test_a_name_in_other_letters_is_the_same_name() -> None:
    who = member("Eva  Exempel")
    made = declaration(who)
    made.signed_name = "eva exempel"
    assert flags(made, evaluation(who)) == {}


def test_the_latest_declaration_counts() -> None:
    who = member()
    assert standing(who) is Standing.UNDECLARED
    declaration(who, Assessment.NONE)
    assert standing(who) is Standing.CLEAR
    declaration(who)
    assert standing(who) is Standing.UNASSESSED
    who.declarations[-1].assessment = Assessment.MANAGEABLE
    assert standing(who) is Standing.MANAGEABLE


def test_gaps_name_everybody_who_holds_things_back() -> None:
    clear, manageable, silent, waiting, out = (member(name) for name in ("A", "B", "C", "D", "E"))
    declaration(clear, Assessment.NONE)
    declaration(manageable, Assessment.MANAGEABLE)
    declaration(waiting)
    declaration(out, Assessment.DISQUALIFYING)
    case = evaluation(clear, manageable, silent, waiting, out)
    found = {gap.member.person.name: gap.standing for gap in gaps(case) if gap.member}
    assert found == {"C": Standing.UNDECLARED, "D": Standing.UNASSESSED, "E": Standing.DISQUALIFIED}
    for gone in (silent, waiting, out):
        gone.left_on = SIGNED_ON
    assert gaps(case) == []
    assert current_team(case) == [clear, manageable]


def test_no_team_is_a_gap_and_evaluations_by_others_have_none() -> None:
    assert [gap.member for gap in gaps(evaluation())] == [None]
    assert gaps(evaluation(is_own=False)) == []


def test_the_commission_lasts_until_its_contract_ends_or_its_last_deliverable_is_due() -> None:
    case = evaluation()
    assert commission_days(case) == (COMMISSION[0], None)
    case.deliverables = [Deliverable(due_on=date(2027, 3, 1)), Deliverable(due_on=date(2027, 6, 1))]
    assert commission_days(case)[1] == date(2027, 6, 1)
    case.contract_ends_on, case.commissioned_on = date(2027, 9, 1), date(2026, 9, 15)
    assert commission_days(case) == (date(2026, 9, 15), date(2027, 9, 1))
