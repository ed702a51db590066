"""What a server error tells of the inside, in a time that grows with the text and no faster."""

from __future__ import annotations

import pytest

from tuningfork.checks.information_disclosure import MAX_TEXT, find_internals
from tuningfork.checks.json_body import strip_jsonp


@pytest.mark.parametrize(
    "text",
    [
        "Traceback (most recent call last):",
        "Error\n    at com.acme.Main.run(Main.java:12)",
        "java.lang.NullPointerException",
        "org.a.b.c.d.e.QueryError: no",
        "in /srv/app/models/track.rb:12",
        "SELECT id,\n name FROM tracks",
        "UPDATE tracks SET a = 1",
        "x " * 9_000 + " SELECT 1 FROM a",
    ],
)
def test_a_trace_of_the_inside_is_found(text: str) -> None:
    assert find_internals(text)


@pytest.mark.parametrize(
    "text", ["SELECT " * 9_000, "\n" * 60_000, "a/" * 30_000, "com." + "a." * 30_000, "A" * 60_000]
)
def test_a_text_that_only_begins_like_a_trace_is_searched_to_its_end(text: str) -> None:
    assert find_internals(text) is None


def test_a_long_text_is_searched_at_its_beginning() -> None:
    assert find_internals(" " * MAX_TEXT + " SELECT 1 FROM a") is None


@pytest.mark.parametrize("script", ["f(" + " " * 300_000, " " * 300_000 + "x", "f(" + ") " * 150_000 + "x"])
def test_a_script_that_is_not_a_call_is_read_to_its_end(script: str) -> None:
    assert strip_jsonp(script) is None


def test_a_call_is_unwrapped() -> None:
    assert strip_jsonp('\n/**/ f ( {"a": "()"} ) ;\n') == ("f", {"a": "()"})
