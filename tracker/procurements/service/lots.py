"""Lots of a procurement."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases.service import check_version, hold
from tracker.core.actor import Actor
from tracker.core.checks import required_text
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.submissions import made_before
from tracker.procurements.enums import LotState
from tracker.procurements.models import Lot, Procurement
from tracker.procurements.service.intake import checked_atc
from tracker.procurements.service.standing import refuse_cancelled, settle


def add_lot(
    *,
    actor: Actor,
    now: datetime,
    procurement: Procurement,
    title: str,
    number: int | None = None,
    atc_code: str | None = None,
    submission_id: str | None = None,
) -> Lot:
    """Add a lot; without a number it gets the next one.

    :raises DomainError: on ``number`` when the procurement has a lot with it.
    """
    hold(procurement)
    refuse_cancelled(procurement)
    made = made_before(Lot, submission_id, procurement_id=procurement.id)
    if made is not None:
        return made
    if number is None:
        number = max((lot.number for lot in procurement.lots), default=0) + 1
    _check_number(procurement, number, None)
    lot = Lot(
        number=number,
        title=_checked_title(title),
        atc_code=checked_atc(atc_code),
        state=LotState.OPEN,
        submission_id=submission_id,
    )
    procurement.lots.append(lot)
    settle(procurement, now)
    db.session.flush()
    audit.record(
        AuditAction.LOT_ADDED,
        actor=actor,
        now=now,
        case_id=procurement.id,
        subject=lot,
        changes={"number": lot.number, "title": lot.title, "atc_code": lot.atc_code},
    )
    return lot


def change_lot(
    *,
    actor: Actor,
    now: datetime,
    lot: Lot,
    title: str,
    number: int,
    atc_code: str | None,
    state: LotState,
    version: int | None = None,
) -> Lot:
    """:raises StaleVersion: when the lot was changed since the form was shown."""
    hold(lot.procurement)
    refuse_cancelled(lot.procurement)
    check_version(lot.version, version, lot_texts(lot))
    _check_number(lot.procurement, number, lot)
    lot.title, lot.number = _checked_title(title), number
    lot.atc_code, lot.state = checked_atc(atc_code), state
    changes = audit.diff(lot)
    if not changes:
        return lot
    settle(lot.procurement, now)
    db.session.flush()
    audit.record(
        AuditAction.LOT_CHANGED,
        actor=actor,
        now=now,
        case_id=lot.procurement_id,
        subject=lot,
        changes={"lot": lot.number, **changes},
    )
    return lot


def lot_texts(lot: Lot) -> dict[str, str]:
    """What is stored, by the names of the form's fields."""
    return {
        "number": str(lot.number),
        "title": lot.title,
        "atc_code": lot.atc_code or "",
        "state": lot.state.value,
        "version": str(lot.version),
    }


def _checked_title(title: str | None) -> str:
    return required_text(title, "title", _l("Write what the lot holds."))


def _check_number(procurement: Procurement, number: int, own: Lot | None) -> None:
    if number < 1:
        raise DomainError(_l("Lots are numbered from 1."), "number")
    if any(lot.number == number and lot is not own for lot in procurement.lots):
        raise DomainError(_l("There is already a lot %(number)d.", number=number), "number")
