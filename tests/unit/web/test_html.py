"""The reader of pages finds what it is there to find."""

from __future__ import annotations

import pytest

from tests.html import check_html, faults

GOOD = """<!doctype html><html lang="sv"><head><title>Sida – Samordna</title>
<script src="/a.js" nonce="n"></script></head>
<body><header>x</header><main><h1>Sida</h1><h2>Del</h2><form><label for="a">A</label><input id="a" aria-describedby="b">
<p id="b">Hint</p></form></main><footer>x</footer></body></html>"""


def test_a_good_page_passes() -> None:
    check_html(GOOD, "n")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('lang="sv"', "", "lang"),
        ("<h1>Sida</h1>", "", "0 h1"),
        ("<h2>Del</h2>", "<h3>Del</h3>", "skips from h1 to h3"),
        ('nonce="n"', 'nonce="other"', "lacks the answer's nonce"),
        ("<h2>Del</h2>", "<script>alert(1)</script>", "a script stands in the page"),
        ("<h2>", '<h2 style="color:red">', "attribute style"),
        ("<h2>", '<h2 onclick="x()">', "attribute onclick"),
        ('for="a"', 'for="c"', "has no label"),
        ('id="b"', 'id="a"', "stands 2 times"),
        ('aria-describedby="b"', 'aria-describedby="zz"', "'zz', which is not on the page"),
        ("Hint", "%(name)s", "unfilled"),
        ("Hint", '<a href="#nowhere">Hint</a>', "'#nowhere'"),
        ("Hint", '<a href="/x"></a>', "an empty <a>"),
        ("Hint", "<table><tr><td>x</td></tr></table>", "a table lacks"),
        ('aria-describedby="b"', 'aria-invalid="true"', "points at no error"),
        ("<title>Sida – ", "<title> – ", "the title is empty"),
    ],
)
def test_a_fault_is_found(old: str, new: str, fault: str) -> None:
    assert old in GOOD
    assert any(fault in found for found in faults(GOOD.replace(old, new), "n"))


def test_a_fragment_needs_no_heading() -> None:
    check_html("<div><p>Klart</p></div>")
