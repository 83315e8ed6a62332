"""Random tokens: 256 bits, of which only the SHA-256 is ever stored.

The token of a mailed link is not stored at all, in no form that gives it back: it is HMAC-SHA256 of a random seed under
the application's secret key. The seed waits in the outbox row, and the mail's renderer makes the token from it at the
moment of sending. Who reads the database without the secret key, learns nothing that signs in.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from tracker.core.keys import secret_keys

_PURPOSE = b"samordna one-time link v1\0"


def new_token() -> str:
    """A fresh token of 256 random bits, safe in a URL and in a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token: SHA-256, 64 hexadecimal digits. No salt is needed for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_token(seed: str, purpose: bytes = _PURPOSE, *, stored_hash: str | None = None) -> str:
    """The token that belongs to a seed, under the secret key of the running application.

    :param purpose: keeps links of one kind from working as those of another, whatever their seeds.
    :param stored_hash: what is stored of a token that was made before, perhaps under an earlier key.
    """
    made = [_under(key, purpose + seed.encode()) for key in secret_keys()]
    return next((token for token in made if token_hash(token) == stored_hash), made[0])


def _under(key: str, data: bytes) -> str:
    return base64.urlsafe_b64encode(hmac.digest(key.encode(), data, "sha256")).rstrip(b"=").decode()
