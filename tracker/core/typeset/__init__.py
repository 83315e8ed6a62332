"""Documents on paper: tagged PDF (PDF/UA-1 and PDF/A-2a), set by Typst in a process of its own.

Text from people reaches a template as data and is never read as markup. The same content gives the same bytes: the
document's date is the caller's, and no clock, host name or font of the machine has a say.
"""

from tracker.core.typeset.typesetting import TypesettingFailed, encoded, instant_parts, typeset

__all__ = ["TypesettingFailed", "encoded", "instant_parts", "typeset"]
