"""Dates that others have published, and one worked example per rule of the act."""

from dataclasses import replace
from datetime import date

import pytest

from tracker.deadlines import rules
from tracker.deadlines.rules import Facts, Means, NoStandstill

LOU = rules.rule_set_named("lou_2016_1145")
PAPER = Facts(means=Means.PAPER)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("rule", "start", "ends", "contract"),
    [
        # Upphandlingsmyndigheten's answers, and the two Christmas cases worked out for them.
        ("standstill", "2019-04-01", "2019-04-11", "2019-04-12"),
        ("standstill", "2019-04-18", "2019-04-29", "2019-04-30"),
        ("ten_day_period", "2018-05-30", "2018-06-11", "2018-06-12"),
        ("standstill", "2026-12-14", "2026-12-28", "2026-12-29"),
        ("standstill", "2026-12-16", "2026-12-28", "2026-12-29"),
        ("standstill_veat", "2026-06-09", "2026-06-22", "2026-06-23"),
    ],
)
def test_standstill_as_the_agency_counts_it(rule: str, start: str, ends: str, contract: str) -> None:
    result = rules.compute(LOU, rule, day(start))
    assert result.due_on == day(ends)
    assert result.earliest_contract_on == day(contract)


@pytest.mark.parametrize(
    ("rule", "facts", "start", "raw", "due", "section"),
    [
        ("standstill", PAPER, "2026-11-02", "2026-11-17", "2026-11-17", "20 kap. 1 §"),
        ("review_cancellation", Facts(), "2026-11-05", "2026-11-15", "2026-11-16", "20 kap. 12 §"),
        ("review_cancellation", PAPER, "2026-11-05", "2026-11-20", "2026-11-20", "20 kap. 12 §"),
        ("review_new_grounds", Facts(), "2026-12-04", "2026-12-25", "2026-12-28", "20 kap. 5 b §"),
        ("validity_review", Facts(), "2026-08-31", "2027-02-28", "2027-03-01", "20 kap. 17 § första stycket"),
        ("validity_review_after_notice", Facts(), "2026-11-27", "2026-12-27", "2026-12-28",
         "20 kap. 17 § andra stycket"),
        ("damages", Facts(), "2026-05-14", "2027-05-14", "2027-05-14", "20 kap. 21 §"),
        ("tender_open", Facts(), "2026-11-23", "2026-12-28", "2026-12-28", "11 kap. 2 §"),
        ("tender_open", Facts(electronic_tenders=True), "2026-11-23", "2026-12-23", "2026-12-23", "11 kap. 6 § 1"),
        ("tender_open", Facts(electronic_tenders=True, no_full_access=True), "2026-11-23", "2026-12-28", "2026-12-28",
         "11 kap. 6 § 1, 11 kap. 9 §"),
        ("tender_open", Facts(prior_notice_on=day("2026-09-01")), "2026-11-23", "2026-12-08", "2026-12-08",
         "11 kap. 5 § första stycket 1"),
        ("tender_open", Facts(prior_notice_on=day("2026-09-01"), no_full_access=True), "2026-11-23", "2026-12-13",
         "2026-12-14", "11 kap. 5 § första stycket 1, 11 kap. 9 §"),
        ("tender_open", Facts(accelerated=True, no_full_access=True), "2026-11-23", "2026-12-08", "2026-12-08",
         "11 kap. 10 § 2"),
        ("request_restricted", Facts(), "2026-11-24", "2026-12-24", "2026-12-28", "11 kap. 3 § första stycket"),
        ("request_restricted", Facts(accelerated=True), "2026-11-24", "2026-12-09", "2026-12-09", "11 kap. 10 § 1"),
        ("tender_restricted", Facts(), "2026-11-24", "2026-12-24", "2026-12-28", "11 kap. 3 § andra stycket"),
        ("tender_restricted", Facts(electronic_tenders=True), "2026-11-24", "2026-12-19", "2026-12-21",
         "11 kap. 6 § 2"),
        ("tender_restricted", Facts(accelerated=True), "2026-11-24", "2026-12-04", "2026-12-04", "11 kap. 10 § 3"),
        ("tender_restricted", Facts(prior_notice_on=day("2026-06-01"), notice_on=day("2026-09-01")), "2026-11-24",
         "2026-12-04", "2026-12-04", "11 kap. 5 § första stycket 2"),
        ("tender_restricted", Facts(no_agreement=True), "2026-11-24", "2026-12-04", "2026-12-04",
         "11 kap. 7 § andra stycket"),
        ("tender_restricted", Facts(no_agreement=True, no_full_access=True), "2026-11-24", "2026-12-09", "2026-12-09",
         "11 kap. 7 § andra stycket, 11 kap. 9 §"),
        ("tender_restricted", Facts(agreed_on=day("2026-12-01"), no_full_access=True), "2026-11-24", "2026-12-01",
         "2026-12-01", "11 kap. 7 § första stycket"),
        ("request_negotiated", Facts(accelerated=True), "2026-11-24", "2026-12-09", "2026-12-09", "11 kap. 10 § 1"),
        ("tender_negotiated", Facts(electronic_tenders=True), "2026-11-24", "2026-12-19", "2026-12-21",
         "11 kap. 6 § 2"),
        ("request_dialogue", Facts(), "2026-11-24", "2026-12-24", "2026-12-28", "11 kap. 3 § första stycket"),
        ("request_innovation", Facts(), "2026-11-24", "2026-12-24", "2026-12-28", "11 kap. 3 § första stycket"),
        ("request_dps_setup", Facts(), "2026-11-23", "2026-12-23", "2026-12-23", "8 kap. 8 §"),
        ("tender_dps", Facts(), "2026-11-23", "2026-12-03", "2026-12-03", "8 kap. 11 § första stycket"),
        ("tender_dps", Facts(agreed_on=day("2026-11-27")), "2026-11-23", "2026-11-27", "2026-11-27",
         "8 kap. 11 § andra stycket"),
        ("supplementary_information", Facts(), "2027-01-12", "2027-01-06", "2027-01-05",
         "12 kap. 11 § första stycket"),
        ("supplementary_information", Facts(accelerated=True), "2027-01-12", "2027-01-08", "2027-01-08",
         "12 kap. 11 § andra stycket"),
        ("supplementary_information", Facts(full_days=True), "2027-01-15", "2027-01-08", "2027-01-08",
         "12 kap. 11 § första stycket"),
        ("supplementary_information_national", Facts(), "2027-01-15", "2027-01-09", "2027-01-08", "19 kap. 13 §"),
        ("question_deadline", Facts(), "2027-01-15", "2027-01-05", "2027-01-05", "prop. 2015/16:195 s. 1074"),
        ("award_notice", Facts(), "2026-11-27", "2026-12-27", "2026-12-23", "10 kap. 4 §"),
        ("award_notice_dps", Facts(), "2026-11-23", "2026-12-23", "2026-12-23", "10 kap. 4 §"),
        ("award_notice_dps_quarterly", Facts(), "2026-11-23", "2027-01-30", "2027-01-29",
         "10 kap. 4 § andra stycket"),
        ("award_notice_national", Facts(), "2026-11-27", "2026-12-27", "2026-12-23", "19 kap. 7 §"),
        ("award_notice_direct", Facts(), "2026-11-27", "2026-12-27", "2026-12-23", "19 a kap. 13 §"),
        ("documentation", Facts(), "2026-11-27", "2026-12-27", "2026-12-23", "12 kap. 14 §"),
        ("individual_report", Facts(), "2026-11-27", "2026-12-27", "2026-12-23", "12 kap. 16 §"),
        ("documentation_national", Facts(), "2026-11-27", "2026-12-27", "2026-12-23", "19 kap. 22 §"),
        ("documentation_direct", Facts(), "2026-11-27", "2026-12-27", "2026-12-23", "19 a kap. 11 §"),
        ("reasons_on_request", Facts(), "2026-11-20", "2026-12-05", "2026-12-04", "12 kap. 13 §"),
        ("reasons_on_request_national", Facts(), "2026-11-20", "2026-12-05", "2026-12-04", "19 kap. 20 §"),
        ("dps_request_assessment", Facts(), "2026-12-17", "2027-01-07", "2027-01-07", "8 kap. 7 § andra stycket"),
        ("dps_request_assessment", Facts(extended=True), "2026-12-17", "2027-01-14", "2027-01-14",
         "8 kap. 7 § andra stycket"),
        ("dps_self_declaration", Facts(), "2026-12-17", "2026-12-28", "2026-12-28", "8 kap. 13 §"),
        ("framework_term", Facts(), "2019-09-01", "2023-08-31", "2023-08-31", "7 kap. 2 §"),
    ],
)  # fmt: skip
def test_each_rule_by_a_worked_example(rule: str, facts: Facts, start: str, raw: str, due: str, section: str) -> None:
    result = rules.compute(LOU, rule, day(start), facts)
    assert (result.raw_on, result.due_on, result.section) == (day(raw), day(due), section)
    assert (result.rule_set, result.rule_set_version) == ("lou_2016_1145", "2025-07-01")


@pytest.mark.parametrize("rule", ["tender_dialogue", "tender_innovation", "tender_mini_competition", "tender_national"])
def test_where_the_law_sets_no_number_there_is_no_date(rule: str) -> None:
    result = rules.compute(LOU, rule, day("2026-11-23"))
    assert (result.raw_on, result.due_on, result.earliest_contract_on) == (None, None, None)
    assert result.steps[-1].code is rules.StepCode.NO_FIXED_PERIOD


@pytest.mark.parametrize(
    ("award", "section"),
    [
        (NoStandstill.NEGOTIATED_WITHOUT_NOTICE, "20 kap. 2 § 1"),
        (NoStandstill.MINI_COMPETITION, "20 kap. 2 § 2"),
        (NoStandstill.DPS_PROCUREMENT, "20 kap. 2 § 3"),
        (NoStandstill.DIRECT_AWARD, "19 a kap. 10 §"),
    ],
)
def test_awards_without_standstill(award: NoStandstill, section: str) -> None:
    result = rules.compute(LOU, "standstill", day("2026-11-23"), Facts(award_under=award))
    assert (result.due_on, result.earliest_contract_on, result.section) == (None, None, section)


def test_a_voluntary_standstill_is_counted_like_any_other() -> None:
    facts = Facts(award_under=NoStandstill.MINI_COMPETITION, is_voluntary=True)
    result = rules.compute(LOU, "standstill", day("2019-04-18"), facts)
    assert (result.due_on, result.section) == (day("2019-04-29"), "20 kap. 15 §")
    with pytest.raises(rules.UnsuitableFacts):
        rules.compute(LOU, "standstill", day("2019-04-18"), replace(facts, award_under=NoStandstill.DIRECT_AWARD))


@pytest.mark.parametrize(
    ("stated", "ends", "contract"),
    [
        ("2019-05-03", "2019-05-03", "2019-05-04"),
        ("2019-05-04", "2019-05-06", "2019-05-07"),  # a Saturday, 20:18
        ("2019-04-20", "2019-04-29", "2019-04-30"),  # shorter than the least time: without effect
    ],
)
def test_a_longer_stated_standstill_holds(stated: str, ends: str, contract: str) -> None:
    result = rules.compute(LOU, "standstill", day("2019-04-18"), Facts(stated_until=day(stated)))
    assert (result.due_on, result.earliest_contract_on) == (day(ends), day(contract))


@pytest.mark.parametrize(
    ("sent_on", "is_used"),
    [("2026-10-19", True), ("2026-10-20", False), ("2025-11-23", True), ("2025-11-22", False)],
)
def test_a_prior_notice_counts_from_35_days_to_12_months_before(sent_on: str, is_used: bool) -> None:
    result = rules.compute(LOU, "tender_open", day("2026-11-23"), Facts(prior_notice_on=day(sent_on)))
    assert (result.raw_on == day("2026-12-08")) is is_used
    assert (rules.StepCode.NOTICE_UNUSABLE in [step.code for step in result.steps]) is not is_used


def test_the_least_period_holds_two_working_days() -> None:
    from tracker.deadlines.rules.engine import _roll_eu

    due_on, steps = _roll_eu(day("2027-03-25"), day("2027-03-30"))  # Maundy Thursday, then Easter
    assert due_on == day("2027-03-31")
    assert [step.code for step in steps] == [rules.StepCode.TWO_WORKING_DAYS, rules.StepCode.LAST_DAY]


def test_the_law_is_chosen_by_the_day_the_procurement_began() -> None:
    assert rules.rule_set_for(day("2017-01-01")) is LOU
    assert rules.rule_set_for(day("2026-11-22")).code == "lou_2016_1145"
    with pytest.raises(rules.NoRuleSet, match=r"LOU 2007:1091.*by hand with their source"):
        rules.rule_set_for(day("2016-12-31"))
    with pytest.raises(rules.NoRuleSet, match="before 2008"):
        rules.rule_set_for(day("2007-12-31"))
    with pytest.raises(rules.NoRuleSet):
        rules.rule_set_named("lou_2007_1091")
    begun = ("2026-11-22", "2017-01-01", "2016-12-31", "2008-01-01", "2007-12-31")
    assert [rules.law_code_for(day(on)) for on in begun] == ["lou_2016_1145"] * 2 + ["lou_2007_1091"] * 2 + [None]


def test_no_date_is_counted_by_a_law_that_does_not_apply() -> None:
    with pytest.raises(rules.NoRuleSet, match="by hand"):
        rules.compute(LOU, "standstill", day("2018-02-01"), began_on=day("2016-11-30"))
    with pytest.raises(rules.NoRuleSet, match="2022-02-01"):
        rules.compute(LOU, "award_notice_national", day("2022-03-01"), began_on=day("2021-12-01"))
    assert rules.compute(LOU, "award_notice_national", day("2022-03-01"), began_on=day("2022-02-01")).due_on


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("tender_open", Facts(no_agreement=True)),
        ("request_dialogue", Facts(accelerated=True)),  # 11:10 names other procedures
        ("tender_dps", Facts(electronic_tenders=True)),  # 8:11 third paragraph
        ("request_restricted", Facts(no_full_access=True)),  # 11:9 speaks of tenders
        ("award_notice", Facts(extended=True)),
        ("tender_restricted", Facts(prior_notice_on=date(2026, 6, 1))),  # when was the contract notice sent?
        ("tender_restricted", Facts(agreed_on=date(2026, 11, 23))),
        ("standstill", Facts(stated_until=date(2026, 11, 23))),
    ],
)
def test_facts_that_do_not_fit_are_refused(rule: str, facts: Facts) -> None:
    with pytest.raises(rules.UnsuitableFacts):
        rules.compute(LOU, rule, day("2026-11-23"), facts)


def test_an_unknown_rule_is_refused_and_spelling_is_forgiven() -> None:
    with pytest.raises(rules.UnknownRule, match="tender_openn"):
        rules.compute(LOU, "tender_openn", day("2026-11-23"))
    assert rules.compute(LOU, "Award-Notice", day("2026-11-23")).rule == "award_notice"
