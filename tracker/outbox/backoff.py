"""When to try again. Pure: the jitter is drawn by the caller."""

from __future__ import annotations

from datetime import timedelta

FIRST_DELAYS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
LATER_DELAY_LOW = timedelta(minutes=30)
LATER_DELAY_HIGH = timedelta(minutes=60)
PROBE_DELAYS = (timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=5))


def message_delay(attempts: int, jitter: float) -> timedelta:
    """How long a message waits after its ``attempts``-th failed attempt (1 is the first); ``jitter`` is in [0, 1).

    1, 5, 15, 30 minutes, then between 30 and 60 minutes. There is no last attempt: a message ends by its age
    (``stale_after_at``), so that a mail server that is away over a weekend loses nothing. Up to a tenth is added to
    the first four, so that messages that failed together do not come back together.
    """
    if attempts <= len(FIRST_DELAYS):
        return FIRST_DELAYS[max(attempts, 1) - 1] * (1 + jitter / 10)
    return LATER_DELAY_LOW + (LATER_DELAY_HIGH - LATER_DELAY_LOW) * jitter


def probe_delay(failures: int) -> timedelta:
    """How long nobody calls a mail server that has failed ``failures`` times in a row: 1, 2, then every 5 minutes."""
    return PROBE_DELAYS[min(max(failures, 1), len(PROBE_DELAYS)) - 1]
