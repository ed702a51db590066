"""Renders index.html, one file that loads nothing, from the templates of this package."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from tuningfork.model import Verdict
from tuningfork.redaction import escape_controls
from tuningfork.report import comparison
from tuningfork.report.page import filters
from tuningfork.report.page.faults import Fault
from tuningfork.report.page.view import view
from tuningfork.report.results import Results

if TYPE_CHECKING:
    from jinja2 import Environment

INDEX_FILE = "index.html"
FOLDER = Path(__file__).parent
GLYPHS = {
    Verdict.PASSED: "✓",
    Verdict.FAILED: "✕",
    Verdict.ERROR: "#",
    Verdict.WARNED: "!",
    Verdict.INFO: "i",
    Verdict.WAIVED: "~",
    Verdict.NOT_VERIFIED: "?",
}
"""The character that shows a verdict without colour, the worst verdict after "passed" first."""
MEANINGS = {
    Verdict.PASSED: "at least one test of the claim passed, and no exchange violates it",
    Verdict.FAILED: "a MUST is violated",
    Verdict.ERROR: "a test raised an unexpected exception, or the target did not respond: no verdict",
    Verdict.WARNED: "a SHOULD is violated",
    Verdict.INFO: "a MAY is violated: optional behaviour is missing or differs",
    Verdict.WAIVED: "the claim is violated, and deviations.toml lists this deviation",
    Verdict.NOT_VERIFIED: "no test could decide; the reason is given",
}


def render(
    results: Results,
    faults: Iterable[Fault] = (),
    previous: Results | None = None,
    contract_only: bool = False,
) -> str:
    """Return the page.

    Args:
        results: of a run; with `contract_only`, claims without a run.
        faults: that prove the tests of the claims.
        previous: the results of an older run to compare with.
        contract_only: leave out verdicts and everything else that needs a run.
    """
    style, script = _file("page.css"), _file("page.js")
    page = _environment().get_template("page.html.j2")
    return page.render(
        view=view(results, faults, previous, contract_only),
        style=Markup(style),  # noqa: S704 - a file of this package
        script=Markup(script),  # noqa: S704 - a file of this package
        policy=_policy(style, script),
    )


@cache
def _environment() -> Environment:
    """Return the environment: every value is escaped, for HTML and without control characters."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # a run needs it at its end

    environment = Environment(
        loader=PackageLoader("tuningfork.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    environment.globals.update(
        glyphs=GLYPHS, meanings=MEANINGS, meanings_of_changes=comparison.GROUPS, Verdict=Verdict
    )
    environment.filters.update(filters.FILTERS)
    environment.tests["http"] = filters.is_http
    return environment


def _printable(value: Any) -> Any:
    """Return a text with control characters and lone surrogates escaped; other values unchanged."""
    is_plain = isinstance(value, str) and not isinstance(value, Markup)
    return escape_controls(value) if is_plain else value


@cache
def _file(name: str) -> str:
    """Return the text of a file of this package."""
    return (FOLDER / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Return a Content-Security-Policy that allows this style, this script, and images inside the page."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    """Return the source expression of an inline element with this text."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
