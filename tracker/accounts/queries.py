"""Reading people, sessions and links."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from tracker.accounts.enums import LinkPurpose, Role
from tracker.accounts.models import BrowserSession, OneTimeLink, Person, RoleGrant
from tracker.accounts.tokens import token_hash
from tracker.core.db import db
from tracker.core.errors import NotFound
from tracker.core.paging import Page, clamp


def get_person(person_id: int) -> Person:
    """The person with this id. Raises NotFound."""
    person = db.session.get(Person, person_id)
    if person is None:
        raise NotFound(_l("There is no such person."))
    return person


def find_person(person_id: int) -> Person | None:
    """The person with this id, if there is one."""
    return db.session.get(Person, person_id)


def find_person_by_email(email: str) -> Person | None:
    """The person with this address, however it is capitalised."""
    return db.session.scalar(sa.select(Person).where(Person.email == normalise_email(email)))


def normalise_email(email: str) -> str:
    """The form in which an address is stored and compared."""
    return email.strip().lower()


def list_people(
    *,
    search: str = "",
    role: Role | None = None,
    is_active: bool | None = None,
    page: int | None = 1,
    per_page: int | None = None,
) -> Page[Person]:
    """One page of people by name, those matching `search` (name or address), a role and whether they are active."""
    number, size = clamp(page, per_page)
    query = sa.select(Person)
    if search.strip():
        query = query.where(sa.or_(*(_contains(column, search) for column in (Person.name, Person.email))))
    if role is not None:
        query = query.where(sa.exists().where(RoleGrant.person_id == Person.id, RoleGrant.role == role))
    if is_active is not None:
        query = query.where(Person.is_active.is_(is_active))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    query = query.options(joinedload(Person.organisation)).order_by(sa.func.lower(Person.name), Person.id)
    people = db.session.scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return Page(people, total, number, size)


def list_people_with_role(role: Role) -> Sequence[Person]:
    """Active people with a role, by name."""
    query = sa.select(Person).join(Person.grants).where(RoleGrant.role == role, Person.is_active.is_(True))
    return db.session.scalars(query.order_by(Person.name, Person.id)).unique().all()


def list_choices(roles: Collection[Role] = tuple(Role)) -> Sequence[tuple[int, str]]:
    """(id, name) of everybody who can be made responsible for something: active, and with one of `roles`. By name."""
    query = sa.select(Person.id, Person.name).where(
        Person.is_active.is_(True), Person.grants.any(RoleGrant.role.in_(roles))
    )
    return [(row.id, row.name) for row in db.session.execute(query.order_by(Person.name, Person.id))]


# Every request asks this: it is put together once.
_LIVE_SESSION = (
    sa.select(BrowserSession)
    .options(joinedload(BrowserSession.person).joinedload(Person.grants))
    .where(
        BrowserSession.token_hash == sa.bindparam("token_hash"),
        BrowserSession.ended_at.is_(None),
        BrowserSession.expires_at > sa.bindparam("now"),
        BrowserSession.last_seen_at > sa.bindparam("idle_since"),
    )
)


def find_live_session(token: str, *, now: datetime, idle: timedelta) -> BrowserSession | None:
    """The session that a cookie's token opens, with its person and roles, in one statement.

    None when it has ended, has reached its absolute limit, has been idle too long, or its person is disabled.
    """
    asked = {"token_hash": token_hash(token), "now": now, "idle_since": now - idle}
    found = db.session.scalars(_LIVE_SESSION, asked).unique().one_or_none()
    if found is None or (found.person is not None and not found.person.is_active):
        return None
    return found


def list_live_sessions(person_id: int, *, now: datetime, idle: timedelta) -> Sequence[BrowserSession]:
    """The sessions in which a person is signed in now, the latest used first."""
    query = sa.select(BrowserSession).where(
        BrowserSession.person_id == person_id,
        BrowserSession.ended_at.is_(None),
        BrowserSession.expires_at > now,
        BrowserSession.last_seen_at > now - idle,
    )
    return db.session.scalars(query.order_by(BrowserSession.last_seen_at.desc())).all()


def find_usable_link(token: str, purpose: LinkPurpose, now: datetime, *, lock: bool = False) -> OneTimeLink | None:
    """The link that a token opens, unless it is used, revoked, expired or its person disabled.

    With `lock` the row is held until the transaction ends, so that only one of two simultaneous uses finds it usable.
    """
    query = sa.select(OneTimeLink).where(OneTimeLink.token_hash == token_hash(token), OneTimeLink.purpose == purpose)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    link = db.session.scalar(query)
    if link is None or link.used_at or link.revoked_at or link.expires_at <= now or not link.person.is_active:
        return None
    return link


def find_open_invitation(person_id: int, now: datetime) -> OneTimeLink | None:
    """The invitation that a person can still answer, if any."""
    query = sa.select(OneTimeLink).where(
        OneTimeLink.person_id == person_id,
        OneTimeLink.purpose == LinkPurpose.INVITATION,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.revoked_at.is_(None),
        OneTimeLink.expires_at > now,
    )
    return db.session.scalar(query.order_by(OneTimeLink.id.desc()).limit(1))


def _contains(column: InstrumentedAttribute[str], text: str) -> sa.ColumnElement[bool]:
    """Whether a column holds a text in any case. SQLite folds ASCII only, so that three spellings are tried."""
    spellings = {text.strip(), text.strip().lower(), text.strip().capitalize()}
    return sa.or_(*(column.icontains(spelling, autoescape=True) for spelling in sorted(spellings)))
