"""The sentences a reader gets, in English; the Swedish ones are checked with the catalogue."""

from datetime import date

from tracker.core.calendar import DayOff
from tracker.deadlines import explain, rules
from tracker.deadlines.rules import Facts, StepCode
from tracker.deadlines.rules.steps import Event, Unit, Why, step

LOU = rules.rule_set_named("lou_2016_1145")


def test_a_rolled_standstill_tells_the_whole_count() -> None:
    assert explain.sentences(rules.compute(LOU, "standstill", date(2019, 4, 18)).steps) == [
        "The rule is 20 kap. 1 §, LOU 2016:1145, in the wording of 2025-07-01.",
        "Day 0 is Thu 2019-04-18, the day the award notification was sent. That day is not counted.",
        "The time is 10 days: the notification was sent electronically to everyone.",
        "Counted 10 days on, the date is Sun 2019-04-28.",
        "Sun 2019-04-28 (Sunday) is not a working day, so the last day moves to the next one, Mon 2019-04-29 "
        "(2 § lag (1930:173)).",
        "The last day is Mon 2019-04-29.",
        "A contract may be concluded on Tue 2019-04-30 at the earliest.",
    ]


def test_a_duty_says_that_it_does_not_move_later() -> None:
    said = explain.sentences(rules.compute(LOU, "award_notice", date(2026, 11, 25)).steps)
    assert said[-1] == (
        "Thu 2026-12-24 (Christmas Eve) and Fri 2026-12-25 (Christmas Day) are not working days. Our duties are never "
        "moved later: do it by Wed 2026-12-23, the working day before."
    )


def test_a_longer_time_names_both_numbers() -> None:
    facts = Facts(electronic_tenders=True, no_full_access=True)
    said = explain.sentences(rules.compute(LOU, "tender_open", date(2026, 11, 23), facts).steps)
    assert "The time is 30 days: tenders may be sent electronically." in said
    assert "30 days become 35: the documents are not all freely available by electronic means (11 kap. 9 §)." in said


def test_every_code_that_can_be_stored_has_words() -> None:
    for event in Event:
        assert explain.event_name(event.value, explain.ENGLISH).startswith("the ")
    for reason in DayOff:
        assert explain.day_off_name(reason.value, explain.ENGLISH)
    for unit in Unit:
        assert explain.length(1, unit.value, explain.ENGLISH) == f"1 {unit.value.replace('_', ' ').removesuffix('s')}"
    for why in Why:
        (said,) = explain.sentences([step(StepCode.PERIOD, count=2, unit="weeks", why=why.value)])
        assert said.startswith("The time is 2 weeks: ")
    for kind in ("mobilisation", "signing", "evaluation", "selection", "tendering", "dialogue"):
        (said,) = explain.sentences([step(StepCode.ALLOWANCE, kind=kind, count=5, unit="working_days")])
        assert said.startswith("Our own allowance: 5 working days")


def test_the_reader_decides_how_days_are_written() -> None:
    reader = explain.Language(explain.ENGLISH.catalogue, lambda day: f"{day.day}/{day.month} {day.year}")
    assert explain.sentences([step(StepCode.LAST_DAY, on=date(2019, 4, 29))], reader) == ["The last day is 29/4 2019."]
