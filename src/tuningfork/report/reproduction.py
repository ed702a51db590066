"""Writes the block of shell commands that shows a violation again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tuningfork.client.exchange_log import Step
from tuningfork.model import Exchange
from tuningfork.redaction import Disclosure, escape_controls
from tuningfork.report.needed_steps import MAX_EARLIER_STEPS, NeededSteps, find_needed_steps
from tuningfork.report.shell_loops import fold
from tuningfork.report.shell_readers import helpers
from tuningfork.report.shell_request import ShellFiles
from tuningfork.report.shell_signing import ShellSigner, signing_variables
from tuningfork.report.shell_steps import ShellSteps
from tuningfork.report.shell_text import ENCODED, ShellText
from tuningfork.report.variable_names import names_of_values

MAX_BLOCK_CHARS = 60_000
"""A longer block is left out."""
ENCODE = """encode() {
python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1], safe=""))' "$1"; }"""


@dataclass(frozen=True)
class Scene:
    """The state of a run when a violation is found.

    Args:
        steps: what the run has sent before: logins, shared fixtures, and the steps of the test.
        own: the steps of the test and of its fixtures.
        disclosure: knows the secrets.
        settings: the names of variables of the settings, by their value.
        urls: the names of variables of the target's URLs, by URL.
        intro: the first lines of a block, which say how all variables are set; without them, the block sets
            those of the URLs.
        sources: what a variable is, by its name.
    """

    steps: Sequence[Step]
    own: Sequence[Step]
    disclosure: Disclosure
    settings: Mapping[str, str]
    urls: Mapping[str, str]
    intro: Sequence[str]
    sources: Mapping[str, str]


def reproduction(scene: Scene, exchange: Exchange, compared: Iterable[Exchange] = ()) -> str:
    """Return the commands that send an exchange again, and what it depends on; "" if they are too long.

    If the block is too long, it has fewer of the earlier requests that concern the same resources.

    Args:
        scene: what the run has sent.
        exchange: the exchange that breaks the claim.
        compared: other exchanges that show the violation.
    """
    shown, is_secret = [exchange, *compared], _is_secret(scene.disclosure)
    blocks = (
        escape_controls(_block(scene, find_needed_steps(scene.steps, scene.own, shown, is_secret, limit)))
        for limit in MAX_EARLIER_STEPS
    )
    return next((block for block in blocks if len(block) <= MAX_BLOCK_CHARS), "")


def _is_secret(disclosure: Disclosure) -> Callable[[str, str], bool]:
    """Return a function that says whether a property or parameter of this name is secret."""
    locations = disclosure.locations
    listed = locations.parameters | locations.properties
    return lambda name, value: locations.is_secret(name, value, listed)


def _block(scene: Scene, needed: NeededSteps) -> str:
    """Return the lines of a block."""
    names = names_of_values(needed, set(scene.settings.values()))
    requests = [needed.steps[each].exchange.request for each in sorted(needed.positions)]
    carried = {value: names[origin.step, origin.extraction] for value, origin in needed.origins.items()}
    signing = signing_variables(requests)
    carried = signing | carried
    text = ShellText(
        scene.disclosure,
        scene.settings,
        carried,
        scene.urls,
        _issued_by(scene.steps),
        known=set(signing.values()),
    )
    files, signer = ShellFiles(), ShellSigner(text)
    lines = fold(list(ShellSteps(needed, names, files, signer).lines()))
    body = "\n".join(lines)
    folder = ['cd "$(mktemp -d)"', *files.lines] if files.lines else []
    functions = [*helpers(body), *signer.head]
    head = [
        *(scene.intro or _urls(scene, text)),
        *_comments(scene, text),
        *functions,
        *_encoded(text, carried),
        *folder,
    ]
    return "\n".join([*head, _set_encoded(body, text, carried)])


def _issued_by(steps: Sequence[Step]) -> Callable[[str], bool]:
    """Return a function that says whether a response of one of the steps has a text."""

    def is_issued(text: str) -> bool:
        try:
            raw = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # JSON may have a lone surrogate
            return False
        return any(
            raw in step.exchange.response.body
            or any(text in value for _, value in step.exchange.response.headers.pairs)
            for step in steps
        )

    return is_issued


def _urls(scene: Scene, text: ShellText) -> list[str]:
    """Return the lines that set the variables of the target's URLs."""
    return [f"{name}={shlex.quote(url)}" for url, name in scene.urls.items() if name in text.used]


def _comments(scene: Scene, text: ShellText) -> Iterator[str]:
    """Yield a comment for each variable that the reader must set."""
    for name, value in text.used.items():
        if name in scene.sources:
            yield f"# {name}: {scene.sources[name]}"
        elif not value:
            yield f"# {name}: set it; no exchange of this test has issued it"


def _encoded(text: ShellText, carried: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines that encode the values of settings for URLs."""
    names = [name.removesuffix(ENCODED) for name in text.used if name.endswith(ENCODED)]
    if names:
        yield ENCODE
    yield from (_encode(name) for name in names if name not in carried.values())


def _set_encoded(body: str, text: ShellText, carried: Mapping[str, str]) -> str:
    """Return the commands with each carried value encoded after it is read, if a URL needs that."""
    for name in sorted(set(carried.values())):
        if name + ENCODED in text.used:
            body = re.sub(rf"^{name}=.*$", rf"\g<0>\n{_encode(name)}", body, flags=re.MULTILINE)
    return body


def _encode(name: str) -> str:
    return f'{name}{ENCODED}=$(encode "${name}")'
