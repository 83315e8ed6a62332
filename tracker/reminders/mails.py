"""The morning's mail, written right before it is sent, from how things stand then."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from babel.dates import format_date
from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from jinja2 import Template

from tracker.accounts.models import Person, RoleGrant
from tracker.cases.enums import CaseKind, SecrecyClass
from tracker.cases.models import Case
from tracker.cases.paths import case_path
from tracker.cases.secrecy import may_be_mailed
from tracker.core import clock, filters
from tracker.core.db import db
from tracker.deadlines import labels
from tracker.deadlines.enums import Basis, DeadlineKind, DeadlineState
from tracker.deadlines.models import Deadline
from tracker.outbox.enums import MessageKind, MessageReason
from tracker.outbox.renderers import Mail, Outgoing, Withdraw, register_renderer
from tracker.reminders import outside
from tracker.reminders.consequences import consequence
from tracker.reminders.enums import ItemState, Part, ReminderState
from tracker.reminders.models import Reminder, ReminderItem, ReminderMail

_BASIS_ORDER = {Basis.STATUTORY: 0, Basis.CONTRACTUAL: 1, Basis.INTERNAL: 2}
# A subject's title is cut so that the date and the number stay in sight.
_TITLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Line:
    """One deadline that a mail speaks of, as stored."""

    deadline_id: int
    kind: DeadlineKind
    basis: Basis
    subject: str | None
    due_on: date
    section: str | None
    case_id: int
    case_kind: CaseKind
    number: str
    title: str
    secrecy: SecrecyClass
    part: Part
    source_key: str
    next_on: date | None

    @property
    def is_open(self) -> bool:
        """Whether the case may be named in a mail."""
        return may_be_mailed(self.secrecy)


@dataclass(frozen=True, slots=True)
class Contents:
    """What is known about a mail when it is about to go: is the person still there, what is still to be said, and where
    somebody without an account finds the case (by its id)."""

    is_active: bool
    has_account: bool
    lines: tuple[Line, ...]
    workspaces: Mapping[int, str]

    @property
    def told(self) -> tuple[Line, ...]:
        """What this person can do something about: without an account, only what their links open."""
        return tuple(line for line in self.lines if self.has_account or line.case_id in self.workspaces)


def load(messages: Sequence[Outgoing]) -> Mapping[uuid.UUID, Contents]:
    """Three statements for a whole batch: who is still active, which deadlines still stand as they were planned, and
    the links of those outside."""
    ids = {int(message.params["mail_id"]): message.id for message in messages}
    has_account = sa.exists().where(RoleGrant.person_id == Person.id)
    people = sa.select(ReminderMail.id, Person.is_active, has_account.label("has_account")).join(
        Person, Person.id == ReminderMail.person_id
    )
    found = db.session.execute(people.where(ReminderMail.id.in_(ids)))
    standing = {row.id: (row.is_active, row.has_account) for row in found}
    lines: dict[int, dict[int, Line]] = defaultdict(dict)
    for row in db.session.execute(_lines(), {"ids": list(ids)}):
        lines[row[0]][row[1]] = Line(*row[1:])
    workspaces: dict[int, dict[int, str]] = defaultdict(dict)
    for (person_id, case_id), address in outside.workspaces(m.person_id for m in messages if m.person_id).items():
        workspaces[person_id][case_id] = address
    return {
        message.id: Contents(
            *standing.get(int(message.params["mail_id"]), (False, False)),
            tuple(sorted(lines[int(message.params["mail_id"])].values(), key=_by_consequence)),
            workspaces[message.person_id or 0],
        )
        for message in messages
    }


@lru_cache(maxsize=1)
def _lines() -> sa.Select[Any]:
    case = Case.__table__.c
    later = Reminder.__table__.alias("later")
    next_on = (
        sa.select(sa.func.min(later.c.planned_on))
        .where(
            later.c.deadline_id == Deadline.id,
            later.c.date_version == Deadline.date_version,
            later.c.state == ReminderState.PLANNED,
        )
        .scalar_subquery()
    )
    return (
        sa.select(
            ReminderItem.mail_id,
            Deadline.id,
            Deadline.kind,
            Deadline.basis,
            Deadline.subject,
            Deadline.due_on,
            Deadline.section,
            case.id,
            case.kind,
            case.registry_number,
            case.title,
            case.secrecy_class,
            ReminderItem.part,
            Deadline.source_key,
            next_on,
        )
        .join(Reminder, Reminder.id == ReminderItem.reminder_id)
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .join(Case.__table__, case.id == Deadline.case_id)
        .where(
            ReminderItem.mail_id.in_(sa.bindparam("ids", expanding=True)),
            ReminderItem.state == ItemState.LIVE,
            Deadline.state == DeadlineState.OPEN,
            Deadline.date_version == Reminder.date_version,
        )
        .order_by(Reminder.step)
    )


def _by_consequence(line: Line) -> tuple[int, date, int]:
    return (_BASIS_ORDER[line.basis], line.due_on, line.deadline_id)


def compose(message: Outgoing) -> Mail:
    """The mail as things stand now. Raises Withdraw when nothing is left to say, or nobody to say it to."""
    contents: Contents = message.loaded
    if not contents.is_active:
        raise Withdraw(MessageReason.PERSON_INACTIVE)
    lines = contents.told
    if not lines:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    today = clock.today()
    base_url = str(current_app.config["SETTINGS"].base_url)
    entries = [_entry(line, today, message.locale, base_url, contents.workspaces) for line in lines]
    is_outside = any(entry["is_outside"] for entry in entries)
    subject = _subject(lines, entries, today, message.locale)
    words = {
        "locale": message.locale,
        "base_url": None if is_outside else base_url,
        "ask": _ask(lines, entries, today),
        "entries": entries,
        "is_outside": is_outside,
        "why": _("You get this because you take part in this evaluation. The links open it without an account.")
        if is_outside
        else _("You get this because you have an account in Samordna and these deadlines are yours to watch."),
    }
    text, html = _template("txt").render(words), _template("html").render(words)
    # A link that opens pages is not kept with the message.
    return Mail(subject=subject, text=text, html=html, is_secret=is_outside)


def _template(ending: str) -> Template:
    template: Template = current_app.jinja_env.get_template(f"reminders/email/reminder.{ending}")
    return template


def _entry(line: Line, today: date, locale: str, base_url: str, workspaces: Mapping[int, str]) -> dict[str, Any]:
    """One deadline in the words of its reader."""
    workspace = workspaces.get(line.case_id)
    what = labels.title(line.kind, line.subject if line.is_open else None)
    return {
        "what": what,
        "when": _when(line.due_on, today, locale),
        # What is late or due today says so already.
        "distance": filters.relative_days(line.due_on, today) if line.due_on > today else None,
        "number": line.number,
        "case": f"{line.title} ({line.number})" if line.is_open else line.number,
        "basis": _basis(line),
        "why": _why(line.part, line.number),
        "consequence": consequence(line.kind, line.basis, is_late=line.due_on < today),
        "next": long_date(line.next_on, today, locale) if line.next_on else None,
        "url": workspace or case_url(base_url, line.case_kind, line.case_id),
        "is_outside": workspace is not None,
        "answers": outside.answers(workspace, line.kind, line.source_key) if workspace else [],
    }


def case_url(base_url: str, kind: CaseKind, case_id: int) -> str:
    """The address of a case's page. From the settings, never from a request's Host header."""
    return f"{base_url}{case_path(kind, case_id) or '/'}"


def _basis(line: Line) -> str:
    name = str(labels.BASES[line.basis])
    return f"{name} ({line.section})" if line.section and line.basis is Basis.STATUTORY else name


def _why(part: Part, number: str) -> str:
    if part is Part.OWNER:
        return _("You are responsible for this deadline.")
    if part is Part.MARKET_CONTACT:
        return _("You are the Market function's contact in case %(number)s.", number=number)
    return _("You are the responsible officer of case %(number)s.", number=number)


def _when(due_on: date, today: date, locale: str) -> str:
    day = long_date(due_on, today, locale)
    if due_on < today:
        return _("Late since %(date)s", date=day)
    return _("Today, %(date)s", date=day) if due_on == today else _("By %(date)s", date=day)


def _subject(lines: Sequence[Line], entries: Sequence[dict[str, Any]], today: date, locale: str) -> str:
    if len(lines) == 1:
        line, entry = lines[0], entries[0]
        what = _small_first(entry["what"])
        if not line.is_open:
            return _("%(when)s: %(what)s – %(number)s", when=entry["when"], what=what, number=line.number)
        return _(
            "%(when)s: %(what)s – %(title)s (%(number)s)",
            when=entry["when"],
            what=what,
            title=_cut(line.title),
            number=line.number,
        )
    first = min(line.due_on for line in lines)
    day = long_date(first, today, locale)
    if first < today:
        return ngettext(
            "%(num)d deadline needs action, late since %(date)s",
            "%(num)d deadlines need action, the oldest late since %(date)s",
            len(lines),
            date=day,
        )
    return ngettext(
        "%(num)d deadline needs action, by %(date)s",
        "%(num)d deadlines need action, the nearest by %(date)s",
        len(lines),
        date=day,
    )


def _ask(lines: Sequence[Line], entries: Sequence[dict[str, Any]], today: date) -> str:
    if len(lines) == 1 and entries[0]["answers"]:
        what = _in_a_sentence(entries[0]["what"])
        if lines[0].due_on < today:
            return _("Hand it in now, or tell us how much more time you need: %(what)s.", what=what)
        return _("Are you on track? Answer here: %(what)s.", what=what)
    if len(lines) == 1:
        what = _in_a_sentence(entries[0]["what"])
        if lines[0].due_on < today:
            return _("Do this now, or log that it is done: %(what)s.", what=what)
        return _("Do this, or log that it is done: %(what)s.", what=what)
    late = sum(line.due_on < today for line in lines)
    if late:
        return ngettext(
            "Do these, or log that they are done. %(num)d of them is late.",
            "Do these, or log that they are done. %(num)d of them are late.",
            late,
        )
    return _("Do these, or log that they are done. Those set by law come first.")


def _in_a_sentence(text: str) -> str:
    # What somebody wrote may end a sentence itself.
    return _small_first(text).rstrip(" .")


def _small_first(text: str) -> str:
    # "TED-annons" and "LOU" keep their capitals.
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _cut(title: str) -> str:
    title = " ".join(title.split())
    return title if len(title) <= _TITLE_LENGTH else title[: _TITLE_LENGTH - 1].rstrip() + "…"


def long_date(day: date, today: date, locale: str) -> str:
    """ "fre 12 mars", with the year where it is another than this one."""
    return _format(day, "EEE d MMMM" if day.year == today.year else "EEE d MMMM y", locale)


@lru_cache(maxsize=4096)
def _format(day: date, pattern: str, locale: str) -> str:
    return format_date(day, pattern, locale=locale)


def init_app() -> None:
    writer: Callable[[Outgoing], Mail] = compose
    register_renderer(MessageKind.REMINDER, writer, load=load)
