"""Our application on a throw-away PostgreSQL, as production configures it, for the benchmarks."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from tests.support import postgresql
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
# What a small production server would be given; durability as it comes.
SERVER = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "512MB"}


def environment(database_url: str, folder: Path, **more: str) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "SAMORDNA_INSTANCE": str(folder),
        "SECRET_KEY": os.urandom(24).hex(),
        "BASE_URL": "http://127.0.0.1:8000",
        "REDIS_URL": f"unix://{folder}/away.sock",
        "MAIL_FROM": "samordna@samordna.example",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_SECURITY": "none",
        "LOG_LEVEL": "ERROR",
        **more,
    }


@contextmanager
def on_postgresql(**more: str) -> Iterator[tuple[Flask, dict[str, str]]]:
    """A migrated application inside its context, and the environment that other processes of it need."""
    from flask_migrate import upgrade

    import config
    from tracker.app import create_app
    from tracker.core.db import db

    with postgresql.cluster(settings=SERVER) as url, tempfile.TemporaryDirectory() as folder:
        surroundings = environment(url, Path(folder), **more)
        app = create_app(config.load(surroundings))
        with app.app_context():
            upgrade(directory=app.extensions["migrate"].directory)
            yield app, surroundings
            db.session.remove()
            db.engine.dispose()


@contextmanager
def gunicorn(application: str, surroundings: dict[str, str], probe: str) -> Iterator[int]:
    """Serve ``application`` with two processes of two threads; gives the port once ``probe`` is answered."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-w", "2", "-k", "gthread", "--threads", "2", "--preload"]
    process = subprocess.Popen(
        [*command, "-b", f"127.0.0.1:{port}", "--log-level", "error", application],
        cwd=ROOT,
        env={**os.environ, **surroundings},
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}{probe}", process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)
