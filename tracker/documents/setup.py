"""Registers what the documents give to other parts: the mail about a stopped file."""

from __future__ import annotations

from flask import Flask

from tracker.documents import mails


def init_app(app: Flask) -> None:
    mails.init_app()
