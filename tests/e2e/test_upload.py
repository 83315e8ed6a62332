"""A file in a real browser: sent while the form is filled in, paused, resumed after a reload, and without scripts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.support.uploading import document_text

MB = 1024 * 1024
OpenAs = Callable[..., Page]
PATIENCE_MS = 60_000
STATUS, PROBLEM = "[data-upload-status]", "[data-upload-problem]"


@pytest.fixture
def form(open_as: OpenAs) -> Page:
    page = open_as("market")
    page.goto(new_document(page))
    return page


def new_document(page: Page) -> str:
    """Where a document is put into the register of the first procurement of the list."""
    page.goto("/procurements")
    links = page.locator("main a").evaluate_all("links => links.map((link) => link.getAttribute('href') || '')")
    number = next(found[1] for link in links if (found := re.fullmatch(r"/procurements/(\d+)", link)))
    return f"/cases/{number}/documents/new"


def slowly(route: Route) -> None:
    time.sleep(0.4)
    route.continue_()


def file(folder: Path, name: str, size: int) -> Path:
    path = folder / name
    path.write_bytes(name.encode() + b"\n" + document_text(size))
    return path


def test_sent_before_the_form(form: Page, tmp_path: Path) -> None:
    bodies: list[int] = []
    form.on("request", lambda sent: bodies.append(len(sent.post_data_buffer or b"")) if sent.method == "POST" else None)
    form.set_input_files("input[type=file]", file(tmp_path, "rapport.txt", 20 * MB))
    expect(form.locator(STATUS)).to_contain_text("är uppladdad", timeout=PATIENCE_MS)
    expect(form.locator("progress")).to_have_js_property("value", 100)
    form.fill("[name=title]", "Med skript")
    form.fill("[name=correspondent]", "Bolaget Exempel AB")
    form.locator("main form button[type=submit]").last.click()
    expect(form.locator("h1")).to_contain_text("Med skript", timeout=PATIENCE_MS)
    assert max(bodies) < 100_000, "the form carries the upload's address and not the file"


def test_the_form_waits_for_the_file(form: Page, tmp_path: Path) -> None:
    form.route("**/uploads/*", slowly)
    form.fill("[name=title]", "Skickad direkt")
    form.fill("[name=correspondent]", "Bolaget Exempel AB")
    form.set_input_files("input[type=file]", file(tmp_path, "direkt.txt", 20 * MB))
    form.locator("main form button[type=submit]").last.click()
    expect(form.locator(STATUS)).to_contain_text("skickas av sig")
    expect(form.locator("h1")).to_contain_text("Skickad direkt", timeout=PATIENCE_MS)


def test_a_form_whose_file_was_refused_waits_for_nothing(form: Page, tmp_path: Path) -> None:
    held: list[Route] = []
    form.route("**/cases/*/uploads", lambda route: held.append(route))
    form.fill("[name=title]", "Inte av sig själv")
    form.fill("[name=correspondent]", "Bolaget Exempel AB")
    with form.expect_request("**/cases/*/uploads"):
        form.set_input_files("input[type=file]", file(tmp_path, "nekad.txt", MB))
    form.locator("main form button[type=submit]").last.click()
    expect(form.locator(STATUS)).to_contain_text("skickas av sig")
    held[0].fulfill(status=429, body="Det är fullt just nu.", headers={"Tus-Resumable": "1.0.0"})
    expect(form.locator(PROBLEM)).to_contain_text("fullt", timeout=PATIENCE_MS)
    form.unroute("**/cases/*/uploads")
    form.set_input_files("input[type=file]", file(tmp_path, "en annan.txt", MB))
    expect(form.locator(STATUS)).to_contain_text("en annan.txt är uppladdad", timeout=PATIENCE_MS)
    form.wait_for_timeout(1000)
    assert form.url.endswith("/documents/new")


@pytest.mark.parametrize(
    ("kind", "body", "is_shown"),
    [("text/plain; charset=utf-8", "Utvärderingen är avslutad.", True), ("text/html", "<h1>En sida</h1>", False)],
)
def test_why_a_rule_refuses_the_file_is_said_before_it_is_sent(
    form: Page, tmp_path: Path, kind: str, body: str, is_shown: bool
) -> None:
    answer = {"status": 422, "body": body, "headers": {"Tus-Resumable": "1.0.0", "Content-Type": kind}}
    form.route("**/cases/*/uploads", lambda route: route.fulfill(**answer))
    form.set_input_files("input[type=file]", file(tmp_path, "sent.txt", MB))
    if is_shown:
        expect(form.locator(PROBLEM)).to_have_text(body, timeout=PATIENCE_MS)
        expect(form.locator(STATUS)).to_be_empty()
        assert form.evaluate("document.querySelector('input[type=file]').files.length") == 0
    else:
        expect(form.locator(STATUS)).to_contain_text("tillsammans med formuläret", timeout=PATIENCE_MS)
        assert "En sida" not in form.locator("main").inner_text()


def test_a_line_that_breaks_while_the_browser_is_online_is_said_to_be_tried_again(form: Page, tmp_path: Path) -> None:
    form.route("**/uploads/*", lambda route: route.abort() if route.request.method == "PATCH" else route.continue_())
    form.set_input_files("input[type=file]", file(tmp_path, "bruten.txt", 20 * MB))
    expect(form.locator(STATUS)).to_contain_text("försöker igen", timeout=PATIENCE_MS)
    form.unroute("**/uploads/*")
    expect(form.locator(STATUS)).to_contain_text("bruten.txt är uppladdad", timeout=PATIENCE_MS)


def test_paused_by_keyboard_and_gone_on_with_after_a_reload(form: Page, tmp_path: Path) -> None:
    path = file(tmp_path, "avbruten.txt", 40 * MB)
    offsets: list[int] = []

    def note(sent: Request) -> None:
        if sent.method == "PATCH":
            offsets.append(int(sent.headers["upload-offset"]))

    form.on("request", note)
    form.route("**/uploads/*", slowly)
    form.set_input_files("input[type=file]", path)
    expect(form.locator("[data-upload-figures]")).to_have_text(re.compile(r"^[2-9]\d procent"), timeout=PATIENCE_MS)
    form.locator("[data-upload-pause]").focus()
    form.keyboard.press("Enter")
    expect(form.locator(STATUS)).to_contain_text("pausad")
    assert form.evaluate("document.activeElement.hasAttribute('data-upload-resume')")
    form.reload()
    expect(form.locator(STATUS)).to_contain_text("avbruten.txt avbröts")
    before = len(offsets)
    form.set_input_files("input[type=file]", path)
    expect(form.locator(STATUS)).to_contain_text("är uppladdad", timeout=PATIENCE_MS)
    assert offsets[before] > 0, "it goes on where it was"


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [("program.exe", 100, "tas inte emot"), ("tom.txt", 0, "tom"), ("stor.txt", 201 * MB, "större än 200 MB")],
)
def test_refused_before_anything_is_sent(form: Page, tmp_path: Path, name: str, size: int, said: str) -> None:
    sent: list[str] = []
    # What the page itself still fetches (a font) is no file sent.
    form.on("request", lambda request: sent.append(request.method) if request.method != "GET" else None)
    path = tmp_path / name
    with path.open("wb") as empty:
        empty.truncate(size)
    form.set_input_files("input[type=file]", path)
    expect(form.locator(PROBLEM)).to_contain_text(said)
    assert sent == []


def test_what_was_wrong_with_a_file_is_not_said_of_another(form: Page, tmp_path: Path) -> None:
    form.fill("[name=title]", "Först fel fil")
    form.fill("[name=correspondent]", "Bolaget Exempel AB")
    form.set_input_files("input[type=file]", file(tmp_path, "ingen riktig.pdf", MB))
    expect(form.locator(STATUS)).to_contain_text("är uppladdad", timeout=PATIENCE_MS)
    form.locator("main form button[type=submit]").last.click()
    expect(form.locator("#error-summary, #file-error")).to_have_count(2, timeout=PATIENCE_MS)
    form.set_input_files("input[type=file]", file(tmp_path, "riktig.txt", MB))
    expect(form.locator(STATUS)).to_contain_text("riktig.txt är uppladdad", timeout=PATIENCE_MS)
    expect(form.locator("#error-summary, #file-error")).to_have_count(0)
    expect(form.locator("input[type=file]")).to_have_accessible_description(re.compile("^Högst"))


def test_taken_away_and_chosen_anew(form: Page, tmp_path: Path) -> None:
    form.set_input_files("input[type=file]", file(tmp_path, "fel.txt", MB))
    expect(form.locator(STATUS)).to_contain_text("är uppladdad", timeout=PATIENCE_MS)
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
    expect(page.locator("h1")).to_contain_text("Utan skript", timeout=PATIENCE_MS)


def test_without_scripts_a_fault_elsewhere_does_not_cost_the_file(open_as: OpenAs, tmp_path: Path) -> None:
    page = open_as("market", javascript=False)
    page.goto(new_document(page))
    page.set_input_files("input[type=file]", file(tmp_path, "bara en.txt", 2 * MB))
    page.fill("[name=title]", "Bara en gång")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".upload__kept")).to_contain_text("bara en.txt, 2,0 MB, är mottagen", timeout=PATIENCE_MS)
    page.fill("[name=correspondent]", "Bolaget Exempel AB")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("h1")).to_contain_text("Bara en gång", timeout=PATIENCE_MS)
    expect(page.locator("main")).to_contain_text("bara en.txt")
