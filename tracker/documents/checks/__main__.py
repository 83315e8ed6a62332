"""`python -m tracker.documents.checks ENDING PATH`: one JSON object on standard output, the verdict on one file."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tracker.documents.checks import archive, kinds, odf, ooxml, text
from tracker.documents.checks.verdict import Finding, Refusal, Refused


def check(path: Path, said: str) -> set[Finding]:
    """What was found in the file at ``path``, whose name ends in ``said``.

    :raises Refused:
    """
    size = path.stat().st_size
    if not size:
        raise Refused(Refusal.EMPTY)
    with path.open("rb") as file:
        seen = kinds.sniff(file)
        if seen == "password":
            raise Refused(Refusal.PASSWORD)
        if said in kinds.OOXML | kinds.ODF:
            if seen != "zip":
                raise Refused(Refusal.NOT_WHAT_IT_SAYS, seen)
            package = ooxml.check if said in kinds.OOXML else odf.check
            return package(file, size, archive.budget_for(size), said)
    if said in ("txt", "csv"):
        if seen is not None:
            raise Refused(Refusal.NOT_WHAT_IT_SAYS, seen)
        text.check(path)
        return set()
    if seen != ("jpg" if said == "jpeg" else said):
        raise Refused(Refusal.NOT_WHAT_IT_SAYS, seen)
    # Imported only where they are needed: each takes longer than the whole check of a text.
    if said == "pdf":
        from tracker.documents.checks import pdf

        return pdf.check(path)
    from tracker.documents.checks import images

    images.check(path, said)
    return set()


def main() -> None:
    said, path = sys.argv[1:]
    try:
        answer: dict[str, object] = {"findings": sorted(check(Path(path), said))}
    except Refused as refused:
        answer = {"refused": refused.refusal, "seen": refused.seen}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
