"""Organisations that the shared register does not show to somebody.

The register knows no cases. A domain above that keeps organisations in secret cases says here which ones it hides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from flask import Flask

_EXTENSION = "samordna_hidden_organisations"

# Given who looks, the ids of what is hidden.
Hider = Callable[[Any], Collection[int]]


def register(app: Flask, name: str, hider: Hider) -> None:
    """Hide what `hider` gives. The same name again replaces."""
    app.extensions.setdefault(_EXTENSION, {})[name] = hider


def hidden_from(app: Flask, viewer: Any) -> frozenset[int]:
    """The ids of the organisations that `viewer` is shown nowhere in the register."""
    return frozenset[int]().union(*(hider(viewer) for hider in app.extensions.get(_EXTENSION, {}).values()))
