"""What somebody else commits between a session's reading and its lock."""

from __future__ import annotations

from typing import Any

from tracker.core.db import db


def meanwhile(statement: Any) -> None:
    """Change rows behind the session's back, as another transaction does."""
    db.session.flush()
    db.session.execute(statement, execution_options={"synchronize_session": False})
