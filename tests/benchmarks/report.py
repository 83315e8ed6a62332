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

from tests.benchmarks import data, site
from tests.benchmarks.table import Row
from tracker.core.db import db

PROCUREMENTS = 1_000
TARGET = 2.0
TARGET_MB = 300
RUNS = 3


def measure(scale: float) -> list[Row]:
    count = int(PROCUREMENTS * scale)
    with site.on_postgresql() as (_, surroundings):
        with db.engine.begin() as connection:
            data.add_procurements(connection, count, data.add_people(connection, 5))
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.report"],
            cwd=site.ROOT,
            env={**os.environ, **surroundings},
            check=True,
            capture_output=True,
            text=True,
        )
    figures = json.loads(done.stdout.splitlines()[-1])
    rows = [
        _compare("PDF", "bare Typst compile", figures["pdf"], figures["bare_pdf"], count),
        _compare("XLSX", "bare XlsxWriter loop", figures["xlsx"], figures["bare_xlsx"], count),
    ]
    peak = figures["peak_mb"]
    return [
        *rows,
        Row("status report: worker's peak memory", f"{peak:.0f} MB", "", f"≤ {TARGET_MB} MB", peak <= TARGET_MB),
    ]


def _compare(name: str, baseline: str, ours: float, bare: float, count: int) -> Row:
    ratio = ours / bare
    return Row(
        f"status report over {count} procurements, database to {name}",
        f"{ours:.2f} s",
        f"{bare:.2f} s ({baseline})",
        f"≤ {TARGET:.0f} ×; is {ratio:.2f} ×",
        ratio <= TARGET,
    )


def _in_a_worker() -> dict[str, float]:
    """What one worker process does for an edition, and how much memory it and its child held at most."""
    import resource

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
        pdf = _best(lambda: file_store().put(render_pdf(snapshot())))
        xlsx = _best(lambda: file_store().put(render_xlsx(snapshot())))
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        figures = {"pdf": pdf, "xlsx": xlsx, "peak_mb": own + child}
        return {**figures, "bare_pdf": _bare_pdf(frozen), "bare_xlsx": _bare_xlsx(frozen)}


def _bare_pdf(frozen: bytes) -> float:
    """Seconds for a Typst compile of the same content, in a fresh process as ours is."""
    from tracker.reports.render import pdf as ours

    with tempfile.TemporaryDirectory() as folder:
        content = Path(folder, "content.json")
        with ours.using_locale("sv"):
            content.write_text(json.dumps(ours._content(ours.presentation.present(frozen), "sv")))
        script = (
            "import sys, typst, pathlib;"
            "typst.compile(sys.argv[1], output=sys.argv[3], font_paths=[sys.argv[4]], ignore_system_fonts=True,"
            " sys_inputs={'report': pathlib.Path(sys.argv[2]).read_text()}, pdf_standards=['ua-1', 'a-2a'])"
        )
        command = [sys.executable, "-I", "-c", script, str(ours.TEMPLATE), str(content), f"{folder}/out.pdf"]
        return _best(lambda: subprocess.run([*command, str(ours._FONT_DIR)], check=True))


def _bare_xlsx(frozen: bytes) -> float:
    """Seconds for writing the same cells with nothing around."""
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

    return _best(loop)


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


if __name__ == "__main__":
    print(json.dumps(_in_a_worker()))
