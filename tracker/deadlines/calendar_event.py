"""Days for a calendar: text/calendar as RFC 5545 has it, with an all-day event per entry.

A calendar program that reads the file again knows an event by its UID and takes the one with the higher SEQUENCE
(RFC 5545, 3.8.7.4), so a date that moved moves there, too. There is no METHOD: the file tells, it invites nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vText

# When the calendar rings on a day, by the reader's own clock: an all-day event begins at midnight.
_MORNING = timedelta(hours=8)

MEDIA_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Samordna//Samordna//SV"


@dataclass(frozen=True, slots=True)
class Entry:
    """One day. ``uid`` stays the same for as long as the event is the same thing; ``sequence`` grows when it moves
    (a deadline's ``date_version``); ``changed_at`` is when it was last changed. ``url`` leads to its page,
    where its readers can open one. ``alarms`` are days before ``on`` on which the calendar rings."""

    uid: str
    on: date
    title: str
    description: str
    url: str | None
    sequence: int
    changed_at: datetime
    alarms: Sequence[date] = ()


def calendar(entries: Sequence[Entry], name: str) -> bytes:
    """A calendar called `name` with an event per entry, in the order given. The same entries give the same bytes."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", vText(name))
    for entry in entries:
        made.add_component(_event(entry))
    return bytes(made.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.on)
    # The end of an all-day event is the day after it (RFC 5545, 3.6.1).
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("summary", entry.title)
    event.add("description", entry.description)
    if entry.url is not None:
        event.add("url", entry.url)
    # A deadline takes no time of the day from anybody.
    event.add("transp", "TRANSPARENT")
    for day in entry.alarms:
        event.add_component(_alarm(entry, day))
    return event


def _alarm(entry: Entry, day: date) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", entry.title)
    alarm.add("trigger", day - entry.on + _MORNING)
    return alarm
