"""Turns the steps of a count into plain sentences in the reader's language. Pure: the language is given.

English is the msgid; the web hands over the request's translations, the command line none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from gettext import NullTranslations
from typing import Any, Protocol

from tracker.deadlines.rules.steps import N_, Step, StepCode


class Catalogue(Protocol):
    """What is needed of a gettext catalogue."""

    def gettext(self, message: str) -> str: ...

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str: ...


@dataclass(frozen=True, slots=True)
class Language:
    """A reader's language: its catalogue and how it writes a day with its weekday."""

    catalogue: Catalogue
    day: Callable[[date], str]


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def iso_day(day: date) -> str:
    """ "Thu 2019-04-18": short, sortable, and the same on every machine."""
    return f"{_WEEKDAYS[day.weekday()]} {day.isoformat()}"


ENGLISH = Language(NullTranslations(), iso_day)


def sentences(steps: Iterable[Step | Mapping[str, Any]], language: Language = ENGLISH) -> list[str]:
    """One sentence per step, in order. Steps may be as computed or as stored in ``Deadline.working``."""
    return [_sentence(*_parts(step), language) for step in steps]


def _parts(step: Step | Mapping[str, Any]) -> tuple[StepCode, Mapping[str, Any]]:
    if isinstance(step, Step):
        return step.code, step.params
    return StepCode(step["code"]), step["params"]


def _sentence(code: StepCode, params: Mapping[str, Any], language: Language) -> str:
    words = language.catalogue
    filled = dict(params)
    for name, value in params.items():
        if name == "on" or name.endswith("_on") or name in ("earliest", "latest"):
            filled[name] = language.day(date.fromisoformat(value))
    if "unit" in params:
        filled["length"] = length(int(params["count"]), params["unit"], language)
    if "event" in params:
        filled["event"] = event_name(params["event"], language)
    if "why" in params:
        filled["why"] = _why(params["why"], words)
    if "skipped" in params:
        filled["days"] = _listed([_day_off(day, reason, language) for day, reason in params["skipped"]], words)
    if code is StepCode.LAW:
        filled["law"] = law_name(params["rule_set"])
    if code is StepCode.DOES_NOT_APPLY:
        filled["award"] = _award(params["award_under"], words)
    said = _template(code, params, words) % filled
    return said[:1].upper() + said[1:]


_SENTENCES = {
    StepCode.LAW: N_("The rule is %(section)s, %(law)s, in the wording of %(version)s."),
    StepCode.START: N_("Day 0 is %(on)s, %(event)s. That day is not counted."),
    StepCode.PERIOD: N_("The time is %(length)s: %(why)s."),
    StepCode.LENGTHENED: N_("%(count)s days become %(total)s: %(why)s (%(section)s)."),
    StepCode.NOTICE_UNUSABLE: N_(
        "The prior information notice of %(sent_on)s does not shorten the time: it must be sent from %(earliest)s to "
        "%(latest)s, because the contract notice is sent on %(notice_on)s."
    ),
    StepCode.COUNTED: N_("Counted %(length)s on, the date is %(on)s."),
    StepCode.TERM_COUNTED: N_("A term of %(length)s ends on the day before: %(on)s."),
    StepCode.TWO_WORKING_DAYS: N_(
        "The time must hold at least two working days, so the last day moves to %(on)s (%(source)s)."
    ),
    StepCode.LAST_DAY: N_("The last day is %(on)s."),
    StepCode.STATED: N_("The notification states a standstill until %(on)s. The later of the two days holds."),
    StepCode.CONTRACT_FROM: N_("A contract may be concluded on %(on)s at the earliest."),
    StepCode.DOES_NOT_APPLY: N_("No standstill is required for %(award)s (%(section)s)."),
    StepCode.NO_FIXED_PERIOD: N_(
        "The law sets no number of days here (%(section)s): the time must be long enough for what is asked, and you "
        "set it yourself."
    ),
    StepCode.AGREED: N_("The last tender day is agreed with all selected candidates: %(on)s."),
    StepCode.QUARTER_END: N_(
        "The quarter ends on %(on)s, %(left)s days after day 0, which makes %(total)s days from day 0."
    ),
}
_COUNTED_BACK = N_("Counted back %(length)s, the date is %(on)s.")


def _template(code: StepCode, params: Mapping[str, Any], words: Catalogue) -> str:
    """The sentence of a step, with the names of its values still in it."""
    if code is StepCode.NOTICE_MONTHS:
        return words.ngettext(
            "The period ends on %(ends_on)s. One month's notice before that is %(on)s.",
            "The period ends on %(ends_on)s. %(months)s months' notice before that is %(on)s.",
            int(params["months"]),
        )
    if code is StepCode.DECISION_LEAD:
        return words.ngettext(
            "Our own decision takes one day before %(notify_on)s: %(on)s.",
            "Our own decision takes %(days)s days before %(notify_on)s: %(on)s.",
            int(params["days"]),
        )
    if code in (StepCode.ROLLED, StepCode.NOT_LATER):
        return _moved(code, len(params["skipped"]), words)
    if code is StepCode.ALLOWANCE:
        return _allowance(params["kind"], words)
    if code is StepCode.COUNTED and int(params["count"]) < 0:
        return words.gettext(_COUNTED_BACK)
    return words.gettext(_SENTENCES[code])


def _moved(code: StepCode, days: int, words: Catalogue) -> str:
    if code is StepCode.ROLLED:
        return words.ngettext(
            "%(days)s is not a working day, so the last day moves to the next one, %(to_on)s (%(source)s).",
            "%(days)s are not working days, so the last day moves to the next one, %(to_on)s (%(source)s).",
            days,
        )
    return words.ngettext(
        "%(days)s is not a working day. Our duties are never moved later: do it by %(to_on)s, the working day before.",
        "%(days)s are not working days. Our duties are never moved later: do it by %(to_on)s, the working day before.",
        days,
    )


def _day_off(day: str, reason: str, language: Language) -> str:
    return f"{language.day(date.fromisoformat(day))} ({day_off_name(reason, language)})"


def _listed(parts: list[str], words: Catalogue) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(parts) == 1:
        return parts[0]
    return words.gettext("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def length(count: int, unit: str, language: Language) -> str:
    """ "10 days", "6 months"; the sign of the count is left out."""
    count = abs(count)
    ngettext = language.catalogue.ngettext
    texts = {
        "days": ngettext("%(count)s day", "%(count)s days", count),
        "working_days": ngettext("%(count)s working day", "%(count)s working days", count),
        "weeks": ngettext("%(count)s week", "%(count)s weeks", count),
        "months": ngettext("%(count)s month", "%(count)s months", count),
        "years": ngettext("%(count)s year", "%(count)s years", count),
    }
    return texts[unit] % {"count": count}


def law_name(rule_set: str) -> str:
    """ "lou_2016_1145" -> "LOU 2016:1145"; acts are cited in Swedish in every language."""
    act, _, number = rule_set.partition("_")
    return f"{act.upper()} {number.replace('_', ':')}"


def event_name(event: str, language: Language) -> str:
    """What day 0 is, as the end of a sentence: "the day the notification was sent"."""
    _ = language.catalogue.gettext
    return {
        "notification_sent": _("the day the award notification was sent"),
        "cancellation_sent": _("the day the notification of the cancellation was sent"),
        "transparency_notice_published": _("the day the voluntary ex-ante transparency notice was published"),
        "judgment": _("the day the court decided the case"),
        "review_applied": _("the day the application for review reached the court"),
        "notice_dispatched": _("the day the notice was sent for publication"),
        "invitation_sent": _("the day the invitation was sent"),
        "last_tender_day": _("the last day for tenders"),
        "contract_concluded": _("the day the contract was concluded"),
        "contract_or_cancellation": _("the day the contract was concluded or the procurement cancelled"),
        "contract_awarded": _("the day the contract was awarded"),
        "request_received": _("the day the request was received"),
        "request_sent": _("the day the request was sent"),
        "award_notice_published": _("the day the award notice was published or the tenderers were told"),
        "contract_known": _("the day the supplier knew, or should have known, of the contract"),
        "term_started": _("the first day of the term"),
    }[event]


def _why(why: str, words: Catalogue) -> str:
    _ = words.gettext
    return {
        "sent_electronically": _("the notification was sent electronically to everyone"),
        "sent_otherwise": _("the notification was sent to someone by other than electronic means"),
        "main_rule": _("that is the main rule"),
        "electronic_tenders": _("tenders may be sent electronically"),
        "prior_notice": _("a prior information notice was sent in time"),
        "accelerated": _("the procedure is accelerated for lack of time"),
        "no_agreement": _("no agreement on a common last day was reached with the candidates"),
        "no_full_access": _("the documents are not all freely available by electronic means"),
        "extended": _("there are reasons for the longer time"),
        "full_days": _("only full days between are counted"),
        "suggested": _("suggested in the preparatory works, not required by law"),
    }[why]


def _award(award_under: str, words: Catalogue) -> str:
    _ = words.gettext
    return {
        "negotiated_without_notice": _("a negotiated procedure without prior notice"),
        "mini_competition": _("a mini-competition under a framework agreement"),
        "dps_procurement": _("a procurement in a dynamic purchasing system"),
        "direct_award": _("a direct award"),
    }[award_under]


def _allowance(kind: str, words: Catalogue) -> str:
    _ = words.gettext
    return {
        "preparation": _("Our own allowance: %(length)s for assignment, mandates and documents before the first step."),
        "mobilisation": _("Our own allowance: %(length)s from contract to first delivery."),
        "signing": _("Our own allowance: %(length)s to sign the contract."),
        "evaluation": _("Our own allowance: %(length)s to open and evaluate tenders and decide."),
        "selection": _("Our own allowance: %(length)s to select candidates and invite them."),
        "tendering": _("Our own allowance: %(length)s for tenders, where the law sets no number."),
        "dialogue": _("Our own allowance: %(length)s for dialogue or negotiation and tenders."),
    }[kind]


def day_off_name(reason: str, language: Language) -> str:
    """The name of a non-working day, as in ``core.calendar.DayOff``."""
    _ = language.catalogue.gettext
    return {
        "saturday": _("Saturday"),
        "sunday": _("Sunday"),
        "new_years_day": _("New Year's Day"),
        "epiphany": _("Epiphany"),
        "good_friday": _("Good Friday"),
        "easter_sunday": _("Easter Sunday"),
        "easter_monday": _("Easter Monday"),
        "may_day": _("May Day"),
        "ascension_day": _("Ascension Day"),
        "pentecost": _("Pentecost"),
        "pentecost_monday": _("Whit Monday"),
        "national_day": _("National Day"),
        "midsummer_eve": _("Midsummer Eve"),
        "midsummer_day": _("Midsummer Day"),
        "all_saints_day": _("All Saints' Day"),
        "christmas_eve": _("Christmas Eve"),
        "christmas_day": _("Christmas Day"),
        "boxing_day": _("Boxing Day"),
        "new_years_eve": _("New Year's Eve"),
    }[reason]
