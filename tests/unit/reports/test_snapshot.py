"""The frozen form: one spelling, all of it, and told apart from anything else."""

from __future__ import annotations

import json

import pytest

from tests.factories.snapshots import first_form, procurement_line, snapshot
from tracker.core import canonical_json
from tracker.reports.snapshot import FORMAT, ProcurementLine, UnknownFormat, read


def test_the_same_content_gives_the_same_bytes() -> None:
    assert snapshot().to_bytes() == snapshot().to_bytes()
    assert canonical_json.dumps(canonical_json.loads(snapshot().to_bytes())) == snapshot().to_bytes()
    assert snapshot(12).to_bytes() != snapshot(13).to_bytes()


def test_the_bytes_say_what_they_are_and_hold_the_totals() -> None:
    content = read(snapshot(10).to_bytes())
    assert content["format"] == FORMAT
    assert content["limits"] == {"due_within_days": 90, "contract_months": 12}
    assert content["totals"] == {
        "procurements": 11,
        "withheld": 1,
        "examples": 5,
        "decisions": 4,
        "overdue": 2,
        "due": 6,
        "contracts": 3,
        "recommendations": 3,
        "unanswered": 1,
        "oldest_unanswered_days": 43,
        "noted_recommendations": 2,
    }


def test_a_withheld_evaluation_holds_its_number_and_class_alone() -> None:
    content = json.loads(snapshot(3).to_bytes())
    line = next(line for line in content["recommendations"] if line["is_withheld"])
    assert {key for key, value in line.items() if value} == {"case_number", "secrecy_class", "is_withheld"}


def test_the_first_form_is_read_as_it_was_frozen() -> None:
    first = first_form()
    assert read(first)["format"] == "samordna.status-report/1"
    assert "recommendations" not in read(first)


def test_a_withheld_procurement_holds_its_number_and_class_alone() -> None:
    content = json.loads(snapshot(1).to_bytes())
    line = next(line for line in content["procurements"] if line["is_withheld"])
    told = {key for key, value in line.items() if value}
    assert told == {"case_number", "secrecy_class", "is_withheld"}
    assert set(line) == set(ProcurementLine.__dataclass_fields__)


def test_other_bytes_are_refused() -> None:
    with pytest.raises(UnknownFormat):
        read(b'{"format":"something else"}')
    with pytest.raises(UnknownFormat):
        read(b"[]")
    with pytest.raises(UnknownFormat):
        read(snapshot().to_bytes()[:-1])


def test_every_fact_of_a_line_reaches_the_bytes() -> None:
    line = procurement_line(3)
    written = json.loads(snapshot(4).to_bytes())["procurements"][3]
    assert written["case_number"] == line.case_number
    assert written["title"] == line.title
    assert written["substances"] == list(line.substances)
    assert line.contract_end_on is not None
    assert written["contract_end_on"] == line.contract_end_on.isoformat()
