"""What `make test` runs: the checks that read the code, then the tests. The last thing printed is what was skipped.

Without ``--all`` each integration test runs on one of the two databases, and what is marked ``long`` is left out. With
it nothing may be skipped: a machine that runs everything has everything.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = {
    "ruff": [str(BIN / "ruff"), "check", "--quiet", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "types": [str(BIN / "mypy")],
    "imports": [str(BIN / "lint-imports")],
}
# What starts whole products, browsers and brokers comes by itself: it measures answers in seconds.
QUICK = ("tests/architecture", "tests/unit", "tests/integration")
# A folder of these goes to one process, and each waits more than it computes.
WHOLE = ("tests/workers", "tests/faults", "tests/e2e")


class Skips:
    """Collects why tests were skipped, from all processes."""

    def __init__(self) -> None:
        self.reasons: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.reasons[str(reason).removeprefix("Skipped: ")] += 1


def run_check(name: str, command: list[str]) -> bool:
    """Run one check, show what it says only when it finds something; True when it found nothing."""
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    took = time.monotonic() - started
    sys.stdout.write(f"{name:<8} {'ok' if done.returncode == 0 else 'FAILED'} ({took:.1f} s)\n")
    if done.returncode:
        sys.stdout.write(done.stdout + done.stderr)
    sys.stdout.flush()
    return done.returncode == 0


def run_tests(arguments: list[str], skips: Skips, *, is_whole: bool) -> int:
    """One run on two cores; the exit status of pytest."""
    choice = ["-m", "not slow"] if is_whole else ["-m", "not slow and not long", "--one-engine"]
    processes = str(len(WHOLE)) if arguments == list(WHOLE) else "2"
    return int(pytest.main(["-n", processes, "-q", *choice, *arguments], plugins=[skips]))


def main(arguments: list[str]) -> int:
    is_whole = "--all" in arguments
    paths = [argument for argument in arguments if argument != "--all"]
    failed = [name for name, command in CHECKS.items() if not run_check(name, command)]
    skips = Skips()
    chosen = [paths] if paths else [list(QUICK), list(WHOLE)]
    tests = max(run_tests(each, skips, is_whole=is_whole) for each in chosen)
    lines = [f"FAILED before the tests: {', '.join(failed)}"] if failed else []
    lines += [f"skipped {count}: {reason}" for reason, count in skips.reasons.most_common()] or ["Nothing was skipped."]
    sys.stdout.write("\n".join(lines) + "\n")
    return tests or int(bool(failed) or (is_whole and bool(skips.reasons)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
