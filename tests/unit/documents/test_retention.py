"""How long documents are kept, and how sizes and numbers are written."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from tracker.documents.enums import DocumentKind, RetentionRule, Series
from tracker.documents.labels import document_number, file_size
from tracker.documents.retention import NAMES, SOURCES, default_rule, kept_until_on, usual_rules


def test_every_rule_has_its_name_and_source() -> None:
    assert set(NAMES) == set(SOURCES) == set(RetentionRule)


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_documents_are_kept_for_good_unless_a_law_counts(kind: DocumentKind) -> None:
    counted = {DocumentKind.TENDER, DocumentKind.PROCUREMENT_DOCUMENT}
    expected = RetentionRule.YEARS_4_FROM_AWARD if kind in counted else RetentionRule.KEEP
    assert default_rule(kind) is expected
    assert [rule for rule, kinds in usual_rules().items() if kind in kinds] == ([expected] if kind in counted else [])


@pytest.mark.parametrize(
    ("rule", "registered_on", "until_on"),
    [
        (RetentionRule.YEARS_7, date(2026, 1, 1), date(2033, 12, 31)),
        (RetentionRule.YEARS_7, date(2026, 12, 31), date(2033, 12, 31)),
        (RetentionRule.YEARS_10, date(2026, 11, 23), date(2036, 11, 23)),
        (RetentionRule.YEARS_10, date(2024, 2, 29), date(2034, 2, 28)),
        (RetentionRule.KEEP, date(2026, 1, 1), None),
        (RetentionRule.YEARS_4_FROM_AWARD, date(2026, 1, 1), None),
    ],
)
def test_the_last_day_of_keeping(rule: RetentionRule, registered_on: date, until_on: date | None) -> None:
    assert kept_until_on(rule, registered_on) == until_on


@pytest.mark.parametrize(
    ("size_bytes", "swedish", "english"),
    [
        (0, "0 B", "0 B"),
        (1023, "1023 B", "1023 B"),
        (1024, "1 kB", "1 kB"),
        (35_000, "34 kB", "34 kB"),
        (1_500_000, "1,4 MB", "1.4 MB"),
        (200 * 1024 * 1024, "200,0 MB", "200.0 MB"),
    ],
)
def test_sizes_are_written_as_the_reader_writes_numbers(size_bytes: int, swedish: str, english: str) -> None:
    app = Flask("sizes")
    app.config.update(BABEL_DEFAULT_LOCALE="sv")
    Babel(app)
    with app.test_request_context():
        for language, expected in (("sv", swedish), ("en", english)):
            with force_locale(language):
                assert file_size(size_bytes).replace("\u00a0", " ") == expected


def test_tenders_are_numbered_apart() -> None:
    assert [document_number(series, 3) for series in Series] == ["3", "A3"]
