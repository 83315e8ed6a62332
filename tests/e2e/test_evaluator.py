"""The evaluator's single visit in a browser: from the mailed link to the receipt, by keyboard, wide and narrow, with
and without scripts, over a line that breaks."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e import commissions
from tests.e2e.mailbox import links_in, text_of, wait_for_mail
from tests.e2e.test_every_page import complaints_of, english_words, faults_of
from tests.e2e.test_keyboard import stops
from tests.support.running import Running

OpenAs = Callable[..., Page]
# From the address in the mail: open, the next step, choose the file, hand in.
MOST_STEPS = 4
MOST_SECONDS = 4 * 60


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "slutrapport.txt"
    path.write_text("Slutrapport om samverkan.\n" * 2000, encoding="utf-8")
    return path


def mailed_link(site: Running, folder: Path, made: commissions.Commission) -> str:
    known = set(folder.rglob("*.eml"))
    commissions.mail_link(site, made)
    subject = "Länk till ditt uppdrag"
    mail = wait_for_mail(
        folder, lambda mail: made.email in str(mail["To"]) and subject in str(mail["Subject"]), known=known
    )
    return next(link for link in links_in(mail) if "/commission/" in link)


def tab_to(page: Page, text: str) -> None:
    """Walk by Tab until the focus is on what says `text`."""
    try:
        stops(page, lambda stop: text in str(stop["text"]))
    except AssertionError:
        raise AssertionError(f"Tab never reached {text!r} on {page.url}: {page.inner_text('main')}") from None


@pytest.mark.parametrize("width", [1280, 320])
def test_from_the_mail_to_the_receipt_by_keyboard(
    site: Running, open_as: OpenAs, mail_folder: Path, report: Path, width: int
) -> None:
    made = commissions.commissioned(site, f"tangentbord-{width}")
    link = mailed_link(site, mail_folder, made)
    known = set(mail_folder.rglob("*.eml"))
    page = open_as(None, width=width)
    complaints = complaints_of(page)
    started, steps = time.monotonic(), 1
    page.goto(link)
    tab_to(page, "Lämna in ”Slutrapport”")
    page.keyboard.press("Enter")
    steps += 1
    expect(page.locator("h1")).to_have_text("Lämna in ”Slutrapport”")
    assert "200 MB" in page.locator("main").inner_text()  # told before, not after
    # The scripts may still be on their way: a person reads first.
    page.wait_for_load_state("networkidle")
    stops(page, lambda stop: stop["id"] == "file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(report)
    steps += 1
    tab_to(page, "Lämna in")
    page.keyboard.press("Enter")
    steps += 1
    expect(page.locator("h1")).to_have_text("Mottaget: ”Slutrapport”")
    assert steps <= MOST_STEPS
    assert time.monotonic() - started < MOST_SECONDS
    assert complaints == []
    told = page.locator("main").inner_text()
    assert re.search(r"\b[0-9a-f]{64}\b", told)
    assert "I tid" in told
    mail = wait_for_mail(
        mail_folder, lambda mail: made.email in str(mail["To"]) and "Kvitto" in str(mail["Subject"]), known=known
    )
    assert re.search(r"\b[0-9a-f]{64}\b", text_of(mail))
    assert "slutrapport.txt" in text_of(mail)


def test_the_pages_have_no_faults(site: Running, open_as: OpenAs, report: Path) -> None:
    made = commissions.commissioned(site, "sidor")
    home = commissions.link_of(site, made)
    page = open_as(None)
    complaints = complaints_of(page)
    deliver = f"{home}/deliverables/{made.deliverable_id}"
    faults = []
    for address in (home, deliver, f"{home}/questions", f"{home}/comments", f"{home}/declaration"):
        page.goto(address)
        faults += [f"{address}: {fault}" for fault in faults_of(page)]
        faults += [f"{address}: English: {word}" for word in english_words(page)]
    page.goto(deliver)
    page.set_input_files("input[type=file]", report)
    expect(page.locator("[data-upload-status]")).to_contain_text("slutrapport.txt")
    faults += faults_of(page)
    page.get_by_role("button", name="Lämna in", exact=True).click()
    expect(page.locator("h1")).to_contain_text("Mottaget")
    faults += faults_of(page)
    assert faults == [], "\n".join(faults)
    assert complaints == []


def test_without_scripts_the_file_goes_with_the_form(site: Running, open_as: OpenAs, report: Path) -> None:
    made = commissions.commissioned(site, "utan-skript")
    page = open_as(None, width=320, javascript=False)
    page.goto(commissions.link_of(site, made))
    page.get_by_role("link", name="Lämna in ”Slutrapport”").click()
    page.set_input_files("input[type=file]", report)
    page.get_by_role("button", name="Lämna in", exact=True).click()
    expect(page.locator("h1")).to_have_text("Mottaget: ”Slutrapport”")


def test_a_broken_line_goes_on_where_it_was(site: Running, open_as: OpenAs, tmp_path: Path) -> None:
    """The line is cut in the middle of the file; what had come through is not sent again."""
    large = tmp_path / "bilaga.csv"
    large.write_bytes(b"".join(b"%d;%s\n" % (number, os.urandom(30).hex().encode()) for number in range(400_000)))
    size = large.stat().st_size
    made = commissions.commissioned(site, "avbrott")
    page = open_as(None)
    sent: list[int] = []
    offsets: list[int] = []

    def cut_the_third(route: Route) -> None:
        if route.request.method == "PATCH":
            offsets.append(int(route.request.headers["upload-offset"]))
            if len(offsets) == 3:
                route.abort("connectionreset")
                return
            sent.append(int(route.request.headers.get("content-length") or len(route.request.post_data_buffer or b"")))
        route.continue_()

    page.route("**/uploads/*", cut_the_third)
    page.goto(f"{commissions.link_of(site, made)}/deliverables/{made.deliverable_id}")
    page.set_input_files("input[type=file]", large)
    status = page.locator("[data-upload-status]")
    expect(status).to_contain_text("bilaga.csv är uppladdad", timeout=60_000)
    assert len(offsets) > 3, "the file went in too few pieces to be cut"
    assert offsets[3] == offsets[2]  # it went on from the very byte
    assert offsets == sorted(offsets)
    assert sum(sent) == size
    page.get_by_role("button", name="Lämna in", exact=True).click()
    expect(page.locator("h1")).to_have_text("Mottaget: ”Slutrapport”")
    assert f"{size:,}".replace(",", " ") in page.locator("main").inner_text().replace("\xa0", " ")


def test_an_expired_link_is_renewed_by_one_press_and_the_draft_is_still_there(
    site: Running, open_as: OpenAs, mail_folder: Path, report: Path
) -> None:
    made = commissions.commissioned(site, "utgangen")
    link = commissions.link_of(site, made)
    page = open_as(None)
    page.goto(f"{link}/deliverables/{made.deliverable_id}")
    page.set_input_files("input[type=file]", report)
    expect(page.locator("[data-upload-status]")).to_contain_text("slutrapport.txt")
    page.get_by_role("button", name="Spara och lämna in senare").click()
    expect(page.locator("main")).to_contain_text("Ditt sparade utkast")
    commissions.expire_links(site, made)
    known = set(mail_folder.rglob("*.eml"))
    page.goto(link)
    expect(page.locator("h1")).to_have_text("Länken har gått ut")
    assert made.email not in page.content()
    page.get_by_role("button", name="Mejla mig en ny länk").click()
    mail = wait_for_mail(
        mail_folder,
        lambda mail: made.email in str(mail["To"]) and "Länk till ditt uppdrag" in str(mail["Subject"]),
        known=known,
    )
    page.goto(next(address for address in links_in(mail) if "/commission/" in address))
    page.get_by_role("link", name="Lämna in ”Slutrapport”").click()
    expect(page.locator("main")).to_contain_text("slutrapport.txt")
    page.get_by_role("button", name="Lämna in nu").click()
    expect(page.locator("h1")).to_have_text("Mottaget: ”Slutrapport”")
    assert "försenad" in page.locator("main").inner_text().lower()
