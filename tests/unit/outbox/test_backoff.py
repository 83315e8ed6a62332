"""When to try again."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.outbox.backoff import message_delay, probe_delay


def test_the_first_tries_are_near_and_the_later_ones_half_an_hour_apart() -> None:
    minutes = [message_delay(attempt, 0.0) / timedelta(minutes=1) for attempt in range(1, 7)]
    assert minutes == [1, 5, 15, 30, 30, 30]


@given(st.integers(1, 500), st.floats(0, 1, exclude_max=True))
def test_no_try_is_later_than_an_hour(attempts: int, jitter: float) -> None:
    delay = message_delay(attempts, jitter)
    assert message_delay(attempts, 0.0) <= delay <= timedelta(hours=1)


def test_a_server_that_is_away_is_called_every_five_minutes_at_most() -> None:
    assert [probe_delay(failures) / timedelta(minutes=1) for failures in (1, 2, 3, 99)] == [1, 2, 5, 5]
