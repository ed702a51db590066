"""Screenshots of a report's page: on a desktop, light and dark, on a telephone, and on paper.

    python tools/screenshot.py reports/index.html FOLDER

docs/report.png is desktop-light.png of this run, which takes some minutes:

    tuningfork run --report-dir /tmp/picture --fault favoriters_page_repeats_the_previous_item \
        --fault refresh_response_has_no_cache_control --fault third_page_repeats_item_of_second
    python tools/screenshot.py /tmp/picture/index.html /tmp/picture

The tool needs the dependency group `browser` and chromium.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 830}}
TELEPHONE: dict[str, Any] = {
    "viewport": {"width": 375, "height": 800},
    "is_mobile": True,
    "device_scale_factor": 2,
}
DARK: dict[str, Any] = {"color_scheme": "dark"}
SCREENS = {
    "desktop-light": DESKTOP,
    "desktop-dark": DESKTOP | DARK,
    "telephone-light": TELEPHONE,
    "telephone-dark": TELEPHONE | DARK,
}


def main() -> None:
    """Make the screenshots, and a PDF of what a printer prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("page", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--at", default="", help="the fragment of the address, such as '#SC-PAGE-07'")
    parser.add_argument("--whole", action="store_true", help="the whole page in place of the first screen")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        address = options.page.resolve().as_uri() + options.at
        for name, settings in SCREENS.items():
            photograph(browser, address, options.folder / f"{name}.png", options.whole, **settings)
        print_page(browser, address, options.folder / "print.pdf")
        browser.close()


def photograph(browser: Browser, address: str, file: Path, is_whole: bool, **settings: Any) -> None:
    """Write a screenshot of a page to a file."""
    page = browser.new_page(**settings)
    page.goto(address)
    page.screenshot(path=file, full_page=is_whole, animations="disabled")
    page.close()


def print_page(browser: Browser, address: str, file: Path) -> None:
    """Write a page to a PDF of size A4."""
    page = browser.new_page()
    page.goto(address)
    page.pdf(path=file, format="A4", prefer_css_page_size=True)
    page.close()


if __name__ == "__main__":
    main()
