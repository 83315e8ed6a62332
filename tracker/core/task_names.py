"""The names of all background tasks: the whole of what `tracker` knows about the workers."""

from enum import StrEnum


class TaskName(StrEnum):
    ACCOUNTS_CLEAN = "accounts.clean"
    DOCUMENTS_SCAN = "documents.scan"
    DOCUMENTS_READ = "documents.read"
    DOCUMENTS_RESCAN = "documents.rescan"
    DOCUMENTS_CLEAN_UPLOADS = "documents.clean_uploads"
    HEARTBEAT = "core.heartbeat"
    PROCUREMENTS_END_LAPSED = "procurements.end_lapsed"
    REMINDERS_PLAN = "reminders.plan"
    OUTBOX_DRAIN = "outbox.drain"
    OUTBOX_RESCUE = "outbox.rescue"
    REPORTS_COMPILE = "reports.compile"
    REPORTS_SCHEDULE = "reports.schedule"
    REPORTS_RESCUE = "reports.rescue"
