"""Where the facts about organisations come from, in the reader's language."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l

# Keyed by what `data/*.csv` say, which is what is stored: whole sources of populations, and the parts, between
# semicolons, of the others. What is a name in itself (a site, a court with its case) is told as it is.
TOLD: dict[str, Any] = {
    "SCB BE0101N1, via StatisticsNZ/demdata sweden.popn (downloaded 2017-01-18)": _l(
        "Statistics Sweden (SCB), table BE0101N1, taken from the collection StatisticsNZ/demdata on 18 January 2017"
    ),
    "SCB, 31 December 2023, via a public research script": _l(
        "Statistics Sweden (SCB), 31 December 2023, taken from a public research script"
    ),
    "SCB, derived: Sweden 10 551 707 minus the other twenty": _l(
        "Statistics Sweden (SCB), for Gotland derived: the 10 551 707 of Sweden less the other twenty"
    ),
}


PARTS: dict[str, Any] = {
    "appointed by SKL: from general knowledge": _l("appointed by SKL: from general knowledge"),
    "appointed per case: janusinfo.se": _l("appointed per case: janusinfo.se"),
    "coordinator at SKL in 2015: svenskfarmaci.se": _l("coordinator at SKL in 2015: svenskfarmaci.se"),
    "coordinator in Region Skåne: svenskfarmaci.se": _l("coordinator in Region Skåne: svenskfarmaci.se"),
    "coordinator in Västra Götalandsregionen: svenskfarmaci.se": _l(
        "coordinator in Västra Götalandsregionen: svenskfarmaci.se"
    ),
    "dagensopinion.se: formed in March 2007": _l("dagensopinion.se: formed in March 2007"),
    "decision of SKL:s sjukvårdsdelegation 2014-05-15": _l("decision of SKL:s sjukvårdsdelegation 2014-05-15"),
    "decision of SKL:s sjukvårdsdelegation 2014-05-15, clause 1": _l(
        "decision of SKL:s sjukvårdsdelegation 2014-05-15, clause 1"
    ),
    "decision of SKL:s sjukvårdsdelegation 2014-05-15, clause 8": _l(
        "decision of SKL:s sjukvårdsdelegation 2014-05-15, clause 8"
    ),
    "decision of SKL:s sjukvårdsdelegation 2014-05-15, clauses 1 and 4": _l(
        "decision of SKL:s sjukvårdsdelegation 2014-05-15, clauses 1 and 4"
    ),
    "decision of SKL:s sjukvårdsdelegation 2014-05-15, clauses 1 and 7": _l(
        "decision of SKL:s sjukvårdsdelegation 2014-05-15, clauses 1 and 7"
    ),
    "decision of SKL:s sjukvårdsdelegation 2014-05-15, clauses 1, 2, 5, 6 and 8": _l(
        "decision of SKL:s sjukvårdsdelegation 2014-05-15, clauses 1, 2, 5, 6 and 8"
    ),
    "decision of SKL:s sjukvårdsdelegation 2014-05-15, clauses 1, 4 and 9": _l(
        "decision of SKL:s sjukvårdsdelegation 2014-05-15, clauses 1, 4 and 9"
    ),
    "follows SKL's name, own start not known": _l("follows SKL's name, own start not known"),
    "follows SKR's name": _l("follows SKR's name"),
    "from general knowledge: region status 2017-01-01": _l("from general knowledge: region status 2017-01-01"),
    "from general knowledge: renamed in 2021, the day is not known": _l(
        "from general knowledge: renamed in 2021, the day is not known"
    ),
    "health-care region: förordning (1982:777)": _l("health-care region: förordning (1982:777)"),
    "lakartidningen.se: region since 2017-01-01, old name kept until February 2018": _l(
        "lakartidningen.se: region since 2017-01-01, old name kept until February 2018"
    ),
    "motala.se 2019-12-02: decided by the congress, in force on 27 November 2019": _l(
        "motala.se 2019-12-02: decided by the congress, in force on 27 November 2019"
    ),
    "mynewsdesk.com 2010: operative from 2011-01-01": _l("mynewsdesk.com 2010: operative from 2011-01-01"),
    "mynewsdesk.com 2012: subsidiary of SKL Kommentus AB": _l("mynewsdesk.com 2012: subsidiary of SKL Kommentus AB"),
    "name in 2014": _l("name in 2014"),
    "named in the decision of SKL:s sjukvårdsdelegation 2014-05-15": _l(
        "named in the decision of SKL:s sjukvårdsdelegation 2014-05-15"
    ),
    "organisation number from general knowledge, check digit right": _l(
        "organisation number from general knowledge, check digit right"
    ),
    "organisation number read in a document": _l("organisation number read in a document"),
    "our own entry, not an organisation": _l("our own entry, not an organisation"),
    "stands where a published source names the product and not the supplier": _l(
        "stands where a published source names the product and not the supplier"
    ),
    "start from general knowledge": _l("start from general knowledge"),
    "the county council's older legal name is Västra Götalands läns landsting": _l(
        "the county council's older legal name is Västra Götalands läns landsting"
    ),
    "the day is not known": _l("the day is not known"),
    "the group's parent company, SKL Kommentus AB": _l("the group's parent company, SKL Kommentus AB"),
    "the name's own start is not known": _l("the name's own start is not known"),
    "the start (municipal reform) from general knowledge": _l("the start (municipal reform) from general knowledge"),
    "the start is not known, the name is older": _l("the start is not known, the name is older"),
}


def told(source: str) -> str:
    """What a stored source says; what is not known here is told as it is stored."""
    if source in TOLD:
        return str(TOLD[source])
    text = "; ".join(str(PARTS.get(part, part)) for part in source.split("; "))
    # The address of a site stays as it is.
    return text if re.match(r"[a-z]+\.(com|se)\b", text) else text[:1].upper() + text[1:]
