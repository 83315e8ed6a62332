"""Renews the pictures of the README: ``make screenshots``. Starts the product on an empty folder, signs in, looks."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.e2e.conftest import QUIET, find_chromium, sign_in_link
from tests.support.running import ROOT, Running, product

PICTURES = ROOT / "docs" / "pictures"
SIZE: ViewportSize = {"width": 1280, "height": 960}
REPORT_WIDTH = "900"
# A case with something in each part: an award decision that waits for its standstill.
CASE_PHASE = "standstill"
REPORT_SECONDS = 120


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def signed_in(site: Running, browser: Browser) -> Page:
    """A page of somebody of the Market function."""
    email = next(person["email"] for person in site.json("people", "list") if "market" in person["roles"])
    page = browser.new_page(base_url=site.url, locale="sv-SE", viewport=SIZE, color_scheme="light")
    page.goto(sign_in_link(site, email))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def take(page: Page, name: str) -> None:
    """The first screen of the page that is open."""
    page.evaluate("document.fonts.ready.then(() => true)")
    page.screenshot(path=PICTURES / f"{name}.png")
    tell(f"docs/pictures/{name}.png")


def take_report(page: Page, folder: Path) -> None:
    """The first page of a report that is compiled now."""
    if shutil.which("pdftoppm") is None:
        tell(
            "docs/pictures/report.png is kept as it is: no pdftoppm on this machine (Debian: apt install poppler-utils)"
        )
        return
    page.goto("/reports")
    page.locator("form.form button[type=submit]").first.click()
    link = page.get_by_role("link", name="PDF")
    link.wait_for(timeout=REPORT_SECONDS * 1000)
    with page.expect_download() as waiting:
        link.click()
    target = str(PICTURES / "report")
    pdf = folder / "report.pdf"
    waiting.value.save_as(pdf)
    scale = ["-scale-to-x", REPORT_WIDTH, "-scale-to-y", "-1"]
    subprocess.run(["pdftoppm", "-png", "-singlefile", "-f", "1", *scale, str(pdf), target], check=True, timeout=60)
    tell("docs/pictures/report.png")


def workspace_of(site: Running) -> str:
    """The address that the example evaluator was mailed."""
    cases = site.json("evaluations", "list")
    number = next(case["number"] for case in cases if case["phase"] == "under_way")
    return str(site.json("evaluations", "link", number)["url"])


def main() -> int:
    program = find_chromium()
    if program is None:
        tell("The pictures need a browser (Debian: apt install chromium).")
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, product(Path(folder) / "instance") as site, sync_playwright() as pw:
        browser = pw.chromium.launch(executable_path=program, args=QUIET)
        page = signed_in(site, browser)
        page.goto("/")
        take(page, "start")
        page.goto(f"/procurements?phase={CASE_PHASE}")
        page.locator("tbody th a").first.click()
        page.locator("#steps").wait_for()
        take(page, "case")
        page.goto("/evaluations")
        page.locator("tbody th a").first.click()
        take(page, "evaluation")
        page.goto(workspace_of(site))
        take(page, "workspace")
        take_report(page, Path(folder))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
