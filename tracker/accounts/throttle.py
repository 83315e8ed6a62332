"""Brakes on guessing: per address and per account with Flask-Limiter, and a growing delay per account and address.

The counters live in the broker's Redis. When it is away or frozen, half a second is waited once and each web process
counts in its own memory until Redis answers again. Nothing here locks an account: a stranger who guesses makes the
stranger wait. Only past 100 wrong passwords in an hour (NIST SP 800-63B-4, 3.2.2) is the password refused for
everybody, and the mailed link goes on working.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from flask import Response, g, request
from flask_limiter import Limiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from tracker.accounts.queries import normalise_email
from tracker.core import clock

REDIS_WAIT_SECONDS = 0.5
FREE_ATTEMPTS = 3
LONGEST_DELAY_SECONDS = 15 * 60
FORGOTTEN_AFTER_SECONDS = 60 * 60

PER_ADDRESS = "60 per 5 minutes"
# A receipt's code is guessed by nobody; whoever has several receipts checks them one by one.
RECEIPTS_PER_ADDRESS = "20 per 10 minutes"
# One who answers thirty comments, or adds rows to a declaration, stays far below.
SENT_PER_LINK = "90 per 10 minutes"
# Each is mailed to the commissioner.
QUESTIONS_PER_LINK = "20 per hour"
WRONG_PASSWORDS_PER_ACCOUNT = "100 per hour"
LINKS_PER_ACCOUNT = "5 per 15 minutes; 20 per day"

STORAGE_OPTIONS = {
    "socket_timeout": REDIS_WAIT_SECONDS,
    "socket_connect_timeout": REDIS_WAIT_SECONDS,
    "retry": Retry(NoBackoff(), 0),
}

logger = logging.getLogger(__name__)


def client_address() -> str:
    """The address to count by: an IPv4 address, or the /64 that one IPv6 subscriber has."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


def account_key() -> str:
    """The account that is tried, known or not. A digest, since a typed address may be anything."""
    return digest(normalise_email(request.form.get("email", "")))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def was_wrong_password(_response: Response) -> bool:
    return bool(g.get("is_wrong_password", False))


limiter = Limiter(
    key_func=client_address,
    strategy="fixed-window",
    in_memory_fallback_enabled=True,
    swallow_errors=True,
    headers_enabled=False,
)


def seconds_left() -> int:
    """After a limit was reached in this request: how long until it lets through again."""
    reached = limiter.current_limit
    return max(1, ceil(reached.reset_at - time.time())) if reached else 60


def again_at() -> str:
    """The same as a time of day, to the minute, Swedish time; never too early."""
    return f"{(clock.now() + timedelta(seconds=seconds_left() + 59)).astimezone(clock.STOCKHOLM):%H:%M}"


class TooSoon(Exception):
    """The next attempt on this account from this address has to wait `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Attempt:
    """Attempts on one account from one address: three are free, then the delay doubles from 2 s to 15 min."""

    key: str

    @classmethod
    def of_request(cls) -> Attempt:
        return cls(f"{account_key()}/{digest(client_address())}")

    def begin(self) -> None:
        """Count an attempt before it is judged, so that simultaneous ones are counted, too. Raises TooSoon."""
        if not limiter.enabled:
            return
        try:
            storage = limiter.limiter.storage
            if storage.get(self._delay) > 0:
                raise TooSoon(max(1, round(storage.get_expiry(self._delay) - time.time())))
            count = storage.incr(self._count, FORGOTTEN_AFTER_SECONDS)
            if count >= FREE_ATTEMPTS:
                storage.incr(self._delay, delay_after(count))
        except TooSoon:
            raise
        except Exception:  # whatever ails the counter, the other limits hold and people get in
            logger.warning("sign-in attempts could not be counted", exc_info=True)

    def succeed(self) -> None:
        """Forget the attempts: the right person is here."""
        try:
            storage = limiter.limiter.storage
            storage.clear(self._count)
            storage.clear(self._delay)
        except Exception:  # as above
            logger.warning("sign-in attempts could not be forgotten", exc_info=True)

    @property
    def _count(self) -> str:
        return f"sign-in/count/{self.key}"

    @property
    def _delay(self) -> str:
        return f"sign-in/delay/{self.key}"


def delay_after(count: int) -> int:
    """Seconds to wait after the `count`-th attempt in a row: 0, 0, 2, 4, 8 … at most 900."""
    if count < FREE_ATTEMPTS:
        return 0
    return min(2 ** min(count - FREE_ATTEMPTS + 1, 30), LONGEST_DELAY_SECONDS)
