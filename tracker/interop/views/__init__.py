"""Pages that read spreadsheets in: procurements and recommendations."""

from tracker.interop.views import procurements, recommendations
from tracker.interop.views.blueprint import blueprint

__all__ = ["blueprint", "procurements", "recommendations"]
