"""``samordna run``: starts all parts on this machine under one supervisor."""

from __future__ import annotations

import os
import sys

import click


@click.command()
@click.pass_context
def run(context: click.Context) -> None:
    """Start web, worker, scheduler, broker and mail catcher; Ctrl-C stops them all."""
    # Read here, so that a faulty setting is told at once. The supervisor then replaces this process: it stays as long
    # as the service runs, and has no use for what the console command has imported.
    settings = context.meta["load_settings"]()
    environment = {
        **os.environ,
        "SAMORDNA_INSTANCE": str(settings.instance_dir),
        "PORT": str(settings.port),
        "BASE_URL": settings.base_url,
        "PYTHONUNBUFFERED": "1",
    }
    sys.stdout.flush()
    socket = settings.redis_url.removeprefix("unix://")
    os.execve(sys.executable, [sys.executable, "-m", "tracker.cli.supervisor", socket], environment)
