"""The number and the check code of a receipt, in a form that people can read out, write down and type.

The code is HMAC-SHA256 of the receipt's frozen content under the application's secret key, cut to 100 bits (NIST SP
800-107r1, 5.3.3 allows truncation to 80 bits or more where guesses are counted) and written in Crockford's base 32
(Douglas Crockford, "Base 32"): no I, L, O and U, so that nothing is mistaken for 1 or 0 and no words arise.
"""

from __future__ import annotations

import hmac
import re
import unicodedata

from tracker.core import canonical_json

SERIES = "KV"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_BITS = 100
_GROUP = 4
_PURPOSE = b"samordna receipt check code v1\0"
_ALIKE = str.maketrans("OIL", "011")
_NUMBER = re.compile(rf"(?:{SERIES})?(\d{{4}})(\d{{4,8}})")
_SEPARATED = re.compile(rf"(?:{SERIES})?\W*(\d{{4}})\W+(\d{{1,8}})")
_CODE = "-".join([f"[{ALPHABET}]{{{_GROUP}}}"] * (CODE_BITS // 5 // _GROUP))
_PRINTED = re.compile(rf"{SERIES} (\d{{4}}-\d{{4,8}}) ({_CODE})")


def number_text(year: int, sequence: int) -> str:
    """The number of a receipt: "KV 2026-0001"."""
    return f"{SERIES} {year}-{sequence:04d}"


def code_for(content: object, key: str) -> str:
    """The check code of frozen `content` under a secret key: five groups of four signs."""
    digest = hmac.digest(key.encode(), _PURPOSE + canonical_json.dumps(content), "sha256")
    bits = int.from_bytes(digest, "big") >> (len(digest) * 8 - CODE_BITS)
    signs = "".join(ALPHABET[(bits >> shift) & 31] for shift in range(CODE_BITS - 5, -1, -5))
    return "-".join(signs[start : start + _GROUP] for start in range(0, len(signs), _GROUP))


def fits(typed: str, code: str) -> bool:
    """Whether somebody typed `code`: case, blanks and hyphens do not matter, nor O for 0 and I or L for 1.

    Takes the same time wherever the first wrong sign stands.
    """
    return hmac.compare_digest(_folded(typed).encode(), _folded(code).encode())


def read_number(typed: str) -> str | None:
    """The number that somebody typed, as it is stored; None where it is none."""
    text = unicodedata.normalize("NFKC", typed).strip().upper()
    head, tail = (SERIES, text[len(SERIES) :]) if text.startswith(SERIES) else ("", text)
    digits = tail.translate(_ALIKE).strip()
    found = _SEPARATED.fullmatch(head + digits) or _NUMBER.fullmatch(head + re.sub(r"\W", "", digits))
    if found is None or int(found[2]) == 0:
        return None
    return number_text(int(found[1]), int(found[2]))


def printed_mark(number: str, code: str) -> str:
    """Number and code in one line, as they stand among a PDF's keywords."""
    return f"{number} {code}"


def find_mark(data: bytes) -> tuple[str, str] | None:
    """Number and code that a file carries in clear (PDF/A keeps a document's description uncompressed), or None.

    Only looks for a pattern of bytes: a file that a stranger chose is never opened.
    """
    found = _PRINTED.search(data.decode("latin-1"))
    return (f"{SERIES} {found[1]}", found[2]) if found else None


def _folded(text: str) -> str:
    upper = unicodedata.normalize("NFKC", text).upper().translate(_ALIKE)
    return "".join(sign for sign in upper if sign.isalnum())
