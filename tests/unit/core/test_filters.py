"""How dates, numbers and money are written, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import Babel, force_locale
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, HiddenField, IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange

from tracker.cli.translations import compile_area
from tracker.core import filters
from tracker.core.i18n import translation_directories

FRIDAY = date(2026, 11, 20)
SUNDAY = date(2026, 11, 22)


@pytest.fixture(autouse=True, scope="module")
def swedish() -> Iterator[None]:
    app = Flask("filters")
    shared = translation_directories()[0]
    compile_area(shared.parent)
    app.config.update(BABEL_DEFAULT_LOCALE="sv", BABEL_TRANSLATION_DIRECTORIES=str(shared))
    Babel(app)
    with app.test_request_context():
        yield


def test_dates() -> None:
    assert filters.date_long(date(2027, 3, 12)) == "fre 12 mars 2027"
    assert filters.date_compact(date(2027, 3, 12)) == "fre 12 mars"
    assert filters.date_short(date(2027, 3, 12)) == "2027-03-12"
    with force_locale("en"):
        assert filters.date_long(date(2027, 3, 12)) == "Fri 12 March 2027"


def test_instants_are_told_in_swedish_time() -> None:
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert filters.instant(late) == "2026-07-02 00:30"
    assert filters.instant_long(late) == "tors 2 juli 2026 kl. 00:30"
    assert filters.date_short(late) == "2026-07-02"


def test_nothing_is_written_as_nothing() -> None:
    for function in (
        filters.date_short,
        filters.date_long,
        filters.date_compact,
        filters.instant,
        filters.instant_long,
    ):
        assert function(None) == ""
    assert (filters.money(None), filters.number(None), filters.registry(None)) == ("", "", "")
    assert filters.relative_days(None, FRIDAY) == ""


@pytest.mark.parametrize(
    ("day", "today", "words"),
    [
        (FRIDAY, FRIDAY, "i dag"),
        (FRIDAY + timedelta(1), FRIDAY, "i morgon"),
        (date(2026, 11, 25), SUNDAY, "om 3 arbetsdagar"),
        (date(2026, 12, 28), date(2026, 12, 23), "om 1 arbetsdag"),  # Christmas and a weekend between
        (SUNDAY, FRIDAY, "om 2 dagar"),
        (date(2026, 11, 18), SUNDAY, "försenad 2 arbetsdagar"),
        (date(2026, 11, 19), FRIDAY, "försenad 1 arbetsdag"),
        (FRIDAY, SUNDAY, "försenad 2 dagar"),
        (date(2027, 11, 20), FRIDAY, "om 365 dagar"),
        (date(2300, 1, 1), date(2299, 12, 1), "om 31 dagar"),  # beyond the calendar of holidays
    ],
)
def test_distances(day: date, today: date, words: str) -> None:
    assert filters.relative_days(day, today) == words


def test_money() -> None:
    assert filters.money(123450) == "1\u00a0234,50\u00a0kr"
    assert filters.money(123400) == "1\u00a0234\u00a0kr"
    with force_locale("en"):
        assert filters.money(123450) == "SEK\u00a01,234.50"


def test_each_fault_of_a_form_is_a_line_that_names_its_row_and_leads_to_its_field() -> None:
    class Row(Form):
        name = StringField("Name", [InputRequired("Write it.")])
        size = IntegerField("Size", [NumberRange(max=9, message="At most 9.")])

    class Whole(Form):
        title = StringField("Title.", [InputRequired("Write it.")])
        rows = FieldList(FormField(Row, "Row"), label="Rows", max_entries=5)
        key = HiddenField("Key", [InputRequired("Damaged.")])

    data = {"rows-0-name": "a", "rows-0-size": "1", "rows-1-name": "", "rows-1-size": "10"}
    form = Whole(MultiDict(data))
    assert not form.validate()
    assert filters.fault_lines(form) == [
        ("title", "Title", "Write it."),
        ("rows-1-name", "Row 2, Name", "Write it."),
        ("rows-1-size", "Row 2, Size", "At most 9."),
        (None, "", "Damaged."),
    ]


@pytest.mark.parametrize(
    ("current", "last", "numbers"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, None, 9]),
        (9, 9, [1, None, 8, 9]),
    ],
)
def test_pages_to_link(current: int, last: int, numbers: list[int | None]) -> None:
    assert filters.page_numbers(current, last) == numbers


@given(st.integers(1, 500).flatmap(lambda last: st.tuples(st.integers(1, last), st.just(last))))
def test_the_first_the_last_and_the_present_page_are_always_linked(at: tuple[int, int]) -> None:
    current, last = at
    numbers = [number for number in filters.page_numbers(current, last) if number is not None]
    assert {1, current, last} <= set(numbers)
    assert numbers == sorted(set(numbers))
