"""Questions of the evaluator to the commissioner. Asked once, answered once; everybody in the team sees both."""

from __future__ import annotations

from datetime import datetime

from flask_babel import lazy_gettext as _l

from tracker.audit import service as audit
from tracker.audit.enums import AuditAction
from tracker.cases.service import hold
from tracker.core.actor import Actor
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.core.submissions import made_before
from tracker.evaluations import news
from tracker.evaluations.models import Question, TeamMember
from tracker.evaluations.workflow import CLOSED_PHASES

LONGEST = 5000


def ask(*, actor: Actor, now: datetime, member: TeamMember, body: str, submission_id: str | None = None) -> Question:
    """Ask. The same `submission_id` gives the question back.

    :raises DomainError: on ``body`` when it is empty or too long; for somebody who has left the team meanwhile, and an
        evaluation that is over.
    """
    evaluation = member.evaluation
    hold(evaluation)
    made = made_before(Question, submission_id, evaluation_id=evaluation.id, member_id=member.id)
    if made is not None:
        return made
    if member.left_on is not None:
        raise DomainError(_l("You are no longer in the evaluation team. Write to the contact person instead."))
    if evaluation.phase in CLOSED_PHASES:
        raise DomainError(_l("The evaluation is closed. Write to the contact person instead."))
    question = Question(
        evaluation=evaluation,
        member=member,
        body=_checked(body, _l("Write your question.")),
        asked_at=now,
        submission_id=submission_id,
    )
    db.session.add(question)
    db.session.flush()
    audit.record(AuditAction.QUESTION_ASKED, actor=actor, now=now, case_id=evaluation.id, subject=question)
    news.tell_gathered(
        now=now,
        evaluation=evaluation,
        event=news.NewsEvent.QUESTION_ASKED,
        people=news.commissioners(evaluation),
    )
    return question


def answer(*, actor: Actor, now: datetime, question: Question, body: str) -> Question:
    """Answer, and tell the team. The same answer again changes nothing.

    :raises DomainError: on ``body`` when it is empty or too long, or when somebody has answered already; for a question
        that was asked under a contract that has ended.
    """
    hold(question.evaluation)
    text = _checked(body, _l("Write an answer."))
    if question.answer == text:
        return question
    if question.member.ended_contract_id is not None:
        raise DomainError(_l("The contract it was asked under has ended, so nobody would read the answer."), "body")
    if question.answered_at is not None:
        raise DomainError(
            _l("%(name)s has answered already: %(answer)s", name=question.answered_by_name, answer=question.answer),
            "body",
        )
    question.answer, question.answered_at, question.answered_by_name = text, now, actor.name
    db.session.flush()
    audit.record(AuditAction.QUESTION_ANSWERED, actor=actor, now=now, case_id=question.evaluation_id, subject=question)
    news.tell_gathered(
        now=now,
        evaluation=question.evaluation,
        event=news.NewsEvent.QUESTION_ANSWERED,
        people=news.evaluators(question.evaluation),
    )
    return question


def _checked(body: str, message: object) -> str:
    text = (body or "").strip()
    if not text:
        raise DomainError(message, "body")
    if len(text) > LONGEST:
        raise DomainError(_l("Write at most %(number)d characters.", number=LONGEST), "body")
    return text
