"""Error pages: what is wrong, what to do, the request's number; and what was typed, so that it can be sent again."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, Response, current_app, make_response, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from flask_limiter import RateLimitExceeded
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from tracker.accounts.throttle import again_at, seconds_left
from tracker.core.bodies import PageRequest, discard_rest
from tracker.core.errors import DomainError, Forbidden, NotFound, StaleVersion, Unavailable
from tracker.core.i18n import LANGUAGE_COOKIE
from tracker.core.storage import DiskFull
from tracker.web.request_id import request_id

AWAY = (OperationalError, InterfaceError, PoolTimeoutError, ConnectionError)
RETRY_AFTER_SECONDS = 30
TEMPLATE = "errors/error.html"
NEVER_SHOWN = ("csrf_token", "password", "token", "secret", "code")
NOT_TEXT = ("version", "submission", "next")


@dataclass(frozen=True)
class Words:
    title: Any
    what: Any
    todo: Any


PAGES: dict[int, Words] = {
    400: Words(
        _l("The request could not be understood"),
        _l("Something in the address or in what was sent is not as it should be."),
        _l("Go back and try again. If it happens again, tell the administrator the request number below."),
    ),
    401: Words(
        _l("You are no longer signed in"),
        _l("Your session has ended, so nothing was saved."),
        _l("Sign in in a new tab, come back here and send again. What you wrote stands below."),
    ),
    403: Words(
        _l("You may not do this"),
        _l("Your role does not include this page or this action."),
        _l("If you need it in your work, ask the administrator for the right role."),
    ),
    404: Words(
        _l("The page was not found"),
        _l("The address may be mistyped, the page may have been moved, or it is not open to you."),
        _l("Check the address, or search for the case from the list of procurements."),
    ),
    405: Words(
        _l("This page cannot be used in that way"),
        _l("The address takes another kind of request."),
        _l("Go back to the page you came from and use its buttons."),
    ),
    409: Words(
        _l("Someone else has saved changes"),
        _l("The record was changed after you opened it. Nothing of yours has been saved over it."),
        _l("Open the record again, compare, and add what you wrote below."),
    ),
    413: Words(
        _l("Too much was sent at once"),
        _l("What you sent is larger than the limit, %(limit)s. Nothing of it was saved."),
        _l("Go back, where your text is still in the form, and shorten it or choose a smaller file."),
    ),
    422: Words(
        _l("This could not be saved"),
        _l("A rule of the matter does not allow it."),
        _l("Go back and adjust what the message points out."),
    ),
    429: Words(
        _l("Too many attempts"),
        _l("There have been too many requests of this kind in a short time."),
        _l("Wait a few minutes and try again. Nothing else is needed."),
    ),
    500: Words(
        _l("Something went wrong on our side"),
        _l("The fault is logged with the request number below. Nothing was saved half-way."),
        _l("Try again in a while. If it happens again, tell the administrator the request number."),
    ),
    503: Words(
        _l("The service is not available just now"),
        _l("A part that is needed does not answer. Nothing was saved half-way."),
        _l("Wait a minute and try again."),
    ),
}
CSRF_WORDS = Words(
    _l("The page had been open too long"),
    _l("For your safety a form is valid for a limited time, and this one had expired. Nothing was saved."),
    _l("What you wrote stands below. Send it again, or copy it into a newly opened page."),
)
DISK_FULL_WORDS = Words(
    _l("The storage is full"),
    _l("There is no room left where the data is kept. Nothing was saved half-way."),
    _l("Tell the administrator that the storage is full. Keep this page open: what you wrote stands below."),
)


def typed_texts() -> list[tuple[str, str]]:
    """What the person wrote in the form of this request, without secrets and machinery."""
    if _is_from_elsewhere():
        return []
    try:
        sent = list(request.form.items(multi=True))
    except HTTPException:  # the body was too large or damaged, so there is no form
        return []
    return [
        (name, value)
        for name, value in sent
        if value.strip() and name not in NOT_TEXT and not any(part in name.lower() for part in NEVER_SHOWN)
    ]


def _is_from_elsewhere() -> bool:
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")


def _hidden_values() -> list[tuple[str, str]]:
    return [(name, request.form[name]) for name in NOT_TEXT if name in request.form]


def _came_from_here() -> bool:
    """Whether the form was sent from our own page, so that offering to send it again does no stranger's errand."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == request.host_url.rstrip("/")


def _page(
    status: int, words: Words, *, message: Any = None, bare: bool = False, csrf: Callable[[], str] | None = None
) -> Response:
    bare = bare or not _is_signed_in()
    texts = typed_texts()
    resend = None
    if texts and csrf is not None and _came_from_here():
        resend = {"action": request.full_path.rstrip("?"), "csrf": csrf(), "hidden": _hidden_values()}
    values = {
        "status": status,
        "words": words,
        "message": message,
        "limit": _limit_text(),
        "texts": texts,
        "resend": resend,
        "number": request_id(),
        "bare": bare,
        "sign_in_url": url_for("accounts.sign_in") if status == 401 else None,
    }
    # A bare page is made without the context processors, which ask who is signed in.
    bare_template = current_app.jinja_env.get_template(TEMPLATE)
    response = make_response(bare_template.render(values) if bare else render_template(TEMPLATE, **values), status)
    if status in (429, 503):
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _bare_page(status: int, words: Words) -> Response:
    """A page that needs neither database nor session; its language is the browser's or Swedish."""
    locale = request.cookies.get(LANGUAGE_COOKIE) or request.accept_languages.best_match(["sv", "en"], "sv")
    with force_locale(locale if locale in ("sv", "en") else "sv"):
        return _page(status, words, bare=True, csrf=_sent_token)


def _sent_token() -> str:
    return request.form.get("csrf_token", "")


def _is_signed_in() -> bool:
    try:
        return bool(current_user.is_authenticated)
    except Exception:  # whatever is away, an error page must still be shown
        current_app.logger.warning("error page without its person", exc_info=True)
        return False


def _limit_text() -> str:
    sent = cast(PageRequest, request)
    limit = sent.files_limit or sent.max_content_length or 0
    return f"{limit / 1024 / 1024:.0f} MB" if limit >= 1024 * 1024 else f"{limit // 1024} kB"


def on_http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    if isinstance(error, InternalServerError):
        return on_crash(error)
    if status == 413:
        discard_rest(request.environ)
    words = PAGES.get(status) or Words(_l("This could not be done"), error.description, PAGES[400].todo)
    token = _sent_token if status == 401 else generate_csrf if status != 413 and _is_signed_in() else None
    is_braked = isinstance(error, RateLimitExceeded)
    message = _l("It works again after %(at)s.", at=again_at()) if is_braked else None
    response = _page(status, words, message=message, csrf=token)
    if is_braked:
        response.headers["Retry-After"] = str(seconds_left())
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            response.headers[name] = value
    return response


def on_csrf_error(error: CSRFError) -> Response:
    current_app.logger.info("form refused: %s", error.description)
    return _page(400, CSRF_WORDS, csrf=generate_csrf)


def on_domain_error(error: DomainError) -> Response:
    known = {NotFound: 404, Forbidden: 403, StaleVersion: 409, Unavailable: 503}
    status = next((code for kind, code in known.items() if isinstance(error, kind)), 422)
    message = None if status == 404 else error.message
    words = DISK_FULL_WORDS if isinstance(error, DiskFull) else PAGES[status]
    return _page(status, words, message=message, csrf=generate_csrf if status in (422, 503) else None)


def on_stale_data(error: StaleDataError | ObjectDeletedError) -> Response:
    """Somebody else changed the row meanwhile, or took it away."""
    return _page(409, PAGES[409])


def on_away(error: BaseException) -> Response:
    """The database is away, locked for too long, or out of room."""
    current_app.logger.error("request %s: %s is away: %s", request_id(), type(error).__name__, error)
    return _bare_page(503, DISK_FULL_WORDS if _is_full(error) else PAGES[503])


def _is_full(error: BaseException) -> bool:
    """Whether there was no room: SQLite's and PostgreSQL's words for it, or the operating system's number."""
    if isinstance(error, DBAPIError):
        said = str(error.orig).lower()
        return "disk is full" in said or "no space left" in said
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def on_crash(error: InternalServerError) -> Response:
    """Flask has logged the traceback already. What failed before the view (the session's row) ends here, too."""
    original = error.original_exception
    if original is not None and (isinstance(original, AWAY) or _is_full(original)):
        return on_away(original)
    current_app.logger.error("request %s ended in an internal error", request_id())
    return _bare_page(500, PAGES[500])


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(DomainError, on_domain_error)
    app.register_error_handler(StaleDataError, on_stale_data)
    app.register_error_handler(ObjectDeletedError, on_stale_data)
    for kind in AWAY:
        app.register_error_handler(kind, on_away)
    app.register_error_handler(InternalServerError, on_crash)
