"""Pages about documents."""

from tracker.documents.views import entry, files, receipts, register, searching, uploads
from tracker.documents.views.blueprint import blueprint

__all__ = ["blueprint", "entry", "files", "receipts", "register", "searching", "uploads"]
