"""Task names, registered tasks and the scheduler's entries say the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.core.task_names import TaskName
from workers.options import HARD_LIMIT_SECONDS, SOFT_LIMIT_SECONDS, celery_options
from workers.schedule import SCHEDULE

# Rung for with the id of what somebody asked for or handed in.
ON_DEMAND = {TaskName.REPORTS_COMPILE, TaskName.DOCUMENTS_SCAN, TaskName.DOCUMENTS_READ}

LIST_TASKS = """
import json
from workers.celery_app import celery_app
celery_app.loader.import_default_modules()
print(json.dumps([name for name in celery_app.tasks if not name.startswith("celery.")]))
"""


def test_registered_tasks_are_the_task_names(tmp_path: Path) -> None:
    # In a process of its own: the worker's application would become the default of all tests.
    environment = {**os.environ, "SAMORDNA_INSTANCE": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-c", LIST_TASKS]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert sorted(json.loads(answer.splitlines()[-1])) == sorted(name.value for name in TaskName)


def test_scheduled_tasks_are_the_task_names_but_for_those_on_demand() -> None:
    assert {entry["task"] for entry in SCHEDULE.values()} == {name.value for name in set(TaskName) - ON_DEMAND}


@pytest.mark.parametrize("entry", SCHEDULE.values(), ids=SCHEDULE)
def test_tick_evaporates_before_the_next(entry: dict) -> None:
    assert 0 < entry["options"]["expires"] < entry["schedule"]


def test_delivery_is_repeated_only_after_the_hard_limit() -> None:
    options = celery_options("redis+socket:///tmp/x")
    assert SOFT_LIMIT_SECONDS < HARD_LIMIT_SECONDS
    assert options["broker_transport_options"]["visibility_timeout"] >= 2 * HARD_LIMIT_SECONDS


def test_tasks_name_themselves_by_the_enumeration() -> None:
    for path in Path("workers/tasks").glob("*.py"):
        source = path.read_text()
        assert source.count("@shared_task(") == source.count("@shared_task(name=TaskName."), path
