"""What can go wrong in the matter itself, told in words for people.

A message is a (lazy) translated sentence that says what is wrong and how to mend it.
"""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """A rule of the matter refuses the write. ``field`` names the form field it belongs to, or None for the whole."""

    def __init__(self, message: Any, field: str | None = None) -> None:
        super().__init__(str(message) if isinstance(message, str) else repr(message))
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class NotFound(DomainError):
    """The record does not exist, or the viewer may not know that it does (404)."""


class Forbidden(DomainError):
    """The person is known but may not do this (403)."""


class Unavailable(DomainError):
    """A part that is needed is away just now: broker, mail server, disk (503)."""


class StaleVersion(DomainError):
    """Someone else saved first. ``current`` holds what is stored now, as field name -> text."""

    def __init__(self, message: Any, current: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.current = current or {}
