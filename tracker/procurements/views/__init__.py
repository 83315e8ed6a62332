"""Pages about procurements: the list and its files, logging one, the case page and the forms of its sections."""

from tracker.procurements.views import contracts, listing, lots, new, page, sections, steps
from tracker.procurements.views.blueprint import blueprint

__all__ = ["blueprint", "contracts", "listing", "lots", "new", "page", "sections", "steps"]
