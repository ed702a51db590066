from __future__ import annotations

import json

import pytest

from tuningfork.report.page.body import Body, body
from tuningfork.report.page.json_layout import lay_out

LIST = json.dumps({"collection": [{"id": number, "title": f"T {number}"} for number in range(20)]})


def marked(shown: Body) -> list[str]:
    """Return the marked texts of a body."""
    return [text for part in shown.parts for text, is_marked in part.segments if is_marked]


def text_of(shown: Body) -> str:
    """Return the text of a body without its folds."""
    return "\n".join("".join(text for text, _ in part.segments) for part in shown.parts)


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/a", '"a": 1'),
        ("/b/0", "true"),
        ("/b/1/c~1d", '"c/d": null'),
        ("/e~0", '"e~": "x"'),
        ("/z\u00e9", '"z\\u00e9": 2.50'),
    ],
)
def test_value_at_the_pointer_is_marked(pointer: str, expected: str) -> None:
    shown = body('{"a":1,"b":[true,{"c/d":null}],"e~":"x","z\\u00e9":2.50}', pointer)

    assert marked(shown) == [expected]
    assert shown.marks == "exact"


def test_layout_keeps_repeated_names_order_and_numbers() -> None:
    text, _ = lay_out('{"b":1.0,"a":1e400,"b":[],"c":{}}')

    assert text == '{\n  "b": 1.0,\n  "a": 1e400,\n  "b": [],\n  "c": {}\n}'


def test_value_around_a_missing_property_is_marked() -> None:
    shown = body('{"items":[{"id":1}]}', "/items/0/title")

    assert marked(shown) == ['{\n      "id": 1\n    }']
    assert shown.marks == "around"


@pytest.mark.parametrize("pointer", ["", "/missing", "status", "X-Total", "/items/7/missing/deep"])
def test_pointer_to_nothing_marks_at_most_a_value_around_it(pointer: str) -> None:
    shown = body('{"items":[1]}', pointer)

    assert shown.marks in ("", "around")
    assert all(text.startswith('"items"') for text in marked(shown))


def test_long_body_is_folded_around_the_marked_value() -> None:
    shown = body(LIST, "/collection/9/id")

    assert [part.label for part in shown.parts] == ["33 more lines", "", "38 more lines"]
    assert marked(shown) == ['"id": 9']
    assert json.loads(text_of(shown)) == json.loads(LIST)


def test_long_body_without_a_marked_value_begins_open() -> None:
    shown = body(LIST)

    assert [part.label for part in shown.parts] == ["", "72 more lines"]


def test_large_marked_value_is_marked_in_its_first_line() -> None:
    assert marked(body(LIST, "/collection")) == ['"collection": [']


def test_truncated_json_is_laid_out() -> None:
    shown = body('{"collection":[{"id":1,"title":"cut off he… (12,345 bytes)', "/collection/0/id")

    assert shown.is_json
    assert marked(shown) == ['"id": 1']
    assert text_of(shown).endswith('"title": "cut off he\n… (12,345 bytes)')


@pytest.mark.parametrize(
    "text",
    [
        "<html>",
        "{not json}",
        "[error] oops",
        "[error] " + "x" * 300 + "… (9 bytes)",
        "{}x",
        "a=1&b=2",
        "null",
        '{"a": NaN',
    ],
)
def test_other_text_is_unchanged(text: str) -> None:
    shown = body(text)

    assert text_of(shown) == text
    assert not shown.is_json


def test_one_line_of_a_megabyte_is_cut_and_folded() -> None:
    shown = body("x" * 1_000_000)

    assert len(text_of(shown)) < 5000
    assert [bool(part.label) for part in shown.parts] == [False, True]
    assert text_of(shown).endswith("… (1,000,000 characters; results.json has all of them)")


def test_marked_value_of_a_large_body_is_in_the_part_that_is_shown() -> None:
    text = json.dumps({"collection": [{"id": number, "title": "T" * 50} for number in range(500)]})

    shown = body(text, "/collection/400/id")

    assert marked(shown) == ['"id": 400']
    assert len(text_of(shown)) < 5000
    assert text_of(shown).startswith("…\n")
    assert text_of(shown).endswith(f"… ({len(text):,} characters; results.json has all of them)")


def test_value_of_a_body_as_long_as_a_record_is_found() -> None:
    text = json.dumps({"a": "x" * 250_000, "b": 1})

    assert marked(body(text, "/b")) == ['"b": 1']


def test_end_of_a_long_object_without_the_value_is_shown() -> None:
    items = [{"id": number, "title": "T" * 50} for number in range(500)]

    shown = body(json.dumps({"collection": items, "total": 500}), "/next_href")

    assert shown.marks == "end"
    assert marked(shown) == []
    assert shown.parts[0].label
    assert text_of(shown).startswith("… (")
    last = shown.parts[-1]
    assert not last.label
    assert last.segments[-1][0].endswith('  ],\n  "total": 500\n}')


def test_deeply_nested_json_is_not_laid_out() -> None:
    text = "[" * 1500 + "]" * 1500

    assert text_of(body(text)).replace("\n", "") == text


def test_unprintable_characters_are_escaped() -> None:
    assert text_of(body("\x00\x85\ud800\u202e")) == "\\x00\\x85\\ud800\\u202e"


def test_empty_body_has_no_parts() -> None:
    assert body("").parts == ()
