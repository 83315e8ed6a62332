"""`samordna report compile` and `samordna report verify`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.integration.reports.conftest import NOW, Register
from tracker.cli.reports import group
from tracker.core import clock
from tracker.core.db import db
from tracker.reports import queries
from tracker.reports.snapshot import read


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen_at(NOW):
        yield


def run(*arguments: object) -> Result:
    db.session.commit()
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


def test_compile_writes_three_files_and_verify_knows_them(
    app: Flask, register: Register, files: Path, tmp_path: Path
) -> None:
    register.procurement("Nationell upphandling av adalimumab")
    out = tmp_path / "ut" / "hit"
    done = run("compile", "--as-of", "2026-11-22", "--out", out, "--format", "json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["number"], told["as_of_on"]) == ("2026-01", "2026-11-22")
    assert "2026-01" in done.stderr
    assert sorted(path.name for path in out.iterdir()) == [
        f"lagesrapport-2026-01.{kind}" for kind in ("json", "pdf", "xlsx")
    ]
    for file in told["files"]:
        assert hashlib.sha256(Path(file["path"]).read_bytes()).hexdigest() == file["sha256"]
        known = run("verify", file["path"])
        assert (known.exit_code, "edition 2026-01, unaltered" in known.stdout) == (0, True)
    content = read((out / "lagesrapport-2026-01.json").read_bytes())
    assert content["totals"]["procurements"] == 1
    assert openpyxl.load_workbook(out / "lagesrapport-2026-01.xlsx")["Upphandlingar"].max_row == 2


def test_an_altered_file_is_not_ours(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "rapport.pdf"
    file.write_bytes(b"%PDF-1.7 altered")
    text, data = run("verify", file), run("verify", file, "--format", "json")
    assert (text.exit_code, data.exit_code) == (1, 1)
    assert "not a file of any edition" in text.stderr
    assert json.loads(data.stdout)["is_ours"] is False


@pytest.mark.parametrize("day", ["2026-13-01", "igår", "20261122"])
def test_a_date_that_is_none_is_told_in_one_line(app: Flask, tmp_path: Path, day: str) -> None:
    done = run("compile", "--as-of", day, "--out", tmp_path)
    assert done.exit_code == 2
    assert done.stderr.strip().splitlines() == [
        f"samordna: {day!r} is not a date; write it as YYYY-MM-DD, for example 2026-11-22"
    ]


def test_a_day_too_far_away_makes_no_edition(app: Flask, tmp_path: Path) -> None:
    done = run("compile", "--as-of", "2031-01-01", "--out", tmp_path)
    assert done.exit_code == 2
    assert queries.list_editions().total == 0


def test_a_folder_that_cannot_be_written_to_is_told_before_the_work(app: Flask, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    done = run("compile", "--out", blocked / "below")
    assert done.exit_code == 2
    assert "cannot write to" in done.stderr
    assert queries.list_editions().total == 0
