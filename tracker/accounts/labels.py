"""What roles and languages are called on pages and in mails."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import lazy_gettext as _l

from tracker.accounts.enums import Locale, Role

ROLE_LABELS = {
    Role.MARKET: _l("Market function"),
    Role.PURCHASING: _l("Purchasing (SKL Kommentus)"),
    Role.STEERING: _l("Steering group"),
    Role.SUPPORT: _l("Support and coordination (SKL)"),
    Role.HEALTH_CARE_DELEGATION: _l("Health-care delegation"),
    Role.REGION_CONTACT: _l("Contact of a county council or region"),
    Role.EVALUATOR: _l("Evaluator"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMIN: _l("Administrator"),
}

# Each language in its own words, whichever is chosen.
LOCALE_LABELS = {Locale.SV: "Svenska", Locale.EN: "English"}


def role_labels(roles: Collection[Role]) -> str:
    """The roles in words, in the order of the list above."""
    return ", ".join(str(label) for role, label in ROLE_LABELS.items() if role in roles)


# The first that fits: Edge calls itself Chrome, too, and Chrome calls itself Safari.
_BROWSERS = (("Firefox/", "Firefox"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """A browser's own description in two words, such as "Firefox, Windows"; empty when it says nothing known."""
    found = (next((name for mark, name in marks if mark in user_agent), "") for marks in (_BROWSERS, _SYSTEMS))
    return ", ".join(name for name in found if name)
