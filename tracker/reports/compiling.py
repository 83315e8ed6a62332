"""Making one edition: claim, snapshot, freeze, draw, keep. A job with a transaction per step; safe to run twice.

A worker holds an edition by a lease with a token, and writes nothing about it once the lease is another's. Once the
figures are frozen they are never read anew: a second attempt draws from the same bytes. Each step is committed, so
that the page can show how far it has come.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import metadata
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import CursorResult

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.core import canonical_json
from tracker.core.actor import SYSTEM
from tracker.core.db import db, reading, writing
from tracker.core.storage import DiskFull, file_store
from tracker.core.typeset import TypesettingFailed
from tracker.reports import building
from tracker.reports.enums import RUNNING, EditionState, FailureCode
from tracker.reports.models import ReportEdition
from tracker.reports.presentation import TEMPLATE_VERSION
from tracker.reports.render.pdf import render_pdf
from tracker.reports.render.xlsx import render_xlsx

log = logging.getLogger(__name__)

#: Longer than a background task may live (hard limit 90 s), so that a lease never runs out under a living worker.
LEASE = timedelta(seconds=120)

#: A worker that is lost this often on one edition is stopped by the edition, and a person decides.
MAX_ATTEMPTS = 3

Clock = Callable[[], datetime]
_editions = cast(sa.Table, ReportEdition.__table__)


class _LostClaim(Exception):
    """Another worker has taken the edition over."""


@dataclass(frozen=True, slots=True)
class _Claim:
    edition_id: int
    token: str
    number: str
    as_of_on: date
    attempts: int
    frozen: bytes | None


def compile_edition(edition_id: int, now: Clock) -> EditionState | None:
    """Bring an edition to `done` or `failed` and return that; None when there was nothing to do here.

    Nothing to do: finished, held by another worker, or no such edition. Never raises for what can go wrong with a
    report; the fault is told on the edition and in the log.
    """
    claim = _claim(edition_id, now)
    if claim is None:
        return None
    try:
        if claim.attempts > MAX_ATTEMPTS:
            return _fail(claim, FailureCode.INTERRUPTED, f"taken over {claim.attempts - 1} times", now)
        frozen = claim.frozen or _freeze(claim, now)
        _step(claim, EditionState.RENDERING_PDF, now)
        pdf_sha256 = file_store().put(render_pdf(frozen))
        _step(claim, EditionState.RENDERING_XLSX, now, pdf_sha256=pdf_sha256)
        xlsx_sha256 = file_store().put(render_xlsx(frozen))
        _step(
            claim,
            EditionState.DONE,
            now,
            xlsx_sha256=xlsx_sha256,
            finished_at=now(),
            lease_until=None,
            claim_token=None,
        )
        return EditionState.DONE
    except _LostClaim:
        db.session.rollback()
        log.warning("report edition %s was taken over by another worker", claim.number)
        return None
    except DiskFull as error:
        return _fail(claim, FailureCode.DISK_FULL, repr(error.__cause__), now)
    except TypesettingFailed as error:
        return _fail(claim, FailureCode.RENDERING, str(error), now)
    except Exception as error:
        log.exception("report edition %s failed", claim.number)
        return _fail(claim, FailureCode.UNEXPECTED, f"{type(error).__name__}: {error}", now)


def app_version() -> str:
    """The installed version of the application."""
    return metadata.version("samordna")


def _claim(edition_id: int, now: Clock) -> _Claim | None:
    instant, token = now(), str(uuid.uuid4())
    free = sa.or_(
        _editions.c.state == EditionState.PENDING,
        sa.and_(_editions.c.state.in_(RUNNING), _editions.c.lease_until < instant),
    )
    db.session.rollback()
    with writing():
        taken = db.session.execute(
            sa.update(_editions)
            .where(_editions.c.id == edition_id, free)
            .values(
                state=EditionState.BUILDING,
                step=EditionState.BUILDING.value,
                claim_token=token,
                lease_until=instant + LEASE,
                attempts=_editions.c.attempts + 1,
            )
            .returning(_editions.c.number, _editions.c.as_of_on, _editions.c.attempts, _editions.c.snapshot)
        ).one_or_none()
        db.session.commit()
    if taken is None:
        return None
    frozen = taken.snapshot.encode() if taken.snapshot is not None else None
    return _Claim(edition_id, token, taken.number, taken.as_of_on, taken.attempts, frozen)


def _freeze(claim: _Claim, now: Clock) -> bytes:
    """Read the register in one transaction, and freeze what was read."""
    with reading():
        db.session.rollback()
        if db.session.get_bind().dialect.name == "postgresql":
            db.session.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        snapshot = building.build_snapshot(
            db.session(), claim.as_of_on, number=claim.number, now=now(), app_version=app_version()
        )
        db.session.rollback()
    frozen = snapshot.to_bytes()
    sha256 = canonical_json.sha256_hex(frozen)
    with writing():
        _update(
            claim,
            snapshot=frozen.decode(),
            snapshot_sha256=sha256,
            frozen_at=snapshot.edition.compiled_at,
            template_version=TEMPLATE_VERSION,
        )
        audit.record(
            AuditAction.REPORT_FROZEN,
            actor=SYSTEM,
            now=now(),
            subject=db.session.get(ReportEdition, claim.edition_id),
            changes={"number": claim.number, "sha256": sha256},
        )
        db.session.commit()
    return frozen


def _step(claim: _Claim, state: EditionState, now: Clock, **values: Any) -> None:
    with writing():
        _update(claim, state=state, step=state.value, **{"lease_until": now() + LEASE, **values})
        db.session.commit()


def _update(claim: _Claim, **values: Any) -> None:
    """Write about the claimed edition. Raises _LostClaim when it is another's by now."""
    done = db.session.execute(
        sa.update(_editions)
        .where(_editions.c.id == claim.edition_id, _editions.c.claim_token == claim.token)
        .values(**values)
    )
    if cast("CursorResult[Any]", done).rowcount != 1:
        raise _LostClaim


def _settled(now: Clock) -> dict[str, Any]:
    return {"finished_at": now(), "lease_until": None, "claim_token": None}


def _fail(claim: _Claim, code: FailureCode, detail: str, now: Clock) -> EditionState | None:
    """Mark the edition as failed. The detail is for the log and for those who run the system, not for readers."""
    log.error("report edition %s failed (%s): %s", claim.number, code.value, detail)
    db.session.rollback()
    with writing():
        try:
            _update(
                claim,
                state=EditionState.FAILED,
                error=f"{code.value}: {detail}"[:500],
                **_settled(now),
            )
        except _LostClaim:
            db.session.rollback()
            return None
        audit.record(
            AuditAction.REPORT_FAILED,
            actor=SYSTEM,
            now=now(),
            subject=db.session.get(ReportEdition, claim.edition_id),
            changes={"number": claim.number, "reason": code.value},
        )
        db.session.commit()
    return EditionState.FAILED
