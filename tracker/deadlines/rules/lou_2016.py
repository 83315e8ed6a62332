"""Lag (2016:1145) om offentlig upphandling, consolidated with changes up to SFS 2025:360 (in force 2025-07-01).

Applies to procurements begun on or after 1 January 2017. Sections are written as the act writes them.
"""

from datetime import date

from tracker.deadlines.rules.award import AWARD_RULES
from tracker.deadlines.rules.duties import DUTY_RULES
from tracker.deadlines.rules.rule import RuleSet
from tracker.deadlines.rules.tender_periods import TENDER_RULES

LOU_2016_1145 = RuleSet.of(
    code="lou_2016_1145",
    title="LOU 2016:1145",
    version="2025-07-01",
    begun_from=date(2017, 1, 1),
    begun_until=None,
    rules=(*AWARD_RULES, *TENDER_RULES, *DUTY_RULES),
)
