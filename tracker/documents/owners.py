"""What a document is, beside a document of its case: what was handed in for a deliverable, say.

Its versions come by its owner's way only, dated and with a receipt, and its entry is for those to change who care for
the owner. The documents know no such owners: a domain above says here which of them are its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from tracker.accounts.permissions import Permission
from tracker.documents.models import Document


@dataclass(frozen=True, kw_only=True)
class Owner:
    """``title`` names it, ``endpoint`` and ``ids`` lead to its page; ``warning`` is told to who is about to change the
    document's entry."""

    title: str
    endpoint: str
    ids: dict[str, Any]
    permission: Permission
    warning: Any = None

    @property
    def url(self) -> str:
        return url_for(self.endpoint, **self.ids)


Finder = Callable[[Document], Owner | None]

_finders: dict[str, Finder] = {}


def register(name: str, finder: Finder) -> None:
    """Ask `finder` which documents are owned. The same name again replaces."""
    _finders[name] = finder


def find_owner(document: Document) -> Owner | None:
    """What the document belongs to beside its case, None for most."""
    return next((owner for finder in _finders.values() if (owner := finder(document)) is not None), None)
