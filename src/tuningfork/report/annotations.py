"""Renders workflow commands of GitHub Actions, which show broken claims beside the tests that found them."""

from __future__ import annotations

from collections.abc import Iterator

from tuningfork.model import Verdict
from tuningfork.report.evidence import claim_text, locate
from tuningfork.report.plain_text import block, line
from tuningfork.report.results import ClaimResult, Results
from tuningfork.report.sections import plural

MAX_PER_KIND = 10
"""GitHub shows no more errors, warnings and notices of a step."""
MAX_MESSAGE_CHARS = 4_000
KINDS = {
    "error": (Verdict.FAILED, Verdict.ERROR),
    "warning": (Verdict.WARNED,),
    "notice": (Verdict.INFO,),
}


def render(results: Results) -> str:
    """Return a line for each broken claim and alarm, at most 10 of each kind; empty without any."""
    lines: list[str] = []
    for kind, verdicts in KINDS.items():
        claims = [claim for verdict in verdicts for claim in results.claims if claim.verdict is verdict]
        commands = [_alarm(alarm) for alarm in results.alarms] if kind == "error" else []
        commands += [_command(results, kind, claim) for claim in claims]
        lines += _limited(kind, commands)
    return "".join(f"{each}\n" for each in lines)


def _alarm(sentence: str) -> str:
    """Return an error that belongs to no file."""
    return f"::error title=Tuning Fork::{_data(line(sentence))}"


def _command(results: Results, kind: str, claim: ClaimResult) -> str:
    """Return the command that shows a claim beside its test."""
    location = locate(results, claim)
    properties = {
        "file": location.file,
        "line": str(location.line),
        "title": f"{claim.id} {claim.verdict} ({claim.level})",
    }
    pairs = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    first = claim.model_copy(update={"violations": claim.violations[:1]})
    return f"::{kind} {pairs}::{_data(block(claim_text(results, first), MAX_MESSAGE_CHARS))}"


def _limited(kind: str, commands: list[str]) -> Iterator[str]:
    """Yield at most 10 commands; the last one counts those that are left out."""
    if len(commands) <= MAX_PER_KIND:
        yield from commands
        return
    yield from commands[: MAX_PER_KIND - 1]
    more = plural(len(commands) - MAX_PER_KIND + 1, f"more {kind}")
    yield f"::{kind} title=Tuning Fork::{more}: see the summary of the job."


def _data(text: str) -> str:
    """Return the message of a command in one line."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Return the value of a property of a command."""
    return _data(block(text)).replace(":", "%3A").replace(",", "%2C")
