"""No mail server: reminders wait with their reason in sight, and go out once when it is back."""

from __future__ import annotations

import pytest

from tests.faults.owing import AN_HOUR_AGO, owe, plan, states
from tests.support.site import Site, until
from tracker.core.task_names import TaskName

PEOPLE = 12


def case_of(site: Site, domain: str) -> int:
    """The case that the mails to ``domain`` speak of."""
    query = """SELECT DISTINCT c.case_id FROM outbox_message_cases c JOIN outbox_messages m ON m.id = c.message_id
        WHERE m.address LIKE ?"""
    return int(site.one(query, f"%@{domain}"))


def reasons(site: Site, domain: str) -> set[tuple[str, str | None]]:
    return set(site.rows("SELECT state, reason FROM outbox_messages WHERE address LIKE ?", f"%@{domain}"))


def test_reminders_wait_for_the_mail_server(site: Site) -> None:
    domain = "smtp-away.example"
    owe(site, domain, people=PEOPLE)
    browser = site.signed_in()
    site.mail.stop()
    try:
        plan(site)
        site.ring(TaskName.OUTBOX_DRAIN)
        until(lambda: ("pending", "server_away") in reasons(site, domain), "the attempt is written down")
        tried = "SELECT count(*) FROM delivery_attempts a JOIN outbox_messages m ON m.id = a.message_id"
        count = site.one(f"{tried} WHERE m.address LIKE ?", f"%@{domain}")
        assert count == 1, "one call finds out; the others are not even tried"
        assert states(site, domain) == {"pending": PEOPLE}
        page = browser.get(f"/procurements/{case_of(site, domain)}")
        assert page.status == 200
        assert "E-postservern svarar inte" in page.text
        wait = site.one("SELECT max(julianday(closed_until) - julianday('now')) * 86400 FROM mail_routes")
        assert 0 < wait <= 65, "a minute until the next call"
    finally:
        site.mail.start()

    # The minute passes.
    site.change(f"UPDATE mail_routes SET closed_until = {AN_HOUR_AGO}")
    site.change(f"UPDATE outbox_messages SET next_attempt_at = {AN_HOUR_AGO} WHERE state = 'pending'")
    for _ in range(2):  # the first turn is a single probe
        site.ring(TaskName.OUTBOX_DRAIN)
    until(lambda: states(site, domain) == {"sent": PEOPLE}, "all are sent")
    copies = site.mail.copies(f"@{domain}")
    assert len(copies) == PEOPLE and set(copies.values()) == {1}


@pytest.mark.slow
def test_reminders_go_out_by_themselves_when_the_mail_server_is_back(site: Site) -> None:
    """As above in real time, with nobody ringing: a minute's pause and two ticks of the scheduler."""
    domain = "smtp-later.example"
    owe(site, domain, people=PEOPLE)
    site.mail.stop()
    try:
        plan(site)
        site.ring(TaskName.OUTBOX_DRAIN)
        until(lambda: ("pending", "server_away") in reasons(site, domain), "the attempt is written down")
    finally:
        site.mail.start()
    until(lambda: states(site, domain) == {"sent": PEOPLE}, "all are sent", seconds=240)
    copies = site.mail.copies(f"@{domain}")
    assert len(copies) == PEOPLE and set(copies.values()) == {1}
