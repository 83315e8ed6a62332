"""The calendar file says what was put in, in the form that calendar programs read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from tracker.deadlines.calendar_event import Entry, calendar

CHANGED_AT = datetime(2026, 11, 22, 13, 5, 9, tzinfo=UTC)
ENTRY = Entry(
    uid="deliverable-7@samordna.example",
    on=date(2026, 12, 31),
    title="Slutrapport; utkast, två",
    description="Vad som händer sedan:\nfaktagranskning",
    url="https://samordna.example/commission/abc/deliverables/7",
    sequence=3,
    changed_at=CHANGED_AT,
)
# What our fields can hold: no control characters but line breaks and tabs.
TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from('\n\\;,:"'), max_size=200)


def read(data: bytes) -> list[Event]:
    return Calendar.from_ical(data).events


def test_an_all_day_event_with_identity_version_and_moment() -> None:
    (event,) = read(calendar([ENTRY], "Mina datum"))
    assert event["UID"] == ENTRY.uid
    assert event["SEQUENCE"] == 3
    assert event.decoded("DTSTAMP") == CHANGED_AT
    assert event.decoded("DTSTART") == ENTRY.on
    assert event.decoded("DTEND") == ENTRY.on + timedelta(days=1)
    assert b"DTSTART;VALUE=DATE:20261231\r\n" in calendar([ENTRY], "x")
    assert str(event["URL"]) == ENTRY.url
    assert event["TRANSP"] == "TRANSPARENT"


def test_nobody_is_invited_and_the_calendar_has_its_name() -> None:
    data = calendar([ENTRY], "Mina datum")
    whole = Calendar.from_ical(data)
    assert "METHOD" not in whole
    assert "ORGANIZER" not in read(data)[0]
    assert (whole["VERSION"], whole["X-WR-CALNAME"]) == ("2.0", "Mina datum")


def test_lines_are_short_and_end_as_they_should() -> None:
    data = calendar([Entry("u", ENTRY.on, "å" * 300, "", "https://a.example", 0, CHANGED_AT)], "x")
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_the_same_entries_give_the_same_bytes() -> None:
    assert calendar([ENTRY, ENTRY], "x") == calendar([ENTRY, ENTRY], "x")
    assert read(calendar([], "x")) == []


@given(TEXT, TEXT)
def test_what_people_wrote_is_text_and_nothing_else(title: str, description: str) -> None:
    entry = Entry("u@a.example", ENTRY.on, title, description, "https://a.example", 1, CHANGED_AT)
    (event,) = read(calendar([entry], title))
    assert str(event["SUMMARY"]) == title
    assert str(event["DESCRIPTION"]) == description
    assert event["SEQUENCE"] == 1


@pytest.mark.parametrize("evil", ["x\r\nATTENDEE:mailto:a@example.org", "x\nEND:VEVENT\nBEGIN:VALARM"])
def test_a_line_break_opens_no_line_of_the_format(evil: str) -> None:
    data = calendar([Entry("u", ENTRY.on, evil, evil, "https://a.example", 1, CHANGED_AT)], evil)
    (event,) = read(data)
    assert "ATTENDEE" not in event
    assert not event.subcomponents
