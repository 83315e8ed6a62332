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
from tests.e2e.keyboard import stops
from tests.e2e.looking import complaints_of, english_words, faults_of
from tests.e2e.mailbox import links_in, text_of, wait_for_mail
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


# What a screen reader has of the field for the file, before, while and after the file is sent.
BEFORE = """
- text: Fil (obligatoriskt)
- paragraph: /Högst 200 MB. Tillåtna filtyper/
- button "Fil (obligatoriskt)"
- status
"""
WHILE = """
- button "Fil (obligatoriskt)"
- progressbar "Hur långt uppladdningen har kommit"
- paragraph: /^0 procent/
- button "Pausa"
- button "Ta bort filen"
- status: Laddar upp slutrapport.txt.
"""
AFTER = """
- button "Fil (obligatoriskt)"
- progressbar "Hur långt uppladdningen har kommit"
- paragraph: /100 procent/
- button "Ta bort filen"
- status: slutrapport.txt är uppladdad. Skicka formuläret för att lämna in den.
"""
RECEIPT = """
- paragraph: /^Kvitto KV/
- 'heading "Mottaget: ”Slutrapport”" [level=1]'
- paragraph: Din fil har kommit fram.
- text: I tid
- link "Kvittot som pdf"
- term: Fil
- definition: slutrapport.txt
- term: SHA-256
- definition:
  - code: /^[0-9a-f]{64}$/
"""


def declare_by_keyboard(page: Page, link: str) -> None:
    """Nothing to tell, signed, by Tab, Space and Enter alone."""
    page.goto(link)
    tab_to(page, "Skriv under deklarationen")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Jävsdeklaration")
    for part in ("engagements", "ownership", "family", "expectations", "other"):
        stops(page, lambda stop, part=part: stop["id"] == f"has_{part}-0")  # type: ignore[misc]
        page.keyboard.press("Space")
        expect(page.get_by_role("radio", name="Nej, inget att deklarera").and_(page.locator(":focus"))).to_be_checked()
    stops(page, lambda stop: stop["id"] == "signed_name")
    page.keyboard.type("Eva Utvärderare")
    tab_to(page, "Skriv under deklarationen")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Din jävsdeklaration")
    expect(page.locator("main")).to_contain_text("Den väntar på styrgruppen")


def hold(page: Page, addresses: str) -> Callable[[], None]:
    """Keep what is sent to `addresses` waiting until what is given back is called."""
    held: list[Route] = []
    is_open = False

    def wait(route: Route) -> None:
        if is_open:
            route.continue_()
        else:
            held.append(route)

    def let_through() -> None:
        nonlocal is_open
        is_open = True
        for route in held:
            route.continue_()

    page.route(addresses, wait)
    return let_through


def test_from_the_mail_to_the_receipt_by_keyboard(
    site: Running, open_as: OpenAs, mail_folder: Path, report: Path
) -> None:
    made = commissions.commissioned(site, "tangentbord", is_assessed=False)
    link = mailed_link(site, mail_folder, made)
    page = open_as(None)
    complaints = complaints_of(page)
    # The browser hands files over to whoever asked for that before the key is pressed; to ask takes it a moment.
    page.on("filechooser", lambda chooser: None)
    declare_by_keyboard(page, link)
    commissions.assess(site, made)

    # The rest at four times the size.
    page.set_viewport_size({"width": 320, "height": 900})
    known = set(mail_folder.rglob("*.eml"))
    started, steps = time.monotonic(), 1
    page.goto(link)
    tab_to(page, "Lämna in ”Slutrapport”")
    page.keyboard.press("Enter")
    steps += 1
    expect(page.locator("h1")).to_have_text("Lämna in ”Slutrapport”")
    page.wait_for_load_state()  # and with it the scripts
    field = page.locator("[data-upload]")
    expect(field).to_match_aria_snapshot(BEFORE)
    expect(page.locator("#file")).to_have_accessible_description(re.compile("Högst 200 MB"))  # told before, not after

    let_through = hold(page, "**/uploads/*")
    stops(page, lambda stop: stop["id"] == "file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(report)
    steps += 1
    expect(field).to_match_aria_snapshot(WHILE)
    let_through()
    expect(field).to_match_aria_snapshot(AFTER)
    expect(page.locator("#file")).to_be_focused()

    tab_to(page, "Lämna in")
    page.keyboard.press("Enter")
    steps += 1
    expect(page.locator("h1")).to_have_text("Mottaget: ”Slutrapport”")
    assert steps <= MOST_STEPS
    assert time.monotonic() - started < MOST_SECONDS
    assert complaints == []
    expect(page.locator("main")).to_match_aria_snapshot(RECEIPT)
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
