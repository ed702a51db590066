"""Finds what a target lacks, in the words of tuningfork.toml, and the claims that it would verify."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from tuningfork.model import Verdict
from tuningfork.report.results import Results
from tuningfork.report.sections import by_reason, title

READ_ONLY_OPTION = "--read-only"
CHANGES = {
    "user": ("add", "users.first"),
    "login": ("add", "users.first.username and users.first.password"),
    "user2": ("add", "users.second"),
    "given": ("add", "given.{name}"),
    "control": ("set", "controls"),
    "hook": ("offer", "/{name} below the URL of controls"),
    "write": ("set", "writes = true"),
}
"""What meets each kind of need, as a verb and its object, in the order in which a sentence lists them."""
REASONS = {
    "the request would change data, and the run is read-only": "write",
    "a test hook would change the target; the run is read-only": "write",
    "the target has no test hooks (`controls`)": "control:",
}
"""The needs that a test finds out while it runs, by the reason that it then gives."""
_NEED = r"(?:user2?|login|write|(?:given|control):\w+)"
_NEEDS = re.compile(rf"needs {_NEED}(?:, {_NEED})*")
_HOOK = re.compile(r"the target does not support the control /(\w+)")


@dataclass(frozen=True, slots=True)
class Missing:
    """What a target lacks, and the claims that it would verify.

    Args:
        api: whose table of tuningfork.toml has to change; empty for that of the whole target.
        sentence: the change: "add users.second, set writes = true".
        claims: the ids of the claims that need exactly this.
    """

    api: str
    sentence: str
    claims: tuple[str, ...]


def missing(results: Results) -> list[Missing]:
    """Return what the target lacks, the change that verifies the most claims first.

    A claim is in one group only: that of all the needs that the target does not meet.
    """
    groups: dict[tuple[str, frozenset[str]], list[str]] = defaultdict(list)
    for claim, (api, needs) in _unmet_needs(results).items():
        groups["" if needs == {"write"} else api, needs].append(claim)
    found = [Missing(api, _sentence(results, api, needs), tuple(ids)) for (api, needs), ids in groups.items()]
    return sorted(found, key=lambda each: -len(each.claims))


def what_it_takes(results: Results) -> dict[str, list[str]]:
    """Return the ids of the claims that are not verified, by what verifies them, else by their reason.

    With several APIs, a change of one API's table begins with its title: "Bookshop: add users.second".
    """
    has_several_apis = len(results.run.apis) > 1
    lines: dict[str, list[str]] = {}
    for each in missing(results):
        head = f"{title(results, each.api)}: " if each.api and has_several_apis else ""
        lines[f"{head}{each.sentence}"] = list(each.claims)
    gained = {claim for claims in lines.values() for claim in claims}
    for reason, claims in by_reason(results).items():
        if others := [claim for claim in claims if claim not in gained]:
            lines[reason] = others
    return lines


def _unmet_needs(results: Results) -> dict[str, tuple[str, frozenset[str]]]:
    """Return the API and the unmet needs of each claim; the test that needs the least decides."""
    tests = {test.id: test for test in results.tests}
    unmet = {}
    for claim in results.claims:
        if claim.verdict is Verdict.NOT_VERIFIED:
            needs = [_needs_of(tests[test].reason or "") for test in claim.tests if test in tests]
            if least := min(filter(None, needs), key=len, default=None):
                unmet[claim.id] = claim.api, least
    return unmet


def _needs_of(reason: str) -> frozenset[str]:
    """Return the needs that a reason names; empty if the target meets them, and something else is missing.

    A target has all hooks or none, so their names are left out; a user who can log in is also a user.
    """
    if hook := _HOOK.fullmatch(reason):
        return frozenset({f"hook:{hook[1]}"})
    needs = {REASONS[reason]} if reason in REASONS else set()
    if _NEEDS.fullmatch(reason):
        needs = set(re.sub(r"control:\w+", "control:", reason).removeprefix("needs ").split(", "))
    return frozenset(needs - {"user"} if "login" in needs else needs)


def _sentence(results: Results, api: str, needs: frozenset[str]) -> str:
    """Return the change that makes a target meet these needs."""
    settings = results.run.apis[api].settings if api in results.run.apis else []
    kinds = list(CHANGES)
    objects: dict[str, list[str]] = {}
    for need in sorted(needs, key=lambda need: (kinds.index(need.partition(":")[0]), need)):
        kind, _, name = need.partition(":")
        verb, thing = CHANGES[kind]
        if kind == "write" and READ_ONLY_OPTION in results.run.options:
            verb, thing = "leave out", READ_ONLY_OPTION
        objects.setdefault(verb, []).append(name if name in settings else thing.format(name=name))
    return ", ".join(f"{verb} {' and '.join(things)}" for verb, things in objects.items())
