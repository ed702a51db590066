"""The commands of a shell that send the needed steps of a test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tuningfork.report.carried_values import Extraction
from tuningfork.report.needed_steps import NeededSteps
from tuningfork.report.shell_readers import reader
from tuningfork.report.shell_request import ShellFiles, command
from tuningfork.report.shell_signing import ShellSigner

PRINT = """printf '%s\\n' "$RESPONSE\""""
SILENT, SHOWN, READ = ("-sS", "-o", "/dev/null", "-w", "%{http_code}\\n"), ("-i",), ("-sSi",)
"""Options of curl if the status of a response is printed, the whole response is, and if it is read."""
LOG_IN, TEST = "# log in", "# the requests of the test"
BREAKING, AFTER = "# this response breaks the claim:", "# the test sent this afterwards:"


@dataclass(frozen=True)
class ShellSteps:
    """Writes the needed steps as commands.

    Args:
        needed: the steps.
        names: the name of the variable for each value that a step carries on.
        files: the files that the commands send.
        signer: writes the signatures.
    """

    needed: NeededSteps
    names: Mapping[tuple[int, Extraction], str]
    files: ShellFiles
    signer: ShellSigner

    def lines(self) -> Iterator[str]:
        """Yield the lines that send the needed steps."""
        groups = self.needed.groups()
        for group in groups:
            if len(groups) > 1:
                yield from self._headings(groups, group)
            sent = [list(self._step_lines(each)) for each in group]
            if len(group) > 1 and not any(self.needed.outputs(each) for each in group):
                sent = [[*lines[:-1], f"{lines[-1]} &"] for lines in sent] + [["wait"]]
            yield from (line for lines in sent for line in lines)

    def _headings(self, groups: list[list[int]], group: list[int]) -> Iterator[str]:
        """Yield the comments before a group of steps: where the test begins, and what shows the violation."""
        needed, is_login = self.needed, group[0] not in self.needed.own
        earlier = [each for each in groups if each < group]
        if is_login and not earlier:
            yield LOG_IN
        elif needed.breaking in group:
            yield BREAKING
        elif earlier and needed.breaking in earlier[-1]:
            yield AFTER
        elif not is_login and earlier and all(each[0] not in needed.own for each in earlier):
            yield TEST

    def _step_lines(self, position: int) -> Iterator[str]:
        """Yield the lines that send the request of a step and read the values of its response."""
        request = self.needed.steps[position].exchange.request
        outputs = {self.names[position, each]: each for each in self.needed.outputs(position)}
        is_shown = position in self.needed.shown
        options = READ if outputs else SHOWN if is_shown else SILENT
        text = self.signer.text
        send = command(request, text, self.files, options)
        yield from self.signer.lines(request, send)
        if text.known is not None:
            text.known.update(outputs)
        if not outputs:
            yield send
        elif len(outputs) == 1 and not is_shown:
            name, extraction = next(iter(outputs.items()))
            yield f"{name}=$({send} | {reader(extraction)})"
        else:
            yield f"RESPONSE=$({send})"
            if is_shown:
                yield PRINT
            for name, extraction in outputs.items():
                yield f"{name}=$({PRINT} | {reader(extraction)})"
