"""Pages that belong to no domain."""

from tracker.web.views import dashboard, health, mailbox, preferences
from tracker.web.views.blueprint import blueprint

__all__ = ["blueprint", "dashboard", "health", "mailbox", "preferences"]
