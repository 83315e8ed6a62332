"""The same table in Python and in SQL, for everybody, in every phase."""

from __future__ import annotations

from itertools import product

from flask import Flask

from tests.factories.cases import bare_case, participant
from tests.factories.documents import document
from tests.factories.people import person
from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.cases.enums import InformationClass, ParticipantRole, SecrecyClass
from tracker.cases.models import Case
from tracker.cases.queries import visible_cases
from tracker.cases.secrecy import _STAGE_OF_PHASE, may_see_document
from tracker.core.db import db
from tracker.documents import queries
from tracker.documents.models import Document


def people() -> tuple[Person, list[Person], dict[ParticipantRole, Person]]:
    """The responsible officer, somebody of every role and of none, and somebody of no role in every part."""
    return person(), [person(), *(person(role) for role in Role)], {role: person() for role in ParticipantRole}


def test_both_agree_for_every_class_information_stage_and_relation(app: Flask) -> None:
    officer, outsiders, parts = people()
    made: list[Document] = []
    for of_case in SecrecyClass:
        case = bare_case(officer, secrecy=of_case)
        for role, somebody in parts.items():
            participant(case, somebody, role)
        made += [
            document(case, secrecy_class=secrecy, information_class=information)
            for secrecy, information in product(SecrecyClass, InformationClass)
        ]
    checked = 0
    for phase in (*_STAGE_OF_PHASE, "one that nobody knows"):
        for item in made:
            item.case.phase = phase
        db.session.flush()
        for viewer in (officer, *outsiders, *parts.values()):
            expected = {
                item.id
                for item in made
                if may_see_document(viewer, item.case, item.secrecy_class, item.information_class)
            }
            query = db.select(Document.id).join(Document.case).where(queries.visible_documents(viewer))
            assert set(db.session.scalars(query)) == expected, (phase, viewer.roles)
            cases = set(db.session.scalars(db.select(Case.id).where(visible_cases(viewer))))
            assert {item.case_id for item in made if item.id in expected} <= cases
            checked += len(expected)
    assert checked > 1000
