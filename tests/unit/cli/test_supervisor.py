"""What the supervisor decides before it starts anything."""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path

import pytest

from tracker.cli import redis_server, supervisor
from tracker.cli.supervisor import Fault, Supervisor


def made(instance: Path, port: int) -> Supervisor:
    return Supervisor(instance=instance, port=port, redis_socket=None, environment=dict(os.environ))


def test_busy_port_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Fault) as told:
            made(tmp_path, port).run()
    assert str(port) in str(told.value)
    assert "PORT=" in str(told.value)
    assert "\n" not in str(told.value)


def test_second_start_of_the_same_instance_is_told(tmp_path: Path) -> None:
    with (tmp_path / "run.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Fault, match="running already"):
            made(tmp_path, 1).run()


def test_missing_redis_is_told_with_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(redis_server, "PACKAGES", (("no_such_package", "bin/redis-server"),))
    with pytest.raises(redis_server.NoRedis, match="apt install redis-server"):
        redis_server.find()


def test_redis_of_a_package_is_found_without_one_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    found = redis_server.find()
    assert "Python package" in found.origin
    assert os.access(found.program, os.X_OK)


def test_kept_mail_port_is_used_again_while_it_is_free(tmp_path: Path) -> None:
    kept = tmp_path / "smtp_port"
    first = supervisor.kept_port(kept)
    kept.write_text(str(first))
    assert supervisor.kept_port(kept) == first
    with socket.socket() as other:
        other.bind(("127.0.0.1", first))
        other.listen()
        assert supervisor.kept_port(kept) != first


def test_preparation_is_repeated_for_another_database_only() -> None:
    assert supervisor.prepared_digest("") == supervisor.prepared_digest("")
    assert supervisor.prepared_digest("") != supervisor.prepared_digest("postgresql://host/name")
    assert any(path.parent.name == "versions" for path in supervisor.prepared_files())
