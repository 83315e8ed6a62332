"""The broker frozen, killed and emptied while people work: every page answers in time and nothing is lost."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.support.browser import Answer, Browser
from tests.support.site import Site, until
from tracker.core.task_names import TaskName
from workers.schedule import SCHEDULE

ANSWER_SECONDS = 3.0
PASSWORD = "en grön cykel vid bryggan"
SWEEPS = (TaskName.OUTBOX_RESCUE, TaskName.OUTBOX_DRAIN, TaskName.REPORTS_RESCUE)


@contextmanager
def frozen(site: Site) -> Iterator[None]:
    """SIGSTOP: the socket takes connections and nothing ever answers."""
    with site.frozen("redis"):
        yield


@contextmanager
def dead(site: Site) -> Iterator[None]:
    """kill -9, with the supervisor held so that nobody starts it again."""
    site.running.process.send_signal(signal.SIGSTOP)
    try:
        pid = site.kill("redis")
        yield
    finally:
        site.running.process.send_signal(signal.SIGCONT)
    site.await_another("redis", than=pid)


@contextmanager
def forgetful(site: Site) -> Iterator[None]:
    """The worker stands still, so that all messages wait; then the broker loses every one of them."""
    with site.frozen("worker"):
        yield
        import redis

        with redis.Redis(unix_socket_path=str(site.folder / "redis.sock")) as broker:
            broker.flushall()


def with_password(site: Site, email: str) -> None:
    site.python(
        f"""
from tests.factories import people
from tracker.accounts import passwords
from tracker.accounts.enums import Role
person = people.person(Role.MARKET, email={email!r})
person.password_hash = passwords.hash_password({PASSWORD!r})
"""
    )


def work(site: Site, email: str) -> dict[str, Answer]:
    """What a person does on an ordinary morning; each answer."""
    browser = Browser(site.url)
    answers = {
        "wrong password": browser.fill_in("/sign-in", action="/sign-in", email=email, password="fel lösenord här"),
        "link by mail": browser.fill_in("/sign-in", action="/sign-in/link", email=email),
        "password": browser.fill_in("/sign-in", action="/sign-in", email=email, password=PASSWORD),
        "procurement": browser.fill_in(
            "/procurements/new", title=f"Vaccin för {email}", wished_supply_on="2028-10-01", procedure="open"
        ),
    }
    case = answers["procurement"].location
    answers["note"] = browser.fill_in(case, action=f"{case}/notes", body="En rad\noch en till")
    answers["report"] = browser.fill_in("/reports", as_of_on="idag")
    answers["case"] = browser.get(case)
    answers["list"] = browser.get("/procurements")
    return answers


@pytest.mark.parametrize(
    "trouble", [pytest.param(frozen, marks=pytest.mark.long), dead, pytest.param(forgetful, marks=pytest.mark.long)]
)
def test_work_goes_on_without_the_broker(site: Site, trouble: Callable[[Site], AbstractContextManager[None]]) -> None:
    email = f"{trouble.__name__}@broker.example"
    with_password(site, email)
    with trouble(site):
        answers = work(site, email)
        print(trouble.__name__, {name: f"{answer.status} {answer.seconds:.2f} s" for name, answer in answers.items()})
        assert {name: answer.status for name, answer in answers.items()} == {
            "wrong password": 422,
            "link by mail": 303,
            "password": 303,
            "procurement": 302,
            "note": 302,
            "report": 303,
            "case": 200,
            "list": 200,
        }
        assert max(answer.seconds for answer in answers.values()) < ANSWER_SECONDS
        assert "En rad" in answers["case"].text
        assert email not in site.mail.recipients
    # The worker, too, finds the broker again; what the scheduler rings for each minute finds the rows.
    edition = int(answers["report"].location.rpartition("/")[2])
    site.ring(*SWEEPS)
    until(lambda: email in site.mail.recipients, "the sign-in link is mailed")
    until(lambda: state(site, edition) == "done", "the report is compiled")
    assert site.mail.recipients.count(email) == 1


def state(site: Site, edition: int) -> str:
    return str(site.one("SELECT state FROM report_editions WHERE id = ?", edition))


def test_each_sweep_is_rung_every_minute() -> None:
    scheduled = {entry["task"]: entry["schedule"] for entry in SCHEDULE.values()}
    assert all(scheduled[name.value] <= 60 for name in SWEEPS)


@pytest.mark.slow
def test_the_scheduler_itself_finds_what_the_broker_lost(site: Site) -> None:
    """As above with nobody ringing: scheduler, broker and worker come back by themselves, within two ticks."""
    email = "patient@broker.example"
    with_password(site, email)
    with frozen(site):
        edition = int(work(site, email)["report"].location.rpartition("/")[2])
    until(lambda: email in site.mail.recipients and state(site, edition) == "done", "mail and report", seconds=150)
