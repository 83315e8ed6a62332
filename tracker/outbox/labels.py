"""What people read for the codes of this domain."""

from typing import Any

from flask_babel import lazy_gettext as _l

from tracker.outbox.enums import MessageKind, MessageReason, MessageState

KINDS: dict[MessageKind, Any] = {
    MessageKind.SIGN_IN_LINK: _l("Sign-in link"),
    MessageKind.INVITATION: _l("Invitation"),
    MessageKind.REMINDER: _l("Reminder"),
    MessageKind.REPORT_READY: _l("The report is ready"),
    MessageKind.REPORT_FAILED: _l("The report failed"),
    MessageKind.EVALUATOR_LINK: _l("Link to a commission"),
    MessageKind.UPLOAD_RECEIPT: _l("Receipt for a file"),
    MessageKind.EVALUATION_NEWS: _l("News of an evaluation"),
    MessageKind.DOCUMENT_ALERT: _l("A file needs attention"),
}
STATES: dict[MessageState, Any] = {
    MessageState.PENDING: _l("Waiting to be sent"),
    MessageState.SENDING: _l("Being sent"),
    MessageState.SENT: _l("Handed over to the mail server"),
    MessageState.UNKNOWN: _l("In doubt"),
    MessageState.FAILED: _l("Failed"),
    MessageState.CANCELLED: _l("Not sent"),
}
# Colour and mark of the badge; the words say the same.
BADGES: dict[MessageState, tuple[str, str | None]] = {
    MessageState.PENDING: ("info", None),
    MessageState.SENDING: ("info", None),
    MessageState.SENT: ("success", "done"),
    MessageState.UNKNOWN: ("warning", "soon"),
    MessageState.FAILED: ("danger", "stop"),
    MessageState.CANCELLED: ("neutral", None),
}
REASONS: dict[MessageReason, Any] = {
    MessageReason.BAD_ADDRESS: _l("The address cannot receive mail. Correct it on the person."),
    MessageReason.SERVER_AWAY: _l("The mail server does not answer. It is tried again by itself."),
    MessageReason.DELAYED_BY_SERVER: _l("The mail server asked us to try later. It is tried again by itself."),
    MessageReason.REFUSED_BY_SERVER: _l("The mail server refused the message. Check the address, then send again."),
    MessageReason.CANNOT_COMPOSE: _l(
        "The message could not be written: a fault in Samordna. Report it, then send again."
    ),
    MessageReason.LINE_LOST: _l("The line was lost while the mail server was answering: it may have the message."),
    MessageReason.WORKER_LOST: _l("Samordna was interrupted while sending: the mail server may have the message."),
    MessageReason.TOO_OLD: _l("It could not be sent in time, and says something that no longer holds."),
    MessageReason.NO_LONGER_NEEDED: _l("There was nothing left to say when it was about to be sent."),
    MessageReason.PERSON_INACTIVE: _l("The person's account is not active."),
    MessageReason.CANCELLED_BY_HAND: _l("Somebody cancelled it."),
}
