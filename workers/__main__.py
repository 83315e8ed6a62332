"""``python -m workers worker [--concurrency N]`` and ``python -m workers beat``.

The same as Celery's own command line with the right options, without the memory that its command line takes.
"""

import argparse
import logging
import sys
from typing import Any

import config

# A child that ends waits until its parent has read its last result, 30 s by itself; a parent that is told to stop reads
# no more. What was done is in the database, so nothing hangs on the result.
TENTHS_TO_WAIT_FOR_THE_PARENT = 20


def run_worker(concurrency: int) -> int:
    """Run the worker until it is told to stop; its exit code."""
    import gc

    from billiard import pool
    from celery.apps.worker import Worker
    from celery.signals import worker_before_create_process

    from workers.celery_app import celery_app, settings

    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    celery_app.loader.import_default_modules()
    pool.GUARANTEE_MESSAGE_CONSUMPTION_RETRY_LIMIT = TENTHS_TO_WAIT_FOR_THE_PARENT

    @worker_before_create_process.connect
    def freeze_memory(**_: Any) -> None:
        # What is loaded stays: keep the collector from touching, and so copying, the pages shared with the child.
        gc.collect()
        gc.freeze()

    worker = Worker(
        app=celery_app,
        concurrency=concurrency,
        pool_cls="prefork",
        loglevel=settings.log_level,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


def run_beat() -> int:
    """Run the scheduler until it is told to stop. It loads neither the application nor the tasks."""
    from celery import Celery

    from workers.options import celery_options
    from workers.schedule import SCHEDULE

    settings = config.load()
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    beat_app = Celery("samordna-beat")
    beat_app.config_from_object(celery_options(settings.broker_url))
    beat_app.conf.beat_schedule = SCHEDULE
    beat_app.Beat(loglevel=settings.log_level, quiet=True).run()
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="workers", description="Samordna's background processes")
    parts = parser.add_subparsers(dest="part", required=True)
    worker = parts.add_parser("worker", help="does what is due")
    worker.add_argument("--concurrency", type=int, default=1, metavar="N", help="tasks at a time")
    parts.add_parser("beat", help="rings each minute")
    chosen = parser.parse_args()
    try:
        return run_worker(chosen.concurrency) if chosen.part == "worker" else run_beat()
    except config.ConfigError as error:
        sys.exit("\n".join(f"samordna: configuration: {line}" for line in error.faults))


if __name__ == "__main__":
    sys.exit(main())
