"""Which rules of LOU 2016:1145 belong to which procedure. The codes are those of ``procurements.enums.Procedure``."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.deadlines.rules.facts import NoStandstill


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureRules:
    """Rule names of a procedure; None where the law has no such step. ``no_standstill``: why contracts are not barred;
    ``awards``: False where no contract comes of it."""

    request: str | None = None
    tender: str | None = None
    supplementary: str | None = "supplementary_information"
    award_notice: str | None = "award_notice"
    documentation: str = "documentation"
    no_standstill: NoStandstill | None = None
    awards: bool = True


_BY_PROCEDURE = {
    "open": ProcedureRules(tender="tender_open"),
    "restricted": ProcedureRules(request="request_restricted", tender="tender_restricted"),
    "negotiated_with_notice": ProcedureRules(request="request_negotiated", tender="tender_negotiated"),
    "negotiated_without_notice": ProcedureRules(
        supplementary=None, no_standstill=NoStandstill.NEGOTIATED_WITHOUT_NOTICE
    ),
    "competitive_dialogue": ProcedureRules(request="request_dialogue", tender="tender_dialogue"),
    "innovation_partnership": ProcedureRules(request="request_innovation", tender="tender_innovation"),
    # Setting up a system awards nothing: no tenders, no award, no award notice (8:3–7).
    "dps_setup": ProcedureRules(request="request_dps_setup", supplementary=None, award_notice=None, awards=False),
    "dps_procurement": ProcedureRules(
        tender="tender_dps", award_notice="award_notice_dps", no_standstill=NoStandstill.DPS_PROCUREMENT
    ),
    # 10:4 third paragraph: no award notice for a contract based on a framework agreement.
    "mini_competition": ProcedureRules(
        tender="tender_mini_competition", award_notice=None, no_standstill=NoStandstill.MINI_COMPETITION
    ),
    "national_advertised": ProcedureRules(
        tender="tender_national",
        supplementary="supplementary_information_national",
        award_notice="award_notice_national",
        documentation="documentation_national",
    ),
    "direct_award": ProcedureRules(
        supplementary=None,
        award_notice="award_notice_direct",
        documentation="documentation_direct",
        no_standstill=NoStandstill.DIRECT_AWARD,
    ),
}


def rules_of(procedure: str) -> ProcedureRules:
    """The rules of a procedure.

    :raises KeyError: a code that is no procedure (a programming error).
    """
    return _BY_PROCEDURE[procedure]
