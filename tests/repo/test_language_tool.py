"""tools/language.py finds the words of tools/words.txt in English text, and not in code."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("language", ROOT / "tools/language.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


LANGUAGE = load_tool()


def find(source: str, suffix: str = ".py") -> list[tuple[int, str]]:
    """Return the line and the words of each use that the word list forbids."""
    rules = LANGUAGE.read_rules(LANGUAGE.WORDS.read_text("utf-8"))
    texts = LANGUAGE.read_texts(source, suffix)
    return sorted({(line, words) for text in texts for line, words, _ in LANGUAGE.find_words(text, rules)})


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ('"""Return one.\n\n    It goes\n    on.\n"""', 3, "goes on"),
        ("A = 1\n'''An answer of the server.'''", 2, "answer"),
        ("a = 1  # whatever it is", 1, "whatever"),
        ("# It is found\n# by whoever reads.", 2, "whoever"),
        ("\ndef test_an_id_is_none(): ...", 2, "is none"),
        ("class ManyThings: ...", 1, "Things"),
        ("raise ValueError(f'{name} is no number')", 1, "is no"),
        ("assert a, 'it was seen'", 1, "seen"),
        ("not_verified('no user was lent')", 1, "lent"),
        ("option(help='lest it fail')", 1, "lest"),
        ("def f():\n    '''Nor this one.'''", 2, "Nor"),
    ],
)
def test_word_in_python_is_found_with_its_line(source: str, line: int, words: str) -> None:
    assert find(source) == [(line, words)]


@pytest.mark.parametrize(
    "source",
    [
        "answer = told['things']",
        "'''The `answer` of \"whoever\".'''",
        "a = 1  # noqa: S105",
        "'''Return None where it is None, for a third party.'''",
        "'''MUST stands for a requirement; there is no other.'''",
    ],
)
def test_code_quotes_and_allowed_words_are_ignored(source: str) -> None:
    assert find(source) == []


def test_code_in_markdown_is_ignored() -> None:
    text = "A party.\n\n```\nwhoever\n```\n\n> lest\n\n[a](answers.md) and `thing`\n\nIt is\nnone.\n"

    assert find(text, ".md") == [(1, "party"), (11, "is none")]


def test_every_pattern_has_a_remedy() -> None:
    assert all(rule.remedy for rule in LANGUAGE.read_rules(LANGUAGE.WORDS.read_text("utf-8")))


def test_forbidden_word_is_printed_with_its_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.md").write_text("fine\nmend it\n", "utf-8")

    assert LANGUAGE.main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith(f'{tmp_path}/page.md:2: "mend": "fix", "repair"\n')


def test_files_without_forbidden_words_return_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.md").write_text("Return the response.\n", "utf-8")

    assert LANGUAGE.main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""
