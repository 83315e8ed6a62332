"""``samordna deadlines``: what it prints, and what it says when it cannot."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tracker.cli.deadlines import deadlines
from tracker.deadlines import rules

KEYS = ["raw_on", "due_on", "earliest_contract_on", "rule", "section", "rule_set", "steps"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(deadlines, list(arguments))


def write(folder: Path, text: str) -> str:
    file = folder / "rows.csv"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_the_easter_standstill_of_2019() -> None:
    result = run("compute", "standstill", "--from", "2019-04-18", "--electronic", "--format", "json")
    printed = json.loads(result.output)
    assert result.exit_code == 0
    assert list(printed) == KEYS
    assert printed["raw_on"] == "2019-04-28"
    assert printed["due_on"] == "2019-04-29"
    assert printed["earliest_contract_on"] == "2019-04-30"
    assert (printed["rule"], printed["rule_set"]) == ("standstill", "lou_2016_1145")
    assert all(isinstance(step, str) for step in printed["steps"])


def test_what_a_rule_has_not_is_null() -> None:
    notice = json.loads(run("compute", "award_notice", "--from", "2026-11-27", "--format", "json").output)
    assert notice["earliest_contract_on"] is None
    mini = json.loads(run("compute", "tender-mini-competition", "--from", "2026-11-27", "--format", "json").output)
    assert (mini["raw_on"], mini["due_on"], mini["earliest_contract_on"]) == (None, None, None)
    assert mini["steps"]


def test_text_is_for_people() -> None:
    output = run("compute", "standstill", "--from", "2026-11-02", "--paper").output
    assert "due               2026-11-17" in output
    assert "version 2025-07-01" in output
    assert "1. The rule is 20 kap. 1 §" in output


def test_facts_of_tender_periods_can_be_given() -> None:
    output = run("compute", "tender_open", "--from", "2026-11-23", "--electronic-tenders", "--no-full-access").output
    assert "due               2026-12-28" in output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["standstill", "--from", "2019-02-30"], "'2019-02-30' is not a date; write it as YYYY-MM-DD"),
        (["standstill", "--from", "20190418"], "is not a date"),
        (["standstill", "--from", "today"], "is not a date"),
        (["standstil", "--from", "2019-04-18"], "there is no rule called 'standstil'"),
        (["standstill", "--from", "2016-12-30"], "LOU 2007:1091"),
        (["standstill", "--from", "2019-01-03", "--began", "2016-12-01"], "LOU 2007:1091"),
        (["standstill", "--from", "2019-01-03", "--began", "2019-01-04"], "cannot have begun"),
        (["standstill", "--from", "2061-01-03"], "1990 to 2060"),
        (["standstill", "--from", "9999-12-31"], "1990 to 2060"),
        (["tender_open", "--from", "2026-11-23", "--no-agreement"], "does not depend on: no_agreement"),
        (["standstill"], "--from"),
        ([], "RULE"),
        (["standstill", "--input", "x.csv"], "not both"),
        (["--input", "no-such-file.csv"], "cannot be read"),
    ],
)
def test_a_fault_is_one_clear_line(arguments: list[str], says: str) -> None:
    result = run("compute", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_file_gives_one_object_per_line(tmp_path: Path) -> None:
    source = write(tmp_path, "\ufeffrule;from;means\nstandstill;2019-04-18;electronic\n\naward-notice;2026-11-27;\n"
                             "standstill;2026-11-02;Paper\n")  # fmt: skip
    result = run("compute", "--input", source)
    rows = [json.loads(line) for line in result.output.splitlines()]
    assert result.exit_code == 0
    assert [row["due_on"] for row in rows] == ["2019-04-29", "2026-12-23", "2026-11-17"]
    assert all(list(row) == KEYS for row in rows)


def test_all_faults_of_a_file_are_told_before_anything_is_printed(tmp_path: Path) -> None:
    source = write(tmp_path, "rule,from,means\nstandstill,2019-04-18,electronic\nfoo,18 april,letter\n\n"
                             "standstill,2016-01-01,paper\n")  # fmt: skip
    result = run("compute", "--input", source)
    assert result.exit_code == 2
    assert result.stdout == ""
    said = result.stderr.splitlines()
    assert len(said) == 5
    assert any("row 3, column rule" in line and "'foo'" in line for line in said)
    assert any("row 3, column from" in line and "YYYY-MM-DD" in line for line in said)
    assert any("row 3, column means" in line and "electronic or paper" in line for line in said)
    assert any("row 5, column from" in line and "LOU 2007:1091" in line for line in said)
    assert "4 faults, nothing was computed" in said[-1]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "row 1 must name the columns rule,from,means, and says nothing"),
        ("rule,date\nstandstill,2019-04-18\n", "row 1 must name the columns"),
        ("rule,from,from\nstandstill,2019-04-18,2019-04-18\n", "row 1 must name the columns"),
        ("rule,from,means\nstandstill,2019-04-18,paper,extra\n", "row 2, column 4"),
        ('rule,from,means\n"standstill,2019-04-18\n', "is not a CSV file"),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused(tmp_path: Path, text: str, says: str) -> None:
    result = run("compute", "--input", write(tmp_path, text))
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(b"rule,from,means\nstandstill,\xff\xfe,\n")
    result = run("compute", "--input", str(file))
    assert result.exit_code == 2
    assert "is not UTF-8 text" in result.stderr


def test_the_rules_are_listed() -> None:
    text = run("rules").output
    listed = json.loads(run("rules", "--format", "json").output)
    assert listed[0]["rule"] == "standstill"
    assert [row["rule"] for row in listed] == list(rules.rule_set_named("lou_2016_1145").rules)
    assert all(row["rule"] in text and row["section"] in text for row in listed)


def test_it_starts_without_the_application_or_a_database() -> None:
    code = (
        "import sys; from tracker.cli.deadlines import deadlines\n"
        "deadlines(['compute', 'standstill', '--from', '2019-04-18'], standalone_mode=False)\n"
        "heavy = {'flask', 'sqlalchemy', 'celery', 'babel'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "2019-04-29" in done.stdout
