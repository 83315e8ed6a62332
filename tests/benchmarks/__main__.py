"""`make bench`: measure each figure against its baseline in the same run, and print the table.

``python -m tests.benchmarks [NAME …]`` measures only those named; ``--quick`` uses a tenth of the rows, to try the
benchmark itself (its figures then say nothing).
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
import time
import traceback

from tests.benchmarks.table import Row, print_table

BENCHMARKS = {
    "list": "tests.benchmarks.procurement_list",
    "planning": "tests.benchmarks.planning",
    "mail": "tests.benchmarks.mail",
    "report": "tests.benchmarks.report",
    "uploads": "tests.benchmarks.uploads",
    "downloads": "tests.benchmarks.downloads",
    "memory": "tests.benchmarks.memory",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of the rows: tries the benchmark, measures nothing"
    )
    options = parser.parse_args()
    print(
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}"
    )
    rows: list[Row] = []
    failed = []
    for name in options.names or BENCHMARKS:
        started = time.monotonic()
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        try:
            rows += importlib.import_module(BENCHMARKS[name]).measure(scale=0.1 if options.quick else 1.0)
        except Exception:
            traceback.print_exc()
            failed.append(name)
        print(f"  {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    print_table(rows)
    if failed:
        print(f"not measured: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
