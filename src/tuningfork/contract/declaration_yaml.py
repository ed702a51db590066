"""The YAML of a conventions.yaml: its value, and the line of each part of it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import yaml

from tuningfork.contract.errors import ContractError, LintError
from tuningfork.contract.loaders import TextLoader, count_values

Location = tuple[str | int, ...]
"""The keys and indexes that lead to a part of the file."""
MAX_BYTES = 2**20
MAX_VALUES = 100_000
"""Values of a file, those that aliases repeat included."""
IN_BRACKETS = (
    "inside [ ] and { } write quotes around a text that has one of { } [ ] , such as 'GET /things/{id}'"
)
REMEDIES = {
    "occurs twice": "write it once",
    "undefined alias": "write quotes around a text that begins with *, such as '* /things'",
    "alphabetic or numeric": "write quotes around a text that begins with *, such as '* /things'",
    "expected ',' or": IN_BRACKETS,
    "mapping values are not allowed": "write quotes around a text that has a colon and a space in it",
    "constructor for the tag": "remove the tag",
    "cannot start any token": "write quotes around a text that begins with one of @ ` %",
    "another document": "write one document, without a line ---",
    "not a string": "write a text before the colon",
    "indicator": "indent all lines of a mapping or a list alike",
    "block end": "indent all lines of a mapping or a list alike",
    "end of stream": "close the quotes or the bracket",
    "nesting depth": "write fewer levels",
    "recursive": "an anchor must not contain an alias of itself",
}
"""What to write instead, by a part of the problem that the YAML parser reports."""


class DeclarationYaml:
    """A conventions.yaml as YAML 1.2 with the core schema.

    Attributes:
        path: the file.
        text: its text.
        value: its value.

    Args:
        path: the file.

    Raises:
        ContractError: the file cannot be read or is not valid YAML.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = self._read()
        self.value: Any = self._parse()

    def fail(self, location: Location, message: str) -> NoReturn:
        """Raise ContractError for a part of the file."""
        self._fail_at(self.line(location), message)

    def line(self, location: Location) -> int:
        """Return the line of a part of the file; of a part that it lacks, the line of what should have it."""
        while location:
            is_group = len(location) > 1 and isinstance(location[1], int)
            for candidate in (location, (location[0], *location[2:])) if is_group else (location,):
                if candidate in self._lines:
                    return self._lines[candidate]
            location = location[:-1]
        return 1

    @cached_property
    def _lines(self) -> dict[Location, int]:
        """The line of each value by its location; that of a mapping's value is the line of its key."""
        lines: dict[Location, int] = {}
        node = yaml.compose(self.text, TextLoader)
        open_nodes: list[tuple[Location, yaml.Node]] = [] if node is None else [((), node)]
        while open_nodes:
            location, node = open_nodes.pop()
            lines.setdefault(location, node.start_mark.line + 1)
            for name, key, child in _children(node):
                lines[(*location, name)] = key.start_mark.line + 1
                open_nodes.append(((*location, name), child))
        return lines

    def _read(self) -> str:
        """Return the text of the file; raise ContractError if it cannot be read."""
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise ContractError(f"{self.path}: the file cannot be read ({error.strerror}); fix it") from None
        if len(data) > MAX_BYTES:
            self._fail_at(1, f"the file has more than {MAX_BYTES:,} bytes; declare groups of operations")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self._fail_at(line, "the file is not UTF-8; save it as UTF-8")

    def _parse(self) -> Any:
        """Return the value of the text; raise ContractError if it is not valid YAML."""
        try:
            value = yaml.load(self.text, TextLoader)  # noqa: S506 - a subclass of the safe loader
            count = count_values(value, {})
        except yaml.reader.ReaderError as error:
            line = self.text.count("\n", 0, error.position) + 1
            self._fail_at(line, "there is a control character; remove it")
        except yaml.MarkedYAMLError as error:
            self._fail_for(error)
        except RecursionError:
            self._fail_at(1, "the file is nested too deeply; write fewer levels")
        if count > MAX_VALUES:
            self._fail_at(1, f"the aliases expand to more than {MAX_VALUES:,} values; use fewer")
        return value

    def _fail_for(self, error: yaml.MarkedYAMLError) -> NoReturn:
        """Raise ContractError for an error of the YAML parser."""
        lines, problem = self.text.splitlines(), str(error.problem or error.context)
        marks = [mark for mark in (error.problem_mark, error.context_mark) if mark is not None]
        numbers = [mark.line for mark in marks if mark.line < len(lines)] or [0]
        line = lines[numbers[0]] if lines else ""
        if "\t" in line[: len(line) - len(line.lstrip())]:
            self._fail_at(numbers[0] + 1, "a tab indents this line; write spaces")
        remedy = next((REMEDIES[part] for part in REMEDIES if part in problem), "correct it")
        self._fail_at(numbers[0] + 1, f"this is not valid YAML ({problem}); {remedy}")

    def _fail_at(self, line: int, message: str) -> NoReturn:
        """Raise ContractError for a line of the file."""
        raise ContractError(str(LintError(str(self.path), f"line {line}", message))) from None


def items_of(value: dict[str, Any] | list[Any]) -> list[tuple[str | int, Any]]:
    """Return the name or the index of each value in a mapping or a list, and the value."""
    return list(value.items()) if isinstance(value, dict) else list(enumerate(value))


def _children(node: yaml.Node) -> list[tuple[str | int, yaml.Node, yaml.Node]]:
    """Return name or index, the node that names it, and the node of each value in a mapping or a list."""
    if isinstance(node, yaml.MappingNode):
        return [(key.value, key, value) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(number, value, value) for number, value in enumerate(node.value)]
    return []
