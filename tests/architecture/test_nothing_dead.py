"""Every function and class of the product is named by the product, not by its tests alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# "file: name" of what only others than the product call, each with the reason.
CALLED_FROM_OUTSIDE: frozenset[str] = frozenset()

CODE = sorted([*(path for name in ("tracker", "workers") for path in (ROOT / name).rglob("*.py")), ROOT / "wsgi.py"])
TEXTS = [path for path in (ROOT / "tracker").rglob("*") if path.suffix in {".html", ".txt", ".typ"}]
TEXTS += [
    ROOT / "pyproject.toml",
    ROOT / "Makefile",
    *(ROOT / "migrations").rglob("*.py"),
    *(ROOT / "deploy").rglob("*"),
]
WORD = re.compile(r"\w+")

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def docstrings(module: ast.Module) -> set[int]:
    """The nodes of texts that stand alone: they tell, and name nothing."""
    return {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}


@cache
def named(path: Path) -> tuple[tuple[str, int], ...]:
    """Every word that the code of a file names, with its line: names, attributes, imports, and words within texts
    (commands and tasks are called by those)."""
    module = tree(path)
    told = docstrings(module)
    return tuple((word, getattr(node, "lineno", 0)) for node in ast.walk(module) for word in _words(node, told))


def _words(node: ast.AST, told: set[int]) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.alias):
        yield from WORD.findall(node.name)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
        yield from WORD.findall(node.value)


@cache
def imported(path: Path) -> frozenset[str]:
    """Every module that a file imports, or takes something from."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def elsewhere() -> frozenset[str]:
    """What templates, documents' layouts, migrations and the build name."""
    return frozenset(
        word for path in TEXTS if path.is_file() for word in WORD.findall(path.read_text("utf-8", errors="ignore"))
    )


def is_named(definition: Definition, path: Path) -> bool:
    name, own = definition.name, range(definition.lineno, (definition.end_lineno or 0) + 1)
    if name in elsewhere() or any(word == name and line not in own for word, line in named(path)):
        return True
    module = module_name(path)
    # A namesake elsewhere is something else: only who imports the module, or says its name in a text, can mean it.
    return any(
        word == name
        for other in CODE
        if other != path and (module in imported(other) or module in _texts(other))
        for word, _line in named(other)
    )


@cache
def _texts(path: Path) -> frozenset[str]:
    """The dotted names that a file writes as texts, such as "tracker.cli.run" of "tracker.cli.run:run"."""
    module = tree(path)
    texts = (node.value for node in ast.walk(module) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return frozenset(text.partition(":")[0] for text in texts if text.startswith(("tracker.", "workers.")))


def dead(path: Path) -> Iterator[str]:
    for node in tree(path).body:
        # What is decorated is called by what decorates it: views, commands, tasks, listeners.
        is_plain = isinstance(node, ast.ClassDef) or (isinstance(node, Definition) and not node.decorator_list)
        if is_plain and isinstance(node, Definition) and not is_named(node, path):
            yield f"{path.relative_to(ROOT)}: {node.name}"


def test_nothing_is_there_for_tests_alone() -> None:
    found = {line for path in CODE for line in dead(path)}
    assert found == CALLED_FROM_OUTSIDE
