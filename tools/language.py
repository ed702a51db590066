"""Find words that this project's English does not use: `python tools/language.py src tests docs README.md`.

tools/words.txt lists the words, each with what to write instead. The tool reads docstrings, comments,
messages and names of functions and classes in Python files, and the text of Markdown files. It does not read
code, block quotes, URLs, names of arguments, or text in double quotes, which has another author.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

WORDS = Path(__file__).with_name("words.txt")
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
MESSAGE_CALLS = re.compile(
    r"not_verified|echo|print|write_line|warn|fail|skip|exit|ExpectationFailed|\w+(Error|Problem)"
)
MESSAGE_KEYWORDS = {"description", "expected", "found", "help", "message", "msg", "reason"}
UNREAD = re.compile(
    r"^```.*?^```|``.+?``|`[^`]+`|^>[^\n]*|^ +\w+: |\]\([^)\s]*\)|https?://\S+|<!--.*?-->"
    r'|"[^"]{1,200}"|“[^”]{1,200}”|\bnoqa: [A-Z0-9, ]+|\btype: ignore\S*',
    re.DOTALL | re.MULTILINE,
)


class Rule(NamedTuple):
    """A line of words.txt: `remedy` says what to write instead, or is `ok` where the words are right."""

    pattern: re.Pattern[str]
    remedy: str


class Text(NamedTuple):
    """English, and the number of the line on which it starts."""

    line: int
    text: str


def read_rules(source: str) -> list[Rule]:
    """Return the rules of a word list, those that allow words first."""
    pairs = [line.rsplit(" -> ", 1) for line in source.splitlines() if line and not line.startswith("#")]
    rules = [
        Rule(re.compile(rf"(?<!\w)(?:{pattern.strip()})(?!\w)", re.IGNORECASE), remedy)
        for pattern, remedy in pairs
    ]
    return sorted(rules, key=lambda rule: rule.remedy != "ok")


def find_files(paths: Iterable[str]) -> list[Path]:
    """Return the Python and Markdown files at `paths` and below them."""
    files = [file for path in map(Path, paths) for file in ([path] if path.is_file() else path.rglob("*"))]
    return sorted({file for file in files if file.suffix in {".py", ".md"}})


def read_texts(source: str, suffix: str) -> Iterator[Text]:
    """Yield the texts of a Python or Markdown file."""
    if suffix == ".md":
        yield Text(1, source)
        return
    yield from read_comments(source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, DEFINITIONS):
            yield Text(node.lineno, re.sub(r"_|(?<=[a-z])(?=[A-Z])", " ", node.name).strip())
        for part in (part for message in find_messages(node) for part in ast.walk(message)):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and " " in part.value:
                yield Text(part.lineno, part.value)


def read_comments(source: str) -> Iterator[Text]:
    """Yield the comments; consecutive lines are one text."""
    comment = Text(0, "")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            text = token.string.lstrip("#! ")
            if token.start[0] == comment.line + comment.text.count("\n") + 1:
                comment = Text(comment.line, f"{comment.text}\n{text}")
            else:
                yield comment
                comment = Text(token.start[0], text)
    yield comment


def find_messages(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a node that hold a docstring or a message."""
    if isinstance(node, ast.Expr | ast.Return):
        return [node.value] if isinstance(node.value, ast.Constant | ast.JoinedStr) else []
    if isinstance(node, ast.Raise):
        return [node.exc] if node.exc else []
    if isinstance(node, ast.Assert):
        return [node.msg] if node.msg else []
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        return list(node.args) if MESSAGE_CALLS.fullmatch(name) else []
    return [node.value] if isinstance(node, ast.keyword) and node.arg in MESSAGE_KEYWORDS else []


def find_words(text: Text, rules: Iterable[Rule]) -> Iterator[tuple[int, str, str]]:
    """Yield the line, the words and the remedy of each use that a rule forbids."""
    read = UNREAD.sub(lambda unread: re.sub(r"\S", "_", unread.group()), text.text)
    lines = [text.line + read[: word.start()].count("\n") for word in re.finditer(r"\S+", read)]
    flat = " ".join(read.split())
    for rule in rules:
        if rule.remedy == "ok":
            flat = rule.pattern.sub(lambda allowed: re.sub(r"\S", "_", allowed.group()), flat)
            continue
        for found in rule.pattern.finditer(flat):
            yield lines[flat[: found.start()].count(" ")], found.group(), rule.remedy


def main(paths: list[str]) -> int:
    """Print each forbidden word of the files at `paths`; return 1 if there is one."""
    rules = read_rules(WORDS.read_text("utf-8"))
    count = 0
    for file in find_files(paths):
        texts = list(read_texts(file.read_text("utf-8"), file.suffix))
        for line, words, remedy in sorted({found for text in texts for found in find_words(text, rules)}):
            count += 1
            print(f'{file}:{line}: "{words}": {remedy}')
    if count:
        print(f"{count} words to replace; tools/words.txt has the list.")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
