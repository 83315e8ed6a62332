"""Which language a page and a mail have, and that the domains' texts do not get in each other's way."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from babel.messages.pofile import read_po
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
        with using_locale("en"):
            assert str(get_locale()) == "en"
            assert gettext("Sign out everywhere") == "Sign out everywhere"
        with using_locale("xx"):
            assert str(get_locale()) == "sv"


def test_a_text_means_the_same_in_every_domain() -> None:
    """The catalogues are merged, so a text that is translated in two ways would come out in one of them everywhere."""
    meanings: dict[object, dict[object, list[str]]] = defaultdict(lambda: defaultdict(list))
    for folder in translation_directories():
        path = folder / "sv" / "LC_MESSAGES" / "messages.po"
        for message in catalogue(path):
            if message.id and message.string:
                meanings[message.context, str(message.id)][str(message.string)].append(folder.parent.name)
    differing = {key[1]: dict(said) for key, said in meanings.items() if len(said) > 1}
    assert differing == {}


def catalogue(path: Path):  # type: ignore[no-untyped-def]
    if not path.exists():
        return []
    with path.open("rb") as file:
        return list(read_po(file))
