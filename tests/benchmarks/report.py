"""The status report over 1,000 procurements, database to file, against bare Typst and a bare XlsxWriter loop."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from tests.benchmarks import data, site
from tests.benchmarks.memory import family_megabytes
from tests.benchmarks.table import Row
from tracker.core.db import db
from tracker.reports.models import ReportEdition

PROCUREMENTS = 1_000
TARGET = 2.0
TARGET_MB = 300
RUNS = 5


def measure(scale: float) -> list[Row]:
    count = int(PROCUREMENTS * scale)
    with site.on_postgresql() as (_, surroundings):
        with db.engine.begin() as connection:
            data.add_procurements(connection, count, data.add_people(connection, 5))
            edition_id = _add_edition(connection)
        figures = json.loads(_in_a_process(surroundings, "times")[0].splitlines()[-1])
        said, peak = _in_a_process(surroundings, "edition", str(edition_id))
        assert said.strip() == "done", said
    rows = [
        _compare("PDF", "bare Typst compile", figures["pdf"], figures["bare_pdf"], count),
        _compare("XLSX", "bare XlsxWriter loop", figures["xlsx"], figures["bare_xlsx"], count),
    ]
    what = "status report: peak memory of the worker's process and of its typesetter (PSS)"
    return [*rows, Row(what, f"{peak:.0f} MB", "", f"≤ {TARGET_MB} MB", peak <= TARGET_MB)]


def _in_a_process(surroundings: dict[str, str], *arguments: str) -> tuple[str, float]:
    """What it printed, and the most memory that it and its children held together, in megabytes."""
    command = [sys.executable, "-m", "tests.benchmarks.report", *arguments]
    with subprocess.Popen(
        command, cwd=site.ROOT, env={**os.environ, **surroundings}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        peak = 0.0
        # Times are measured undisturbed.
        while arguments[0] == "edition" and process.poll() is None:
            peak = max(peak, family_megabytes(process.pid))
            time.sleep(0.01)
        said = process.stdout.read()
    assert process.returncode == 0, said
    return said, peak


def _add_edition(connection: Connection) -> int:
    values = {
        "year": data.TODAY.year,
        "sequence": 1,
        "number": f"{data.TODAY.year}-01",
        "as_of_on": data.TODAY,
        "requested_by_name": "Samordna",
        "requested_at": data.NOW,
    }
    return connection.execute(sa.insert(ReportEdition).values(values).returning(ReportEdition.id)).scalar_one()


def _compare(name: str, baseline: str, ours: float, bare: float, count: int) -> Row:
    ratio = ours / bare
    return Row(
        f"status report over {count} procurements, database to {name}",
        f"{ours:.2f} s",
        f"{bare:.2f} s ({baseline})",
        f"≤ {TARGET:.0f} ×; is {ratio:.2f} ×",
        ratio <= TARGET,
    )


def _times() -> dict[str, float]:
    """Seconds of what a worker does for an edition, and of the bare loops over the same content."""
    import config
    from tracker.app import create_app
    from tracker.core.storage import file_store
    from tracker.reports import building
    from tracker.reports.render.pdf import render_pdf
    from tracker.reports.render.xlsx import render_xlsx

    app = create_app(config.load())
    with app.app_context():

        def snapshot() -> bytes:
            try:
                return building.build_snapshot(
                    db.session(), data.TODAY, number="2026-01", now=data.NOW, app_version="0"
                ).to_bytes()
            finally:
                db.session.rollback()

        frozen = snapshot()
        pdf, bare_pdf = _best(lambda: file_store().put(render_pdf(snapshot())), _bare_pdf(frozen))
        xlsx, bare_xlsx = _best(lambda: file_store().put(render_xlsx(snapshot())), _bare_xlsx(frozen))
        return {"pdf": pdf, "xlsx": xlsx, "bare_pdf": bare_pdf, "bare_xlsx": bare_xlsx}


def _edition(edition_id: int) -> str:
    """One edition from claim to file, in a process that has loaded what the worker has; how it ended."""
    from tracker.core import clock
    from tracker.reports import compiling
    from workers.celery_app import celery_app, flask_app

    celery_app.loader.import_default_modules()
    with flask_app.app_context():
        return str(compiling.compile_edition(edition_id, clock.now))


def _bare_pdf(frozen: bytes) -> Callable[[], object]:
    """A Typst compile of the same content, in a fresh process as ours is."""
    from tracker.core.i18n import using_locale
    from tracker.core.typeset.typesetting import FONT_DIR
    from tracker.reports import presentation
    from tracker.reports.render import pdf as ours

    folder = tempfile.mkdtemp(prefix="samordna-bench-")
    content = Path(folder, "content.json")
    with using_locale("sv"):
        content.write_text(json.dumps(ours._content(presentation.present(frozen), "sv")))
    script = (
        "import sys, typst, pathlib;"
        "typst.compile(sys.argv[1], output=sys.argv[3], font_paths=[sys.argv[4]], ignore_system_fonts=True,"
        " sys_inputs={'content': pathlib.Path(sys.argv[2]).read_text()}, pdf_standards=['ua-1', 'a-2a'])"
    )
    command = [sys.executable, "-I", "-c", script, str(ours.TEMPLATE), str(content), f"{folder}/out.pdf"]
    return lambda: subprocess.run([*command, str(FONT_DIR)], check=True)


def _bare_xlsx(frozen: bytes) -> Callable[[], object]:
    """The same cells written with nothing around."""
    import xlsxwriter

    from tracker.reports import presentation

    report = presentation.present(frozen)

    def loop() -> None:
        with (
            tempfile.TemporaryDirectory() as folder,
            xlsxwriter.Workbook(
                f"{folder}/out.xlsx", {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
            ) as book,
        ):
            for table in report.tables.values():
                sheet = book.add_worksheet(table.sheet)
                sheet.write_row(0, 0, [column.heading for column in table.columns])
                for number, row in enumerate(table.rows, start=1):
                    for column, value in enumerate(row):
                        if isinstance(value, date):
                            sheet.write_datetime(number, column, value)
                        elif isinstance(value, int):
                            sheet.write_number(number, column, value)
                        elif value is not None:
                            sheet.write_string(number, column, str(value))

    return loop


def _best(*works: Callable[[], object]) -> list[float]:
    """Seconds of the quickest run of each, taken in turns."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(RUNS):
        for mine, work in zip(times, works, strict=True):
            started = time.perf_counter()
            work()
            mine.append(time.perf_counter() - started)
    return [min(mine) for mine in times]


if __name__ == "__main__":
    if sys.argv[1] == "times":
        print(json.dumps(_times()))
    else:
        print(_edition(int(sys.argv[2])))
