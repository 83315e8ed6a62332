"""The whole product as the tests of faults need it: its parts by name, its rows, its mail, its doorbell."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.support import smtp
from tests.support.browser import Browser
from tests.support.running import ROOT, SAMORDNA, Running, product
from tracker.cli.supervisor import prepared_digest
from tracker.core.dispatch import Dispatcher
from tracker.core.task_names import TaskName

OFFICER = "marknad1@example.org"
WORDS = {
    "web": "gunicorn",
    "worker": "workers worker",
    "beat": "workers beat",
    "redis": "redis-server",
    "mail": "tracker.cli.mail_catcher",
}


def prepare(folder: Path) -> None:
    """An instance with its tables, reference data and example cases, ready for a quick start."""
    environment = {**os.environ, "SAMORDNA_INSTANCE": str(folder)}
    subprocess.run(
        [SAMORDNA, "prepare", "--examples"], cwd=ROOT, env=environment, check=True, capture_output=True, timeout=120
    )
    (folder / "prepared").write_text(prepared_digest(""), encoding="ascii")


@dataclass
class MailServer:
    """The scripted mail server on one port for good; away and back as the test wants."""

    port: int = field(default_factory=smtp.free_port)
    script: smtp.Script = field(default_factory=smtp.Script)
    _servers: list[smtp.Server] = field(default_factory=list)
    _running: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        self._servers.append(self._running.enter_context(smtp.server(self.script, self.port)))

    def stop(self) -> None:
        self._running.close()

    @property
    def recipients(self) -> list[str]:
        return [address for server in self._servers for address in server.recipients]

    def copies(self, suffix: str) -> dict[str, int]:
        """How often each Message-ID arrived at an address that ends in ``suffix``."""
        counts: dict[str, int] = {}
        for server in self._servers:
            for message in server.messages:
                if str(message["To"]).endswith(suffix):
                    key = str(message["Message-ID"])
                    counts[key] = counts.get(key, 0) + 1
        return counts


class Site:
    """A running product, looked into from outside."""

    def __init__(self, running: Running, mail: MailServer) -> None:
        self.running = running
        self.mail = mail
        self.folder = Path(running.environment["SAMORDNA_INSTANCE"])
        self.officers = 0

    @property
    def url(self) -> str:
        return self.running.url

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "samordna.sqlite3", timeout=10)) as database:
            return database.execute(query, values).fetchall()

    def one(self, query: str, *values: Any) -> Any:
        return self.rows(query, *values)[0][0]

    def change(self, statement: str, *values: Any) -> int:
        """Change rows behind the product's back: the way the tests let time pass."""
        with closing(sqlite3.connect(self.folder / "samordna.sqlite3", timeout=10)) as database, database:
            return database.execute(statement, values).rowcount

    def signed_in(self, email: str = OFFICER) -> Browser:
        """A browser in which somebody is signed in, by a link printed on the terminal."""
        link = self.running.json("people", "sign-in-link", email)["url"].removeprefix(self.url)
        browser = Browser(self.url)
        answer = browser.fill_in(link)
        assert answer.status in (302, 303), answer.text
        return browser

    def part(self, name: str) -> psutil.Process:
        """The process that the supervisor started as its part ``name``."""
        found = self.find(name)
        assert found is not None, f"{name} does not run"
        return found

    def find(self, name: str) -> psutil.Process | None:
        for process in psutil.Process(self.running.process.pid).children():
            with suppress(psutil.Error):
                if WORDS[name] in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                    return process
        return None

    def kill(self, name: str) -> int:
        """kill -9 for a part and everything that it has started; the killed part's pid."""
        pid = self.part(name).pid
        os.killpg(pid, signal.SIGKILL)
        return pid

    def await_another(self, name: str, than: int) -> None:
        """Until the supervisor has started the part anew."""
        until(lambda: (found := self.find(name)) is not None and found.pid != than, f"{name} is started again")

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """The part and its children stand still inside."""
        pid = self.part(name).pid
        os.killpg(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(pid, signal.SIGCONT)

    def ring(self, *names: TaskName) -> None:
        """What the scheduler's next ticks would ring for."""
        dispatcher = Dispatcher(f"redis+socket://{self.folder}/redis.sock")
        for name in names:
            until(lambda name=name: dispatcher.publish(name, {}), f"the broker takes {name.value}")  # type: ignore[misc]

    def python(self, program: str) -> str:
        """Run a program inside the application's context on this instance, committed at its end; what it printed."""
        head = "import wsgi\nfrom tracker.core.db import db, writing\nwith wsgi.create().app_context(), writing():\n"
        body = textwrap.indent(f"{program.strip()}\ndb.session.commit()\n", "    ")
        done = subprocess.run(
            [sys.executable, "-c", head + body],
            cwd=ROOT,
            env={**os.environ, **self.running.environment},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def until(condition: Callable[[], object], what: str, seconds: float = 60.0, pause: float = 0.05) -> Any:
    """Wait until ``condition`` holds and give what it gave; fail with ``what`` when it does not in time."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(pause)
    return found


@contextmanager
def started(prepared: Path, folder: Path, **environment: str) -> Iterator[Site]:
    """The product on a copy of a prepared instance, with a mail server of the test's own."""
    if not folder.exists():
        shutil.copytree(prepared, folder)
    mail = MailServer()
    mail.start()
    try:
        mine = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(mail.port), "SMTP_SECURITY": "none"}
        with product(folder, **{**mine, **environment}) as running:
            yield Site(running, mail)
    finally:
        mail.stop()
