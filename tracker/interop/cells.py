"""One cell of the procurement spreadsheet to one value. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core.calendar import FIRST_YEAR, LAST_YEAR
from tracker.core.forms import parse_date
from tracker.deadlines import contract_terms
from tracker.interop.columns import Column, fold
from tracker.organisations import cpv, orgnr

_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2})?$")
_ATC = re.compile(r"[A-Z](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")
_WHOLE = re.compile(r"\d{1,6}", re.ASCII)


class CellFault(ValueError):
    """A cell that holds no value of its column: what is wrong and how to mend it, both translatable."""

    def __init__(self, problem: Any, mend: Any) -> None:
        super().__init__()
        self.problem = problem
        self.mend = mend


def read(column: Column, text: str) -> Any:
    """The value of a cell that is not empty: str, date, int, a tuple of months (term) or a code (choice).

    :raises CellFault:
    """
    return _READERS[column.kind](column, text)


def _text(column: Column, text: str) -> str:
    if len(text) > column.max:
        raise CellFault(
            _l("The text is too long."), _l("Shorten it to at most %(count)s characters.", count=column.max)
        )
    return text


def _date(_column: Column, text: str) -> date:
    problem = _l("This is not a date that exists.")
    try:
        # "today" is a date in a form, not in a file that lies about for a week.
        if not any(sign.isdigit() for sign in text):
            raise ValueError(text)
        day = parse_date(_TIME.sub("", text))
    except ValueError:
        raise CellFault(problem, _l("Write year, month and day, for example 2026-03-02.")) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CellFault(
            _l("The year is out of range."),
            _l("Write a year from %(first)s to %(last)s.", first=FIRST_YEAR, last=LAST_YEAR),
        )
    return day


def _email(_column: Column, text: str) -> str:
    if len(text) > 254 or not _EMAIL.fullmatch(text):
        raise CellFault(_l("This is not an e-mail address."), _l("Write one address, for example name@example.org."))
    return text.lower()


def _atc(_column: Column, text: str) -> str:
    code = text.replace(" ", "").upper()
    if not _ATC.fullmatch(code):
        raise CellFault(_l("This is not an ATC code."), _l("Write the code as in J07BX04, or a group such as J07."))
    return code


def _cpv(_column: Column, text: str) -> str:
    try:
        return cpv.normalise(text)
    except ValueError:
        raise CellFault(
            _l("This is not a CPV code."), _l("Write eight digits, for example 33651600 or 33651600-6.")
        ) from None


def _orgnr(_column: Column, text: str) -> str:
    try:
        return orgnr.normalise(text)
    except orgnr.OrgnrError:
        raise CellFault(
            _l("The organisation number is wrong."), _l("Check all ten digits; the last one is a check digit.")
        ) from None


def _whole(column: Column, text: str) -> int:
    if _WHOLE.fullmatch(text) and column.low <= int(text) <= column.high:
        return int(text)
    raise CellFault(
        _l("This is not a number that fits here."),
        _l("Write a whole number from %(low)s to %(high)s.", low=column.low, high=column.high),
    )


def _term(_column: Column, text: str) -> tuple[int, ...]:
    plain = re.sub(r"(?<=\d)\s*(år|years?)\b", "", text.lower())
    plain = re.sub(r"(?<=\d)\s*(mån(ader)?|months?)\b\.?", "m", plain)
    try:
        return contract_terms.parse_term(plain)
    except contract_terms.TermError:
        raise CellFault(
            _l("This is not a contract term."), _l("Write years such as 2+1+1, or months such as 18m+6m.")
        ) from None


def _choice(column: Column, text: str) -> str:
    code = column.words.get(fold(text))
    if code is None:
        raise CellFault(
            _l("This word is not known here."), _l("Write one of: %(words)s.", words="; ".join(column.choices))
        )
    return code


_READERS: dict[str, Callable[[Column, str], Any]] = {
    "text": _text,
    "date": _date,
    "email": _email,
    "atc": _atc,
    "cpv": _cpv,
    "orgnr": _orgnr,
    "whole": _whole,
    "term": _term,
    "choice": _choice,
}
