"""Parsing of parameters in the query, in a form and in a multipart body."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from tuningfork.apis.audioboo.mock import create
from tuningfork.apis.audioboo.mock.request_context import RequestContext

ODD = ["", " ", "+", "%2B", "a&b=c;d", "Café 🎙", "one\r\ntwo\n", "\t\x00", "[x]", "null", "a" * 5000]


@pytest.fixture
def read() -> Iterator[Callable[..., RequestContext]]:
    """Return a function that parses a request and returns its context."""
    mock, requests = create(), []

    def parse(**builder: Any) -> RequestContext:
        request = Request(EnvironBuilder("/", method="POST", **builder).get_environ())
        requests.append(request)
        with mock.app.request_context(request.environ):
            context = RequestContext(request)  # type: ignore[arg-type]  # the context needs no endpoint
            mock.request_parser.parse(context)
            return context

    yield parse
    for request in requests:
        request.close()


@pytest.mark.parametrize("value", ODD)
def test_parameters_are_equal_in_every_encoding(read: Callable[..., RequestContext], value: str) -> None:
    fields = {"a[b]": value, "ü": "x"}

    for way in (
        {"query_string": fields},
        {"data": fields},
        {"data": fields, "content_type": "multipart/form-data"},
    ):
        assert read(**way).parameters == list(fields.items())


def test_body_parameter_overrides_query(read: Callable[..., RequestContext]) -> None:
    context = read(query_string={"a": "1", "b": "2"}, data={"a": "3"})

    assert context.text("a") == "3"
    assert context.texts("a") == ["1", "3"]
    assert context.text("c") is None


def test_files_are_not_parameters(read: Callable[..., RequestContext]) -> None:
    context = read(data={"a": "1", "f": (io.BytesIO(b"x"), "f.bin")})

    assert context.parameters == [("a", "1")]
    assert context.files["f"].read() == b"x"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"a": 1}'),
        ("text/plain", b"a=1"),
        ("multipart/form-data", b"a=1"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x-"),
        ("", b"a=1"),
    ],
)
def test_other_content_types_have_no_parameters(
    read: Callable[..., RequestContext], content_type: str, body: bytes
) -> None:
    assert read(data=body, content_type=content_type).parameters in ([], [("None", "1")])
