"""News of an evaluation by mail: to those who commission it, and to those who evaluate, who get their own link.

A mail is put into the queue with ids only and written right before it is sent, from what is stored then. It never holds
what somebody declared, and names a case or its contents only where `cases.secrecy.may_be_mailed` lets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import current_app, render_template
from flask_babel import gettext as _

from tracker.accounts.enums import Role
from tracker.accounts.models import Person
from tracker.accounts.queries import list_people_with_role
from tracker.cases.enums import ParticipantRole
from tracker.cases.secrecy import may_be_mailed, may_see
from tracker.core import canonical_json, clock
from tracker.core.db import db
from tracker.core.errors import DomainError
from tracker.evaluations.enums import EvaluationPhase
from tracker.evaluations.impartiality import current_team
from tracker.evaluations.models import Evaluation, TeamMember
from tracker.evaluations.news_texts import TO_EVALUATORS, NewsEvent, write
from tracker.evaluations.queries.links import find_live_link
from tracker.evaluations.service import links
from tracker.outbox.enums import MessageKind, MessageReason
from tracker.outbox.renderers import Mail, Outgoing, Withdraw, register_renderer
from tracker.outbox.service import Request, enqueue_many

__all__ = [
    "NewsEvent",
    "assessors",
    "commissioners",
    "compose",
    "evaluators",
    "init_app",
    "let_in",
    "tell",
    "tell_gathered",
]

_GATHERED = 300  # seconds
# Of a cancelled evaluation. A question that waited then gets no other answer than the mailed one.
_TOLD_AFTERWARDS = frozenset({NewsEvent.CANCELLED, NewsEvent.QUESTION_ANSWERED})
_COMMISSIONING = frozenset({ParticipantRole.MARKET_CONTACT, ParticipantRole.DEPUTY})


def commissioners(evaluation: Evaluation) -> list[Person]:
    """Who looks after the commission: the responsible officer, the Market function's contacts and the deputies."""
    people = [evaluation.responsible]
    people += [part.person for part in evaluation.participants if part.role in _COMMISSIONING]
    return _once(people)


def assessors(evaluation: Evaluation) -> list[Person]:
    """Who can assess a declaration: those of the styrgrupp who may know of the case; without any, whoever looks after
    the commission hears of it."""
    team = {member.person_id for member in evaluation.team}
    steering = [
        person
        for person in list_people_with_role(Role.STEERING)
        if person.id not in team and may_see(person, evaluation)
    ]
    return steering or commissioners(evaluation)


def evaluators(evaluation: Evaluation) -> list[Person]:
    """Everybody who takes part in the evaluation now."""
    return [member.person for member in current_team(evaluation)]


def let_in(evaluation: Evaluation, now: datetime) -> list[Person]:
    """Those who take part and have a link that works: whoever was never let in hears first of something else."""
    return [item.person for item in current_team(evaluation) if find_live_link(item, now) is not None]


def tell(
    *,
    now: datetime,
    evaluation: Evaluation,
    event: NewsEvent,
    people: Iterable[Person],
    params: Mapping[str, Any],
    not_before: datetime | None = None,
) -> None:
    """Put one mail per person into the queue; the same event with the same params goes to a person once.

    :param params: ids and small facts of the event, as its writer asks for them; never texts that people wrote.
    """
    # Whoever is in `params` may have been made in this transaction, and rows refer to it.
    db.session.flush()
    people = _once(people)
    if event in TO_EVALUATORS:
        people = [person for person in people if _is_let_in(evaluation, person, now)]
    digest = canonical_json.sha256_hex(canonical_json.dumps(dict(params)))[:32]
    common = {**params, "event": event.value, "evaluation_id": evaluation.id}
    requests = [
        Request(person, f"news:{evaluation.id}:{event.value}:{digest}:{person.id}", common, (evaluation.id,))
        for person in people
    ]
    enqueue_many(kind=MessageKind.EVALUATION_NEWS, requests=requests, now=now, not_before=not_before)


def tell_gathered(*, now: datetime, evaluation: Evaluation, event: NewsEvent, people: Iterable[Person]) -> None:
    """One mail per person for everything of this kind that happens within the same few minutes; sent when they are
    over, and written then from what is stored."""
    begins = int(now.timestamp()) // _GATHERED * _GATHERED
    since, until = (datetime.fromtimestamp(second, UTC) for second in (begins, begins + _GATHERED))
    params = {"since": since.isoformat(), "until": until.isoformat()}
    tell(now=now, evaluation=evaluation, event=event, people=people, params=params, not_before=until)


def compose(message: Outgoing) -> Mail:
    """The mail as things stand now. Raises Withdraw when there is nothing left to say, or nobody to say it to."""
    event = NewsEvent(message.params["event"])
    evaluation = db.session.get(Evaluation, message.params["evaluation_id"])
    person = db.session.get(Person, message.person_id) if message.person_id is not None else None
    if evaluation is None or (evaluation.phase == EvaluationPhase.CANCELLED and event not in _TOLD_AFTERWARDS):
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    if person is None or not person.is_active:
        raise Withdraw(MessageReason.PERSON_INACTIVE)
    is_open = may_be_mailed(evaluation.secrecy_class)
    words = write(event, evaluation, message.params, is_open=is_open)
    to_evaluator = event in TO_EVALUATORS
    url = _workspace(evaluation, person) if to_evaluator else f"{_base_url()}/evaluations/{evaluation.id}"
    name = f"{evaluation.title} ({evaluation.registry_number})" if is_open else evaluation.registry_number
    content = {
        "locale": message.locale,
        "base_url": None if to_evaluator else _base_url(),
        "words": words,
        "case": name,
        "url": f"{url}{words.path}",
        "why": _why(to_evaluator),
    }
    # An evaluator's mail carries the link that opens the commission: its text is not kept.
    return Mail(
        subject=f"{words.subject} – {_cut(evaluation.title) if is_open else evaluation.registry_number}",
        text=render_template("evaluations/email/news.txt", **content),
        html=render_template("evaluations/email/news.html", **content),
        is_secret=to_evaluator,
    )


def _is_let_in(evaluation: Evaluation, person: Person, now: datetime) -> bool:
    """Whether an evaluator has a link for the mail to carry; one is made here, since a mail that is written makes
    nothing. Somebody whose link was revoked hears nothing until a new one is mailed."""
    member = next((item for item in current_team(evaluation) if item.person_id == person.id), None)
    if member is None:
        return False
    try:
        links.live_link_for(member, now)
    except DomainError:
        return False
    return True


def _workspace(evaluation: Evaluation, person: Person) -> str:
    member: TeamMember | None = next((item for item in current_team(evaluation) if item.person_id == person.id), None)
    if member is None:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    link = find_live_link(member, clock.now())
    if link is None:
        raise Withdraw(MessageReason.NO_LONGER_NEEDED)
    return links.url(link)


def _why(to_evaluator: bool) -> str:
    if to_evaluator:
        return _(
            "You get this because you are in the evaluation team. The link is yours alone; please do not pass it on."
        )
    return _("You get this because you work with this evaluation in Samordna.")


def _cut(title: str) -> str:
    title = " ".join(title.split())
    return title if len(title) <= 60 else title[:59].rstrip() + "…"


def _once(people: Iterable[Person]) -> list[Person]:
    return list({person.id: person for person in people}.values())


def _base_url() -> str:
    # Never from the request: its Host header is whatever the visitor writes.
    return str(current_app.config["SETTINGS"].base_url)


def init_app() -> None:
    register_renderer(MessageKind.EVALUATION_NEWS, compose)
