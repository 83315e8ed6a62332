"""The mail catcher of the embedded mode: takes every message and keeps it as a file, sends none on.

``python -m tracker.cli.mail_catcher PORT FOLDER``
"""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

SIZE_LIMIT = 10 * 1024 * 1024


class Keeper:
    """Writes each message whole into the folder; its name starts with the instant, so names sort by age."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        # Instants are read here and not from the application's clock: this process has nothing else of ours.
        stem = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}-{next(self._numbers)}"
        draft = self.folder / f".{stem}"
        try:
            draft.write_bytes(head.encode("utf-8", "surrogateescape") + content)
            draft.rename(self.folder / f"{stem}.eml")
        except OSError as error:
            return f"452 cannot keep the message: {error.strerror}"
        return "250 OK kept"


async def serve(port: int, folder: Path) -> None:
    """Listen on 127.0.0.1 until told to stop."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    keeper = Keeper(folder)
    server = await loop.create_server(
        lambda: SMTP(keeper, data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, hostname="localhost", ident="Samordna"),
        host="127.0.0.1",
        port=port,
    )
    async with server:
        await stopped.wait()


def main() -> None:
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.umask(0o077)
    try:
        asyncio.run(serve(port, folder))
    except OSError as error:
        sys.exit(f"mail catcher: {error}")


if __name__ == "__main__":
    main()
