"""Language: of whoever a link belongs to, of the signed-in person, else by the cookie, else Swedish.

Texts are English in the code and translated per domain: every `tracker/<domain>/translations` is merged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale
from flask_babel.speaklater import LazyString
from flask_login import current_user
from markupsafe import escape

LANGUAGE_COOKIE = "samordna_language"
LOCALES = ("sv", "en")
DEFAULT_LOCALE = "sv"

_ROOT = Path(__file__).resolve().parent.parent


def translation_directories() -> list[Path]:
    """The folders of translations: the shared one first, then the domains' in order of name."""
    shared = _ROOT / "translations"
    return [shared, *sorted(path for path in _ROOT.glob("*/translations") if path.is_dir())]


def select_locale() -> str:
    """The language of this request."""
    if not has_request_context():
        return DEFAULT_LOCALE
    if "own_locale" in g:  # the language of whom the link in the address was made for
        return str(g.own_locale)
    if current_user.is_authenticated:
        return str(current_user.locale)
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    return chosen if chosen in LOCALES else DEFAULT_LOCALE


@contextmanager
def using_locale(locale: str) -> Iterator[None]:
    """Texts inside are in `locale`, whoever is signed in: for mails and reports. Needs an application context."""
    with force_locale(locale if locale in LOCALES else DEFAULT_LOCALE):
        yield


def _as_html(text: LazyString) -> str:
    return str(escape(str(text)))


# Flask-Babel gives a lazy text to a page as if all of it were our own markup, with what people wrote inside it.
LazyString.__html__ = _as_html


def init_app(app: Flask) -> None:
    directories = ";".join(str(path) for path in translation_directories())
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = directories
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT_LOCALE)
    Babel(app, locale_selector=select_locale)
