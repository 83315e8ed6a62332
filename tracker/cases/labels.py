"""What the codes of cases are called on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.cases.enums import ParticipantRole, SecrecyClass

LEFT = _l("Saved. You no longer see the case: you do not take part in it any more.")

SECRECY: Mapping[SecrecyClass, Any] = {
    SecrecyClass.OPEN: _l("Everyone in the collaboration"),
    SecrecyClass.RESTRICTED: _l("Restricted to the Market function and SKL Kommentus"),
    SecrecyClass.SEALED: _l("Only those who take part in the case"),
}

PARTICIPANTS: Mapping[ParticipantRole, Any] = {
    ParticipantRole.MARKET_CONTACT: _l("Contact at the Market function"),
    ParticipantRole.PURCHASING_CONTACT: _l("Contact at the executing body"),
    ParticipantRole.DEPUTY: _l("Deputy"),
    ParticipantRole.FOLLOWER: _l("Follower"),
}
