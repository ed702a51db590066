"""What a reader does with the page, and what is visible on it."""

from __future__ import annotations

from playwright.sync_api import Page


def visible_claims(page: Page) -> list[str]:
    """Return the ids of the claims in the documentation that are visible, in their order."""
    ids = page.locator("article.claim").evaluate_all(
        "claims => claims.filter(claim => claim.checkVisibility()).map(claim => claim.id)"
    )
    return list(ids)


def search(page: Page, text: str) -> None:
    """Replace the text of the search by this one."""
    page.get_by_role("searchbox").fill(text)


def choose(page: Page, label: str, option: str) -> None:
    """Choose the option that starts with a text in the filter with a label."""
    select = page.get_by_role("combobox", name=label)
    value = select.locator("option", has_text=option).first.get_attribute("value")
    select.select_option(value if value is not None else option)


def state(page: Page) -> str:
    """Return the fragment of the address, with its "#"."""
    return str(page.evaluate("decodeURIComponent(location.hash)"))


def open_evidence(page: Page, claim: str) -> None:
    """Unfold what is below a claim in the documentation."""
    page.locator(f"#{claim} details.evidence > summary").click()


def unfold_all(page: Page) -> None:
    """Open every fold."""
    page.evaluate("() => { for (const each of document.querySelectorAll('details')) each.open = true; }")


def lay_out_all(page: Page) -> None:
    """Give every section its real height: one out of view has a guessed one, and overlaps the next."""
    page.evaluate(
        "() => { for (const each of document.querySelectorAll('.card, .chapter, .operations'))"
        " each.style.contentVisibility = 'visible'; }"
    )


def wait_until_idle(page: Page) -> None:
    """Wait until the page has done what it leaves for an idle moment, such as highlights."""
    page.evaluate("() => new Promise(resolve => requestIdleCallback(resolve))")
