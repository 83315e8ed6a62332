"""One turn at the queue in a process of its own, which may kill itself at a named place.

``python -m tests.faults.mail_worker NAME``, with the settings in the environment. The places: claimed (before the
line is opened), envelope (recipient accepted), half (half of the message sent), dot (the server has the message, its
answer is not heard), accepted (250 heard, nothing committed); ``none`` runs to the end.
"""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from typing import Any

import config
from tests.factories import messages
from tracker.app import create_app
from tracker.outbox import delivery, smtp
from tracker.outbox.enums import MessageKind
from tracker.outbox.renderers import register_renderer


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(place: str) -> None:
    """Put the kill at ``place``, on the third message where messages are counted."""
    if place == "claimed":
        smtp.Line.open = die  # type: ignore[method-assign]
    elif place != "none":
        smtp.Line.send = third(place)  # type: ignore[method-assign]


def third(place: str) -> Any:
    """``Line.send`` that sends two messages and dies over the next."""
    sending, numbers = smtp.Line.send, count(1)

    def send(line: smtp.Line, sender: str, recipient: str, message: bytes) -> smtp.Outcome:
        if next(numbers) < 3:
            return sending(line, sender, recipient, message)
        smtp._Conversation.send = cut(place)  # type: ignore[method-assign]
        outcome = sending(line, sender, recipient, message)
        if place == "accepted":
            die()
        return outcome

    return send


def cut(place: str) -> Any:
    """``_Conversation.send`` that dies before, within or after the message itself."""
    transmit = smtp._Conversation.send

    def send(conversation: Any, data: Any) -> None:
        is_message = isinstance(data, bytes) and len(data) > 200
        if is_message and place == "envelope":
            die()
        if is_message and place == "half":
            transmit(conversation, data[: len(data) // 2])
            die()
        transmit(conversation, data)
        if is_message and place == "dot":
            conversation.sock.recv(1)
            die()

    return send


def main() -> None:
    app = create_app(config.load())
    register_renderer(MessageKind.REMINDER, messages.plain)
    arm(sys.argv[1])
    with app.app_context():
        while delivery.drain():
            pass


if __name__ == "__main__":
    main()
