"""The words of each piece of news: one ask first, then who, what and when. Texts of people are shown only in an open
case, and declarations never."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker.evaluations.models import Evaluation
from tracker.evaluations.news_texts import to_commissioners, to_evaluators
from tracker.evaluations.news_texts.words import TO_EVALUATORS, NewsEvent, Words

__all__ = ["TO_EVALUATORS", "NewsEvent", "Words", "write"]

_WRITERS = {**to_commissioners.WRITERS, **to_evaluators.WRITERS}


def write(event: NewsEvent, evaluation: Evaluation, params: Mapping[str, Any], *, is_open: bool) -> Words:
    """The words of `event`. Raises Withdraw when what it speaks of is gone or has been replaced."""
    return _WRITERS[event](evaluation, params, is_open)
