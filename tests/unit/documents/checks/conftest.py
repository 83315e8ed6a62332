"""Judging bytes as the limited process does, without a process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories import files
from tracker.documents.checks.__main__ import check
from tracker.documents.checks.verdict import Refused

Judge = Callable[[bytes, str], set[str]]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """``judge(content, ending)``: the findings, or ``{"refused: CODE"}`` with what was seen, if anything."""

    def judged(content: bytes, ending: str) -> set[str]:
        try:
            return {str(finding) for finding in check(files.kept(tmp_path, "file", content), ending)}
        except Refused as refused:
            return {f"refused: {refused.refusal}"} | ({f"seen: {refused.seen}"} if refused.seen else set())

    return judged
