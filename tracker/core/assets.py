"""Style sheets, scripts and pictures: addresses that change with the content, so that browsers may keep them long."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response, send_from_directory, url_for

STATIC = Path(__file__).resolve().parent.parent / "static"
LONG_SECONDS = 365 * 24 * 3600


def tree_version(folder: Path) -> str:
    """Twelve hexadecimal digits that stand for the names and contents of all files below ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def init_app(app: Flask) -> None:
    """Serve ``tracker/static`` below ``/static/<version>/`` and give templates ``asset('css/app.css')``.

    The version stands for the whole folder, so that style sheets reach their fonts by relative addresses.
    """
    current = tree_version(STATIC)

    def static(version: str, filename: str) -> Response:
        # A page opened before an update still gets its files, but must not keep them under the old address.
        is_current = version == current
        response = send_from_directory(STATIC, filename, max_age=LONG_SECONDS if is_current else 60)
        response.cache_control.immutable = is_current
        return response

    def asset(name: str) -> str:
        return url_for("static", version=current, filename=name)

    app.add_url_rule("/static/<version>/<path:filename>", "static", static)
    app.jinja_env.globals["asset"] = asset
