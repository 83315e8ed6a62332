"""Templates name views and templates that exist, and none is left behind."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parents[2] / "tracker"
ENDPOINT = re.compile(r"""url_for\(\s*["']([\w.]+)["']""")
# f"procurements/{section}.html"
FORMATTED = re.compile(r"""f["']([\w/-]+/[\w./{}-]*\{\w+\}[\w./{}-]*)["']""")
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
    templates = set(template_files())
    sources = "\n".join(path.read_text(encoding="utf-8") for path in [*template_files().values(), *ROOT.rglob("*.py")])
    used = set(TEMPLATE.findall(sources))
    # A page of its own for a status code is found by its number.
    used |= {name for name in templates if re.fullmatch(r"errors/\d+\.html", name)}
    for pattern in FORMATTED.findall(sources):
        shape = "[\\w-]+".join(re.escape(part) for part in re.split(r"\{\w+\}", pattern))
        used |= {name for name in templates if re.fullmatch(shape, name)}
    # A pair of mail bodies is named by its stem, once for both.
    used |= {name for name in templates if f'"{Path(name).with_suffix("").as_posix()}"' in sources}
    assert templates - used == set()
