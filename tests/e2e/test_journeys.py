"""The work itself, as people do it: sign in, log, remind, report. See the journeys of the users' needs in docs/."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.mailbox import links_in, text_of, wait_for_mail
from tests.support.running import Running
from tracker.core import clock

SUBMIT = "form.form button[type=submit]"


def in_days(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def log_procurement(page: Page, title: str) -> str:
    """Log a procurement with four answers; the address of its case."""
    page.goto("/procurements/new")
    page.locator("#title").fill(title)
    page.locator("#substance").fill("rotavirusvaccin")
    page.locator("#atc_code").fill("J07BH01")
    page.locator("#wished_supply_on").fill(in_days(300))
    page.locator("#wished_supply_on").press("Tab")
    expect(page.locator("#plan dl dt")).to_contain_text(["Annons skickad", "Sista anbudsdag", "Leveranserna börjar"])
    page.locator(SUBMIT).first.click()
    expect(page.locator("h1")).to_have_text(title)
    return re.sub(r"[?#].*", "", page.url)


def log_step(page: Page, case: str, kind: str, note: str = "") -> None:
    page.goto(f"{case}/steps/{kind}")
    page.locator("#note").fill(note)
    page.get_by_role("button", name="Registrera steget").click()
    expect(page.locator("#steps [role=status]")).to_contain_text("registrerat")


@pytest.fixture
def case(open_as: Callable[..., Page], request: pytest.FixtureRequest) -> str:
    """A new procurement of the test's own."""
    return log_procurement(open_as("market"), f"Rotavirusvaccin, {request.node.name[5:40]}")


def test_signing_in_by_the_mailed_link(
    site: Running, browser: Browser, people: dict[str, str], mail_folder: Path
) -> None:
    known = set(mail_folder.rglob("*.eml"))
    context = browser.new_context(base_url=site.url, locale="sv-SE")
    page = context.new_page()
    page.goto("/procurements")
    page.locator("#email").fill(people["purchasing"])
    page.get_by_role("button", name="länk").click()
    expect(page.locator("h1")).to_be_visible()
    mail = wait_for_mail(mail_folder, lambda mail: people["purchasing"] in str(mail["To"]), known=known)
    link = links_in(mail)[0]
    page.goto(link)
    page.locator(SUBMIT).click()
    expect(page.locator("header")).to_contain_text("Logga ut")
    again = context.new_page()
    context.clear_cookies()
    again.goto(link)
    expect(again.locator("form.form")).to_have_count(0)
    context.close()


def test_a_logged_procurement_has_a_plan_and_a_place_in_the_list(open_as: Callable[..., Page], case: str) -> None:
    page = open_as("market")
    page.goto(case)
    title = page.locator("h1").inner_text()
    expect(page.locator("#deadlines tbody tr").first).to_contain_text("Vår egen plan")
    page.goto("/procurements")
    expect(page.locator("tbody tr").first).to_contain_text(title)


def test_a_step_moves_the_case_on_and_its_deadlines_explain_themselves(open_as: Callable[..., Page], case: str) -> None:
    page = open_as("market")
    log_step(page, case, "publication", "Skickad till TED")
    expect(page.locator("#steps [role=status]")).to_contain_text("Annons skickad")
    expect(page.locator("#steps")).to_contain_text("Skickad till TED")
    expect(page.locator("#deadlines")).to_contain_text("12 kap. 11 §")
    log_step(page, case, "award_notified")
    page.locator("#deadlines a", has_text="Avtalsspärren").click()
    working = page.locator("section[aria-labelledby=working]")
    expect(working).to_contain_text("20 kap. 1 §")
    expect(working).to_contain_text("LOU 2016:1145")
    expect(working).to_contain_text("Dag 0 är")
    expect(working).to_contain_text("10 dagar")


def test_a_step_logged_by_mistake_is_taken_back(open_as: Callable[..., Page], case: str) -> None:
    page = open_as("market")
    log_step(page, case, "award_notified")
    expect(page.locator("#deadlines")).to_contain_text("20 kap. 1 §")
    page.get_by_role("button", name="Ångra").click()
    row = page.locator("#steps tbody tr", has=page.get_by_role("rowheader", name="Tilldelningsbeslutet skickat"))
    expect(row).not_to_contain_text("Rätta")
    expect(page.locator("#deadlines")).not_to_contain_text("20 kap. 1 §")


def test_a_contract_gets_the_dates_of_its_options(open_as: Callable[..., Page], case: str) -> None:
    page = open_as("market")
    year = clock.today().year + 1
    page.goto(f"{case}/contracts/new")
    page.locator("#new_supplier").fill("Påhittad Rotavirus AB")
    page.locator("#signed_on").fill(clock.today().isoformat())
    page.locator("#starts_on").fill(f"{year}-04-01")
    page.locator("#term").fill("24 + 12 + 12")
    page.locator(SUBMIT).click()
    contracts = page.locator("#contracts")
    expect(contracts).to_contain_text(f"{year + 2}-03-31")
    rows = contracts.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text(f"{year + 3}-03-31")
    expect(rows.nth(0)).to_contain_text(f"{year + 1}-12-")
    expect(rows.nth(1)).to_contain_text(f"{year + 4}-03-31")
    expect(page.locator("#deadlines")).to_contain_text("Påhittad Rotavirus AB")


def test_two_people_write_at_the_same_time_and_nothing_is_lost(open_as: Callable[..., Page], case: str) -> None:
    first, second = open_as("market"), open_as("market")
    for page in (first, second):
        page.goto(f"{case}/facts")
    first.locator("#title").fill("Rotavirusvaccin, den enas rubrik")
    first.locator(SUBMIT).click()
    expect(first.locator("h1")).to_have_text("Rotavirusvaccin, den enas rubrik")
    second.locator("#title").fill("Rotavirusvaccin, den andras rubrik")
    second.locator(SUBMIT).click()
    expect(second.locator("#conflict")).to_be_visible()
    expect(second.locator("#title")).to_have_value("Rotavirusvaccin, den andras rubrik")
    expect(second.locator(".conflict-now").first).to_contain_text("Rotavirusvaccin, den enas rubrik")
    second.locator(SUBMIT).click()
    expect(second.locator("h1")).to_have_text("Rotavirusvaccin, den andras rubrik")


def test_a_reminder_that_is_due_reaches_the_inbox_and_shows_on_the_case(
    site: Running, open_as: Callable[..., Page], case: str, people: dict[str, str], mail_folder: Path
) -> None:
    case_id = int(case.rsplit("/", 1)[1])
    with closing(sqlite3.connect(mail_folder.parent / "samordna.sqlite3", timeout=10)) as database, database:
        database.execute(
            "UPDATE reminders SET planned_on = ? WHERE state = 'planned' AND id IN (SELECT r.id FROM reminders r"
            " JOIN deadlines d ON d.id = r.deadline_id WHERE d.case_id = ? AND r.state = 'planned'"
            " ORDER BY r.planned_on LIMIT 1)",
            (clock.today().isoformat(), case_id),
        )
    known = set(mail_folder.rglob("*.eml"))
    site.command("reminders", "plan")
    mail = wait_for_mail(mail_folder, lambda mail: "Rotavirusvaccin" in text_of(mail), known=known)
    assert people["market"] in str(mail["To"])
    assert case in text_of(mail)
    assert case in text_of(mail, "html")
    page = open_as("market")
    page.goto(next(link for link in links_in(mail) if link.startswith(case)))
    expect(page.locator("h1")).to_contain_text("Rotavirusvaccin")
    panel = page.locator("section", has=page.get_by_role("heading", name="Påminnelser"))
    panel.locator("summary").click()
    expect(panel.locator("tbody")).to_contain_text("Lämnat till e-postservern")


def test_a_report_is_compiled_by_button_and_its_files_are_what_the_page_says(open_as: Callable[..., Page]) -> None:
    page = open_as("market")
    page.goto("/reports")
    page.locator(SUBMIT).click()
    expect(page.locator("h1")).to_contain_text("Lägesrapport")
    expect(page.get_by_role("link", name="PDF")).to_be_visible(timeout=60_000)
    facts = page.locator("section[aria-labelledby=edition]").inner_text()
    for name, first_bytes in (("PDF", b"%PDF-"), ("XLSX", b"PK")):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=name).click()
        content = Path(waiting.value.path()).read_bytes()
        assert content.startswith(first_bytes)
        assert hashlib.sha256(content).hexdigest() in facts


def test_filters_live_in_the_address_and_the_files_hold_what_is_shown(open_as: Callable[..., Page]) -> None:
    page = open_as("market")
    page.goto("/procurements")
    page.locator("#q").fill("influensa")
    page.get_by_role("button", name="Visa").click()
    assert "q=influensa" in page.url
    shown = page.locator("tbody th a").all_inner_texts()
    assert shown and all("nfluensa" in title for title in shown)
    page.reload()
    expect(page.locator("#q")).to_have_value("influensa")
    files = {}
    for name in ("CSV", "XLSX"):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=name).click()
        files[name] = Path(waiting.value.path()).read_bytes()
    text = files["CSV"].decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), csv.Sniffer().sniff(text.splitlines()[0], ";,\t")))
    sheet = openpyxl.load_workbook(io.BytesIO(files["XLSX"])).active
    cells = [[str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    for title in shown:
        assert any(title in row for row in rows), title
        assert any(title in row for row in cells), title
    assert len(rows) == len(shown) + 1
