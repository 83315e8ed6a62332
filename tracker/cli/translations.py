"""Texts: collected from the code per domain, translated in ``messages.po``, compiled to ``messages.mo``.

``samordna translations update`` does all of it; ``python -m tracker.cli.translations`` only compiles.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

TRACKER = Path(__file__).resolve().parent.parent
LOCALE = "sv"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
WIDTH = 120
# These keep their texts in tracker/translations, with those of the shared templates.
SHARED = ("cli", "core", "web")
HEADER = "# Swedish texts of Samordna, kept by `make translations`."


def po_path(area: Path) -> Path:
    return area / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"


def areas() -> list[Path]:
    """The folders that keep their own translations: each domain, and the package itself for the rest."""
    packages = (path.parent for path in sorted(TRACKER.glob("*/__init__.py")))
    return [*(package for package in packages if package.name not in SHARED), TRACKER]


def area_of(path: Path, owners: list[Path]) -> Path:
    """The narrowest of ``owners`` that holds ``path``."""
    return next(owner for owner in owners if path.is_relative_to(owner))


def collect() -> dict[Path, Catalog]:
    """Every text in the code, as one template catalogue per area."""
    owners = areas()
    templates = {owner: Catalog(locale=LOCALE) for owner in owners}
    for name, _line, message, comments, context in extract_from_dir(
        TRACKER, method_map=METHODS, keywords=KEYWORDS, comment_tags=("NOTE:",), strip_comment_tags=True
    ):
        templates[area_of(TRACKER / name, owners)].add(message, auto_comments=comments, context=context)
    return templates


def read_catalogue(path: Path) -> Catalog:
    """The translations kept in ``path``; an empty catalogue when there are none yet."""
    if not path.exists():
        return Catalog(locale=LOCALE, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def update_area(area: Path, template: Catalog) -> bool:
    """Bring one area's file up to the code's texts; True when it changed. Texts no longer used are dropped."""
    path = po_path(area)
    if not template and not path.exists():
        return False
    catalogue = read_catalogue(path)
    before = path.read_bytes() if path.exists() else b""
    template.creation_date = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.project, catalogue.version, catalogue.header_comment, catalogue.fuzzy = "Samordna", "1", HEADER, False
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = ""
    catalogue.revision_date = catalogue.creation_date
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=WIDTH, no_location=True, sort_output=True, ignore_obsolete=True)
    return path.read_bytes() != before


def compile_area(area: Path) -> int:
    """Write the area's ``messages.mo``; the number of texts without a translation, which then show in English."""
    path = po_path(area)
    if not path.exists():
        return 0
    catalogue = read_catalogue(path)
    draft = path.with_suffix(".mo.new")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(path.with_suffix(".mo"))
    return sum(1 for _text in holes(catalogue))


def holes(catalogue: Catalog) -> Iterator[str]:
    """The texts of ``catalogue`` that lack a translation or are marked fuzzy."""
    for message in catalogue:
        if not message.id:
            continue
        identifiers = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
        translated = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        if message.fuzzy or not all(translated):
            yield str(identifiers[0])


def compile_all() -> int:
    """Compile every area; the number of holes in all."""
    return sum(compile_area(area) for area in areas())


@click.group()
def translations() -> None:
    """Collect, update and compile the texts people see."""


@translations.command()
@click.argument("names", metavar="[DOMAIN]...", nargs=-1)
def update(names: tuple[str, ...]) -> None:
    """Collect texts from the code into the .po files (of all domains, or those named) and compile them."""
    for area, template in collect().items():
        if names and area.name not in names:
            continue
        is_changed = update_area(area, template)
        missing = compile_area(area)
        if is_changed or missing:
            told = f"{area.relative_to(TRACKER.parent)}: {len(template)} texts"
            click.echo(f"{told}, {missing} without a translation" if missing else told)


@translations.command("compile")
def compile_command() -> None:
    """Compile the .po files."""
    compile_all()


@translations.command()
def missing() -> None:
    """List the texts without a translation; exits with 1 when there are any."""
    found = [(area, text) for area in areas() for text in holes(read_catalogue(po_path(area)))]
    for area, text in found:
        click.echo(f"{area.relative_to(TRACKER.parent)}: {text}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    compile_all()
