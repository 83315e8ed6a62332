"""An evaluation with one row of every kind, and a word of its own in every text of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.factories import documents, follow_up, reviews
from tests.factories import evaluations as make
from tests.factories.costs import share
from tracker.accounts.models import Person
from tracker.cases import service as cases
from tracker.cases.enums import SecrecyClass
from tracker.documents import receipts
from tracker.evaluations.enums import Assessment, ProgressAnswer
from tracker.evaluations.models import Evaluation, EvaluatorLink, TeamMember
from tracker.evaluations.service import (
    given,
    independence,
    links,
    progress,
    questions,
    recommendations,
    selection,
)


@dataclass
class Whole:
    """``ids`` are the ids of its rows, by the names that addresses give them."""

    evaluation: Evaluation
    member: TeamMember
    link: EvaluatorLink
    ids: dict[str, Any]


def whole(officer: Person, assessor: Person, word: str, secrecy: SecrecyClass = SecrecyClass.OPEN) -> Whole:
    """A commission under way: delivered, commented on, with recommendations, an action and its costs shared."""
    evaluation = commissioned(officer, word, secrecy)
    member = make.member(evaluation, officer, name=f"Eva {word}", part=f"Del {word}")
    declaration = make.declared(member, ownership=f"Aktier {word}")
    independence.assess(
        actor=assessor,
        now=make.NOW,
        declaration=declaration,
        assessment=Assessment.MANAGEABLE,
        measure=f"Åtgärd {word}",
    )
    link = links.make_link(actor=officer, now=make.NOW, member=member)
    late = make.deliverable(evaluation, officer, title=f"Senare {word}", due_on=date(2027, 8, 2))
    wish = progress.answer(
        actor=member.person,
        now=make.NOW,
        deliverable=late,
        member=member,
        answer=ProgressAnswer.MORE_TIME,
        wished_on=date(2027, 9, 1),
        reason=f"Skäl {word}",
    )
    report = make.deliverable(evaluation, officer, title=f"Rapport {word}", due_on=date(2026, 11, 2))
    version = reviews.delivered(report, member, file_name=f"{word}.txt", body=f"Texten {word}", change_note=word)
    comment = reviews.comment(report, officer, f"Kommentar {word}")
    receipt = receipts.issue(actor=officer, now=make.NOW, version=version, facts=facts(evaluation, word))
    question = questions.ask(actor=member.person, now=make.NOW, member=member, body=f"Fråga {word}")
    recommendation = follow_up.recommendation(evaluation, officer, f"Rekommendation {word}", suggested_owner=word)
    recommendations.issue(actor=officer, now=make.NOW, evaluation=evaluation, on=date(2026, 11, 20))
    follow_up.response(recommendation, officer, reason=f"Svar {word}")
    action = follow_up.action(recommendation, officer, f"Handling {word}", owner_name=f"Ägare {word}")
    follow_up.done(action, officer, evidence=f"Bevis {word}")
    allocation = share(evaluation, officer, decision=f"Protokoll {word}")
    cases.add_note(actor=officer, now=make.NOW, case=evaluation, body=f"Anteckning {word}")
    letter = documents.document(evaluation, f"Brev {word}", correspondent=f"Avsändare {word}", body=f"Innehåll {word}")
    handed = given.give(actor=officer, now=make.NOW, evaluation=evaluation, document=letter)
    ids = {
        "evaluation_id": evaluation.id,
        "case_id": evaluation.id,
        "document_id": letter.id,
        "version_id": version.id,
        "receipt_id": receipt.id,
        "given_id": handed.id,
        "member_id": member.id,
        "declaration_id": declaration.id,
        "link_id": link.id,
        "deliverable_id": report.id,
        "progress_id": wish.id,
        "comment_id": comment.id,
        "question_id": question.id,
        "recommendation_id": recommendation.id,
        "action_id": action.id,
        "allocation_id": allocation.id,
    }
    return Whole(evaluation, member, link, ids)


def commissioned(officer: Person, word: str, secrecy: SecrecyClass) -> Evaluation:
    """Opened, with its evaluator chosen."""
    evaluation = make.evaluation(
        officer,
        f"Utvärdering {word}",
        purpose=f"Syfte {word}",
        questions=f"Frågor {word}",
        scope=f"Avgränsning {word}",
        commission_decision=f"Beslut {word}",
        secrecy_class=secrecy,
    )
    selection.choose_evaluator(actor=officer, now=make.NOW, evaluation=evaluation, new_provider=f"Oberoende {word} AB")
    return evaluation


def facts(evaluation: Evaluation, word: str) -> receipts.ReceiptFacts:
    return receipts.ReceiptFacts(
        case_number=evaluation.registry_number,
        commission=evaluation.title,
        deliverable=f"Rapport {word}",
        due_on=date(2026, 11, 2),
        days_late=21,
        uploaded_by=f"Eva {word}",
        for_name=None,
        contact_name=evaluation.responsible.name,
        contact_email=evaluation.responsible.email,
    )
