"""Emptying the queue: claim, look again, write the mail, hand it over, write down that it is done.

Between the server's 250 and the commit after it lies the only moment in which a crash can cost a second copy; it
holds one message per process. The commit that says "sent" about one message also says "begun" about the next, so the
safety costs one commit per message.
"""

from __future__ import annotations

import logging
import random
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from billiard.exceptions import SoftTimeLimitExceeded
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError

from tracker.core import clock
from tracker.core.db import db, reading
from tracker.outbox import claims, mime, route
from tracker.outbox.backoff import message_delay
from tracker.outbox.claims import Setback
from tracker.outbox.enums import MessageKind, MessageReason, MessageState, SmtpPhase
from tracker.outbox.renderers import Mail, Outgoing, Withdraw, renderer_of
from tracker.outbox.settling import PAUSES_S, Settler
from tracker.outbox.smtp import Line, MailServerAway, Outcome, Verdict

log = logging.getLogger(__name__)
T = TypeVar("T")

# With the time one conversation may take (25 s) this stays below the task's soft limit of 60 s.
BUDGET_S = 30.0
BATCH = 100
# How many messages are read for at once.
AHEAD = 49
# What was read for a message is too old to speak from after this long; it is read again.
FRESH_S = 0.5
# So many failures in a row, with nothing taken in between, mean the server and not the messages.
LINES_LOST = 2
DELAYS_IN_A_ROW = 10


@dataclass(frozen=True, slots=True)
class _Ready:
    """A mail that is written and may go."""

    message: Outgoing
    mail: Mail
    wire: bytes
    read_at: float

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.read_at < FRESH_S


class Drain:
    """One worker's turn at the queue."""

    def __init__(self, settings: Any, *, budget_s: float = BUDGET_S, batch: int = BATCH) -> None:
        self._settings = settings
        self._route = f"{settings.smtp_host}:{settings.smtp_port}"
        self._ends_at = time.monotonic() + budget_s
        self._batch = batch
        self._line = Line(settings)
        self._lost_in_a_row = 0
        self._delays_in_a_row = 0
        self._loaded: dict[MessageKind, tuple[float, Mapping[uuid.UUID, Any]]] = {}
        self._settler = Settler(db.engine)
        self._token = ""
        self._queue: deque[Outgoing] = deque()
        self._untouched: set[uuid.UUID] = set()
        self.tally: Counter[str] = Counter()

    @property
    def _has_time(self) -> bool:
        return time.monotonic() < self._ends_at

    def run(self) -> Counter[str]:
        """Send what is due until nothing is left, the time is out or the server is away; what became of how many."""
        try:
            while self._has_time:
                admitted = route.admits(self._route, clock.now())
                if admitted == 0:
                    db.session.commit()
                    break
                self._token = str(uuid.uuid4())
                batch = claims.claim(self._token, clock.now(), min(self._batch, admitted or self._batch))
                db.session.commit()
                if not batch or not self._send_batch(batch, is_probe=admitted == 1):
                    break
        finally:
            self._line.close()
            self._settler.close()
        return self.tally

    # -- one batch

    def _send_batch(self, batch: Sequence[Outgoing], *, is_probe: bool) -> bool:
        """False when nobody should go on for now. Whatever was not begun by then waits again, untried."""
        self._queue = deque(batch)
        self._untouched = {message.id for message in batch}
        self._loaded.clear()
        try:
            current = self._next_ready()
            while current is not None:
                if not self._open_line(current.message):
                    return False
                if not current.is_fresh:
                    current = self._ready(current.message)
                if current is None or not self._begin(current):
                    current = self._next_ready()
                    continue
                goes_on, current = self._send_run(current, is_probe=is_probe)
                if not goes_on:
                    return False
            return self._has_time
        finally:
            if self._untouched:
                db.session.rollback()
                claims.release(self._untouched, self._token)
                db.session.commit()

    def _send_run(self, current: _Ready, *, is_probe: bool) -> tuple[bool, _Ready | None]:
        """Send ``current``, already begun, and on without pause while all goes well and the next is ready in time."""
        upcoming = self._next_ready()
        while True:
            outcome = self._hand_over(current)
            if outcome.verdict is not Verdict.SENT:
                return self._after_setback(current.message, outcome), upcoming
            self._lost_in_a_row = self._delays_in_a_row = 0
            self.tally["sent"] += 1
            follows = upcoming is not None and upcoming.is_fresh and self._line.is_open
            written = self._pass_on(current, upcoming if follows else None, outcome.code)
            # The one after it is written while the database syncs.
            after = self._next_ready() if follows else upcoming
            ours = written.result()
            self._tidy_up(current, reopen=is_probe)
            if upcoming is None or upcoming.message.id not in ours:
                return True, after
            current, upcoming = upcoming, after

    def _begin(self, ready: _Ready) -> bool:
        return ready.message.id in self._pass_on(None, ready).result()

    def _pass_on(
        self, done: _Ready | None, following: _Ready | None, code: int | None = None
    ) -> Future[set[uuid.UUID]]:
        """Commit "sent" and, in the same breath, "begun" for the next; the ids that are still ours."""
        if following is not None:
            self._untouched.discard(following.message.id)
        is_kept = following is not None and not following.mail.is_secret
        return self._settler.pass_on(
            token=self._token,
            now=clock.now(),
            done=done.message.id if done else None,
            code=code,
            following=following.message.id if following else None,
            subject=following.mail.subject if following else None,
            text=following.mail.text if following and is_kept else None,
        )

    def _tidy_up(self, sent: _Ready, *, reopen: bool) -> None:
        if reopen:
            _insist(lambda: route.reopen(self._route))
        if sent.mail.is_secret:
            _insist(lambda: claims.wipe(sent.message.id))

    # -- writing the mail

    def _next_ready(self) -> _Ready | None:
        """The next message of the batch that can be written; those that cannot are settled on the way."""
        while self._queue and self._has_time:
            ready = self._ready(self._queue.popleft())
            if ready is not None:
                return ready
        return None

    def _ready(self, message: Outgoing) -> _Ready | None:
        try:
            with reading():
                try:
                    read_at = self._load(message)
                    with force_locale(message.locale):
                        mail = renderer_of(message.kind).compose(message)
                finally:
                    db.session.rollback()
            return _Ready(message, mail, self._on_the_wire(message, mail), read_at)
        except Withdraw as withdrawn:
            self._give_up(message, MessageState.CANCELLED, withdrawn.reason, withdrawn.detail)
        except (DBAPIError, SoftTimeLimitExceeded):
            raise
        except Exception as error:
            # Whatever a template or a row holds: this one is parked, the others go on.
            log.exception("message %s cannot be written", message.id)
            words = f"{type(error).__name__}: {error}"
            self._give_up(message, MessageState.FAILED, MessageReason.CANNOT_COMPOSE, words)
        return None

    def _load(self, message: Outgoing) -> float:
        """Give the message what its kind reads for a batch, fresh enough to speak from; when that was read."""
        load = renderer_of(message.kind).load
        if load is None:
            return time.monotonic()
        read_at, loaded = self._loaded.get(message.kind, (float("-inf"), {}))
        if time.monotonic() - read_at > FRESH_S / 2 or message.id not in loaded:
            read_at = time.monotonic()
            ahead = [other for other in islice(self._queue, AHEAD) if other.kind is message.kind]
            loaded = load([message, *ahead])
            self._loaded[message.kind] = (read_at, loaded)
        message.loaded = loaded[message.id]
        return read_at

    def _on_the_wire(self, message: Outgoing, mail: Mail) -> bytes:
        return mime.compose(
            sender=self._settings.mail_from,
            sender_name="Samordna",
            recipient=message.address,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            locale=message.locale,
            message_id=message.message_id,
            date=clock.now().astimezone(clock.STOCKHOLM),
            headers=mail.headers,
        )

    def _give_up(self, message: Outgoing, state: MessageState, reason: MessageReason, error: str) -> None:
        is_attempt = state is MessageState.FAILED
        setback = Setback(state, reason, SmtpPhase.NONE, error, is_attempt=is_attempt)
        self._untouched.discard(message.id)
        claims.set_back(message.id, self._token, clock.now(), setback)
        db.session.commit()
        self.tally[state.value] += 1

    # -- the line

    def _open_line(self, message: Outgoing) -> bool:
        if self._line.is_open:
            return True
        try:
            self._line.open()
        except MailServerAway as away:
            self._close_route(message, _away(away))
            return False
        return True

    def _hand_over(self, ready: _Ready) -> Outcome:
        """Send over the open line; once more over a fresh one when a line that had worked turns out to be closed."""
        had_worked = self._line.sent > 0
        outcome = self._line.send(self._settings.mail_from, ready.message.address, ready.wire)
        if outcome.verdict is Verdict.LINE_LOST and had_worked:
            try:
                self._line.open()
            except MailServerAway as away:
                return _away(away)
            outcome = self._line.send(self._settings.mail_from, ready.message.address, ready.wire)
        return outcome

    def _after_setback(self, message: Outgoing, outcome: Outcome) -> bool:
        """Write down what became of a message that was not taken; whether to go on with the others."""
        if outcome.verdict is Verdict.SERVER_AWAY:
            self._close_route(message, outcome)
            return False
        setback = _setback(message, outcome, clock.now())
        if _insist(lambda: claims.set_back(message.id, self._token, clock.now(), setback)):
            self.tally[outcome.verdict.value] += 1
        if outcome.verdict in (Verdict.LINE_LOST, Verdict.UNKNOWN):
            self._lost_in_a_row += 1
        elif outcome.verdict is Verdict.LATER:
            self._delays_in_a_row += 1
        else:
            # A refusal of one address is an answer of a server that is well.
            self._lost_in_a_row = self._delays_in_a_row = 0
            _insist(lambda: route.reopen(self._route))
        is_away = outcome.code == 421 and self._line.sent == 0
        if is_away or self._lost_in_a_row >= LINES_LOST or self._delays_in_a_row >= DELAYS_IN_A_ROW:
            until = _insist(lambda: route.close(self._route, clock.now(), outcome.error))
            log.warning("mail server %s in trouble until %s: %s", self._route, until, outcome.error)
            return False
        return True

    def _close_route(self, message: Outgoing, outcome: Outcome) -> None:
        self._untouched.discard(message.id)

        def write() -> datetime:
            now = clock.now()
            until = route.close(self._route, now, outcome.error)
            setback = _setback(message, outcome, now, until)
            claims.set_back(message.id, self._token, now, setback)
            return until

        until = _insist(write)
        self.tally[outcome.verdict.value] += 1
        log.warning("mail server %s away, next call %s: %s", self._route, until, outcome.error)


def _setback(message: Outgoing, outcome: Outcome, now: datetime, until: datetime | None = None) -> Setback:
    state, reason = {
        Verdict.LATER: (MessageState.PENDING, MessageReason.DELAYED_BY_SERVER),
        Verdict.LINE_LOST: (MessageState.PENDING, MessageReason.SERVER_AWAY),
        Verdict.SERVER_AWAY: (MessageState.PENDING, MessageReason.SERVER_AWAY),
        Verdict.REFUSED: (MessageState.FAILED, MessageReason.REFUSED_BY_SERVER),
        Verdict.UNKNOWN: (MessageState.UNKNOWN, MessageReason.LINE_LOST),
    }[outcome.verdict]
    again = until
    if state is MessageState.PENDING and again is None:
        again = now + message_delay(message.attempts + 1, random.random())
    return Setback(state, reason, outcome.phase, outcome.error, outcome.code, again)


def _away(error: MailServerAway) -> Outcome:
    return Outcome(Verdict.SERVER_AWAY, SmtpPhase.CONNECTING, error.code, error.error)


def _insist(write: Callable[[], T]) -> T:
    """Write and commit what has happened in the outside world, also when the database stumbles for a moment."""
    for pause in (*PAUSES_S, None):
        try:
            result = write()
            db.session.commit()
            return result
        except DBAPIError:
            db.session.rollback()
            if pause is None:
                raise
            time.sleep(pause)
    raise AssertionError("unreachable")


def drain(*, budget_s: float = BUDGET_S, batch: int = BATCH) -> Counter[str]:
    """Send what is due; what became of how many, by ``Verdict`` or state."""
    tally = Drain(current_app.config["SETTINGS"], budget_s=budget_s, batch=batch).run()
    if tally:
        log.info("outbox: %s", ", ".join(f"{name} {count}" for name, count in sorted(tally.items())))
    return tally
