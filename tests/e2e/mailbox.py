"""What the mail catcher of the running product has taken."""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

LINK = re.compile(r"https?://\S+")


def wait_for_mail(
    folder: Path, is_it: Callable[[EmailMessage], bool], *, known: set[Path], seconds: float = 45
) -> EmailMessage:
    """The first mail that is not among ``known`` and of which ``is_it`` holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for path in sorted(set(folder.rglob("*.eml")) - known):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if is_it(message):
                return message
        time.sleep(0.2)
    raise AssertionError(f"no such mail within {seconds:.0f} s; there are {sorted(folder.rglob('*.eml'))}")


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None, f"the mail has no {kind} part"
    return str(part.get_content())


def links_in(message: EmailMessage) -> list[str]:
    """Addresses in the plain text, in order."""
    return LINK.findall(text_of(message))
