"""How long the next attempt to sign in waits."""

from __future__ import annotations

from tracker.accounts.throttle import FREE_ATTEMPTS, LONGEST_DELAY_SECONDS, delay_after


def test_the_delay_doubles_and_is_never_a_lock() -> None:
    delays = [delay_after(count) for count in range(1, 15)]
    assert delays[:6] == [0, 0, 2, 4, 8, 16]
    assert delays[FREE_ATTEMPTS - 1 :] == sorted(delays[FREE_ATTEMPTS - 1 :])
    assert delay_after(10_000) == LONGEST_DELAY_SECONDS
