"""The settings of Samordna: read from the environment once, typed and frozen.

``load()`` reports every fault at once; each says which variable, what is wrong and how to mend it. This module uses
the standard library only and imports nothing of the application, so a bad setting is told before anything starts.
"""

import contextlib
import hashlib
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

SECRET_KEY_LENGTH = 32
# sun_path holds 108 bytes on Linux; redis-server and its clients need the whole path to fit.
SOCKET_PATH_LIMIT = 100
EMBEDDED_MAIL_FROM = "samordna@samordna.example"
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
SMTP_SECURITY = ("starttls", "tls", "none")
MAIL_UNKNOWN = ("resend", "hold")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
FILE_SERVERS = ("web", "x-accel")
WEAK_PARTS = ("secret", "password", "changeme", "change-me", "change_me", "example", "default", "samordna", "dev-key")


class ConfigError(Exception):
    """The environment does not make a usable configuration. ``faults`` holds one line per fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _setting(env: str | None, default: str, help_text: str, *, is_secret: bool = False) -> Any:
    """A dataclass field with what docs/settings.md says of it: variable, default as text, meaning."""
    return field(repr=not is_secret, metadata={"env": env, "default": default, "help": help_text})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the processes read from their surroundings. Build it with :func:`load`."""

    instance_dir: Path = _setting("SAMORDNA_INSTANCE", "instance", "Folder that holds every byte of embedded data.")
    port: int = _setting("PORT", "8000", "Port that the web server of `make run` listens on, on 127.0.0.1.")
    base_url: str = _setting(
        "BASE_URL", "http://127.0.0.1:PORT", "Address people use, for links in mails. Required in production, https."
    )
    secret_key: str = _setting(
        "SECRET_KEY",
        "made once in the instance folder",
        "Signs forms, links and receipts; at least 32 random characters.",
        is_secret=True,
    )
    secret_key_fallbacks: tuple[str, ...] = _setting(
        "SECRET_KEY_FALLBACKS", "none", "Earlier keys, a blank between them, that still count.", is_secret=True
    )
    database_url: str = _setting(
        "DATABASE_URL",
        "SQLite in the instance folder",
        "postgresql://user:password@host/name selects production.",
        is_secret=True,
    )
    redis_url: str = _setting(
        "REDIS_URL", "unix socket in the instance folder", "Broker: redis://, rediss:// or unix://path.", is_secret=True
    )
    smtp_host: str = _setting("SMTP_HOST", "127.0.0.1", "Mail relay.")
    smtp_port: int = _setting("SMTP_PORT", "587; embedded: the mail catcher's", "Port of the mail relay.")
    smtp_user: str = _setting("SMTP_USER", "", "User name at the relay, if it asks for one.")
    smtp_password: str = _setting("SMTP_PASSWORD", "", "Password at the relay.", is_secret=True)
    smtp_security: str = _setting(
        "SMTP_SECURITY", "starttls; none for a local relay", "starttls, tls or none (none only for a local relay)."
    )
    mail_from: str = _setting("MAIL_FROM", EMBEDDED_MAIL_FROM, "Sender of all mail. Required in production.")
    mail_domain: str = _setting("MAIL_DOMAIN", "domain of MAIL_FROM", "Domain of the Message-IDs.")
    mail_unknown: str = _setting(
        "MAIL_UNKNOWN",
        "resend",
        "A mail that the relay may or may not have taken: resend (once, same Message-ID) or hold for a person.",
    )
    files_dir: Path = _setting("FILES_DIR", "files/ in the instance folder", "Compiled reports and other files.")
    session_idle_minutes: int = _setting("SESSION_IDLE_MINUTES", "60", "A session ends after this long without use.")
    session_absolute_minutes: int = _setting("SESSION_ABSOLUTE_MINUTES", "720", "A session ends after this long.")
    reminder_time: time = _setting("REMINDER_TIME", "07:30", "Local time from which the morning's mails are made.")
    timezone: str = _setting("TIMEZONE", "Europe/Stockholm", "Time zone of deadlines and of what people see.")
    max_body_kb: int = _setting("MAX_BODY_KB", "1024", "Largest request body, in KiB, where no file is sent.")
    upload_max_mb: int = _setting("UPLOAD_MAX_MB", "200", "Largest file that can be uploaded, in MiB.")
    file_server: str = _setting("FILE_SERVER", "web", "Who sends files: web, or x-accel (nginx, X-Accel-Redirect).")
    clamd: str = _setting(
        "CLAMD", "", "Virus scanner clamd: unix:/run/clamav/clamd.ctl or tcp://host:3310. Empty: files are not scanned."
    )
    proxies: int = _setting("PROXIES", "1; embedded: 0", "Trusted proxies in front; they tell a request's origin.")
    log_level: str = _setting("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR.")
    is_embedded: bool = _setting(None, "true without DATABASE_URL", "Whether data, broker and mail live in-house.")

    @property
    def mail_dir(self) -> Path:
        """Where the mail catcher of the embedded mode keeps messages."""
        return self.instance_dir / "mail"

    @property
    def broker_url(self) -> str:
        """``redis_url`` as Celery writes it."""
        return _with_scheme(self.redis_url, unix="redis+socket")

    @property
    def limiter_url(self) -> str:
        """``redis_url`` as the rate limiter writes it."""
        return _with_scheme(self.redis_url, unix="redis+unix")

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def flask_config(self) -> dict[str, Any]:
        """The mapping that the Flask application is configured with."""
        config: dict[str, Any] = {
            "SETTINGS": self,
            "SECRET_KEY": self.secret_key,
            "SECRET_KEY_FALLBACKS": list(self.secret_key_fallbacks),
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "MAX_CONTENT_LENGTH": self.max_body_kb * 1024,
            "MAX_FORM_MEMORY_SIZE": self.max_body_kb * 1024,
            "PREFERRED_URL_SCHEME": "https" if self.is_https else "http",
            # The __Host- prefix binds the cookie to this host and to https.
            "SESSION_COOKIE_NAME": "__Host-samordna" if self.is_https else "samordna",
            "SESSION_COOKIE_SECURE": self.is_https,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "BABEL_DEFAULT_LOCALE": "sv",
            "BABEL_DEFAULT_TIMEZONE": self.timezone,
            "RATELIMIT_STORAGE_URI": self.limiter_url,
            "CELERY": {"broker_url": self.broker_url},
        }
        if self.database_url.startswith("postgresql"):
            config["SQLALCHEMY_ENGINE_OPTIONS"] = {
                "pool_pre_ping": True,
                "pool_timeout": 5,
                "connect_args": {"connect_timeout": 5, "application_name": "samordna"},
            }
        return config


class _Reader:
    """Reads variables and collects what is wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.faults: list[str] = []

    def fault(self, name: str, problem: str, mend: str) -> None:
        self.faults.append(f"{name}: {problem}. {mend}.")

    def text(self, name: str, default: str = "") -> str:
        return self.env.get(name, "").strip() or default

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        raw = self.text(name, str(default))
        if raw.isascii() and raw.isdigit() and low <= int(raw) <= high:
            return int(raw)
        self.fault(name, f"{raw!r} is not a whole number from {low} to {high}", f"Set for example {name}={default}")
        return default

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        raw = self.text(name, default)
        if raw in allowed:
            return raw
        self.fault(name, f"{raw!r} is not known", f"Use one of {', '.join(allowed)}")
        return default

    def keys(self, name: str) -> tuple[str, ...]:
        keys = tuple(self.env.get(name, "").split())
        if any(len(key) < SECRET_KEY_LENGTH for key in keys):
            self.fault(name, "has a key that is too short", "Write whole keys, with a blank between two")
        return keys

    def clock(self, name: str, default: str) -> time:
        raw = self.text(name, default)
        try:
            return time.fromisoformat(raw)
        except ValueError:
            self.fault(name, f"{raw!r} is not a time of day", f"Write hours and minutes, as {name}={default}")
            return time.fromisoformat(default)


def load(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``env`` (default: the process environment).

    In embedded mode (no DATABASE_URL) the instance folder and its secret key are made when they are missing.

    :raises ConfigError: with every fault found.
    """
    read = _Reader(os.environ if env is None else env)
    is_embedded = not read.text("DATABASE_URL")
    instance_dir = Path(read.text("SAMORDNA_INSTANCE", "instance")).absolute()
    if is_embedded:
        _make_private_folder(read, "SAMORDNA_INSTANCE", instance_dir)
    port = read.integer("PORT", 8000, 1, 65535)
    smtp_host, smtp_port, smtp_security = _smtp(read, instance_dir, is_embedded)
    mail_from = _mail_from(read, is_embedded)
    session_idle = read.integer("SESSION_IDLE_MINUTES", 60, 1, 1440)
    session_absolute = read.integer("SESSION_ABSOLUTE_MINUTES", 720, 1, 10080)
    if session_idle > session_absolute:
        read.fault("SESSION_IDLE_MINUTES", "longer than SESSION_ABSOLUTE_MINUTES", "Lower it or raise the other")
    settings_values: dict[str, Any] = {
        "instance_dir": instance_dir,
        "port": port,
        "base_url": _base_url(read, port, is_embedded),
        "secret_key": _secret_key(read, instance_dir, is_embedded),
        "secret_key_fallbacks": read.keys("SECRET_KEY_FALLBACKS"),
        "database_url": _database_url(read, instance_dir),
        "redis_url": _redis_url(read, instance_dir, is_embedded),
        "smtp_host": smtp_host,
        "smtp_port": smtp_port,
        "smtp_user": read.text("SMTP_USER"),
        "smtp_password": read.text("SMTP_PASSWORD"),
        "smtp_security": smtp_security,
        "mail_from": mail_from,
        "mail_domain": read.text("MAIL_DOMAIN", mail_from.rpartition("@")[2]),
        "mail_unknown": read.choice("MAIL_UNKNOWN", "resend", MAIL_UNKNOWN),
        "files_dir": Path(read.text("FILES_DIR", str(instance_dir / "files"))).absolute(),
        "session_idle_minutes": session_idle,
        "session_absolute_minutes": session_absolute,
        "reminder_time": read.clock("REMINDER_TIME", "07:30"),
        "timezone": _timezone(read),
        "max_body_kb": read.integer("MAX_BODY_KB", 1024, 16, 102400),
        "upload_max_mb": read.integer("UPLOAD_MAX_MB", 200, 1, 10240),
        "file_server": read.choice("FILE_SERVER", "web", FILE_SERVERS),
        "clamd": _clamd(read),
        "proxies": read.integer("PROXIES", 0 if is_embedded else 1, 0, 5),
        "log_level": read.choice("LOG_LEVEL", "INFO", LOG_LEVELS),
        "is_embedded": is_embedded,
    }
    if read.faults:
        raise ConfigError(read.faults)
    return Settings(**settings_values)


def _with_scheme(redis_url: str, *, unix: str) -> str:
    return unix + redis_url.removeprefix("unix") if redis_url.startswith("unix://") else redis_url


def _make_private_folder(read: _Reader, name: str, folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        read.fault(name, f"cannot make the folder {folder} ({error.strerror})", "Name a folder that you may write in")


def _base_url(read: _Reader, port: int, is_embedded: bool) -> str:
    given = read.text("BASE_URL")
    if not given:
        if not is_embedded:
            read.fault("BASE_URL", "missing", "Set the address people use, for example https://samordna.example.org")
        return f"http://127.0.0.1:{port}"
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        read.fault("BASE_URL", f"{given!r} is not a web address", "Write it as https://samordna.example.org")
    elif parts.scheme == "http" and parts.hostname not in LOCAL_HOSTS:
        read.fault("BASE_URL", "http would send sign-ins in clear text", "Use https (a proxy may end TLS)")
    elif parts.path not in ("", "/"):
        read.fault("BASE_URL", f"has the path {parts.path!r}", "Serve the application at the root of a host name")
    return given.rstrip("/")


def _secret_key(read: _Reader, instance_dir: Path, is_embedded: bool) -> str:
    given = read.env.get("SECRET_KEY", "")
    mend = "Set 32 or more random characters, as made by: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
    if given:
        if len(given) < SECRET_KEY_LENGTH:
            read.fault("SECRET_KEY", f"has {len(given)} characters, too few", mend)
        elif len(set(given)) < 12 or any(part in given.lower() for part in WEAK_PARTS):
            read.fault("SECRET_KEY", "is easy to guess", mend)
        return given
    if not is_embedded:
        read.fault("SECRET_KEY", "missing", mend)
        return ""
    try:
        return _kept_secret(instance_dir / "secret_key")
    except OSError as error:
        read.fault("SECRET_KEY", f"cannot keep one in {instance_dir} ({error.strerror})", mend)
        return ""


def _kept_secret(path: Path) -> str:
    """The key in ``path``, made on first use. Linked into place whole, so that two first starts agree on one."""
    if not path.exists():
        draft = path.with_name(f".secret_key.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def _database_url(read: _Reader, instance_dir: Path) -> str:
    given = read.text("DATABASE_URL")
    if not given:
        return f"sqlite:///{instance_dir / 'samordna.sqlite3'}"
    scheme, separator, rest = given.partition("://")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and rest:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and separator and rest.startswith("/"):
        return given
    read.fault("DATABASE_URL", f"cannot use {scheme!r}", "Write it as postgresql://user:password@host:5432/name")
    return given


def _redis_url(read: _Reader, instance_dir: Path, is_embedded: bool) -> str:
    given = read.text("REDIS_URL")
    if given:
        if given.partition("://")[0] not in ("redis", "rediss", "unix") or not given.partition("://")[2]:
            read.fault("REDIS_URL", "is not a Redis address", "Write redis://host:6379/0 or unix:///run/redis.sock")
        return given
    if not is_embedded:
        read.fault("REDIS_URL", "missing", "Set the broker's address, for example redis://127.0.0.1:6379/0")
    socket_path = instance_dir / "redis.sock"
    if len(os.fsencode(socket_path)) > SOCKET_PATH_LIMIT:
        socket_path = _short_private_folder(read, instance_dir) / "redis.sock"
    return f"unix://{socket_path}"


def _short_private_folder(read: _Reader, instance_dir: Path) -> Path:
    """A folder with a short name for the socket, always the same for one instance, closed to other users."""
    digest = hashlib.sha256(os.fsencode(instance_dir)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"samordna-{os.getuid()}-{digest}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        read.fault("SAMORDNA_INSTANCE", f"path too long for a socket, and {folder} fails ({error.strerror})", "Shorten")
        return folder
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        read.fault("SAMORDNA_INSTANCE", f"path too long for a socket, and {folder} is open to others", "Shorten it")
    return folder


def _smtp(read: _Reader, instance_dir: Path, is_embedded: bool) -> tuple[str, int, str]:
    host = read.text("SMTP_HOST", "127.0.0.1")
    if not is_embedded and not read.text("SMTP_HOST"):
        read.fault("SMTP_HOST", "missing", "Name the mail relay, for example SMTP_HOST=smtp.example.org")
    is_local = host in LOCAL_HOSTS
    port = read.integer("SMTP_PORT", _catcher_port(instance_dir) if is_embedded and is_local else 587, 1, 65535)
    security = read.choice("SMTP_SECURITY", "none" if is_local else "starttls", SMTP_SECURITY)
    if security == "none" and not is_local:
        read.fault("SMTP_SECURITY", "mail to another machine must be encrypted", "Use starttls or tls")
    if read.text("SMTP_USER") and not read.text("SMTP_PASSWORD"):
        read.fault("SMTP_PASSWORD", "missing though SMTP_USER is set", "Set both or neither")
    return host, port, security


def _catcher_port(instance_dir: Path) -> int:
    """The port that the running mail catcher wrote down, so that commands by hand reach it too."""
    try:
        return int((instance_dir / "smtp_port").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return 8025


def _mail_from(read: _Reader, is_embedded: bool) -> str:
    given = read.text("MAIL_FROM")
    if not given:
        if not is_embedded:
            read.fault("MAIL_FROM", "missing", "Set the sender's address, for example samordna@example.org")
        return EMBEDDED_MAIL_FROM
    local, at, domain = given.rpartition("@")
    if not at or not local or not domain or any(character.isspace() or character in "<>,;" for character in given):
        read.fault("MAIL_FROM", f"{given!r} is not one mail address", "Write it as samordna@example.org")
    return given


def _clamd(read: _Reader) -> str:
    given = read.text("CLAMD")
    if given and not re.fullmatch(r"unix:/.+|tcp://([\w.-]+|\[[0-9a-fA-F:]+\]):[1-9][0-9]{0,4}", given):
        read.fault("CLAMD", f"{given!r} is no scanner's address", "Write unix:/run/clamav/clamd.ctl or tcp://host:3310")
    return given


def _timezone(read: _Reader) -> str:
    name = read.text("TIMEZONE", "Europe/Stockholm")
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        read.fault("TIMEZONE", f"{name!r} is not a known time zone", "Use a name such as Europe/Stockholm")
    return name
