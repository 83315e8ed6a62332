"""Keeps the parts of the embedded mode running: ``python -m tracker.cli.supervisor REDIS_SOCKET``.

Started by ``samordna run``, which has checked the settings and handed them on in the environment. Standard library
only, since it stays in memory. Every part is a process group of its own that ends with the supervisor, even when that
is killed; what a part says goes to ``logs/`` in the instance folder.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tracker.cli import redis_server

ROOT = Path(__file__).resolve().parent.parent.parent
PR_SET_PDEATHSIG = 1
LOG_LIMIT = 5 * 1024 * 1024
FIRST_PAGE_SECONDS = 60
BROKER_SECONDS = 15
# A part that fails this often in a row has a fault that starting it again does not mend.
FAILURES_LIMIT = 5
STEADY_SECONDS = 60
WARM_SECONDS = 10
HARD_SECONDS = 5
# A signal sent to the whole group reaches us twice within a moment; later ones mean "now".
IMPATIENT_SECONDS = 2


class Fault(Exception):
    """Something a person can mend, in one line."""


class Stopped(Exception):
    """Ctrl-C or SIGTERM."""


@dataclass
class Part:
    """One process that is kept running."""

    name: str
    command: list[str]
    # Sent first, and again as `insist` when the part has not ended in time.
    insist: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    start_after: float = 0.0

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Supervisor:
    """Starts, watches and stops the parts of one instance."""

    instance: Path
    port: int
    redis_socket: Path | None
    environment: dict[str, str]
    parts: list[Part] = field(default_factory=list)
    stop_requested_at: float = 0.0

    @property
    def logs(self) -> Path:
        return self.instance / "logs"

    def run(self) -> None:
        """Start everything, tell where it is, and keep it running until a signal comes."""
        self.logs.mkdir(mode=0o700, exist_ok=True)
        self._lock_instance()
        self._require_free_port()
        try:
            self._start_broker()
            self._start_mail_catcher()
            self._prepare()
            python = sys.executable
            self._start(Part("web", [python, "-m", "gunicorn", *gunicorn_options(self.port), "wsgi:create()"]))
            self._await_first_page()
            # Only now: on a small machine they would take the processors that the first page waits for.
            self._start(Part("worker", [python, "-m", "workers", "worker"], insist=signal.SIGQUIT))
            self._start(Part("beat", [python, "-m", "workers", "beat"]))
            self._greet()
            while True:
                time.sleep(0.5)
                self._look_after()
        except Stopped:
            say("Stopping ...")
        finally:
            self._stop_all()

    def on_signal(self, _number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if not self.stop_requested_at:
            self.stop_requested_at = now
            raise Stopped
        if now - self.stop_requested_at > IMPATIENT_SECONDS:
            for part in self.parts:
                signal_group(part, signal.SIGKILL)

    def _lock_instance(self) -> None:
        # Held until the process ends, however it ends.
        lock = os.open(self.instance / "run.lock", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise Fault(
                f"the instance {self.instance} is running already. Stop it, or set SAMORDNA_INSTANCE to another folder"
            ) from None

    def _require_free_port(self) -> None:
        if not is_free(self.port):
            raise Fault(f"port {self.port} on 127.0.0.1 is in use. Set another one, as PORT={self.port + 1} make run")

    def _start(self, part: Part) -> None:
        self.parts.append(part)
        self._launch(part)

    def _launch(self, part: Part) -> None:
        log = self.logs / f"{part.name}.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
        with log.open("ab") as output:
            part.process = subprocess.Popen(
                part.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        part.started_at = time.monotonic()

    def _start_broker(self) -> None:
        if self.redis_socket is None:
            return
        try:
            server = redis_server.find()
        except redis_server.NoRedis as error:
            raise Fault(str(error)) from None
        say(f"Broker: redis-server, {server.origin}.")
        folder = self.instance / "redis"
        folder.mkdir(mode=0o700, exist_ok=True)
        self.redis_socket.unlink(missing_ok=True)
        self._start(Part("redis", redis_server.command(server, socket=self.redis_socket, folder=folder)))
        self._await_broker(self.redis_socket)

    def _await_broker(self, path: Path) -> None:
        deadline = time.monotonic() + BROKER_SECONDS
        while time.monotonic() < deadline:
            if not self.parts[-1].is_alive:
                break
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                try:
                    client.connect(str(path))
                    client.sendall(b"PING\r\n")
                    # While an old append-only file is read the answer is -LOADING.
                    if client.recv(64).startswith(b"+PONG"):
                        return
                except OSError:
                    pass
            time.sleep(0.03)
        raise Fault(f"redis-server did not start: {self._last_words('redis')}")

    def _start_mail_catcher(self) -> None:
        if self.environment.get("SMTP_HOST"):
            return
        kept = self.instance / "smtp_port"
        port = kept_port(kept)
        kept.write_text(str(port), encoding="ascii")
        self.environment |= {"SMTP_PORT": str(port)}
        command = [sys.executable, "-m", "tracker.cli.mail_catcher", str(port), str(self.instance / "mail")]
        self._start(Part("mail", command))

    def _prepare(self) -> None:
        """Migrate and load what is missing, unless this very version has done so in this instance."""
        stamp = self.instance / "prepared"
        wanted = prepared_digest(self.environment.get("DATABASE_URL", ""))
        is_first_database = not (self.instance / "samordna.sqlite3").exists()
        if not is_first_database and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
            return
        self._run_command(["prepare", "--examples"])
        stamp.write_text(wanted, encoding="ascii")

    def _run_command(self, arguments: list[str]) -> None:
        """Run a ``samordna`` command in the foreground and let it speak to the terminal."""
        program = [sys.executable, "-c", "from wsgi import cli; cli()", *arguments]
        process = subprocess.Popen(program, cwd=ROOT, env=self.environment, preexec_fn=die_with_parent)
        try:
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
        if code:
            raise Fault(f"`samordna {' '.join(arguments)}` failed; what it said stands above")

    def _await_first_page(self) -> None:
        deadline = time.monotonic() + FIRST_PAGE_SECONDS
        while time.monotonic() < deadline:
            web = next(part for part in self.parts if part.name == "web")
            if not web.is_alive:
                raise Fault(f"the web server did not start: {self._last_words('web')}")
            if first_page_answers(self.port):
                return
            time.sleep(0.05)
        raise Fault(f"the first page did not answer within {FIRST_PAGE_SECONDS} s: {self._last_words('web')}")

    def _greet(self) -> None:
        address = self.environment["BASE_URL"]
        say("")
        say(f"Samordna runs at  {address}")
        if not self.environment.get("SMTP_HOST"):
            say(f"Mails are kept in {self.instance / 'mail'} and read at {address}/mail")
        say(f"Data and logs:    {self.instance}")
        say("")
        self._run_command(["people", "example-links"])
        say("")
        say("Ctrl-C stops everything.")

    def _look_after(self) -> None:
        """Start again what has ended, later and later when it keeps ending."""
        now = time.monotonic()
        for part in self.parts:
            if part.is_alive:
                if part.failures and now - part.started_at > STEADY_SECONDS:
                    part.failures = 0
                continue
            if not part.start_after:
                part.failures += 1
                if part.failures > FAILURES_LIMIT:
                    raise Fault(f"{part.name} keeps ending: {self._last_words(part.name)}")
                part.start_after = now + 2.0 ** (part.failures - 1) - 1
                say(f"{part.name} ended and is started again (see {self.logs / part.name}.log)")
            if now >= part.start_after:
                part.start_after = 0.0
                self._launch(part)

    def _stop_all(self) -> None:
        """Stop what makes work first, then what the work needs; nobody is left behind."""
        self.stop_requested_at = self.stop_requested_at or time.monotonic()
        needed_last = [part for part in self.parts if part.name in ("redis", "mail")]
        makers = [part for part in self.parts if part not in needed_last]
        for group in (makers, needed_last):
            end_parts(group)

    def _last_words(self, name: str) -> str:
        log = self.logs / f"{name}.log"
        lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        return f"{lines[-1].strip() if lines else 'no word'} (more in {log})"


def gunicorn_options(port: int) -> list[str]:
    return [
        *("--bind", f"127.0.0.1:{port}", "--workers", "2", "--worker-class", "gthread", "--threads", "4", "--preload"),
        *("--timeout", "60", "--graceful-timeout", "5", "--keep-alive", "5", "--no-control-socket"),
        *("--log-level", "warning"),
    ]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def die_with_parent() -> None:
    """Runs in the child before it becomes its program: ask the kernel for SIGTERM when the supervisor ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def kept_port(path: Path) -> int:
    """The port of last time when it is free, so that nobody's settings go stale; else any free one."""
    try:
        port = int(path.read_text(encoding="ascii"))
        if is_free(port):
            return port
    except (OSError, ValueError):
        pass
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepared_files() -> Iterator[Path]:
    for pattern in ("migrations/versions/*.py", "tracker/*/data/**/*", "tracker/cli/prepare.py"):
        yield from (path for path in sorted(ROOT.glob(pattern)) if path.is_file())


def prepared_digest(database_url: str) -> str:
    """Stands for the migrations and the kept data of this version, and for the database they went to."""
    digest = hashlib.sha256(database_url.encode())
    for path in prepared_files():
        digest.update(str(path.relative_to(ROOT)).encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def first_page_answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def signal_group(part: Part, number: signal.Signals) -> None:
    if part.process is not None:
        try:
            os.killpg(part.process.pid, number)
        except ProcessLookupError:
            return


def end_parts(parts: list[Part]) -> None:
    """Ask, insist, and at last kill, each process group whole."""
    for part in parts:
        # Only the leader is asked: it knows how to end its own children.
        if part.is_alive and part.process is not None:
            part.process.terminate()
    await_end(parts, WARM_SECONDS)
    for part in parts:
        if part.is_alive and part.process is not None:
            part.process.send_signal(part.insist)
    await_end(parts, HARD_SECONDS)
    for part in parts:
        signal_group(part, signal.SIGKILL)
        if part.process is not None:
            part.process.wait()


def await_end(parts: list[Part], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(part.is_alive for part in parts) and time.monotonic() < deadline:
        time.sleep(0.03)


def main() -> None:
    given = sys.argv[1]
    environment = dict(os.environ)
    supervisor = Supervisor(
        instance=Path(environment["SAMORDNA_INSTANCE"]),
        port=int(environment["PORT"]),
        redis_socket=None if environment.get("REDIS_URL") else Path(given),
        environment=environment,
    )
    os.umask(0o077)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, supervisor.on_signal)
    try:
        supervisor.run()
    except Fault as fault:
        sys.exit(f"samordna: {fault}.")
    except Stopped:
        # Told to stop before anything was started.
        return


if __name__ == "__main__":
    main()
