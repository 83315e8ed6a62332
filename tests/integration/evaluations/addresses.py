"""Every address of the evaluator's workspace, and each written out."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import IntegerConverter, Rule


def workspace_rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/commission/"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method


def address(app: Flask, rule: Rule, token: str, number: int, slug: str) -> str:
    values: dict[str, object] = {
        name: token if name == "token" else number if isinstance(converter, IntegerConverter) else slug
        for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        built = rule.build(values)
    assert built is not None
    return str(built[1])
