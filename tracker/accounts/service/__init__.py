"""Writing people, their roles, sessions and links. Verbs take `actor` and `now`; they flush and never commit."""

from tracker.accounts.service.attempts import record_denial, record_failed_sign_in, verify_password
from tracker.accounts.service.contacts import find_or_add_contact
from tracker.accounts.service.links import (
    INVITATION_LIFETIME,
    SIGN_IN_LIFETIME,
    create_sign_in_link,
    mail_sign_in_link,
    use_sign_in_link,
)
from tracker.accounts.service.people import (
    add_person,
    change_person,
    choose_locale,
    disable_person,
    enable_person,
    invite_again,
    invite_person,
)
from tracker.accounts.service.profile import accept_invitation, change_profile, set_password
from tracker.accounts.service.sessions import (
    end_other_sessions,
    end_session,
    end_sessions_of,
    remove_expired,
    sign_in,
    sign_out,
)

__all__ = [
    "INVITATION_LIFETIME",
    "SIGN_IN_LIFETIME",
    "accept_invitation",
    "add_person",
    "change_person",
    "change_profile",
    "choose_locale",
    "create_sign_in_link",
    "disable_person",
    "enable_person",
    "end_other_sessions",
    "end_session",
    "end_sessions_of",
    "find_or_add_contact",
    "invite_again",
    "invite_person",
    "mail_sign_in_link",
    "record_denial",
    "record_failed_sign_in",
    "remove_expired",
    "set_password",
    "sign_in",
    "sign_out",
    "use_sign_in_link",
    "verify_password",
]
