"""Writes the block of shell commands that shows a violation again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tuningfork.client.exchange_log import Step
from tuningfork.model import Exchange
from tuningfork.redaction import Disclosure, escape_controls, variable_name
from tuningfork.report.carried_values import Extraction
from tuningfork.report.needed_steps import MAX_EARLIER_STEPS, NeededSteps, find_needed_steps
from tuningfork.report.shell_request import SEND, ShellFiles, command
from tuningfork.report.shell_signing import ShellSigner, signing_variables
from tuningfork.report.shell_text import ENCODED, ShellText

MAX_BLOCK_CHARS = 60_000
"""A longer block is left out."""
MAX_PERIOD = 4
"""Lines that may repeat together in a loop."""
PRINT = """printf '%s\\n' "$RESPONSE\""""
SILENT, SHOWN, READ = ("-sS", "-o", "/dev/null", "-w", "%{http_code}\\n"), ("-i",), ("-sSi",)
"""Options of curl if the status of a response is printed, the whole response is, and if it is read."""
LOG_IN, TEST = "# log in", "# the requests of the test"
BREAKING, AFTER = "# this response breaks the claim:", "# the test sent this afterwards:"
JSON = (
    "json() { python3 -c 'import functools as f, json, sys; print(f.reduce(lambda value, key: "
    "value[int(key) if isinstance(value, list) else key], sys.argv[1:], "
    r"""json.loads(sys.stdin.buffer.read().rpartition(b"\r\n\r\n")[2])))' "$@"; }"""
)
FIELD = r"""field() {
grep -o "<[^>]*name=\"$1\"[^>]*>" | sed -n 's/.*value="\([^"]*\)".*/\1/p' | head -n 1; }"""
NUMBER = r"""number() { sed '1,/^\r*$/d; s/<[^>]*>/ /g' | grep -oE '[0-9]{4,}'; }"""
SHIFTED = r"""shifted() {
date -u -d "@$(($(date -d "$(sed -n 's/^date: *\([^\r]*\).*/\1/Ip')" +%s) + $1))" "+$2"; }"""
ENCODE = """encode() {
python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1], safe=""))' "$1"; }"""

HEADER_END, COOKIE_END = r"\([^\r]*\).*/\1/Ip", r"\([^;\r]*\).*/\1/Ip"
PARAMETER_END = r"\([^&#]*\).*/\1/p"
PAIR_END = r"([^&]*).*/\2/p"
"""Ends of commands of sed that print the value of a header, a cookie, a parameter and a pair of a form."""


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
    names = _names(needed, set(scene.settings.values()))
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
    lines = fold(list(_commands(needed, names, files, signer)))
    body = "\n".join(lines)
    folder = ['cd "$(mktemp -d)"', *files.lines] if files.lines else []
    helpers = [*_helpers(body), *signer.head]
    head = [
        *(scene.intro or _urls(scene, text)),
        *_comments(scene, text),
        *helpers,
        *_encoded(text, carried),
        *folder,
    ]
    return "\n".join([*head, _set_encoded(body, text, carried)])


def _commands(
    needed: NeededSteps, names: Mapping[tuple[int, Extraction], str], files: ShellFiles, signer: ShellSigner
) -> Iterator[str]:
    """Yield the lines that send the needed steps."""
    groups = needed.groups()
    for group in groups:
        if len(groups) > 1:
            yield from _headings(needed, groups, group)
        sent = [list(_step_lines(needed, each, names, files, signer)) for each in group]
        if len(group) > 1 and not any(needed.outputs(each) for each in group):
            sent = [[*lines[:-1], f"{lines[-1]} &"] for lines in sent] + [["wait"]]
        yield from (line for lines in sent for line in lines)


def _headings(needed: NeededSteps, groups: list[list[int]], group: list[int]) -> Iterator[str]:
    """Yield the comments before a group of steps: where the test begins, and what shows the violation."""
    is_login = group[0] not in needed.own
    earlier = [each for each in groups if each < group]
    if is_login and not earlier:
        yield LOG_IN
    elif needed.breaking in group:
        yield BREAKING
    elif earlier and needed.breaking in earlier[-1]:
        yield AFTER
    elif not is_login and earlier and all(each[0] not in needed.own for each in earlier):
        yield TEST


def _step_lines(
    needed: NeededSteps,
    position: int,
    names: Mapping[tuple[int, Extraction], str],
    files: ShellFiles,
    signer: ShellSigner,
) -> Iterator[str]:
    """Yield the lines that send the request of a step and read the values of its response."""
    request = needed.steps[position].exchange.request
    outputs = {names[position, each]: each for each in needed.outputs(position)}
    is_shown = position in needed.shown
    send = command(request, signer.text, files, READ if outputs else SHOWN if is_shown else SILENT)
    yield from signer.lines(request, send)
    if signer.text.known is not None:
        signer.text.known.update(outputs)
    if not outputs:
        yield send
    elif len(outputs) == 1 and not is_shown:
        name, extraction = next(iter(outputs.items()))
        yield f"{name}=$({send} | {_reader(extraction)})"
    else:
        yield f"RESPONSE=$({send})"
        if is_shown:
            yield PRINT
        for name, extraction in outputs.items():
            yield f"{name}=$({PRINT} | {_reader(extraction)})"


def _reader(extraction: Extraction) -> str:
    """Return the command that reads a value from a response with its headers."""
    name = _pattern(extraction.path[0]) if extraction.path else ""
    readers = {
        "json": " ".join(["json", *map(shlex.quote, extraction.path)]),
        "field": f"field {shlex.quote(name)}",
        "form": f"sed -En {shlex.quote(f's/^(.*&)?{name}=' + PAIR_END)}",
        "number": "number",
        "time": " ".join(["shifted", *map(shlex.quote, reversed(extraction.path))]),
        "cookie": f"sed -n {shlex.quote(f's/^set-cookie: *{name}=' + COOKIE_END)}",
        "header": f"sed -n {shlex.quote(f's/^{name}: *' + HEADER_END)}",
    }
    if not extraction.parameter:
        return readers[extraction.kind]
    parameter = f"s/.*[?&#]{_pattern(extraction.parameter)}=" + PARAMETER_END
    return f"{readers[extraction.kind]} | sed -n {shlex.quote(parameter)}"


def _pattern(text: str) -> str:
    """Return a regular expression of sed that matches a text."""
    return re.sub(r"([\\/.*\[\]^$])", r"\\\1", text)


def _names(needed: NeededSteps, taken: set[str]) -> dict[tuple[int, Extraction], str]:
    """Return a name of a variable for each value that is carried."""
    names: dict[tuple[int, Extraction], str] = {}
    for position in sorted(needed.positions):
        for extraction in needed.outputs(position):
            name = base = _name(extraction, needed.steps[position].exchange)
            number = 1
            while name in taken:
                number += 1
                name = f"{base}_{number}"
            taken.add(name)
            names[position, extraction] = name
    return names


def _name(extraction: Extraction, exchange: Exchange) -> str:
    """Return the name of a variable for a value: an id is named after its resource."""
    name = variable_name(extraction.name).strip("_") or "VALUE"
    if extraction.kind == "form":  # the token of OAuth 1 is named after its endpoint
        name = name.replace("OAUTH_TOKEN", variable_name(exchange.request.path.rpartition("/")[2]), 1)
    if name == "ID":
        words = [each for each in exchange.request.path.split("/") if each.replace("_", "").isalpha()]
        name = f"{variable_name(words[-1].removesuffix('s'))}_ID" if words else "ID"
    return name if name[:1].isalpha() else f"V_{name}"


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


def fold(lines: list[str]) -> list[str]:
    """Return the lines with repetitions as loops of the shell, and repetitions of loops as loops."""
    folded: list[str] = []
    start = 0
    while start < len(lines):
        period, count = _repetition(lines, start)
        if count > 1:
            folded.append(_loop(lines[start : start + period], count))
        else:
            folded.append(lines[start])
        start += period * count
    return folded if folded == lines else fold(folded)


def _loop(lines: list[str], count: int) -> str:
    """Return the loop that runs lines `count` times: one line, unless these have comments."""
    if any(line.startswith("#") for line in lines):
        return "\n".join([f"for _ in $(seq {count}); do", *lines, "done"])
    body = " ".join(line if line.endswith(" &") else f"{line};" for line in lines)
    return f"for _ in $(seq {count}); do {body} done"


def _repetition(lines: list[str], start: int) -> tuple[int, int]:
    """Return the period and the count of the longest repetition that begins at a line."""
    best = 1, 1
    for period in range(1, MAX_PERIOD + 1):
        pattern = lines[start : start + period]
        count = 1
        while lines[start + count * period : start + (count + 1) * period] == pattern:
            count += 1
        if count > 1 and period * count > best[0] * best[1]:
            best = period, count
    return best


def _helpers(body: str) -> Iterator[str]:
    """Yield the shell functions that the commands use."""
    if re.search(r"(?:\| |\()json ", body):
        yield JSON
    if re.search(r"(?:\| |\()field ", body):
        yield FIELD
    if "| shifted " in body:
        yield SHIFTED
    if "| number)" in body:
        yield NUMBER
    if body.endswith("| send") or "| send\n" in body or "| send)" in body:
        yield SEND


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
