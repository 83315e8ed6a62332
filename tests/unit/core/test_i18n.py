"""Which language a page and a mail have."""

from __future__ import annotations

from flask import Flask
from flask_babel import get_locale, gettext

from tracker.core.i18n import init_app, select_locale, translation_directories, using_locale


def test_every_domain_with_texts_is_merged() -> None:
    names = [path.parent.name for path in translation_directories()]
    assert names[0] == "tracker"
    assert "accounts" in names


def test_without_a_request_it_is_swedish_and_mails_choose() -> None:
    app = Flask("small")
    init_app(app)
    with app.app_context():
        assert select_locale() == "sv"
        assert gettext("Sign in") == "Logga in"
        with using_locale("en"):
            assert str(get_locale()) == "en"
            assert gettext("Sign in") == "Sign in"
        with using_locale("xx"):
            assert str(get_locale()) == "sv"
