"""Settings from the environment: defaults, faults, and the secret key."""

from __future__ import annotations

import dataclasses
import os
import stat
from pathlib import Path

import pytest

import config

PRODUCTION = {
    "DATABASE_URL": "postgresql://u:p@db.example.org/samordna",
    "REDIS_URL": "rediss://broker.example.org:6379/0",
    "SECRET_KEY": "Zq8-vT3kPw0xLb5nRj7yHc2mUf6gDs9e",
    "BASE_URL": "https://samordna.example.org/",
    "SMTP_HOST": "smtp.example.org",
    "MAIL_FROM": "samordna@example.org",
}


def faults(**environment: str) -> list[str]:
    with pytest.raises(config.ConfigError) as caught:
        config.load(environment)
    return caught.value.faults


def test_embedded_default_needs_nothing(tmp_path: Path) -> None:
    settings = config.load({"SAMORDNA_INSTANCE": str(tmp_path / "data")})
    assert settings.is_embedded
    assert settings.database_url == f"sqlite:///{tmp_path}/data/samordna.sqlite3"
    assert settings.redis_url == f"unix://{tmp_path}/data/redis.sock"
    assert settings.broker_url == f"redis+socket://{tmp_path}/data/redis.sock"
    assert settings.limiter_url == f"redis+unix://{tmp_path}/data/redis.sock"
    assert (settings.smtp_host, settings.smtp_security) == ("127.0.0.1", "none")
    assert settings.base_url == "http://127.0.0.1:8000"


def test_embedded_secret_key_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    environment = {"SAMORDNA_INSTANCE": str(tmp_path)}
    first = config.load(environment).secret_key
    assert len(first) >= 32
    assert config.load(environment).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_two_instances_have_two_keys(tmp_path: Path) -> None:
    keys = {config.load({"SAMORDNA_INSTANCE": str(tmp_path / name)}).secret_key for name in "ab"}
    assert len(keys) == 2


def test_production_by_environment_alone(tmp_path: Path) -> None:
    settings = config.load({**PRODUCTION, "SAMORDNA_INSTANCE": str(tmp_path / "unused")})
    assert not settings.is_embedded
    assert settings.database_url == "postgresql+psycopg://u:p@db.example.org/samordna"
    assert settings.base_url == "https://samordna.example.org"
    assert (settings.smtp_port, settings.smtp_security) == (587, "starttls")
    assert settings.mail_domain == "example.org"
    assert settings.flask_config["SESSION_COOKIE_SECURE"] is True
    assert settings.flask_config["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert not (tmp_path / "unused").exists()


def test_every_fault_is_told_at_once() -> None:
    told = faults(DATABASE_URL="postgresql://h/d", PORT="70000", LOG_LEVEL="loud", TIMEZONE="Mars/Olympus")
    named = {line.partition(":")[0] for line in told}
    assert named == {"SMTP_HOST", "MAIL_FROM", "BASE_URL", "SECRET_KEY", "REDIS_URL", "PORT", "LOG_LEVEL", "TIMEZONE"}
    assert all(line.endswith(".") and ". " in line for line in told)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 40),
        ("SECRET_KEY", "changeme-changeme-changeme-changeme-0123456789"),
        ("BASE_URL", "http://samordna.example.org"),
        ("BASE_URL", "samordna.example.org"),
        ("BASE_URL", "https://example.org/samordna"),
        ("DATABASE_URL", "mysql://host/name"),
        ("REDIS_URL", "amqp://host"),
        ("SMTP_SECURITY", "none"),
        ("SMTP_SECURITY", "ssl3"),
        ("SMTP_PORT", "0"),
        ("SMTP_USER", "someone"),
        ("MAIL_FROM", "Samordna <samordna@example.org>"),
        ("REMINDER_TIME", "half past seven"),
        ("SESSION_IDLE_MINUTES", "1000"),
        ("MAX_BODY_KB", "-5"),
        ("MAX_BODY_KB", "²"),
        ("CLAMD", "/run/clamav/clamd.ctl"),
        ("CLAMD", "tcp://scanner.example.org"),
        ("CLAMD", "tcp://scanner.example.org:many"),
    ],
)
def test_faulty_value_is_refused_and_named(variable: str, value: str) -> None:
    told = faults(**{**PRODUCTION, variable: value})
    assert len(told) == 1
    expected = "SMTP_PASSWORD" if variable == "SMTP_USER" else variable
    assert told[0].startswith(f"{expected}: ")


@pytest.mark.parametrize("address", ["", "unix:/run/clamav/clamd.ctl", "tcp://[::1]:3310", "tcp://scanner:3310"])
def test_address_of_the_scanner(address: str) -> None:
    assert config.load({**PRODUCTION, "CLAMD": address}).clamd == address


def test_fault_never_repeats_a_secret() -> None:
    told = faults(**{**PRODUCTION, "SECRET_KEY": "tiny-s3cr3t", "DATABASE_URL": "mysql://u:hunter2@h/d"})
    assert "tiny-s3cr3t" not in str(told)
    assert "hunter2" not in str(told)


def test_repr_shows_no_secret(tmp_path: Path) -> None:
    settings = config.load({**PRODUCTION, "SMTP_USER": "relay", "SMTP_PASSWORD": "relay-pass-word"})
    for secret in (PRODUCTION["SECRET_KEY"], "u:p@", "relay-pass-word", "broker.example.org"):
        assert secret not in repr(settings)


def test_long_instance_path_gets_a_short_private_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    settings = config.load({"SAMORDNA_INSTANCE": str(folder)})
    socket_path = Path(settings.redis_url.removeprefix("unix://"))
    assert len(os.fsencode(socket_path)) <= config.SOCKET_PATH_LIMIT
    assert stat.S_IMODE(socket_path.parent.stat().st_mode) == 0o700
    assert config.load({"SAMORDNA_INSTANCE": str(folder)}).redis_url == settings.redis_url
    socket_path.parent.rmdir()


def test_unwritable_instance_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    told = faults(SAMORDNA_INSTANCE=str(tmp_path / "file" / "instance"))
    assert any(line.startswith("SAMORDNA_INSTANCE: ") for line in told)


def test_catcher_port_is_found_by_commands(tmp_path: Path) -> None:
    (tmp_path / "smtp_port").write_text("12525")
    assert config.load({"SAMORDNA_INSTANCE": str(tmp_path)}).smtp_port == 12525


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    settings = config.load({"SAMORDNA_INSTANCE": str(tmp_path)})
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.port = 1  # type: ignore[misc]


def test_each_setting_is_documented_in_code() -> None:
    for setting in dataclasses.fields(config.Settings):
        assert setting.metadata["help"], setting.name
        assert setting.metadata["env"] or setting.name == "is_embedded"


def test_earlier_keys_are_read_and_kept_out_of_sight() -> None:
    earlier = ["Yx7-uS2jOv9wKz4aMq6xGb1lTe5fCr8d", "Wv6-tR1iNu8vJy3zLp5wFa0kSd4eBq7c"]
    settings = config.load({**PRODUCTION, "SECRET_KEY_FALLBACKS": "  ".join(earlier)})
    assert settings.flask_config["SECRET_KEY_FALLBACKS"] == earlier
    assert earlier[0] not in repr(settings)
    assert config.load(PRODUCTION).secret_key_fallbacks == ()
    assert "SECRET_KEY_FALLBACKS" in "".join(faults(**{**PRODUCTION, "SECRET_KEY_FALLBACKS": "short"}))
