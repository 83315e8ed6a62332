"""Fields keep what was typed and read what people write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask, current_app
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType

from tracker.core import clock
from tracker.core.errors import DomainError, StaleVersion
from tracker.core.forms import (
    BaseForm,
    DateField,
    FilterForm,
    LongTextField,
    MoneyField,
    Required,
    SubmissionField,
    TextField,
    VersionField,
    parse_date,
    tidy,
)


class NoteForm(BaseForm):
    title = TextField("Title", [Required("Write a title.")])
    body = LongTextField("Body")
    due_on = DateField("Due", [Required("Give a date.")])
    amount = MoneyField("Amount")
    version = VersionField(default=1)
    submission = SubmissionField()


class SearchForm(FilterForm):
    q = TextField("Search")


@pytest.fixture(autouse=True)
def request_context() -> Iterator[None]:
    app = Flask("forms")
    app.config.update(SECRET_KEY="k" * 32, WTF_CSRF_ENABLED=False, BABEL_DEFAULT_LOCALE="en")
    Babel(app)
    with app.test_request_context("/?q=vaccin"):
        yield


def filled(**values: Any) -> NoteForm:
    return NoteForm(MultiDict({"title": "A", "due_on": "2026-11-22", "version": "1", **values}))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-02",
        " 2026-11-02 ",
        "20261102",
        "2026/11/02",
        "2026-11-2",
        "2/11 2026",
        "02.11.2026",
        "2/11-2026",
        "2 november 2026",
        "2 nov. 2026",
        "den 2 november 2026",
        "2 November 2026",
    ],
)
def test_a_date_is_read_however_it_is_written(text: str) -> None:
    assert parse_date(text) == date(2026, 11, 2)


def test_today_is_a_date() -> None:
    with clock.frozen_at(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)):
        assert parse_date("idag") == parse_date("i dag") == date(2026, 11, 23)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-13-01", "26-11-02", "2/11 26", "soon", "2026", "31 kvartal 2026", "0"]
)
def test_what_is_no_date_is_refused_and_kept(text: str) -> None:
    form = filled(due_on=text)
    assert not form.validate()
    assert form.due_on.data is None
    assert "not a date" in str(form.due_on.errors[0])
    assert form.due_on._value() == text


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_stored_date_is_shown_as_it_is_read(day: date) -> None:
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day:%d.%m.%Y}") == day


@given(st.text())
def test_no_text_upsets_the_reader_of_dates(text: str) -> None:
    with suppress(ValueError):
        assert isinstance(parse_date(text), date)


@given(st.text())
def test_tidied_text_is_stable_and_storable(text: str) -> None:
    once = tidy(text)
    assert once is None or (once == once.strip() and "\0" not in once and once.encode("utf-8"))
    assert tidy(once) == once


def test_an_empty_required_field_says_so_in_words() -> None:
    form = filled(title="   ", due_on="")
    assert not form.validate()
    assert [form.title.errors, form.due_on.errors] == [["Write a title."], ["Give a date."]]


@pytest.mark.parametrize(
    ("typed", "ore"),
    [
        ("1 234,50", 123450),
        ("1234.5", 123450),
        ("1 234 kr", 123400),
        ("1\u00a0000\u00a0000", 100_000_000),
        ("", None),
        ("-5", -500),
    ],
)
def test_money_is_read_in_kronor_and_kept_in_ore(typed: str, ore: int | None) -> None:
    form = filled(amount=typed)
    assert form.validate(), form.errors
    assert form.amount.data == ore


@pytest.mark.parametrize("typed", ["12,345", "mycket", "nan", "inf", "1e99", "1,2,3"])
def test_what_is_no_amount_is_refused_and_kept(typed: str) -> None:
    form = filled(amount=typed)
    assert not form.validate()
    assert (form.amount.data, form.amount._value()) == (None, typed)


@given(st.integers(-(10**12), 10**12))
def test_an_amount_survives_being_shown(ore: int) -> None:
    shown = NoteForm(None, amount=ore).amount._value()
    assert filled(amount=shown).amount.data == ore


def test_each_form_shown_has_a_number_of_its_own_that_comes_back() -> None:
    first, second = NoteForm(MultiDict()), NoteForm(MultiDict())
    assert first.submission.data != second.submission.data
    assert filled(submission=first.submission.data).submission.data == first.submission.data
    assert not filled(submission="../x").validate()


def test_a_refusal_lands_on_its_field_and_the_rest_on_the_form() -> None:
    form = filled()
    assert form.validate()
    form.add_error(DomainError("Taken.", "title"))
    form.add_error(DomainError("Not now."))
    form.add_error(DomainError("Elsewhere.", "unknown"))
    assert (form.title.errors, form.form_errors) == (["Taken."], ["Not now.", "Elsewhere."])
    assert form.status == 422


@pytest.mark.parametrize("sent", [{}, {"version": ""}, {"version": " "}, {"version": "one"}])
def test_a_form_of_a_stored_record_must_say_which_version_it_was_filled_in_from(sent: dict[str, str]) -> None:
    form = NoteForm(MultiDict({"title": "A", "due_on": "2026-11-22", **sent}))
    assert not form.validate()
    assert list(form.errors) == ["version"]


def test_a_record_that_is_not_there_yet_has_no_version() -> None:
    class NewForm(BaseForm):
        version = VersionField()

    form = NewForm(MultiDict({"version": ""}))
    assert form.validate()
    assert form.version.data is None


def test_a_conflict_keeps_what_was_typed_and_stands_on_the_stored_version() -> None:
    form = filled(title="Mine", body="Same", version="1")
    assert form.validate()
    form.add_conflict(StaleVersion("Somebody saved.", {"title": "Theirs", "body": "Same", "version": "4"}))
    assert (form.status, form.title._value(), form.title.stored_text) == (409, "Mine", "Theirs")
    assert not hasattr(form.body, "stored_text")
    assert (form.version.data, form.version._value()) == (4, "4")


def test_a_filter_reads_the_address() -> None:
    form = SearchForm()
    assert (form.q.data, form.is_active) == ("vaccin", True)
    assert not SearchForm(MultiDict()).is_active


@pytest.mark.parametrize("sent", [{"title": 5}, [1, 2], "x", 7])
def test_json_is_no_form(sent: Any) -> None:
    """Its values may be of any type; a form's are texts."""
    with current_app.test_request_context("/", method="POST", json=sent), pytest.raises(UnsupportedMediaType):
        NoteForm()
