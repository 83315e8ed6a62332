"""The geometry of the timeline."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.core.charts import Line, Span, timeline

TODAY = date(2026, 7, 2)
DAYS = st.dates(date(2000, 1, 1), date(2059, 12, 31))
SPANS = st.builds(
    lambda kind, day, length: Span(kind, kind, day, day + timedelta(length)),
    st.sampled_from(["contract", "option", "procurement"]),
    DAYS,
    st.integers(0, 3000),
)


def test_a_whole_year_fills_its_part_of_the_window() -> None:
    chart = timeline([Line("A", [Span("contract", "Term", date(2026, 1, 1), date(2026, 12, 31))])], TODAY)
    assert (chart.starts_on, chart.ends_on) == (date(2026, 1, 1), date(2026, 12, 31))
    bar = chart.rows[0].bars[0]
    assert (bar.x, bar.width) == (0, 100)
    assert chart.today_x == round(100 * 182 / 365, 3)
    assert bar.text == "Term 2026-01-01–2026-12-31"


def test_years_long_past_and_far_ahead_are_cut_off() -> None:
    span = Span("contract", "Term", date(2010, 1, 1), date(2050, 1, 1))
    chart = timeline(
        [Line("A", [span]), Line("B", [Span("option", "Option", date(1999, 1, 1), date(2000, 1, 1))])], TODAY
    )
    assert (chart.starts_on.year, chart.ends_on.year) == (2025, 2031)
    assert [row.label for row in chart.rows] == ["A"]
    assert (chart.rows[0].bars[0].starts_on, chart.rows[0].bars[0].ends_on) == (span.starts_on, span.ends_on)


def test_nothing_gives_an_empty_chart_around_today() -> None:
    chart = timeline([Line("A", [])], TODAY)
    assert (chart.rows, chart.legend) == ([], [])
    assert chart.starts_on <= TODAY <= chart.ends_on


@given(st.lists(st.builds(Line, st.just("A"), st.lists(SPANS, max_size=3)), max_size=5), DAYS)
def test_nothing_is_drawn_outside(lines: list[Line], today: date) -> None:
    chart = timeline(lines, today)
    assert 0 <= chart.today_x <= 100
    for bar in (bar for row in chart.rows for bar in row.bars):
        assert bar.x >= 0
        assert bar.width > 0
        assert bar.x + bar.width <= 100.001
    assert {kind for kind, _label in chart.legend} == {bar.kind for row in chart.rows for bar in row.bars}
