"""nginx as `deploy/nginx.conf` sets it up, on free ports and without TLS; and one that takes and gives plain files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
# What Debian's package has beside the file of a site.
_AROUND = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
worker_processes auto;
events {{ worker_connections 768; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{site}
}}
"""
_PLAIN = """
server {{
    listen 127.0.0.1:{port};
    client_max_body_size 0;
    location / {{ root {files}; dav_methods PUT DELETE; create_full_put_path on; }}
}}
"""


def program() -> str | None:
    """Where nginx is, None where it is not installed."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def plain(folder: Path, files: Path) -> Iterator[int]:
    """nginx alone: PUT writes to a file below `files`, GET gives it back. The port."""
    port = free_port()
    with _serving(folder, _PLAIN.format(port=port, files=files), port):
        yield port


@contextmanager
def in_front(folder: Path, *, socket: Path, files: Path) -> Iterator[int]:
    """The product's own nginx configuration before the application at `socket`; the port. Logs in `folder`."""
    port = free_port()
    with _serving(folder, site_text(port, folder, socket, files), port):
        yield port


def site_text(port: int, folder: Path, socket: Path, files: Path) -> str:
    """`deploy/nginx.conf` for this machine. Raises ValueError when the file has no such place any more."""
    text = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    changes = (
        (r"server \{\s+listen 80;.*?\n\}\n", ""),
        (r"listen 443 ssl http2;\s+listen \[::\]:443 ssl http2;", f"listen 127.0.0.1:{port};"),
        (r"\n\s+ssl_[^\n]+", ""),
        (r"/run/samordna/web\.sock", str(socket)),
        (r"/opt/samordna", str(ROOT)),
        (r"/var/lib/samordna/files", str(files)),
        (r"/var/log/nginx/samordna\.log", f"{folder}/access.log"),
    )
    for place, instead in changes:
        text, count = re.subn(place, instead, text, flags=re.DOTALL)
        if not count:
            raise ValueError(f"deploy/nginx.conf has nothing like {place}")
    return text


@contextmanager
def application(surroundings: dict[str, str], socket: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The web process as deploy/samordna-web.service starts it, on a socket of its own."""
    unit = (ROOT / "deploy" / "samordna-web.service").read_text(encoding="utf-8")
    found = re.search(r"^ExecStart=\S+/gunicorn (.+)$", unit, re.MULTILINE)
    if found is None:
        raise ValueError("deploy/samordna-web.service starts no gunicorn")
    options = found[1].replace("unix:/run/samordna/web.sock", f"unix:{socket}").split()
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *options],
            cwd=ROOT,
            env={**os.environ, **surroundings},
            stdout=said,
            stderr=said,
        )
    try:
        _until(socket.exists, process, f"gunicorn has not started: {log}")
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def _serving(folder: Path, site: str, port: int) -> Iterator[None]:
    found = program()
    if found is None:
        raise FileNotFoundError("nginx is not installed")
    folder.mkdir(exist_ok=True)
    file = folder / "nginx.conf"
    # A server started by root would otherwise give its work to somebody who may not enter the folders of a test.
    user = "user root;" if os.geteuid() == 0 else ""
    file.write_text(_AROUND.format(folder=folder, site=site, user=user), encoding="utf-8")
    process = subprocess.Popen([found, "-c", str(file), "-e", str(folder / "error.log")], stderr=subprocess.PIPE)
    try:
        _until(lambda: _answers(port), process, f"nginx has not started: {folder}/error.log")
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)
        if process.stderr:
            process.stderr.close()


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _until(condition: object, process: subprocess.Popen[bytes], what: str, seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(what)
        time.sleep(0.05)
