"""The address of a case's page, as lower parts write it, is one that the application has."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from tracker.cases.enums import CaseKind
from tracker.cases.paths import PATHS, case_path


@pytest.mark.parametrize("kind", PATHS)
def test_every_path_has_its_page(app: Flask, kind: CaseKind) -> None:
    endpoint, values = app.url_map.bind("").match(case_path(kind, 12) or "")
    assert endpoint.endswith(".show")
    assert set(values.values()) == {12}


def test_a_kind_without_pages_has_no_path() -> None:
    assert case_path(CaseKind.GOVERNANCE, 1) is None


def test_other_addresses_are_none_of_ours(app: Flask) -> None:
    with pytest.raises(NotFound):
        app.url_map.bind("").match("/governance/1")
