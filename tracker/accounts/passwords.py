"""Passwords: argon2id, and the rules of NIST SP 800-63B-4 section 3.1.1.

A password is the only factor, so it has at least 15 characters (3.1.1.2). All characters count, spaces too; there are
no composition rules and no expiry. Long ones are taken up to 128 characters. Text is normalised (NFKC) before hashing.

A list of breached passwords holds next to none of 15 characters or more that is not a word, a name or a row of keys
repeated or strung together. So instead of a list the rule is counted: take away everything that is easy to guess
(well-known words, the person's own name and address, years, rows of keys, repetitions); enough must be left.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l

from tracker.core.errors import DomainError

MIN_LENGTH = 15
MAX_LENGTH = 128
MIN_UNGUESSABLE = 7
MIN_DISTINCT = 6

# RFC 9106 section 4, second recommended option: 64 MiB, 3 passes. A stored hash of other cost is renewed at sign-in.
hasher = PasswordHasher()

_EASY_WORDS = frozenset(
    """
        abcdefghijklmnopqrstuvwxyz password passwort passphrase passord lösenord losenord lösen hemligt hemlig
        hemlighet secret letmein welcome välkommen valkommen iloveyou admin administrator master monkey dragon
        sunshine princess football baseball fotboll hockey sommar vinter summer winter spring autumn semester
        januari februari mars april maj juni juli augusti september oktober november december måndag tisdag onsdag
        torsdag fredag lördag söndag monday tuesday wednesday thursday friday saturday sunday sverige sweden
        stockholm göteborg goteborg malmö malmo svenska samordna samordning skl skr kommentus adda landsting
        region regionen upphandling upphandla läkemedel lakemedel marknadsfunktionen marknad styrgrupp avtal anbud
        vaccin hälsa sjukvård inloggning logga testing test1234 correcthorsebatterystaple trustno changeme default
        example qwerty azerty
    """.split()  # noqa: SIM905 (easier to read and add to as a text)
)
_KEY_ROWS = ("qwertyuiopå", "asdfghjklöä", "zxcvbnm", "1234567890", "0123456789", "qazwsxedcrfvtgbyhnujm")
_YEAR = re.compile(r"(19|20)\d\d")
_SHORTEST_ROW = 4


class WeakPassword(DomainError):
    """The password breaks a rule; the message says which."""


def normalise(password: str) -> str:
    """One form for letters that look the same, so that every keyboard gives the same hash (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check_strength(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Raise WeakPassword when the password is too short, too long or easy to guess.

    `about` is what others know of the person: name, address, organisation.
    """
    password = normalise(password)
    if len(password) < MIN_LENGTH:
        raise WeakPassword(
            _l(
                "The password has %(count)s characters; it needs at least %(least)s. A few words in a row will do.",
                count=len(password),
                least=MIN_LENGTH,
            ),
            "password",
        )
    if len(password) > MAX_LENGTH:
        raise WeakPassword(_l("The password can have at most %(most)s characters.", most=MAX_LENGTH), "password")
    if _unguessable(password, about) < MIN_UNGUESSABLE:
        raise WeakPassword(
            _l("The password is easy to guess: common words, names, years, rows of keys, repetitions. Choose another."),
            "password",
        )


def _unguessable(password: str, about: tuple[str, ...]) -> int:
    """How many characters are left when all that is easy to guess is taken away; 0 for a repetition."""
    text = password.casefold()
    if len(set(text)) < MIN_DISTINCT or _is_repetition(text):
        return 0
    text = _YEAR.sub(" ", text)
    own = (word for part in about for word in re.split(r"[^\w]+", part.casefold()))
    for word in sorted({*_EASY_WORDS, *own}, key=len, reverse=True):
        if len(word) > 2:
            text = text.replace(word, " ")
    for row in (*_KEY_ROWS, *(row[::-1] for row in _KEY_ROWS)):
        text = _without_runs(text, row)
    return sum(character.isalnum() for character in text)


def _is_repetition(text: str) -> bool:
    """Whether the text is one shorter piece over and over ("katt katt katt katt")."""
    bare = re.sub(r"[\W_]+", "", text)
    return any(bare.startswith((bare[:size] * len(bare))[: len(bare)]) for size in range(1, len(bare) // 2 + 1))


def _without_runs(text: str, row: str) -> str:
    for size in range(len(row), _SHORTEST_ROW - 1, -1):
        for start in range(len(row) - size + 1):
            text = text.replace(row[start : start + size], " ")
    return text


def hash_password(password: str) -> str:
    """The argon2id hash, with its parameters and salt, as it is stored."""
    return hasher.hash(normalise(password))


def verify(stored: str | None, password: str) -> bool:
    """Whether the password fits. Takes as long when there is no account or no password (`stored` is None)."""
    if len(password) > MAX_LENGTH:
        password, stored = "", None
    try:
        return hasher.verify(stored or _hash_of_nobody(), normalise(password)) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the stored hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(stored)


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    return hasher.hash("nobody has this password")
