"""Files come into being whole or not at all, and are known by their bytes."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from tracker.core.errors import NotFound
from tracker.core.storage import Damaged, DiskFull, FileStore


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


def files_of(store: FileStore) -> list[str]:
    return sorted(path.name for path in store.root.rglob("*") if path.is_file())


def test_a_file_is_found_by_its_bytes(store: FileStore) -> None:
    digest = store.put(b"a report")
    assert digest == hashlib.sha256(b"a report").hexdigest()
    assert store.read(digest) == b"a report"
    assert store.path(digest).parent.name == digest[:2]
    assert store.is_intact(digest)


def test_the_same_bytes_twice_are_one_file(store: FileStore) -> None:
    assert store.put(b"same") == store.put(b"same")
    assert len(files_of(store)) == 1


@pytest.mark.parametrize("damaged", [b"wh", b"wrong"])
def test_a_damaged_file_is_mended_by_whoever_brings_it_again(store: FileStore, damaged: bytes) -> None:
    digest = store.put(b"whole")
    store.path(digest).write_bytes(damaged)
    store.put(b"whole")
    assert store.read(digest) == b"whole"


def test_an_altered_file_is_told(store: FileStore) -> None:
    digest = store.put(b"right")
    store.path(digest).write_bytes(b"wrong")
    assert not store.is_intact(digest)
    with pytest.raises(Damaged, match=digest):
        store.read(digest)


def test_a_missing_file_is_not_found(store: FileStore) -> None:
    digest = "0" * 64
    assert not store.is_intact(digest)
    with pytest.raises(NotFound):
        store.open(digest)


@pytest.mark.parametrize("name", ["../../etc/passwd", "ABC", "", "0" * 63, "0" * 64 + "\n"])
def test_only_checksums_name_files(store: FileStore, name: str) -> None:
    with pytest.raises(ValueError, match="not a SHA-256"):
        store.path(name)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_nothing_behind(store: FileStore, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(DiskFull):
        store.put(b"too much")
    assert files_of(store) == []


def test_another_fault_of_the_disk_is_not_called_full(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="Input/output"):
        store.put(b"x")
    assert files_of(store) == []


def test_a_new_folder_is_brought_to_the_disk_like_its_file(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    sync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    path = store.path(store.put(b"a report"))
    assert {str(path.parent), str(store.root), str(store.root.parent)} <= set(synced)


def test_a_link_is_not_taken_for_a_file(store: FileStore, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"nothing of ours")
    link = store.staging / "upload"
    link.symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="symbolic links"):
        store.adopt(link, hashlib.sha256(b"nothing of ours").hexdigest())
    assert (tmp_path / "secret").read_bytes() == b"nothing of ours"
