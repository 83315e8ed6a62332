"""Which language a page and a mail have."""

from __future__ import annotations

from flask import Flask, render_template_string
from flask_babel import get_locale, gettext, lazy_gettext
from wtforms.fields.core import Label

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


def test_a_lazy_text_is_no_markup() -> None:
    """What people wrote stands inside many of them, refusals among them."""
    app = Flask("small")
    init_app(app)
    text = lazy_gettext("%(name)s is no longer in the team.", name="<img src=x onerror=alert(1)> & son")
    with app.app_context(), using_locale("en"):
        page = render_template_string("{{ text }} {{ '%s' | format(text) }}<p title='{{ text }}'>", text=text)
        label = str(Label("field", text))
    assert "<img" not in page + label
    assert page.count("&lt;img src=x onerror=alert(1)&gt; &amp; son") == 3
