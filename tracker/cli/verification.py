"""Compares the file store with the rows that name its files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tracker.core.db import db
from tracker.core.storage import FileStore
from tracker.documents.models import DocumentVersion, Receipt
from tracker.reports.models import ReportEdition

# A younger file may belong to a transaction that still runs.
SETTLED = timedelta(hours=1)
_BATCH = 1000

# What names files of the store: how it is told, the hash, and the size where it is kept.
NAMING: tuple[tuple[str, Any, Any, Any], ...] = (
    ("document version", DocumentVersion.id, DocumentVersion.sha256, DocumentVersion.size_bytes),
    ("receipt", Receipt.id, Receipt.pdf_sha256, None),
    ("receipt", Receipt.id, Receipt.pdf_en_sha256, None),
    ("report edition", ReportEdition.id, ReportEdition.pdf_sha256, None),
    ("report edition", ReportEdition.id, ReportEdition.xlsx_sha256, None),
)


@dataclass
class Named:
    """A file as rows name it. ``sizes`` are those that they say it has."""

    by: list[str] = field(default_factory=list)
    sizes: set[int] = field(default_factory=set)


@dataclass
class Verification:
    """What was looked at and what is wrong. A line has ``file``, ``named_by`` and ``problem``."""

    files: int = 0
    size_bytes: int = 0
    names: int = 0
    missing: list[dict[str, Any]] = field(default_factory=list)
    damaged: list[dict[str, Any]] = field(default_factory=list)
    stray: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_trouble(self) -> bool:
        return bool(self.missing or self.damaged)

    def as_json(self) -> dict[str, Any]:
        return {
            "files": self.files,
            "bytes": self.size_bytes,
            "names": self.names,
            "missing": self.missing,
            "damaged": self.damaged,
            "stray": self.stray,
        }


def check_files(store: FileStore, now: datetime) -> Verification:
    """Read every file of the store, and look for the file of every row."""
    # Files first, names after: what is registered meanwhile is then no stray; and a name's file was there before it.
    there = dict(_stored(store))
    named = _named()
    found = Verification(names=sum(len(name.by) for name in named.values()))
    for digest, name in sorted(named.items()):
        if digest not in there and not store.path(digest).is_file():
            found.missing.append({"file": digest, "named_by": name.by})
    for name_of_file, path in sorted(there.items()):
        _check(store, found, name_of_file, path, named.get(name_of_file), now)
    return found


def _check(
    store: FileStore, found: Verification, name_of_file: str, path: Path, named: Named | None, now: datetime
) -> None:
    line: dict[str, Any] = {"file": name_of_file} | ({"named_by": named.by} if named else {})
    try:
        status = path.lstat()
        is_digest = _is_digest(store, name_of_file, path)
        is_intact = is_digest and store.is_intact(name_of_file)
    except FileNotFoundError:
        return  # taken back by a transaction that did not go through
    except OSError as error:
        # A failing disk is what this is for: the other files are still looked at.
        found.damaged.append({**line, "problem": f"cannot be read ({error.strerror})"})
        return
    found.files += 1
    found.size_bytes += status.st_size
    if not is_digest:
        found.stray.append({**line, "problem": "is not named by a hash"})
        return
    if not is_intact:
        found.damaged.append({**line, "problem": "has other bytes than its name says"})
    elif named is not None and named.sizes - {status.st_size}:
        found.damaged.append({**line, "problem": f"has {status.st_size} bytes, but {max(named.sizes)} are registered"})
    if named is None and status.st_ctime < (now - SETTLED).timestamp():
        found.stray.append(line)


def _stored(store: FileStore) -> Iterator[tuple[str, Path]]:
    """Every file below the store, but for those on their way in."""
    if not store.root.is_dir():
        return
    for folder, folders, files in os.walk(store.root):
        if Path(folder) == store.root:
            folders[:] = sorted(name for name in folders if name != store.staging.name)
        for file in files:
            path = Path(folder) / file
            is_place = path.parent.parent == store.root and path.parent.name == file[:2]
            yield (file if is_place else str(path.relative_to(store.root))), path


def _is_digest(store: FileStore, name_of_file: str, path: Path) -> bool:
    try:
        return store.path(name_of_file) == path
    except ValueError:
        return False


def _named() -> dict[str, Named]:
    found: dict[str, Named] = {}
    for what, number, digest, size in NAMING:
        columns = [number, digest, *([size] if size is not None else [])]
        query = sa.select(*columns).where(digest.is_not(None)).execution_options(yield_per=_BATCH)
        for row in db.session.execute(query):
            name = found.setdefault(row[1], Named())
            name.by.append(f"{what} {row[0]}")
            name.sizes.update(row[2:])
    return found
