"""The shape of the house: small files, plain names, the fixed top level."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAX_LINES_OF_FILE = 400
MAX_LINES_OF_FUNCTION = 60
MAX_PARAMETERS_BY_PLACE = 7
MAX_LINES_OF_VIEW = 24
CODE = ("tracker", "workers", "migrations", "tests")
BANNED_NAMES = {"utils", "util", "helpers", "misc", "common", "stuff"}
TOP_LEVEL = {
    "tracker", "workers", "migrations", "tests", "config.py", "wsgi.py", "pyproject.toml",
    "README.md", "CHANGELOG.md", "LICENSE", "Makefile", "docs", "deploy", "requirements",
    "package.json", "package-lock.json",
}  # fmt: skip
WORDS_OF_THE_WORKSHOP = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
INDEX_HOSTS = ("pypi" + ".org", "registry.npm" + "js", "files.python" + "hosted")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def python_files() -> list[Path]:
    folders = [path for name in CODE for path in (ROOT / name).rglob("*.py")]
    return sorted([*folders, ROOT / "config.py", ROOT / "wsgi.py"])


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_files_are_small() -> None:
    sizes = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    # A migration is a record of what was done at once; it is not read again.
    large = {
        str(path): size for path, size in sizes.items() if size > MAX_LINES_OF_FILE and path.parts[0] != "migrations"
    }
    assert large == {}


def test_functions_are_small() -> None:
    large = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in python_files()
        if path.relative_to(ROOT).parts[0] != "migrations"
        for node in functions(path)
        if (node.end_lineno or node.lineno) - node.lineno >= MAX_LINES_OF_FUNCTION
    ]
    assert large == []


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a file imports; what is meant from where it stands begins with a dot."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = "." * node.level + (node.module or "")
            yield from ((node.lineno, f"{source}.{alias.name}") for alias in node.names)


def test_no_test_is_imported_by_another() -> None:
    """What tests share stands in tests/factories, tests/support, a conftest or a module beside them."""
    found = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in python_files()
        for line, name in imported(path)
        if name.startswith(("tests.", ".")) and any(part.startswith("test_") for part in name.split("."))
    ]
    assert found == []


def test_what_is_told_by_its_place_is_little() -> None:
    """Of many values of the same type, two change places unseen: they are told by name."""
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in functions(path)
        if path.is_relative_to(ROOT / "tracker")
        and len(node.args.posonlyargs) + len(node.args.args) > MAX_PARAMETERS_BY_PLACE
    ]
    assert long == []


def test_names_say_what_is_inside() -> None:
    assert [str(path) for path in python_files() if path.stem in BANNED_NAMES] == []


def test_the_top_level_is_fixed() -> None:
    seen = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in seen if not name.startswith(".")} <= TOP_LEVEL


def test_text_files_hold_nothing_of_the_workshop() -> None:
    found = []
    for path in tracked():
        if path.suffix in {".lock", ".png", ".xlsx", ".woff2", ".ttf", ".pdf"} or path.name == "package-lock.json":
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in WORDS_OF_THE_WORKSHOP if word in text]
    assert found == []


def test_no_address_of_a_package_index() -> None:
    found = []
    for path in tracked():
        if path.suffix in {".png", ".xlsx", ".pdf"}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {host}" for host in INDEX_HOSTS if host in text]
    assert found == []


def test_nothing_compiled_is_kept() -> None:
    assert [path.name for path in tracked() if path.suffix in {".mo", ".pyc"}] == []


def test_views_are_short() -> None:
    """A view says who may, what form and which verb; filling in a page is a function of its own."""
    long = {
        f"{path.relative_to(ROOT / 'tracker')}: {node.name}"
        for path in python_files()
        if path.is_relative_to(ROOT / "tracker") and "views" in path.relative_to(ROOT).as_posix()
        for node in functions(path)
        if any(_is_routing(decorator) for decorator in node.decorator_list) and _lines(node) > MAX_LINES_OF_VIEW
    }
    assert long == set()


def _is_routing(decorator: ast.expr) -> bool:
    call = decorator.func if isinstance(decorator, ast.Call) else None
    return isinstance(call, ast.Attribute) and call.attr in {"route", "get", "post"}


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """From the first statement after the docstring to the last."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1
