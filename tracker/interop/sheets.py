"""A CSV or XLSX file as rows of text, numbered as the spreadsheet numbers them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.core import limited, spreadsheet
from tracker.core.errors import DomainError
from tracker.interop import xlsx_guard

MAX_FILE_BYTES = 5 * 1024 * 1024
MAX_ROWS = 5000
MAX_COLUMNS = 100
LIMITS = limited.Limits(seconds=20, cpu_seconds=10, memory_bytes=512 * 1024 * 1024, answer_bytes=64 * 1024 * 1024)
_DELIMITERS = ";,\t"
# What is taken for a spreadsheet by mistake: how it begins, in lower case, and what it is.
_OTHER_KINDS: tuple[tuple[bytes, Any], ...] = (
    (b"%pdf-", _l("a PDF")),
    (b"\x89png", _l("an image")),
    (b"\xff\xd8\xff", _l("an image")),
    (b"{\\rtf", _l("a text document")),
    (b"<!doctype html", _l("a web page")),
    (b"<html", _l("a web page")),
)

Tidy = Callable[[str], str]


class UnreadableFile(DomainError):
    """The file as a whole cannot be read; the message says why and how to mend it."""

    def __init__(self, message: Any) -> None:
        super().__init__(message, "file")


@dataclass(frozen=True)
class Row:
    """``number`` is the row number that the spreadsheet program shows, from 1."""

    number: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        return not any(self.cells)


def read(content: bytes, *, keeps_lines: bool = False) -> list[Row]:
    """The rows of a CSV file, or of each visible sheet of an XLSX file until one has rows.

    :param keeps_lines: leave line breaks within a cell; else all blanks become single spaces.
    :raises UnreadableFile: for what is neither, is too large, damaged, encrypted or carries active content.
    """
    if not content.strip():
        raise UnreadableFile(_l("The file is empty."))
    if len(content) > MAX_FILE_BYTES:
        raise UnreadableFile(_l("The file is larger than 5 MB. Divide it into several files."))
    start = content.lstrip()[:16].lower()
    kind = next((name for sign, name in _OTHER_KINDS if start.startswith(sign)), None)
    if kind:
        raise UnreadableFile(
            _l("The file is %(kind)s, whatever its name says. Save the rows as XLSX or CSV.", kind=kind)
        )
    tidy = _tidy_lines if keeps_lines else _tidy
    is_workbook = content.startswith((b"PK", b"\xd0\xcf\x11\xe0"))
    rows = _read_xlsx(content, tidy) if is_workbook else _read_csv(content, tidy)
    if len(rows) > MAX_ROWS:
        raise UnreadableFile(_too_many())
    if any(len(row.cells) > MAX_COLUMNS for row in rows):
        raise UnreadableFile(_l("The file has more than %(count)s columns. Use the template.", count=MAX_COLUMNS))
    return rows


def _too_many() -> Any:
    return _l("The file has more than %(count)s rows. Divide it into several files.", count=MAX_ROWS)


def _read_csv(content: bytes, tidy: Tidy) -> list[Row]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            _l("The file is neither XLSX nor CSV in UTF-8. In Excel, save it as “CSV UTF-8” or as an Excel workbook.")
        ) from error
    if "\0" in text:
        raise UnreadableFile(_l("The file holds characters that are not text. Save it again as CSV UTF-8."))
    rows: list[Row] = []
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)), start=1):
            if number > MAX_ROWS:
                raise UnreadableFile(_too_many())
            rows.append(Row(number, tuple(tidy(cell) for cell in cells)))
    except csv.Error as error:
        raise UnreadableFile(
            _l("Row %(row)s cannot be read: a quotation mark is missing or a cell is too long.", row=len(rows) + 1)
        ) from error
    return rows


def _delimiter(text: str) -> str:
    """The sign that parts the cells: the one that stands most often in the first written line, outside quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = "".join(part for number, part in enumerate(first.split('"')) if number % 2 == 0)
    return max(_DELIMITERS, key=bare.count)


def _read_xlsx(content: bytes, tidy: Tidy) -> list[Row]:
    try:
        xlsx_guard.check(content)
    except xlsx_guard.Refused as refused:
        raise UnreadableFile(_REFUSALS[refused.refusal]) from refused
    answer = _in_process(content)
    if "too_large" in answer:
        raise UnreadableFile(_too_many())
    for _name, rows in answer["sheets"]:
        found = _numbered(rows, tidy)
        if any(not row.is_blank for row in found):
            return found
    raise UnreadableFile(_l("The workbook has no visible sheet with rows."))


def _numbered(rows: Sequence[Sequence[str]], tidy: Tidy) -> list[Row]:
    return [Row(number, tuple(tidy(cell) for cell in cells)) for number, cells in enumerate(rows, start=1)]


def _in_process(content: bytes) -> dict[str, Any]:
    try:
        said = limited.run(
            "tracker.interop.sheet_process", str(MAX_ROWS), str(MAX_COLUMNS), limits=LIMITS, data=content
        )
        answer: dict[str, Any] = json.loads(said)
    except (limited.ProcessFailed, ValueError) as error:
        raise UnreadableFile(
            _l("The workbook cannot be read. Open it in a spreadsheet program and save it again as an Excel workbook.")
        ) from error
    return answer


def _tidy_lines(cell: str) -> str:
    lines = (" ".join(line.replace("\u00a0", " ").split()) for line in cell.splitlines())
    return spreadsheet.plain("\n".join(lines).strip())


def _tidy(cell: str) -> str:
    # Exports put an apostrophe before what a spreadsheet would run as a formula; reading takes it away again.
    return spreadsheet.plain(" ".join(cell.replace("\u00a0", " ").split()))


_REFUSALS = {
    xlsx_guard.Refusal.NOT_A_WORKBOOK: _l("The file is damaged or is not an Excel workbook. Save it again as XLSX."),
    xlsx_guard.Refusal.ENCRYPTED: _l(
        "The file is an old or password-protected workbook. Save it as XLSX without a password."
    ),
    xlsx_guard.Refusal.TOO_LARGE_UNPACKED: _l("The workbook is far too large when unpacked, and is not opened."),
    xlsx_guard.Refusal.ACTIVE_CONTENT: _l(
        "The workbook has macros, embedded files or links to other files. Save the rows in a new workbook."
    ),
    xlsx_guard.Refusal.ENTITIES: _l("The workbook holds declarations that no spreadsheet program writes."),
}
