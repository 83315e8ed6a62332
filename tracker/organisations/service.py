"""Writing organisations: the reference data, and suppliers that imports bring."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.core.actor import Actor
from tracker.core.db import Model, db
from tracker.core.errors import DomainError
from tracker.organisations import orgnr as orgnr_rules
from tracker.organisations import reference
from tracker.organisations.enums import OrganisationKind
from tracker.organisations.models import CpvCode, Organisation, OrganisationName, Population, ReferenceLoad

_NAME_LENGTH = 200
_CODE_STEMS = {OrganisationKind.SUPPLIER: "supplier", OrganisationKind.EVALUATION_PROVIDER: "provider"}
_ORGANISATION_COLUMNS = (
    "kind",
    "orgnr",
    "is_orgnr_verified",
    "county_code",
    "county_letter",
    "nuts3",
    "health_care_region",
    "appointed_by",
    "decision_clause",
    "source",
)


@dataclass
class LoadSummary:
    """What a load did. ``kept_names`` are names that differ from the files and stay as they are stored."""

    sha256: str
    is_unchanged: bool = False
    added: dict[str, int] = field(default_factory=lambda: {"organisations": 0, "names": 0, "populations": 0, "cpv": 0})
    changed: dict[str, int] = field(
        default_factory=lambda: {"organisations": 0, "names": 0, "populations": 0, "cpv": 0}
    )
    kept_names: list[str] = field(default_factory=list)


def load_reference(*, actor: Actor, now: datetime) -> LoadSummary:
    """Bring the database to the project's reference data. Idempotent; nothing is read when the files are unchanged.

    Names are never overwritten: a stored name may be closed (its ``valid_to_on``), a further one added. A row whose
    text differs is kept and told. Every other change is audited on its organisation.
    """
    sha256 = reference.fingerprint()
    loaded = db.session.get(ReferenceLoad, reference.LOAD_NAME)
    if loaded is not None and loaded.sha256 == sha256:
        return LoadSummary(sha256, is_unchanged=True)
    data = reference.read()
    summary = LoadSummary(sha256)
    organisations = _load_organisations(data, summary, actor, now)
    _load_names(data, organisations, summary, actor, now)
    _load_populations(data, organisations, summary, actor, now)
    _load_cpv(data, summary)
    if loaded is None:
        loaded = ReferenceLoad(name=reference.LOAD_NAME)
        db.session.add(loaded)
    loaded.sha256 = sha256
    db.session.flush()
    audit.record(
        AuditAction.REFERENCE_LOADED,
        actor=actor,
        now=now,
        subject=loaded,
        changes={"sha256": sha256, "added": summary.added, "changed": summary.changed, "kept": summary.kept_names},
    )
    return summary


def add_supplier(
    *, actor: Actor, now: datetime, name: str, valid_from_on: date, orgnr: str | None = None, source: str = ""
) -> Organisation:
    """A new supplier known under ``name`` from ``valid_from_on``.

    :raises DomainError: on ``name`` or ``orgnr``, when the text is wrong or the number is taken.
    """
    name = " ".join(name.split())
    if not name or len(name) > _NAME_LENGTH:
        raise DomainError(_l("Give the supplier's name, at most 200 characters."), "name")
    number = _checked_orgnr(orgnr)
    return _add(actor, now, OrganisationKind.SUPPLIER, name, valid_from_on, number, source)


def add_provider(
    *, actor: Actor, now: datetime, name: str, valid_from_on: date, orgnr: str | None = None, source: str = ""
) -> Organisation:
    """A new evaluation provider known under ``name`` from ``valid_from_on``.

    :raises DomainError: on ``name`` or ``orgnr``, when the text is wrong or the number is taken.
    """
    name = " ".join(name.split())
    if not name or len(name) > _NAME_LENGTH:
        raise DomainError(_l("Give the evaluator's name, at most 200 characters."), "name")
    number = _checked_orgnr(orgnr)
    return _add(actor, now, OrganisationKind.EVALUATION_PROVIDER, name, valid_from_on, number, source)


def checked_orgnr(written: str, field: str = "orgnr") -> str:
    """The number as it is stored. :raises DomainError: on `field` for what is no organisation number."""
    try:
        return orgnr_rules.normalise(written)
    except orgnr_rules.OrgnrError as error:
        raise DomainError(_l("The organisation number is wrong. Check all ten digits."), field) from error


def _checked_orgnr(orgnr: str | None) -> str | None:
    if not orgnr:
        return None
    number = checked_orgnr(orgnr)
    if db.session.scalar(sa.select(Organisation.id).where(Organisation.orgnr == number)):
        raise DomainError(_l("Another organisation has that organisation number."), "orgnr")
    return number


def _add(
    actor: Actor,
    now: datetime,
    kind: OrganisationKind,
    name: str,
    valid_from_on: date,
    orgnr: str | None,
    source: str,
) -> Organisation:
    made = Organisation(
        code=_free_code(_CODE_STEMS[kind], name),
        kind=kind,
        orgnr=orgnr,
        source=source[:300],
        names=[OrganisationName(name=name, valid_from_on=valid_from_on, source=source[:300])],
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        AuditAction.ORGANISATION_ADDED,
        actor=actor,
        now=now,
        subject=made,
        changes={"name": name, "orgnr": orgnr, "kind": kind},
    )
    return made


def _free_code(stem: str, name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem += "-" + (re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "x")
    taken = set(db.session.scalars(sa.select(Organisation.code).where(Organisation.code.startswith(stem))))
    if stem not in taken:
        return stem
    return next(code for number in range(2, len(taken) + 3) if (code := f"{stem}-{number}") not in taken)


def _load_organisations(
    data: reference.Reference, summary: LoadSummary, actor: Actor, now: datetime
) -> dict[str, Organisation]:
    stored = {row.code: row for row in db.session.scalars(sa.select(Organisation))}
    added = {row.code for row in data.organisations} - stored.keys()
    for row in data.organisations:
        if row.code in added:
            stored[row.code] = Organisation(code=row.code, kind=row.kind, names=[])
            db.session.add(stored[row.code])
    summary.added["organisations"] = len(added)
    db.session.flush()
    for row in data.organisations:
        for column in _ORGANISATION_COLUMNS:
            _set(stored[row.code], column, getattr(row, column))
        _set(stored[row.code], "host_id", stored[row.host].id if row.host else None)
    # All differences are taken before the first is recorded: recording flushes, and a flushed change is forgotten.
    changed = {row.code: audit.diff(stored[row.code]) for row in data.organisations if row.code not in added}
    for code, changes in changed.items():
        if changes:
            summary.changed["organisations"] += 1
            _record_change(stored[code], changes, actor, now)
    db.session.flush()
    return stored


def _load_names(
    data: reference.Reference, organisations: dict[str, Organisation], summary: LoadSummary, actor: Actor, now: datetime
) -> None:
    for row in data.names:
        organisation = organisations[row.organisation]
        held = next((name for name in organisation.names if name.valid_from_on == row.valid_from_on), None)
        if held is None:
            organisation.names.append(
                OrganisationName(
                    name=row.name,
                    name_en=row.name_en,
                    short_name=row.short_name,
                    valid_from_on=row.valid_from_on,
                    valid_to_on=row.valid_to_on,
                    source=row.source,
                )
            )
            summary.added["names"] += 1
            continue
        if (held.name, held.name_en, held.short_name) != (row.name, row.name_en, row.short_name):
            summary.kept_names.append(f"{row.organisation} {row.valid_from_on}: {held.name}")
        _set(held, "valid_to_on", row.valid_to_on)
        _set(held, "source", row.source)
        changes = audit.diff(held)
        if changes:
            summary.changed["names"] += 1
            _record_change(organisation, {f"{held.name}: {key}": pair for key, pair in changes.items()}, actor, now)
    for organisation in organisations.values():
        organisation.names.sort(key=lambda name: name.valid_from_on)
    db.session.flush()


def _load_populations(
    data: reference.Reference, organisations: dict[str, Organisation], summary: LoadSummary, actor: Actor, now: datetime
) -> None:
    stored = {(row.organisation_id, row.as_of_on): row for row in db.session.scalars(sa.select(Population))}
    for row in data.populations:
        organisation = organisations[row.organisation]
        held = stored.get((organisation.id, row.as_of_on))
        if held is None:
            db.session.add(
                Population(
                    organisation_id=organisation.id,
                    as_of_on=row.as_of_on,
                    inhabitants=row.inhabitants,
                    source=row.source,
                )
            )
            summary.added["populations"] += 1
            continue
        _set(held, "inhabitants", row.inhabitants)
        _set(held, "source", row.source)
        changes = audit.diff(held)
        if changes:
            summary.changed["populations"] += 1
            _record_change(organisation, {f"{row.as_of_on}: {key}": pair for key, pair in changes.items()}, actor, now)


def _load_cpv(data: reference.Reference, summary: LoadSummary) -> None:
    stored = {row.code: row for row in db.session.scalars(sa.select(CpvCode))}
    for row in data.cpv_codes:
        held = stored.get(row.code)
        if held is None:
            db.session.add(CpvCode(code=row.code, label_sv=row.label_sv, label_en=row.label_en))
            summary.added["cpv"] += 1
        elif (held.label_sv, held.label_en) != (row.label_sv, row.label_en):
            held.label_sv, held.label_en = row.label_sv, row.label_en
            summary.changed["cpv"] += 1


def _set(row: Model, column: str, value: Any) -> None:
    # Assigning an equal value would still mark the row as changed and raise its version.
    if getattr(row, column) != value:
        setattr(row, column, value)


def _record_change(organisation: Organisation, changes: dict[str, Any], actor: Actor, now: datetime) -> None:
    audit.record(AuditAction.ORGANISATION_CHANGED, actor=actor, now=now, subject=organisation, changes=changes)
