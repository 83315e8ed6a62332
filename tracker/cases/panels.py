"""Sections that upper domains add to the page of a case (reminders sent, reports that mention it)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from tracker.cases.models import Case
from tracker.cases.secrecy import Viewer

_EXTENSION = "samordna_case_panels"


@dataclass(frozen=True, slots=True)
class Panel:
    """One section: a (lazy) title and a template that is included with ``panel`` set to this object."""

    title: Any
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


Loader = Callable[[Case, Viewer], Panel | None]


def register(app: Flask, name: str, loader: Loader, *, position: int = 50) -> None:
    """Show what `loader` gives on every case page, in the order of `position`. The same name again replaces."""
    app.extensions.setdefault(_EXTENSION, {})[name] = (position, loader)


def load(app: Flask, case: Case, viewer: Viewer) -> list[Panel]:
    """The sections that have something to show `viewer` about `case`."""
    registered = sorted(app.extensions.get(_EXTENSION, {}).items(), key=lambda item: (item[1][0], item[0]))
    panels = (loader(case, viewer) for _name, (_position, loader) in registered)
    return [panel for panel in panels if panel is not None]
