"""Flask's session on rows of `browser_sessions`. The cookie carries a random token and nothing else.

A visitor without a cookie costs no query, and gets a row only when something must be kept (a form's token, a message)
and the address is one of ours.
One statement loads session, person and roles. A page that is only read writes at most once a minute, the time of the
last visit, in a transaction of its own after the page is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, Request, Response, request, session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import CallbackDict

from tracker.accounts import queries
from tracker.accounts.models import BrowserSession, Person
from tracker.accounts.service.sessions import start_session
from tracker.accounts.tokens import token_hash
from tracker.core import clock
from tracker.core.db import db, writing

SEEN_EVERY = timedelta(minutes=1)
ANONYMOUS_LIFETIME = timedelta(hours=2)


@dataclass(frozen=True)
class Loaded:
    """What was read of the row; plain values, since a page ends with a rollback that expires objects."""

    token_hash: str
    last_seen_at: datetime


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """The session of one request. `person` is who is signed in."""

    def __init__(self, initial: dict[str, Any] | None = None, loaded: Loaded | None = None) -> None:
        def on_update(changed: Any) -> None:
            changed.modified = True
            changed.accessed = True

        super().__init__(initial or {}, on_update)
        self.loaded = loaded
        self.person: Person | None = None
        self.new = loaded is None
        self.modified = False
        self.accessed = False
        self.new_token: str | None = None
        self.is_over = False

    @property
    def hash(self) -> str | None:
        """The hash under which the session is stored, None while it is not."""
        return self.loaded.token_hash if self.loaded else None

    def adopt(self, token: str) -> None:
        """Go on under a row that the view has just begun (sign-in, new password). Nothing is carried over."""
        self.clear()
        self.new_token, self.is_over = token, False

    def end(self) -> None:
        """Forget the cookie; the row was ended by a service."""
        self.clear()
        self.is_over = True


def current_session() -> ServerSession:
    """The session of the present request, as what it is."""
    return cast(ServerSession, session._get_current_object())  # type: ignore[attr-defined]


class DatabaseSessions(SessionInterface):
    """Loads and keeps `ServerSession`."""

    def __init__(self, idle: timedelta) -> None:
        self.idle = idle

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        token = request.cookies.get(self.get_cookie_name(app))
        # Who uploads shows the secret of the upload; it must not cost a look into the database who that is.
        if not token or request.path.startswith(("/static/", "/uploads/")):
            return ServerSession()
        now = clock.now()
        row = queries.find_live_session(token, now=now, idle=self.idle)
        if row is None:
            return ServerSession()
        opened = ServerSession(dict(row.data), Loaded(row.token_hash, row.last_seen_at))
        opened.person = row.person
        return opened

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        kept = cast(ServerSession, session)
        if kept.accessed or kept.person is not None:
            response.vary.add("Cookie")
        # What the view did is committed or rolled back by now; what an error page read meanwhile is let go.
        if kept.new_token and response.status_code < 400:
            self._write(lambda: _store(token_hash(cast(str, kept.new_token)), kept))
            self._set_cookie(app, response, kept.new_token)
        elif kept.is_over:
            self._delete_cookie(app, response)
        elif kept.loaded is not None:
            self._keep(app, kept, kept.loaded)
        elif kept.modified and kept and request.endpoint is not None:
            token = self._write(lambda: _begin_anonymous(kept))
            self._set_cookie(app, response, token)

    def _keep(self, app: Flask, kept: ServerSession, loaded: Loaded) -> None:
        if kept.modified:
            self._write(lambda: _store(loaded.token_hash, kept))
        elif clock.now() - loaded.last_seen_at >= SEEN_EVERY:
            try:
                self._write(lambda: _touch(loaded.token_hash))
            except OperationalError:
                # Somebody holds the database; the page is made, and the next one will tell the time.
                app.logger.info("the time of a visit was not written", exc_info=True)

    @staticmethod
    def _write(change: Callable[[], Any]) -> Any:
        db.session.rollback()
        with writing():
            try:
                result = change()
                db.session.commit()
            except BaseException:
                db.session.rollback()
                raise
        return result

    def _set_cookie(self, app: Flask, response: Response, token: str) -> None:
        response.set_cookie(
            self.get_cookie_name(app),
            token,
            path="/",
            secure=self.get_cookie_secure(app),
            httponly=True,
            samesite="Lax",
        )

    def _delete_cookie(self, app: Flask, response: Response) -> None:
        response.delete_cookie(
            self.get_cookie_name(app), path="/", secure=self.get_cookie_secure(app), httponly=True, samesite="Lax"
        )


def _store(stored_hash: str, kept: ServerSession) -> None:
    _update(stored_hash, data=dict(kept), last_seen_at=clock.now())


def _touch(stored_hash: str) -> None:
    _update(stored_hash, last_seen_at=clock.now())


def _update(stored_hash: str, **values: Any) -> None:
    query = sa.update(BrowserSession).where(BrowserSession.token_hash == stored_hash, BrowserSession.ended_at.is_(None))
    db.session.execute(query.values(**values).execution_options(synchronize_session=False))


def _begin_anonymous(kept: ServerSession) -> str:
    now = clock.now()
    token = start_session(person_id=None, now=now, lifetime=ANONYMOUS_LIFETIME)
    _store(token_hash(token), kept)
    return token
