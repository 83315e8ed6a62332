"""Templates name views and templates that exist, and none is left behind."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parents[2] / "tracker"
ENDPOINT = re.compile(r"""url_for\(\s*["']([\w.]+)["']""")
TEMPLATE = re.compile(r"""["']([\w/.-]+\.(?:html|txt))["']""")


def template_files() -> dict[str, Path]:
    """Template name as Jinja knows it -> file."""
    found = {}
    for folder in [ROOT / "templates", *ROOT.glob("*/templates")]:
        for path in folder.rglob("*"):
            if path.suffix in {".html", ".txt"}:
                found[path.relative_to(folder).as_posix()] = path
    return found


def test_links_lead_to_views_that_exist(bare_app: Flask) -> None:
    known = {rule.endpoint for rule in bare_app.url_map.iter_rules()}
    wanted = {
        (name, endpoint)
        for name, path in template_files().items()
        for endpoint in ENDPOINT.findall(path.read_text(encoding="utf-8"))
        if not endpoint.startswith(".")
    }
    assert wanted
    assert {(name, endpoint) for name, endpoint in wanted if endpoint not in known} == set()


def test_every_template_compiles(bare_app: Flask) -> None:
    for name in template_files():
        bare_app.jinja_env.get_template(name)


def test_every_template_is_used_and_every_used_one_exists() -> None:
    templates = template_files()
    sources = [*templates.values(), *ROOT.rglob("*.py")]
    used = {name for path in sources for name in TEMPLATE.findall(path.read_text(encoding="utf-8"))}
    stems = {Path(name).with_suffix("").as_posix() for name in templates}
    # A pair of mail bodies is named by its stem, once for both.
    texts = " ".join(path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py"))
    by_stem = {f"{stem}{suffix}" for stem in stems if f'"{stem}"' in texts for suffix in (".html", ".txt")}
    # A page of its own for a status code is found by its number.
    by_number = {name for name in templates if re.fullmatch(r"errors/\d+\.html", name)}
    assert set(templates) - used - by_stem - by_number == set()
