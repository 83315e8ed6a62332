"""Geometry of the timeline chart: pure, in percent of the width, so that pages and reports may draw it alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Span:
    """A stretch of time to draw. Both days are included. ``kind``: contract, option or procurement."""

    kind: str
    label: Any
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Line:
    """One row before drawing: what it is called, where it leads, its spans."""

    label: str
    spans: Sequence[Span]
    url: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Bar:
    kind: str
    label: Any
    starts_on: date
    ends_on: date
    x: float
    width: float
    text: str


@dataclass(frozen=True)
class Row:
    label: str
    bars: Sequence[Bar]
    url: str | None
    note: str | None


@dataclass(frozen=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True)
class Timeline:
    """What the template draws. ``legend``: pairs of kind and label, in order of first use."""

    rows: Sequence[Row]
    ticks: Sequence[Tick]
    legend: Sequence[tuple[str, Any]]
    starts_on: date
    ends_on: date
    today: date
    today_x: float


MIN_BAR_PERCENT = 0.6
_KIND_ORDER = {"procurement": 0, "contract": 1, "option": 2}


def timeline(lines: Iterable[Line], today: date, years_back: int = 1, years_ahead: int = 5) -> Timeline:
    """Lay ``lines`` out on a window of whole years around ``today``; spans outside it are cut, or left out."""
    drawn = [line for line in lines if line.spans]
    years = [year for line in drawn for span in line.spans for year in (span.starts_on.year, span.ends_on.year)]
    first = max(today.year - years_back, min(years, default=today.year))
    last = min(today.year + years_ahead, max(years, default=today.year))
    starts_on = date(min(first, today.year), 1, 1)
    ends_on = date(max(last, today.year), 12, 31)
    rows = []
    legend: dict[str, Any] = {}
    for line in drawn:
        bars = [_bar(span, starts_on, ends_on) for span in line.spans if _is_seen(span, starts_on, ends_on)]
        if not bars:
            continue
        for bar in bars:
            legend.setdefault(bar.kind, bar.label)
        rows.append(Row(line.label, bars, line.url, line.note))
    ordered = sorted(legend.items(), key=lambda item: _KIND_ORDER.get(item[0], 9))
    return Timeline(rows, _ticks(starts_on, ends_on), ordered, starts_on, ends_on, today, _x(today, starts_on, ends_on))


def _is_seen(span: Span, starts_on: date, ends_on: date) -> bool:
    return span.ends_on >= starts_on and span.starts_on <= ends_on


def _bar(span: Span, starts_on: date, ends_on: date) -> Bar:
    left = _x(max(span.starts_on, starts_on), starts_on, ends_on)
    right = _x(min(span.ends_on, ends_on), starts_on, ends_on, is_end=True)
    text = f"{span.label} {span.starts_on.isoformat()}–{span.ends_on.isoformat()}"
    width = round(max(right - left, MIN_BAR_PERCENT), 3)
    return Bar(span.kind, span.label, span.starts_on, span.ends_on, min(left, round(100 - width, 3)), width, text)


def _x(day: date, starts_on: date, ends_on: date, *, is_end: bool = False) -> float:
    """Percent from the left of the day's morning, or of its evening."""
    days = (ends_on - starts_on).days + 1
    return round(100 * ((day - starts_on).days + (1 if is_end else 0)) / days, 3)


def _ticks(starts_on: date, ends_on: date) -> list[Tick]:
    years = range(starts_on.year, ends_on.year + 1)
    months = (1,) if len(years) > 4 else (1, 7)
    return [
        Tick(_x(date(year, month, 1), starts_on, ends_on), str(year) if month == 1 else "")
        for year in years
        for month in months
    ]
