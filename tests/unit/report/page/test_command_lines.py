from __future__ import annotations

from tests.unit.report.page.conftest import parse

from tuningfork.report.page.command_lines import command_lines

HOSTILE = "curl -H 'A: <b>&\"' --data-raw x/y?a&b"


def test_lines_are_the_text_that_is_copied() -> None:
    text = f"json() {{\n    cat\n}}\n{HOSTILE}"

    folded, shown = command_lines(text)

    assert parse("".join(line.markup for line in shown)).get_text() == text
    assert [line.indent for line in shown] == [0, 2, 0, 0]
    assert folded == []


def test_option_is_one_piece_and_a_path_breaks_after_a_slash() -> None:
    _, (line,) = command_lines("curl -sS --fault some_fault $URL/tracks/7")

    assert "<span>-sS</span> <span>--fault</span> some_fault" in line.markup
    assert "$URL/<wbr>tracks/<wbr>7" in line.markup


def test_long_block_is_folded_before_its_last_lines() -> None:
    assert [len(part) for part in command_lines("a\n" * 16)] == [0, 16]
    assert [len(part) for part in command_lines("a\n" * 17)] == [5, 12]
