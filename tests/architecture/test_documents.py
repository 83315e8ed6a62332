"""What the papers say is what the code does."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from pathlib import Path

import config

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"^[A-Za-z0-9][\w.-]*")


def words_of(path: str) -> set[str]:
    return set(re.findall(r"[@A-Za-z0-9_][\w./@-]*", (ROOT / path).read_text(encoding="utf-8")))


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(name for group in project["optional-dependencies"].values() for name in group),
    ]
    names = {match[0] for line in wanted if (match := NAME.match(line))}
    packages = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert names | set(packages) <= words_of("docs/dependencies.md")


def test_every_setting_is_told() -> None:
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", text, flags=re.MULTILINE))
    fields = {field.metadata["env"]: field.metadata for field in dataclasses.fields(config.Settings)}
    assert set(told) == {name for name in fields if name}
    for name, default in told.items():
        assert default == (fields[name]["default"] or "none"), name
        assert fields[name]["help"] in text, name


def test_links_between_papers_lead_somewhere() -> None:
    broken = []
    for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert broken == []
