"""What differs between two texts: counted by paragraph, the first few shown, and never for long."""

from __future__ import annotations

from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from tracker.evaluations.comparing import MOST_PARAGRAPHS, TextChange, compare, paragraphs

LONG = " ".join(f"ord{number}" for number in range(40))


def _counts(before: str, after: str) -> tuple[int, int, int]:
    found = compare(before, after)
    assert found is not None
    return found.changed, found.added, found.removed


def test_paragraphs_are_counted_as_changed_new_and_removed() -> None:
    before = [f"{number} {LONG}" for number in range(6)]
    after = [before[0], before[1] + " mer", before[2], f"ny {LONG}", f"ny till {LONG}", before[3], before[5]]
    assert _counts("\n".join(before), "\n".join(after)) == (1, 2, 1)
    assert _counts("\n".join(before), "\n".join(before)) == (0, 0, 0)


def test_a_text_that_is_broken_anew_over_its_lines_is_the_same() -> None:
    before = "Utvärderingen gäller åren\n2015 till 2026 och alla lands-\nting.\nNästa stycke är ett helt annat\ni sig."
    after = "Utvärderingen gäller åren 2015\ntill 2026 och alla landsting.\nNästa stycke är ett helt\nannat i sig."
    assert paragraphs(before)[0] == "Utvärderingen gäller åren 2015 till 2026 och alla landsting."
    assert len(paragraphs(after)) <= 2


def test_the_first_places_are_shown_where_they_differ() -> None:
    before, after = f"{LONG} {LONG} slutet", f"{LONG} {LONG} början"
    found = compare(before, after)
    assert found is not None
    (change,) = found.first
    assert change.old is not None and change.old.startswith("…") and change.old.endswith("slutet")
    assert change.new is not None and change.new.endswith("början") and len(change.new) < 220
    added = compare("", LONG + LONG)
    assert added is not None and added.first == (TextChange(None, (LONG + LONG)[:200] + "…"),)


def test_texts_that_are_too_long_are_not_compared_and_the_worst_ones_end_soon() -> None:
    line = "y" * 130
    assert compare("", "\n".join([line] * (MOST_PARAGRAPHS + 1))) is None
    before = "\n".join(f"{number % 110}{line}" for number in range(MOST_PARAGRAPHS))
    after = "\n".join(f"{number * 7 % 110}{line}" for number in range(MOST_PARAGRAPHS))
    begun = perf_counter()
    assert compare(before, after) is not None
    assert perf_counter() - begun < 20


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_two_texts_are_compared(before: str, after: str) -> None:
    found = compare(before, after)
    assert found is not None
    assert found.total == 0 if before == after else found.total >= 0
    assert len(found.first) == min(5, found.total)
    assert len(paragraphs(after)) - len(paragraphs(before)) == found.added - found.removed
