"""Who does something: a person, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """Anyone who acts. ``accounts.Person`` fits."""

    @property
    def id(self) -> int | None: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class SystemActor:
    """Acts for nobody: a task or a command."""

    id: int | None
    name: str


SYSTEM = SystemActor(id=None, name="Samordna")
