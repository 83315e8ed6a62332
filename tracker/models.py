"""The registry of tables: importing it makes every domain's models known to the mapper and to Alembic."""

from tracker.accounts import models as accounts
from tracker.audit import models as audit
from tracker.cases import models as cases
from tracker.core import models as core
from tracker.deadlines import models as deadlines
from tracker.documents import models as documents
from tracker.evaluations import models as evaluations
from tracker.organisations import models as organisations
from tracker.outbox import models as outbox
from tracker.procurements import models as procurements
from tracker.reminders import models as reminders
from tracker.reports import models as reports

__all__ = [
    "accounts",
    "audit",
    "cases",
    "core",
    "deadlines",
    "documents",
    "evaluations",
    "organisations",
    "outbox",
    "procurements",
    "reminders",
    "reports",
]
