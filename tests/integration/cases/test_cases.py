"""Notes, participants, and the one answer to who may know of a case, in Python and in SQL alike."""

from __future__ import annotations

from itertools import product

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.factories.cases import bare_case, participant
from tests.factories.deadlines import NOW
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.audit.models import AuditEvent
from tracker.cases import queries, service
from tracker.cases.enums import ParticipantRole, SecrecyClass
from tracker.cases.models import Case, Note
from tracker.cases.secrecy import may_see, visible_cases
from tracker.core.db import db
from tracker.core.errors import DomainError, NotFound


def test_sql_and_python_agree_on_every_role_class_and_part(app: Flask) -> None:
    officer = person(Role.MARKET)
    cases = {secrecy: bare_case(officer, secrecy=secrecy) for secrecy in SecrecyClass}
    viewers = [officer, *(person(role) for role in Role), person()]
    for role, part, secrecy in product(Role, ParticipantRole, SecrecyClass):
        viewer = person(role)
        participant(cases[secrecy], viewer, part)
        viewers.append(viewer)
    for case in cases.values():
        db.session.expire(case, ["participants"])
    for viewer in viewers:
        in_sql = set(db.session.scalars(sa.select(Case.id).where(visible_cases(viewer))))
        in_python = {case.id for case in cases.values() if may_see(viewer, case)}
        assert in_sql == in_python, (viewer.roles, viewer.id)


def test_a_case_that_may_not_be_known_does_not_exist(app: Flask) -> None:
    case = bare_case(person(Role.MARKET), secrecy=SecrecyClass.SEALED)
    with pytest.raises(NotFound):
        queries.get_case(person(Role.STEERING), case.id)
    assert queries.find_case_by_number(person(Role.STEERING), case.registry_number) is None
    assert queries.get_case(case.responsible, case.id) is case


def test_the_same_submission_writes_one_note(app: Flask) -> None:
    officer = person(Role.MARKET)
    case = bare_case(officer)
    for _press in range(2):
        service.add_note(actor=officer, now=NOW, case=case, body=" Ringde bolaget. ", submission_id="one")
    assert [note.body for note in db.session.scalars(sa.select(Note))] == ["Ringde bolaget."]
    assert db.session.scalar(sa.select(sa.func.count(AuditEvent.id)).where(AuditEvent.action == "note:added")) == 1


def test_an_empty_note_is_refused_on_its_field(app: Flask) -> None:
    officer = person(Role.MARKET)
    with pytest.raises(DomainError) as refused:
        service.add_note(actor=officer, now=NOW, case=bare_case(officer), body="  \n ")
    assert refused.value.field == "body"


def test_a_part_is_given_once_and_taken_away(app: Flask) -> None:
    officer, contact = person(Role.MARKET), person(Role.REGION_CONTACT)
    case = bare_case(officer)
    for _turn in range(2):
        part = service.add_participant(actor=officer, now=NOW, case=case, person=contact, role=ParticipantRole.FOLLOWER)
    assert len(queries.list_participants(case.id)) == 1
    assert queries.get_case(contact, case.id) is case
    service.remove_participant(actor=officer, now=NOW, case=case, participant=part)
    with pytest.raises(NotFound):
        queries.get_case(contact, case.id)
