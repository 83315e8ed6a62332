"""`python -m tracker.documents.extraction_process MEDIA_TYPE BYTES PATH`: the words of one file on standard output.

Run in a limited process. The answer is UTF-8, at most BYTES of it and one byte more when there would have been more.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tracker.documents.checks.text import coding

_TEXTS = ("text/plain", "text/csv")
# What a database cannot keep, and what is no word.
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_BLANKS = re.compile(r"[ \t\u00a0]+")
_LINES = re.compile(r"\s*\n\s*")


def words(media_type: str, path: Path, most: int) -> str:
    """The text of the file, tidied."""
    found = plain_text(path, most) if media_type in _TEXTS else office_text(media_type, path)
    return _LINES.sub("\n", _BLANKS.sub(" ", _UNWANTED.sub(" ", found))).strip()


def plain_text(path: Path, most: int) -> str:
    with path.open("rb") as file:
        # Two bytes for a sign at most, where it is not UTF-8; a sign cut in two does no harm.
        content = file.read(2 * most)
    if coding(content) == "utf-16":
        return content.decode("utf-16", errors="ignore")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        is_cut_only = error.end == len(content) and len(content) == 2 * most
        return content.decode("utf-8-sig" if is_cut_only else "cp1252", errors="ignore")


def office_text(media_type: str, path: Path) -> str:
    from kreuzberg import ExtractionConfig, extract_file_sync

    # The library's types leave out one of its arguments.
    config = ExtractionConfig(use_cache=False, disable_ocr=True, enable_quality_processing=False)  # type: ignore[call-arg]
    return str(extract_file_sync(str(path), mime_type=media_type, config=config).content)


def main() -> None:
    media_type, most, path = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    sys.stdout.buffer.write(words(media_type, path, most).encode()[: most + 1])


if __name__ == "__main__":
    main()
