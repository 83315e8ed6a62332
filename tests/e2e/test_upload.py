"""A file in a real browser: sent while the form is filled in, paused, resumed after a reload, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.uploading import document_text

MB = 1024 * 1024
OpenAs = Callable[..., Page]
STATUS, PROBLEM = "[data-upload-status]", "[data-upload-problem]"


@pytest.fixture
def form(open_as: OpenAs) -> Page:
    page = open_as("market")
    page.goto(new_document(page))
    return page


def new_document(page: Page) -> str:
    """The page of the first procurement's new document."""
    page.goto("/procurements")
    page.locator("main table a").first.click()
    address: str = page.locator("a[href$='/documents/new']").first.get_attribute("href") or ""
    return address


def file(folder: Path, name: str, size: int) -> Path:
    path = folder / name
    path.write_bytes(name.encode() + b"\n" + document_text(size))
    return path


def test_sent_before_the_form(form: Page, tmp_path: Path) -> None:
    bodies: list[int] = []
    form.on("request", lambda sent: bodies.append(len(sent.post_data_buffer or b"")) if sent.method == "POST" else None)
    form.set_input_files("input[type=file]", file(tmp_path, "rapport.txt", 20 * MB))
    expect(form.locator(STATUS)).to_contain_text("är uppladdad")
    expect(form.locator("progress")).to_have_js_property("value", 100)
    form.fill("[name=title]", "Med skript")
    form.fill("[name=correspondent]", "Bolaget Exempel AB")
    form.locator("main form button[type=submit]").last.click()
    expect(form.locator("h1")).to_contain_text("Med skript")
    assert max(bodies) < 100_000, "the form carries the upload's address and not the file"


def test_the_form_waits_for_the_file(form: Page, tmp_path: Path) -> None:
    form.route("**/uploads/*", lambda route: (form.wait_for_timeout(300), route.continue_()))
    form.fill("[name=title]", "Skickad direkt")
    form.fill("[name=correspondent]", "Bolaget Exempel AB")
    form.set_input_files("input[type=file]", file(tmp_path, "direkt.txt", 20 * MB))
    form.locator("main form button[type=submit]").last.click()
    expect(form.locator("h1")).to_contain_text("Skickad direkt")


def test_paused_by_keyboard_and_gone_on_with_after_a_reload(form: Page, tmp_path: Path) -> None:
    path = file(tmp_path, "avbruten.txt", 40 * MB)
    offsets: list[int] = []

    def slowly(route: object) -> None:
        form.wait_for_timeout(400)
        route.continue_()  # type: ignore[attr-defined]

    def note(sent: object) -> None:
        if sent.method == "PATCH":  # type: ignore[attr-defined]
            offsets.append(int(sent.headers["upload-offset"]))  # type: ignore[attr-defined]

    form.on("request", note)
    form.route("**/uploads/*", slowly)
    form.set_input_files("input[type=file]", path)
    form.wait_for_function("document.querySelector('progress').value > 15")
    form.locator("[data-upload-pause]").focus()
    form.keyboard.press("Enter")
    expect(form.locator(STATUS)).to_contain_text("pausad")
    assert form.evaluate("document.activeElement.hasAttribute('data-upload-resume')")
    form.reload()
    expect(form.locator(STATUS)).to_contain_text("avbruten.txt avbröts")
    before = len(offsets)
    form.set_input_files("input[type=file]", path)
    expect(form.locator(STATUS)).to_contain_text("är uppladdad", timeout=30_000)
    assert offsets[before] > 0, "it goes on where it was"


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [("program.exe", 100, "tas inte emot"), ("tom.txt", 0, "tom"), ("stor.txt", 201 * MB, "större än 200 MB")],
)
def test_refused_before_anything_is_sent(form: Page, tmp_path: Path, name: str, size: int, said: str) -> None:
    sent: list[str] = []
    form.on("request", lambda request: sent.append(request.method))
    path = tmp_path / name
    with path.open("wb") as empty:
        empty.truncate(size)
    form.set_input_files("input[type=file]", path)
    expect(form.locator(PROBLEM)).to_contain_text(said)
    assert sent == []


def test_taken_away_and_chosen_anew(form: Page, tmp_path: Path) -> None:
    form.set_input_files("input[type=file]", file(tmp_path, "fel.txt", MB))
    expect(form.locator(STATUS)).to_contain_text("är uppladdad")
    with form.expect_request(lambda request: request.method == "DELETE"):
        form.locator("[data-upload-remove]").click()
    expect(form.locator(STATUS)).to_contain_text("borttagen")
    assert form.input_value("[name=upload]") == ""


def test_without_scripts(open_as: OpenAs, tmp_path: Path) -> None:
    page = open_as("market", javascript=False)
    page.goto(new_document(page))
    page.set_input_files("input[type=file]", file(tmp_path, "utan.txt", 2 * MB))
    page.fill("[name=title]", "Utan skript")
    page.fill("[name=correspondent]", "Bolaget Exempel AB")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("h1")).to_contain_text("Utan skript")
