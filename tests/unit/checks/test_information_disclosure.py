"""Internals in the text of a server error are found in linear time."""

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
def test_internals_are_found(text: str) -> None:
    assert find_internals(text)


@pytest.mark.parametrize(
    "text", ["SELECT " * 9_000, "\n" * 60_000, "a/" * 30_000, "com." + "a." * 30_000, "A" * 60_000]
)
def test_long_text_with_incomplete_match_is_searched_quickly(text: str) -> None:
    assert find_internals(text) is None


def test_only_start_of_text_is_searched() -> None:
    assert find_internals(" " * MAX_TEXT + " SELECT 1 FROM a") is None


@pytest.mark.parametrize("script", ["f(" + " " * 300_000, " " * 300_000 + "x", "f(" + ") " * 150_000 + "x"])
def test_strip_jsonp_of_long_text_is_quick(script: str) -> None:
    assert strip_jsonp(script) is None


def test_strip_jsonp_returns_name_and_argument() -> None:
    assert strip_jsonp('\n/**/ f ( {"a": "()"} ) ;\n') == ("f", {"a": "()"})
