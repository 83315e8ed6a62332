"""Whether a file is of a type that was asked for, as far as the free text that asks names types. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath

# A word of the text (case-folded) -> the endings that it means.
_NAMED: Mapping[str, frozenset[str]] = {
    "pdf": frozenset({"pdf"}),
    "word": frozenset({"docx"}),
    "docx": frozenset({"docx"}),
    "odt": frozenset({"odt"}),
    "excel": frozenset({"xlsx"}),
    "xlsx": frozenset({"xlsx"}),
    "ods": frozenset({"ods"}),
    "csv": frozenset({"csv"}),
    "powerpoint": frozenset({"pptx"}),
    "pptx": frozenset({"pptx"}),
    "odp": frozenset({"odp"}),
    "txt": frozenset({"txt"}),
}
_WORD = re.compile(r"[^\W\d_]+")


def missed(asked: str | None, file_name: str) -> bool:
    """Whether `asked` names types of files, and `file_name` ends in none of them. Never a reason to refuse a file."""
    words = _WORD.findall((asked or "").casefold())
    wanted = frozenset[str]().union(*(_NAMED[word] for word in words if word in _NAMED))
    return bool(wanted) and PurePath(file_name).suffix.casefold().lstrip(".") not in wanted
