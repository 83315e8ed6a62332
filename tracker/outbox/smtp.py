"""One line to the mail server, kept over many messages, and what each of its answers means.

The standard library leaves three traps open, and each of them sends a mail twice or hangs a worker: an error at QUIT
is raised after the mail was taken; a line lost before and after the final dot raises the same exception; a server
that sends one byte now and then is waited for without end. Hence: QUIT is never waited for, the phase is kept here,
and every conversation has one time limit for all of it.
"""

from __future__ import annotations

import contextlib
import io
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from tracker.outbox.enums import SmtpPhase

CONNECT_TIMEOUT_S = 10.0
OPEN_LIMIT_S = 20.0
CONVERSATION_LIMIT_S = 25.0
_CLOSING = 421
_GO_AHEAD = 354
_TOO_LARGE = (552, 523)


class SmtpSettings(Protocol):
    """The part of the settings that is read here."""

    @property
    def smtp_host(self) -> str: ...
    @property
    def smtp_port(self) -> int: ...
    @property
    def smtp_user(self) -> str: ...
    @property
    def smtp_password(self) -> str: ...
    @property
    def smtp_security(self) -> str: ...
    @property
    def mail_domain(self) -> str: ...


class Verdict(Enum):
    """What became of one message."""

    SENT = "sent"
    LATER = "later"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    LINE_LOST = "line_lost"
    SERVER_AWAY = "server_away"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``LINE_LOST``: certainly not sent, and the line is gone. ``SERVER_AWAY``: no message has a chance just now."""

    verdict: Verdict
    phase: SmtpPhase
    code: int | None = None
    error: str = ""


class MailServerAway(Exception):
    """The server could not be reached, or will not work with us at all."""

    def __init__(self, error: str, code: int | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.code = code


class _LimitedReader(io.RawIOBase):
    """Reads from a socket until a moment, however slowly the bytes come."""

    def __init__(self, sock: socket.socket, remaining: Callable[[], float]) -> None:
        self._sock = sock
        self._remaining = remaining

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._remaining())
        return self._sock.recv_into(buffer)


class _Conversation(smtplib.SMTP):
    """smtplib's client with one time limit over many commands."""

    limit_at = float("inf")

    def limit(self, seconds: float) -> None:
        self.limit_at = time.monotonic() + seconds

    def remaining(self) -> float:
        left = self.limit_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the server took too long")
        return left

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(_LimitedReader(self.sock, self.remaining))
        return super().getreply()

    def send(self, s: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(self.remaining())
        super().send(s)


class _TlsConversation(smtplib.SMTP_SSL, _Conversation):
    """The same over TLS from the first byte."""


class Line:
    """A reusable line to the mail server. ``sent`` counts the messages taken since it was opened."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._smtp: _Conversation | None = None
        self.sent = 0

    @property
    def is_open(self) -> bool:
        return self._smtp is not None

    def open(self) -> None:
        """Connect, secure and sign in as the settings say.

        :raises MailServerAway: whatever goes wrong; no message is in question yet.
        """
        self.close()
        self.sent = 0
        try:
            self._smtp = self._connect()
        except smtplib.SMTPResponseException as error:
            raise MailServerAway(_words(error.smtp_error), error.smtp_code) from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise MailServerAway(str(error) or type(error).__name__) from error

    def _connect(self) -> _Conversation:
        chosen = self._settings
        options: dict[str, Any] = {"local_hostname": chosen.mail_domain, "timeout": CONNECT_TIMEOUT_S}
        smtp: _Conversation
        if chosen.smtp_security == "tls":
            smtp = _TlsConversation(**options, context=ssl.create_default_context())
        else:
            smtp = _Conversation(**options)
        smtp.limit(OPEN_LIMIT_S)
        # smtplib checks certificates against this name; it sets it only when it is given the host at once.
        smtp._host = chosen.smtp_host  # type: ignore[attr-defined]
        try:
            code, words = smtp.connect(chosen.smtp_host, chosen.smtp_port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, words)
            smtp.ehlo_or_helo_if_needed()
            if chosen.smtp_security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo_or_helo_if_needed()
            if chosen.smtp_user:
                smtp.login(chosen.smtp_user, chosen.smtp_password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def send(self, sender: str, recipient: str, message: bytes) -> Outcome:
        """Hand over one message. Never raises for what the server or the line does.

        :raises RuntimeError: when the line is not open.
        """
        if self._smtp is None:
            raise RuntimeError("the line is not open")
        self._smtp.limit(CONVERSATION_LIMIT_S)
        phase = SmtpPhase.ENVELOPE
        try:
            refusal = self._envelope(self._smtp, sender, recipient, len(message))
            if refusal is not None:
                return refusal
            self._smtp.send(b"%b.\r\n" % _dotted(message))
            phase = SmtpPhase.DATA_SENT
            code, words = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            verdict = Verdict.UNKNOWN if phase is SmtpPhase.DATA_SENT else Verdict.LINE_LOST
            return Outcome(verdict, phase, error=str(error) or type(error).__name__)
        if code == 250:
            self.sent += 1
            return Outcome(Verdict.SENT, SmtpPhase.ACCEPTED, code)
        return self._refusal(code, words, SmtpPhase.DATA_SENT)

    def _envelope(self, smtp: _Conversation, sender: str, recipient: str, size: int) -> Outcome | None:
        """MAIL, RCPT and DATA up to the server's go-ahead (None), or its refusal."""
        options = f" SIZE={size}" if smtp.has_extn("size") else ""
        commands = [f"MAIL FROM:<{sender}>{options}", f"RCPT TO:<{recipient}>", "DATA"]
        # RFC 2920: the three may go out together, and are answered in their order.
        is_pipelined = smtp.has_extn("pipelining")
        if is_pipelined:
            smtp.send("".join(command + smtplib.CRLF for command in commands))
        for index, expected in enumerate(((250,), (250, 251), (_GO_AHEAD,))):
            if not is_pipelined:
                smtp.putcmd(commands[index])
            code, words = smtp.getreply()
            if code not in expected:
                refusal = self._envelope_refusal(commands[index], code, words)
                self._tidy_up(len(commands) - index - 1 if is_pipelined else 0)
                return refusal
        return None

    def _tidy_up(self, unanswered: int) -> None:
        """After a refusal: hear out the answers to what was sent along, and begin anew on the same line."""
        if self._smtp is None:
            return
        try:
            for _ in range(unanswered):
                code = self._smtp.getreply()[0]
                if code == _GO_AHEAD:
                    # The server waits for a message that has no recipient: an empty one ends it.
                    self._smtp.send(b".\r\n")
                    self._smtp.getreply()
            self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _envelope_refusal(self, command: str, code: int, words: bytes) -> Outcome:
        if command.startswith("MAIL") and code >= 500 and code not in _TOO_LARGE:
            # Our sender or our right to send is refused: it would hit every message alike.
            self._drop()
            return Outcome(Verdict.SERVER_AWAY, SmtpPhase.ENVELOPE, code, _words(words))
        return self._refusal(code, words, SmtpPhase.ENVELOPE)

    def _refusal(self, code: int, words: bytes, phase: SmtpPhase) -> Outcome:
        error = _words(words)
        if code == _CLOSING or code < 400:
            # 421 closes the line; a reply below 400 here means that the two of us are out of step.
            self._drop()
            if phase is SmtpPhase.DATA_SENT and code != _CLOSING:
                return Outcome(Verdict.UNKNOWN, phase, code, error)
            return Outcome(Verdict.LINE_LOST, phase, code, error)
        return Outcome(Verdict.REFUSED if code >= 500 else Verdict.LATER, phase, code, error)

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def close(self) -> None:
        """Say goodbye without waiting for the answer: every message is settled by now."""
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.limit(1.0)
                self._smtp.putcmd("quit")
        self._drop()


def _dotted(message: bytes) -> bytes:
    """``message`` (CRLF line ends, as ``mime.compose`` gives it) with the dots at line starts doubled."""
    if message.startswith(b"."):
        message = b"." + message
    return message.replace(b"\r\n.", b"\r\n..")


def _words(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(text.split())[:500]
