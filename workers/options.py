"""Celery's settings, for the worker and the scheduler. Each departs from a default for a reason that was seen."""

from typing import Any

SOFT_LIMIT_SECONDS = 60
HARD_LIMIT_SECONDS = 90


def celery_options(broker_url: str) -> dict[str, Any]:
    """The configuration mapping for the broker at ``broker_url``."""
    return {
        "broker_url": broker_url,
        # A task that dies with its worker is delivered again; every task is safe to run twice.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        # State lives in the database; results would only pile up in Redis.
        "task_ignore_result": True,
        "result_backend": None,
        "worker_prefetch_multiplier": 1,
        "task_soft_time_limit": SOFT_LIMIT_SECONDS,
        "task_time_limit": HARD_LIMIT_SECONDS,
        "worker_max_tasks_per_child": 1000,
        "worker_max_memory_per_child": 290_000,
        "worker_soft_shutdown_timeout": 30,
        "worker_enable_soft_shutdown_on_idle": True,
        "worker_send_task_events": False,
        "worker_enable_remote_control": False,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        # Local time only in the computation of dates: no tick is doubled or skipped when the clock is put back.
        "timezone": "UTC",
        "enable_utc": True,
        "accept_content": ["json"],
        "task_serializer": "json",
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_pool_acquire_timeout": 3,
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_max": 0.5},
        "broker_transport_options": {
            # No task runs longer than the hard limit, and none waits for a later time in the broker.
            "visibility_timeout": 300,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 2,
            "socket_timeout": 5,
            "socket_connect_timeout": 3,
            "socket_keepalive": True,
            "health_check_interval": 25,
        },
        # Ticks carry no meaning (see workers/schedule.py), so nothing is remembered about them.
        "beat_scheduler": "celery.beat:Scheduler",
        "beat_max_loop_interval": 60,
    }
