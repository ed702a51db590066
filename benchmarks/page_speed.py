"""How large the page of a run is, how soon it is painted, and how long a filter takes, in chromium.

    tuningfork run && python benchmarks/page_speed.py reports/index.html

Exit code 1 if a median is above its limit. Beside the time of a filter is the processor time of the page's
main thread, which other programs on the machine do not change. The benchmark needs the dependency group
`browser` and chromium.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

MAX_MEGABYTES = 5.0
MAX_PAINT_MS = 500.0
MAX_FILTER_MS = 100.0
PAINT = """() => new Promise(resolve => new PerformanceObserver(list => {
    const paint = list.getEntriesByName("first-contentful-paint")[0];
    if (paint) resolve(paint.startTime);
}).observe({ type: "paint", buffered: true }))"""
FILTER = """([name, value]) => new Promise(resolve => {
    const field = document.querySelector(`#filters [name=${name}]`);
    const start = performance.now();
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
})"""
"""The task after a frame's callbacks runs when the frame is laid out and painted."""
FILTERS = {"verdict": "passed", "level": "SHOULD", "q": "token"}


def main() -> int:
    """Measure, print the figures, and compare them with the limits."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("page", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    address = options.page.resolve().as_uri()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        paints = [first_paint(browser, address) for _ in range(options.rounds)]
        filters = {name: filter_times(browser, address, name, options.rounds) for name in FILTERS}
        browser.close()
    megabytes = options.page.stat().st_size / 1e6
    is_slow = [
        exceeds("size", [megabytes], MAX_MEGABYTES, "MB"),
        exceeds("first paint", paints, MAX_PAINT_MS, "ms"),
    ]
    for name, pairs in filters.items():
        times, processor_times = zip(*pairs, strict=True)
        is_slow.append(exceeds(f"filter by {name}", times, MAX_FILTER_MS, "ms"))
        is_slow.append(exceeds(f"filter by {name}, processor", processor_times, MAX_FILTER_MS, "ms"))
    return int(any(is_slow))


def first_paint(browser: Browser, address: str) -> float:
    """Return the milliseconds from the start of the navigation to the first paint of content."""
    page = _open(browser, address)
    milliseconds = float(page.evaluate(PAINT))
    page.close()
    return milliseconds


def filter_times(browser: Browser, address: str, name: str, rounds: int) -> list[tuple[float, float]]:
    """Return for each round the milliseconds from the input of a filter to the end of the next frame.

    The second number is the processor time.
    """
    page = _open(browser, address)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    times = []
    for _ in range(rounds):
        before = _processor_ms(session)
        milliseconds = float(page.evaluate(FILTER, [name, FILTERS[name]]))
        times.append((milliseconds, _processor_ms(session) - before))
        page.evaluate(FILTER, [name, ""])
    page.close()
    return times


def _processor_ms(session: CDPSession) -> float:
    """Return the milliseconds that the main thread has worked."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return 1000 * next(float(metric["value"]) for metric in metrics if metric["name"] == "TaskDuration")


def exceeds(what: str, values: Iterable[float], limit: float, unit: str) -> bool:
    """Print the median of the values, all of them, and the limit; return whether the median is above it."""
    listed = list(values)
    all_values = ", ".join(f"{value:.1f}" for value in listed)
    print(f"{what}: {median(listed):.1f} {unit} (limit {limit:g} {unit}; measured {all_values})")
    return median(listed) > limit


def _open(browser: Browser, address: str) -> Page:
    """Return a new page that has loaded an address and is idle."""
    page = browser.new_page()
    page.goto(address)
    page.evaluate("() => new Promise(resolve => requestIdleCallback(resolve))")
    return page


if __name__ == "__main__":
    sys.exit(main())
