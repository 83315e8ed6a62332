"""A throw-away PostgreSQL cluster of our own, where the machine has the server's programs."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.ports import free_port

USER = "samordna"
# The server refuses to run as root; any other account will do.
UNPRIVILEGED = "nobody"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB"}


def find_programs() -> Path | None:
    """The folder with initdb and pg_ctl, newest version first, or None."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    folders = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    return max(folders, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def cluster(*, settings: dict[str, str] | None = None) -> Iterator[str]:
    """Start a cluster with an empty database and give its URL; stop and remove it afterwards."""
    with stoppable_cluster(settings=settings) as running:
        yield running.url


@dataclass(frozen=True)
class Cluster:
    """A cluster that a test may stop and start."""

    url: str
    start: Callable[[], None]
    stop: Callable[[], None]


@contextmanager
def stoppable_cluster(*, settings: dict[str, str] | None = None) -> Iterator[Cluster]:
    """As ``cluster``, for tests that take it away in between."""
    programs = find_programs()
    if programs is None:
        raise FileNotFoundError("initdb is not on this machine")
    folder = Path(tempfile.mkdtemp(prefix="samordna-pg-", dir="/tmp"))
    port = free_port()
    prefix: list[str] = []
    if os.geteuid() == 0:
        account = pwd.getpwnam(UNPRIVILEGED)
        os.chown(folder, account.pw_uid, account.pw_gid)
        prefix = ["runuser", "-u", UNPRIVILEGED, "--"]
    options = {**FAST, **(settings or {}), "port": str(port), "listen_addresses": "127.0.0.1"}
    command_line = " ".join(f"-c {key}={value}" for key, value in options.items()) + f" -k {folder}"

    def call(*arguments: str) -> None:
        subprocess.run([*prefix, *arguments], check=True, cwd="/tmp", capture_output=True)

    data = str(folder / "data")
    call(str(programs / "initdb"), "-D", data, "-A", "trust", "-U", USER, "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
    control = [*prefix, str(programs / "pg_ctl"), "-D", data]

    def start() -> None:
        # pg_ctl's child keeps our pipes open; send its words to the log instead.
        subprocess.run(
            [*control, "-o", command_line, "-l", str(folder / "log"), "-w", "start"],
            check=True,
            cwd="/tmp",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop() -> None:
        subprocess.run([*control, "-m", "immediate", "stop"], cwd="/tmp", capture_output=True)

    try:
        start()
        yield Cluster(f"postgresql://{USER}@127.0.0.1:{port}/postgres", start, stop)
    finally:
        stop()
        shutil.rmtree(folder, ignore_errors=True)
